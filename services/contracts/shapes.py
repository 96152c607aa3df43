"""What a person wrote, as a dataclass: every misfit at once, each with its mend. Nothing is converted or ignored."""

from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from types import UnionType
from typing import Any, Generic, TypeVar, cast, get_args, get_origin, get_type_hints

from services.contracts.suggesting import field_meant, no_field

T = TypeVar("T")

NAMED = "NAME"
"""Stands in a path for a name that the file chooses: `tariffs.NAME.cents`."""

WORDS = {str: "a text", bool: "true or false", int: "a whole number", tuple: "a list", dict: "names with their values"}
"""How each kind of value is called to whoever writes one."""


def paths(cls: type) -> Iterator[str]:
    """The fields that hold a value, those of parts included: `refnis`, `office.street`, `tariffs.NAME.cents`."""
    for name, kind in _kinds(cls).items():
        below = f"{name}.{NAMED}" if get_origin(kind) is dict else name
        part = get_args(kind)[1] if get_origin(kind) is dict else kind
        if is_dataclass(part):
            yield from (f"{below}.{path}" for path in paths(cast(type, part)))
        else:
            yield name


@dataclass(frozen=True, kw_only=True)
class Fitted(Generic[T]):
    """`value` is empty where something is missing or does not fit (`stood_in`), so that the rest can be looked at.

    `problems` has each misfit by its path.
    """

    value: T
    problems: dict[str, str]
    stood_in: frozenset[str]


def fitted(cls: type[T], data: Any, examples: Mapping[str, str]) -> Fitted[T]:
    """What fits of the data. `examples` has for each path a value as one would write it, which a mend shows."""
    fit = _Fit(examples=examples, places=tuple(paths(cls)))
    value = cast(T, fit.part(cls, data, "", told=True))
    return Fitted(value=value, problems=fit.problems, stood_in=frozenset(fit.stood_in))


@dataclass(kw_only=True)
class _Fit:
    """`told` below: whether what is missing or wrong is told, or was said already of what it stands in."""

    examples: Mapping[str, str]
    places: tuple[str, ...]
    problems: dict[str, str] = field(default_factory=dict)
    stood_in: set[str] = field(default_factory=set)

    def part(self, cls: type, data: Any, path: str, *, told: bool) -> Any:
        if not isinstance(data, dict):
            self.stood_in.add(path)
            if told:
                self.problems[path or "file"] = f"write its fields here: {', '.join(_kinds(cls))}"
            data, told = {}, False
        known: dict[str, Field[Any]] = {each.name: each for each in fields(cls)}
        meant = self._misspelt(data, known, path)
        data = data | {name: data[key] for name, key in meant.items()}
        values = {}
        for name, each in known.items():
            below = f"{path}.{name}" if path else name
            if name in data:
                values[name] = self.value(_kinds(cls)[name], data[name], below, told=told)
            elif each.default is MISSING and each.default_factory is MISSING:
                if told:
                    self.problems[below] = f"is missing; {self._mend(_kinds(cls)[name], below)}"
                values[name] = self.value(_kinds(cls)[name], MISSING, below, told=False)
        return cls(**values)

    def value(self, kind: Any, value: Any, path: str, *, told: bool) -> Any:
        """Of the kind that is wanted, empty where it is not."""
        optional, kind = _without_none(kind)
        if value is None and optional:
            return None
        if is_dataclass(kind):
            return self.part(cast(type, kind), value, path, told=told)
        plain = get_origin(kind) or kind
        written: type = {tuple: list}.get(plain, plain)
        if type(value) is not written:
            self.stood_in.add(path)
            if told:
                self.problems[path] = self._of_another_kind(kind, value, path)
            return plain()
        return self._within(kind, plain, value, path, told=told)

    def _within(self, kind: Any, plain: Any, value: Any, path: str, *, told: bool) -> Any:
        if plain is tuple:
            return tuple(self.value(str, each, f"{path}[{place}]", told=told) for place, each in enumerate(value))
        if plain is dict:
            return {
                str(name): self.value(
                    get_args(kind)[1], each, f"{path}.{name}", told=told and self._is_text(name, f"{path}.{name}")
                )
                for name, each in value.items()
            }
        return value

    def _of_another_kind(self, kind: Any, value: Any, path: str) -> str:
        if kind is str and isinstance(value, bool | int):
            return "is read as a number, or as true or false; put it in quotes"
        if kind is str and value is None:
            mend = self._mend(kind, path)
            cut = (
                "# begins a comment" if "#" in self._example(path) else "where a comma, a colon or # is part of a text"
            )
            return f"holds nothing; {mend} (in quotes: {cut})"
        return self._mend(kind, path)

    def _mend(self, kind: Any, path: str) -> str:
        _, kind = _without_none(kind)
        if is_dataclass(kind):
            return f"write its fields here: {', '.join(_kinds(cast(type, kind)))}"
        word = WORDS[get_origin(kind) or kind]
        example = self._example(path)
        return f"write {word}, such as {path.rpartition('.')[2]}: {example}" if example else f"write {word}"

    def _example(self, path: str) -> str:
        """Also of a field below a name that the file chose."""
        parts = path.split(".")
        for place in self.places:
            named = place.split(".")
            if len(named) == len(parts) and all(one in (NAMED, other) for one, other in zip(named, parts, strict=True)):
                return self.examples.get(place, "")
        return self.examples.get(path, "")

    def _is_text(self, name: Any, path: str) -> bool:
        if not isinstance(name, str):
            self.problems[path] = "a name is a text; put it in quotes"
        return isinstance(name, str)

    def _misspelt(self, data: Mapping[Any, Any], known: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Tells of keys that are no fields. The rest is looked at as if the fields that were meant stood there: their
        names, and the keys.
        """
        meant = {}
        for key in data:
            if key in known:
                continue
            home = next((place for place in self.places if place.rpartition(".")[2] == key), None)
            close = field_meant(key, known, data)
            told = no_field(close, known)
            if close:
                meant[close] = key
            elif home:
                part = home.rpartition(".")[0]
                where = f"under {part}" if part else "to the town itself"
                told = f"no such field here; it belongs {where}; indent it so"
            self.problems[f"{path}.{key}" if path else str(key)] = told
        return meant


def _without_none(kind: Any) -> tuple[bool, Any]:
    if isinstance(kind, UnionType):
        (kind,) = (each for each in get_args(kind) if each is not type(None))
        return True, kind
    return False, kind


@cache
def _kinds(cls: type) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {each.name: hints[each.name] for each in fields(cls)}
