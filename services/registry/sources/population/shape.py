"""Whether a value is what its dataclass says: a store, or a register behind it, may hold something else."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

Check = Callable[[Any], bool]


def fits(value: Any, expected: Any) -> bool:
    """Is the value of that type, and all that is in it? Knows what dossiers are made of: dataclasses, tuples and
    dictionaries of one kind, enumerations, text, booleans and None.
    """
    return _check(expected)(value)


@cache
def _check(expected: Any) -> Check:
    """Every dossier that is read is looked through: what each type asks for is found out once."""
    if get_origin(expected) is UnionType:
        return _any_of([_check(each) for each in get_args(expected)])
    if get_origin(expected) is tuple:
        return _tuple_of(_check(get_args(expected)[0]))
    if get_origin(expected) is dict:
        return _dictionary_of(*map(_check, get_args(expected)))
    if is_dataclass(expected):
        hints = get_type_hints(expected)
        return _dataclass(expected, [(each.name, _check(hints[each.name])) for each in fields(expected)])
    if isinstance(expected, type) and issubclass(expected, Enum):
        return lambda value: isinstance(value, expected)
    return lambda value: type(value) is expected


def _any_of(checks: list[Check]) -> Check:
    return lambda value: any(check(value) for check in checks)


def _tuple_of(check: Check) -> Check:
    return lambda value: isinstance(value, tuple) and all(map(check, value))


def _dictionary_of(name: Check, each: Check) -> Check:
    return lambda value: isinstance(value, dict) and all(map(name, value)) and all(map(each, value.values()))


def _dataclass(cls: Any, checks: list[tuple[str, Check]]) -> Check:
    def check(value: Any) -> bool:
        if type(value) is not cls:
            return False
        for name, fits_there in checks:  # noqa: SIM110 - a generator takes as long again
            if not fits_there(getattr(value, name)):
                return False
        return True

    return check
