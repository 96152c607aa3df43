"""What can be stated of somebody: a module for each fact, whose one class is the *part* of it in an extract.

Dates that may be partly unknown are text: `1985-07-30`, `1985-07-00` (day unknown) or `1985-00-00`.
Countries and nationalities are ISO 3166-1 alpha-2 codes and `XK` (Kosovo). A country that is no more keeps the code it
had: the four letters of ISO 3166-3 (`SUHH`, `CSXX`) or the two withdrawn ones where no other country has them (`SU`,
`CS` for Czechoslovakia); what was gone before ISO counted has `XBCD` (Belgian Congo) or `XRRW` (Ruanda-Urundi). `XX` is
unknown; of nationalities `XS` is stateless, `XU` undetermined and `XR` a recognised refugee.
A sex is `M`, `F` or `X`, None where unknown; it is not printed, but words on paper follow it.
"""

import re
from collections.abc import Callable, Hashable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

from services.contracts.rooms import extend, modules
from services.contracts.schema import Unreadable, dump, load

__path__ = extend(__path__, "contracts/facts")

C = TypeVar("C", bound=type)

_NAME = re.compile(r"[a-z]{1,30}(?:-[a-z]{1,30}){0,5}")

_parts: dict[str, type] = {}


POPULATION = "population"
"""The source of what a town's own register says, wherever the town keeps it."""


def part(name: str, *, source: str = POPULATION, unprinted: tuple[str, ...] = ()) -> Callable[[C], C]:
    """Register a frozen dataclass as what an extract holds of the fact of that name, such as `civil-status`.

    `source` is the one that knows it. `unprinted` are fields, at any depth, that no paper shows: they are no statement
    of the world, only words follow them, and the data inside a certificate has none of them.
    """

    def register(cls: C) -> C:
        if not _NAME.fullmatch(name):
            raise TypeError(f"{name}: lower-case words with hyphens")
        if _parts.setdefault(name, cls) is not cls:
            raise TypeError(f"two facts are called {name}")
        cls.FACT, cls.SOURCE = name, source  # type: ignore[attr-defined]
        cls.UNPRINTED = frozenset(unprinted)  # type: ignore[attr-defined]
        return cls

    return register


def name_of(cls: type) -> str:
    """The fact of which this is the part."""
    return str(cls.FACT)  # type: ignore[attr-defined]


def source_of(cls: type) -> str:
    """The source that knows the fact of which this is the part."""
    return str(cls.SOURCE)  # type: ignore[attr-defined]


def unprinted(cls: type) -> frozenset[str]:
    """The fields of this part that no paper shows."""
    return frozenset(cls.UNPRINTED)  # type: ignore[attr-defined]


@cache
def parts() -> Mapping[str, type]:
    """The classes of all facts that there are, by name."""
    modules(__name__)
    return MappingProxyType(dict(sorted(_parts.items())))


class Parts(fields.Field[dict[str, Any]]):
    """A part for each name of a fact."""

    def _serialize(self, value: dict[str, Any] | None, *_: Any, **__: Any) -> dict[str, Any]:
        return {name: dump(each) for name, each in (value or {}).items()}

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> dict[str, Any]:
        if not isinstance(value, dict) or not all(isinstance(name, Hashable) and name in parts() for name in value):
            raise ValidationError("a part for each name of a fact")
        try:
            return {name: load(parts()[name], each) for name, each in value.items()}
        except Unreadable as broken:
            raise ValidationError(broken.problems) from None
