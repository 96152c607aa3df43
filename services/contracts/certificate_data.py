"""The facts of a certificate as data: the JSON inside each PDF, a public form, and its schema.

The schema follows from the dataclasses in contracts/facts. Within version 1 things are only added: readers ignore what
they do not know. What no paper shows is not in it (facts.part, `unprinted`).
"""

import inspect
import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.contracts.facts import parts, unprinted

VERSION = 1

SCHEMA = f"/schemas/certificate-{VERSION}.json"
"""Where every town serves it."""

FILE_NAME = "certificate.json"

PURPOSE = "purpose"
"""The question whose answer stands at the head of the data as well: version 1 had no other."""

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}
_DAY = {"type": "string", "format": "date"}

HEAD: Mapping[str, dict[str, Any]] = {
    "$schema": {**_TEXT, "format": "uri", "description": "Where this schema is."},
    "version": {"const": VERSION},
    "number": {**_TEXT, "description": "As it is printed."},
    "code": {**_TEXT, "description": "As it is printed; with it the certificate is verified."},
    "verify_at": {**_TEXT, "format": "uri", "description": "The page that says what the certificate is worth today."},
    "town": {
        "type": "object",
        "properties": {
            "refnis": {**_TEXT, "pattern": "^[0-9]{5}$", "description": "Code of the municipality (Statbel)."},
            "name": _TEXT,
        },
        "required": ["refnis", "name"],
    },
    "product": {**_TEXT, "description": "What was asked for, an id of the catalogue."},
    "title": _TEXT,
    "language": {"enum": ["nl", "fr", "de", "en"]},
    "translation": {"type": "boolean", "description": "In no official language of the town, so without legal value."},
    "specimen": {"type": "boolean", "description": "A demonstration without legal value."},
    "issued_at": _MOMENT,
    "consulted_at": {**_MOMENT, "description": "When the register was consulted."},
    "current_through": {**_DAY, "description": "The last day on which the town presents it as current."},
    "registers": {"type": "array", "items": _TEXT, "description": "Those that it is made from."},
    PURPOSE: {**_TEXT, "description": "For what it was asked, where that was asked: also among the answers."},
    "answers": {
        "type": "object",
        "description": "What the citizen answered and the certificate prints, by the name of the question.",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "label": {**_TEXT, "description": "What is printed before it: the question, or what it is about."},
                "text": {**_TEXT, "description": "The answer as it is printed."},
                "value": {**_TEXT, "description": "Of a choice what stands for it in every language, else the text."},
            },
            "required": ["label", "text", "value"],
        },
    },
    "form": {
        "type": "object",
        "description": "The multilingual form of Regulation (EU) 2016/1191 behind the certificate, where there is one.",
        "properties": {
            "regulation": _TEXT,
            "annex": {**_TEXT, "description": "Of the regulation, in Roman numerals."},
            "destination": {**_TEXT, "description": "The country for which it is."},
            "languages": {"type": "array", "items": _TEXT, "description": "That of the certificate, and the other."},
            "entries": {
                "type": "object",
                "description": "By the number of each entry its text, or whether its box is ticked.",
                "additionalProperties": {"anyOf": [_TEXT, {"type": "boolean"}]},
            },
        },
        "required": ["regulation", "annex", "destination", "languages", "entries"],
    },
}
OPTIONAL = frozenset({PURPOSE, "answers", "form"})


def shown(part: Any) -> dict[str, Any]:
    """A part of an extract as JSON, without what no paper shows."""
    return _json(part, without=unprinted(type(part)))  # type: ignore[no-any-return]


def schema(address: str = "") -> dict[str, Any]:
    """The JSON Schema (2020-12) of the data, for a town at this address."""
    defined: dict[str, Any] = {}
    facts = {name: _schema(part, defined, without=unprinted(part)) for name, part in parts().items()}
    return {
        "$schema": DIALECT,
        "$id": f"{address}{SCHEMA}",
        "title": "A certificate of a Belgian town",
        "description": inspect.getdoc(inspect.getmodule(parts)),
        "type": "object",
        "properties": {
            **HEAD,
            "facts": {"type": "object", "description": "What is certified, by fact.", "properties": facts},
        },
        "required": [name for name in (*HEAD, "facts") if name not in OPTIONAL],
        "$defs": dict(sorted(defined.items())),
    }


def _json(value: Any, *, without: frozenset[str]) -> Any:
    if is_dataclass(value):
        return {
            each.name: _json(getattr(value, each.name), without=without)
            for each in fields(value)
            if each.name not in without
        }
    if isinstance(value, tuple):
        return [_json(each, without=without) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _schema(kind: Any, defined: dict[str, Any], *, without: frozenset[str]) -> dict[str, Any]:
    simple = {str: _TEXT, bool: {"type": "boolean"}, int: {"type": "integer"}, datetime: _MOMENT, date: _DAY}
    if kind in simple:
        return simple[kind]
    if kind is type(None):
        return {"type": "null"}
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return {"type": "array", "items": _schema(inner[0], defined, without=without)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(inner[1], defined, without=without)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, defined, without=without) for each in inner]}
    if not (isinstance(kind, type) and is_dataclass(kind)):
        raise TypeError(f"{kind}: a fact is made of dataclasses, tuples, texts, whole numbers, days and yes or no")
    if kind.__name__ not in defined:
        hints = get_type_hints(kind)
        shown_fields = [each for each in fields(kind) if each.name not in without]
        defined[kind.__name__] = {}  # a name to refer to, also from within
        defined[kind.__name__] = {
            "type": "object",
            "description": " ".join(inspect.cleandoc(kind.__doc__ or "").split()),
            "properties": {each.name: _schema(hints[each.name], defined, without=without) for each in shown_fields},
            "required": [each.name for each in shown_fields if each.default is MISSING],
        }
    return {"$ref": f"#/$defs/{kind.__name__}"}
