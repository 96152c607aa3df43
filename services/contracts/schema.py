"""One way from a frozen dataclass to its marshmallow schema: strict at the door, tolerant on events."""

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError
from marshmallow_dataclass import class_schema

from services.contracts.text import visible

T = TypeVar("T")


class Tolerant(Schema):
    """Ignores fields it does not know, so that an addition within v1 breaks no reader."""

    class Meta:
        unknown = EXCLUDE


class Strict(Schema):
    """Refuses fields it does not know: what a person typed or a town configured is never dropped in silence."""

    class Meta:
        unknown = RAISE


def told(problems: Any, path: str = "") -> Iterator[str]:
    """Each problem in one line behind the fields that lead to it: `sign_in: issuer: an https address`."""
    if isinstance(problems, Mapping):
        for name, below in problems.items():
            yield from told(below, f"{path}{name}: " if name else path)
    else:
        text = " ".join(map(str, problems)) if isinstance(problems, list) else str(problems)
        yield visible(path + " ".join(text.split()))


class Unreadable(ValueError):
    """Data that does not fit its schema; `problems` maps field paths to what is wrong with them."""

    def __init__(self, what: str, problems: Mapping[str, Any]) -> None:
        super().__init__(f"{what}: {'; '.join(told(problems))}")
        self.what = what
        self.problems = dict(problems)


@cache
def _schema(cls: type, base: type[Schema]) -> Schema:
    return class_schema(cls, base_schema=base)()


def dump(value: Any) -> dict[str, Any]:
    """The JSON-ready dictionary of a contracts dataclass."""
    return cast(dict[str, Any], _schema(cast(Hashable, type(value)), Tolerant).dump(value))


def load(cls: type[T], data: Any, *, base: type[Schema] = Tolerant) -> T:
    """The dataclass that `data` describes. Raises Unreadable, which names fields and never repeats their values."""
    try:
        return cast(T, _schema(cast(Hashable, cls), base).load(data))
    except ValidationError as error:
        raise Unreadable(cls.__name__, error.messages_dict) from None
