"""The schemas of the public events and an example of each, as the code and the catalogue have them.

`python -m services.contracts.feed_schemas` rewrites feed/schemas and feed/examples. Those of a deployment's own events
(LOKET_EXTENSIONS) are kept nowhere: the gateway makes them.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from services.contracts.catalogue import products
from services.contracts.department_events import OF_EVERY_PRODUCT, department_events, every_event
from services.contracts.feed.events import ALIVE, PREFIX, PublicEvent, source_of, type_of
from services.contracts.feed.schemas import ENVELOPE, FOLDER

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"

HOME = FOLDER.parent

_TEXT = {"type": "string"}
_REFERENCE = {**_TEXT, "pattern": "^[0-9a-f]{32}$"}

ATTRIBUTES: Mapping[str, Schema] = {
    "specversion": {**_TEXT, "const": "1.0"},
    "id": {**_REFERENCE, "description": "Its own for ever within its source, however often it comes"},
    "source": {**_TEXT, "pattern": "^/towns/[0-9]{5}$", "description": "The town, by its REFNIS code"},
    "type": {**_TEXT, "maxLength": 200, "pattern": rf"^{re.escape(PREFIX)}[a-z0-9-]{{1,150}}\.v[1-9][0-9]?$"},
    "subject": {
        **_REFERENCE,
        "description": "The reference of what it is about: facts are asked for with it, and it tells nothing by itself",
    },
    "time": {**_TEXT, "format": "date-time", "description": "When it happened (RFC 3339, UTC)"},
    "datacontenttype": {**_TEXT, "const": "application/json"},
    "data": {"type": "object"},
}
"""Of every event; each is there."""

_ABOUT_A_PRODUCT: Schema = {
    "type": "object",
    "required": ["product"],
    "properties": {
        "product": {
            **_TEXT,
            "maxLength": 80,
            "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$",
            "description": "What was asked for, as the town's catalogue calls it",
        }
    },
}


def told_events() -> tuple[str, ...]:
    """The names of all that departments hear, that the way is open as well."""
    return (*every_event(), ALIVE)


def meaning_of(name: str) -> tuple[str, str]:
    """Title and description in English, which are for who builds."""
    if name == ALIVE:
        return "The way is open", "Comes once an hour for each town, and says nothing else."
    if name in OF_EVERY_PRODUCT:
        return OF_EVERY_PRODUCT[name]
    written = department_events()[name]
    return written.titles["en"], written.purposes["en"]


def envelope(address: str = "") -> Schema:
    """What all events have in common. `address` is where schemas are served; each then says where it is itself."""
    return {
        **_head(ENVELOPE, address),
        "title": "What all public events of Loket have in common (CloudEvents 1.0, structured JSON)",
        "type": "object",
        "required": list(ATTRIBUTES),
        "properties": dict(ATTRIBUTES),
    }


def schema(name: str, address: str = "") -> Schema:
    """Of the event of that name; see envelope."""
    title, description = meaning_of(name)
    return {
        **_head(type_of(name), address),
        "title": title,
        "description": description,
        "allOf": [{"$ref": f"{ENVELOPE}.json"}],
        "properties": {"type": {"const": type_of(name)}, "data": data_of(name)},
    }


def data_of(name: str) -> Schema:
    """What `data` holds in the event of that name."""
    return {"type": "object"} if name == ALIVE else _ABOUT_A_PRODUCT


def example(name: str) -> PublicEvent:
    """Of the event of that name, which never happened."""
    id = _digest(name)
    return PublicEvent(
        id=id,
        type=type_of(name),
        source=source_of("24001"),
        subject=id if name == ALIVE else _digest("an application"),
        time=datetime(2026, 11, 27, 8, 0, tzinfo=UTC),
        data={} if name == ALIVE else {"product": _product_of(name)},
    )


def files() -> dict[str, str]:
    """All that is kept of this in feed/, by its path there."""
    written = {f"schemas/{ENVELOPE}.json": envelope()}
    for name in told_events():
        written[f"schemas/{type_of(name)}.json"] = schema(name)
        written[f"examples/{type_of(name)}.json"] = json.loads(example(name).to_json())
    return {path: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for path, each in written.items()}


def _head(name: str, address: str) -> Schema:
    return {"$schema": DIALECT} | ({"$id": f"{address}/{name}.json"} if address else {})


def _product_of(name: str) -> str:
    return next((each.id for each in products().values() if each.department_event == name), "residence")


def _digest(text: str) -> str:
    return sha256(f"example\n{text}".encode()).hexdigest()[:32]


if __name__ == "__main__":
    for path, text in files().items():
        HOME.joinpath(path).write_text(text, encoding="utf-8")
