"""What fits of data that does not fit its schema as a whole, so that the rest of it can be looked at as well."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Generic, TypeVar, cast, get_args, get_origin, get_type_hints

from marshmallow import Schema, ValidationError
from marshmallow.fields import List, Nested

from services.contracts.schema import Strict, schema_of
from services.contracts.suggesting import field_meant

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Partly(Generic[T]):
    """`value` is empty where something is missing or does not fit; `problems` has each misfit by its path. A name that
    is no field is read as the one that was meant, as far as that can be told."""

    value: T
    problems: dict[str, str]


def load_partly(cls: type[T], data: Mapping[Any, Any]) -> Partly[T]:
    """As schema.load with Strict, of whatever there is."""
    schema = schema_of(cast(Hashable, cls), Strict)
    problems: dict[str, str] = {}
    value: Any = None
    for each in (data, _as_meant(schema, data)):
        try:
            value = schema.load(each)
        except ValidationError as error:
            problems |= dict(_by_path(error.messages))
            value = _built(cls, error.valid_data)
    return Partly(value=value, problems=problems)


def _as_meant(schema: Schema, data: Any) -> Any:
    """The same with the names of fields, without those that nobody can tell."""
    if not isinstance(data, Mapping):
        return data
    known = {each.data_key or name: each for name, each in schema.fields.items()}
    found = {}
    for key, value in data.items():
        name = key if key in known else field_meant(key, known, data)
        if name is not None and name not in found:
            found[name] = _within(known[name], value)
    return found


def _within(field: Any, value: Any) -> Any:
    if isinstance(field, Nested):
        return _as_meant(field.schema, value)
    if isinstance(field, List) and isinstance(field.inner, Nested) and isinstance(value, list):
        return [_as_meant(field.inner.schema, each) for each in value]
    return value


def _by_path(messages: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(messages, Mapping):
        for name, below in messages.items():
            yield from _by_path(below, f"{path}.{name}" if path and name != "" else str(name) or path)
    else:
        yield path, " ".join(map(str, messages)) if isinstance(messages, list) else str(messages)


def _built(cls: type, valid: Any) -> Any:
    given, kinds = valid if isinstance(valid, Mapping) else {}, get_type_hints(cls)
    values = {}
    for each in fields(cls):
        if each.name in given:
            values[each.name] = _fitting(kinds[each.name], given[each.name])
        elif each.default is MISSING and each.default_factory is MISSING:
            values[each.name] = _empty(kinds[each.name])
    return cls(**values)


def _fitting(kind: Any, value: Any) -> Any:
    """A part of which something is wrong comes as the names and values that fit."""
    if isinstance(kind, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
    if is_dataclass(kind) and isinstance(value, Mapping):
        return _built(cast(type, kind), value)
    if get_origin(kind) is tuple:
        return tuple(_fitting(get_args(kind)[0], each) for each in value)
    return value


def _empty(kind: Any) -> Any:
    if is_dataclass(kind):
        return _built(cast(type, kind), {})
    return None if isinstance(kind, UnionType) else (get_origin(kind) or kind)()
