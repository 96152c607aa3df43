"""What still stands as the examples have it: in the environment files, and in the towns' files."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from services.contracts.towns import Town

_SECRET = re.compile(r"(?<![A-Za-z0-9_-])SECRET(?![A-Za-z0-9_-])")
_NOBODYS = ("example", "invalid", "example.com", "example.net", "example.org")
"""Names that are nobody's and never will be, with all below them (RFC 2606)."""


def unfilled(variables: Mapping[str, str]) -> Iterator[str]:
    """A line for each variable that holds an example's value. No value is repeated but an example's host."""
    for name, value in variables.items():
        if _SECRET.search(value):
            yield f"{name} still says SECRET; write your own in its place"
        if host := example_host(value):
            yield f"{name} still names {host}, an example's host; write your own"


def example_host(value: str) -> str | None:
    """The first host of an address, or of several, that is an example's."""
    for address in value.replace(";", ",").split(","):
        place = address.rpartition("@")[2].partition("://")
        host = (place[2] or place[0]).partition("/")[0].partition("?")[0].partition(":")[0].strip()
        if any(host.lower() == each or host.lower().endswith(f".{each}") for each in _NOBODYS):
            return host
    return None


def demonstrations(towns: Iterable[Town]) -> Iterator[str]:
    """A line for each town that is a demonstration, and for each field of the others that is an example's."""
    for town in towns:
        name = next(iter(town.names.values()))
        if town.specimen:
            yield (
                f"{name} ({town.refnis}) is a demonstration (specimen: true): no certificate of it has legal value;"
                " write specimen: false in its file, and the town's own address, provider and seal"
            )
            continue
        for place, text in _texts(town):
            if host := example_host(text):
                yield f"{name} ({town.refnis}): {place} still names {host}, an example's host; write the town's own"


def _texts(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a town, with the path of its field."""
    if isinstance(value, str):
        yield place, value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _texts(getattr(value, each.name), f"{place}.{each.name}".lstrip("."))
    elif isinstance(value, tuple):
        for number, each in enumerate(value):
            yield from _texts(each, f"{place}[{number}]")
