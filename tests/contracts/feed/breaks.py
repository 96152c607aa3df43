"""What in newer schemas would break a reader within v1.

Both ways count: who was built for the older ones reads what comes now, and who has the newer ones reads in a stream
what was told before. So nothing may be said otherwise, wider or narrower, than it was: schemas, and fields that need
not be there, are added, and that is all.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

Schema = Mapping[str, Any]

RELEASES = Path(__file__).parents[2] / "golden" / "feed"
"""The schemas of each release, by its number."""

FOR_PEOPLE = frozenset({"$schema", "$id", "title", "description", "examples"})
"""Words of JSON Schema that no program goes by."""

SETS = frozenset({"required", "enum"})
"""Words whose lists have no order."""


def breaks(before: Mapping[str, Schema], after: Mapping[str, Schema]) -> list[str]:
    """Where they are, of whole sets of schemas by name; nothing where `after` may follow `before`."""
    return list(_added_to(before, after, ""))


def _added_to(before: Mapping[str, Schema], after: Mapping[str, Schema], path: str) -> Iterator[str]:
    for name, schema in before.items():
        place = f"{path}.{name}".lstrip(".")
        if name in after:
            yield from _otherwise(schema, after[name], place)
        else:
            yield f"{place}: gone"


def _otherwise(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for word in sorted({*before, *after} - FOR_PEOPLE):
            old, new = before.get(word), after.get(word)
            if word == "properties":
                yield from _added_to(old or {}, new or {}, path)
            elif word in SETS:
                yield from (f"{path}: {word}, {each}" for each in sorted({*(old or ())} ^ {*(new or ())}))
            else:
                yield from _otherwise(old, new, f"{path}: {word}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _otherwise(old, new, f"{path} {number}")
    elif before != after:
        yield path
