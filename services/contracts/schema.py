"""One way from a frozen dataclass to its marshmallow schema: strict at the door, tolerant on events."""

from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from typing import Any, TypeVar, cast

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields
from marshmallow_dataclass import class_schema

from services.contracts.shapes import WORDS
from services.contracts.suggesting import field_meant, no_field
from services.contracts.text import visible

T = TypeVar("T")


class Tolerant(Schema):
    """Ignores fields it does not know, so that an addition within v1 breaks no reader."""

    class Meta:
        unknown = EXCLUDE


class Strict(Schema):
    """Refuses fields it does not know: what a person typed or a town configured is never dropped in silence. What is
    wrong is told with the mend, as of towns' files (shapes.py)."""

    class Meta:
        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """See marshmallow.Schema."""
        _say_mends(field_obj, field_obj.data_key or field_name)

    def handle_error(self, error: ValidationError, data: Any, **_: Any) -> None:
        """A name that is no field stands for the one that was meant, which is not told to be missing, too."""
        found = cast(dict[Any, Any], error.messages)
        if not isinstance(data, Mapping):
            found[""] = [f"write its fields here: {', '.join(_names(self))}"]
            found.pop("_schema", None)
            return
        for name in [each for each in data if each not in _names(self)]:
            close = field_meant(name, _names(self), data)
            found[name] = [no_field(close, _names(self))]
            found.pop(close, None)


def _names(schema: Schema) -> list[str]:
    return [each.data_key or name for name, each in schema.fields.items()]


_KINDS = (
    (fields.Boolean, bool),
    (fields.Integer, int),
    (fields.String, str),
    (fields.Dict, dict),
    (fields.List, tuple),
)


def _say_mends(field: fields.Field[Any], name: str) -> None:
    """What marshmallow says of a value of another kind, as somebody who writes one reads it."""
    kind = next((kind for cls, kind in _KINDS if isinstance(field, cls)), None)
    said = WORDS[kind] if kind else getattr(field, "MEND", "")
    if isinstance(field, fields.List):
        said += f": `{name}: [one, another]`"
        _say_mends(field.inner, name)
    elif isinstance(field, fields.Dict) and field.value_field is not None:
        _say_mends(field.value_field, name)
    mend = f"write {said}" if said else "write its fields here"
    mend = mend.replace("{", "{{").replace("}", "}}")  # marshmallow formats what it says
    field.error_messages = {
        **field.error_messages,
        "required": f"is missing; {mend}",
        "null": f"holds nothing; {mend}",
        "invalid": f"{mend}, in quotes where it looks like a number, or like true or false" if kind is str else mend,
    }


def told(problems: Any, path: str = "") -> Iterator[str]:
    """Each problem in one line behind the fields that lead to it: `sign_in: issuer: an https address`."""
    if isinstance(problems, Mapping):
        for name, below in problems.items():
            yield from told(below, f"{path}{name}: " if name else path)
    else:
        text = " ".join(map(str, problems)) if isinstance(problems, list) else str(problems)
        yield visible(path + " ".join(text.split()))


class Unreadable(ValueError):
    """Data that does not fit its schema; `problems` maps field paths to what is wrong with them. `others` are the
    files beside it that cannot be read either, where all of a folder were looked at."""

    def __init__(self, what: str, problems: Mapping[str, Any]) -> None:
        super().__init__(f"{what}: {'; '.join(told(problems))}")
        self.what = what
        self.problems = dict(problems)
        self.others: tuple[Unreadable, ...] = ()


@cache
def schema_of(cls: type, base: type[Schema]) -> Schema:
    """The one of a dataclass, made once."""
    return class_schema(cls, base_schema=base)()


def dump(value: Any) -> dict[str, Any]:
    """The JSON-ready dictionary of a contracts dataclass."""
    return cast(dict[str, Any], schema_of(cast(Hashable, type(value)), Tolerant).dump(value))


def load(cls: type[T], data: Any, *, base: type[Schema] = Tolerant) -> T:
    """The dataclass that `data` describes. Raises Unreadable, which names fields and never repeats their values."""
    try:
        return cast(T, schema_of(cast(Hashable, cls), base).load(data))
    except ValidationError as error:
        raise Unreadable(cls.__name__, error.messages_dict) from None
