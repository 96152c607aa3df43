"""Whether a value is what its dataclass says: a store, or a register behind it, may hold something else."""

from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints


def fits(value: Any, expected: Any) -> bool:
    """Is the value of that type, and all that is in it? Knows what dossiers are made of: dataclasses, tuples and
    dictionaries of one kind, enumerations, text, booleans and None.
    """
    if get_origin(expected) is UnionType:
        return any(fits(value, each) for each in get_args(expected))
    if get_origin(expected) is tuple:
        return isinstance(value, tuple) and all(fits(each, get_args(expected)[0]) for each in value)
    if get_origin(expected) is dict:
        key, each = get_args(expected)
        return isinstance(value, dict) and all(fits(name, key) and fits(value[name], each) for name in value)
    if is_dataclass(expected):
        kinds: dict[str, Any] = _kinds(expected)  # type: ignore[arg-type]
        return type(value) is expected and all(fits(getattr(value, name), kinds[name]) for name in kinds)
    if isinstance(expected, type) and issubclass(expected, Enum):
        return isinstance(value, expected)
    return type(value) is expected


@cache
def _kinds(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {each.name: hints[each.name] for each in fields(cls)}
