"""The schemas of the public events (JSON Schema 2020-12), kept in `schemas/`, and a check against them.

The check reads what these schemas say and no more, so that it needs nothing but the standard library.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_name("schemas")
ENVELOPE = "event"
"""The schema of what all have in common, whatever their type."""

_KINDS: Mapping[str, type | tuple[type, ...]] = {"object": dict, "string": str, "integer": int, "boolean": bool}


def _patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        for each in schema.values():
            yield from _patterns(each)


_SCHEMAS: Mapping[str, dict[str, Any]] = {
    file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(FOLDER.glob("*.json"))
}
_PATTERNS = {each: re.compile(each.strip("^$"), re.ASCII) for schema in _SCHEMAS.values() for each in _patterns(schema)}
"""All of ours begin with ^ and end with $, which lets a line break follow in Python."""


def known_types() -> tuple[str, ...]:
    """The types that have a schema here."""
    return tuple(name for name in _SCHEMAS if name != ENVELOPE)


def schema_of(type: str) -> dict[str, Any] | None:
    """The schema of one type of event; None where there is none here: it is newer, or a deployment's own."""
    return _SCHEMAS.get(type)


def problems(said: Any) -> list[str]:
    """What keeps `said` from being an event of ours; nothing where it is one, or of a type that is not known here."""
    found = list(_against(said, _SCHEMAS[ENVELOPE], "event"))
    if found:
        return found
    own = schema_of(said["type"])
    return list(_against(said["data"], own["properties"]["data"], "data")) if own else []


def problems_of(said: Any, type: str) -> list[str]:
    """What keeps `said` from matching that type's whole schema; for answers, which have an envelope of their own."""
    return list(_against(said, _SCHEMAS[type], "event"))


def _against(said: Any, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    kind = schema.get("type")
    if kind and (not isinstance(said, _KINDS[kind]) or (isinstance(said, bool) and kind != "boolean")):
        yield f"{path}: not of type {kind}"
        return
    if "const" in schema and said != schema["const"]:
        yield f"{path}: not {schema['const']}"
    if isinstance(said, int) and not schema.get("minimum", said) <= said <= schema.get("maximum", said):
        yield f"{path}: not from {schema['minimum']} to {schema['maximum']}"
    if isinstance(said, str):
        yield from _text(said, schema, path)
    if isinstance(said, dict):
        yield from (f"{path}.{name}: missing" for name in schema.get("required", ()) if name not in said)
        for name, each in schema.get("properties", {}).items():
            if name in said:
                yield from _against(said[name], each, f"{path}.{name}")


def _text(said: str, schema: Mapping[str, Any], path: str) -> Iterator[str]:
    if len(said) > schema.get("maxLength", len(said)):
        yield f"{path}: too long"
    elif "pattern" in schema and not _PATTERNS[schema["pattern"]].fullmatch(said):
        yield f"{path}: not as {schema['pattern']}"
    elif schema.get("format") == "date-time" and not _is_moment(said):
        yield f"{path}: no moment as RFC 3339 writes one"


def _is_moment(said: str) -> bool:
    try:
        return datetime.fromisoformat(said).tzinfo is not None
    except ValueError:
        return False
