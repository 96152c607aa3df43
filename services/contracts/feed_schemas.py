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
from services.contracts.confirmations import MOST_ASKINGS, Needless
from services.contracts.days import days_after, end_of
from services.contracts.department_events import (
    ANSWER_REFUSED,
    ANSWER_TAKEN,
    CONFIRMATION_NEEDLESS,
    CONFIRMATION_REMINDED,
    CONFIRMATION_REQUESTED,
    DIRECTED,
    OF_EVERY_PRODUCT,
    department_events,
    every_event,
)
from services.contracts.feed.answers import CONFIRMATION_ANSWERED, Answer, Outcome
from services.contracts.feed.events import ALIVE, PREFIX, PublicEvent, moment_of, source_of, type_of
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

_NAME = {**_TEXT, "maxLength": 80, "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_MOMENT = {**_TEXT, "format": "date-time"}
_ANSWER_ID = {**_TEXT, "maxLength": 100, "pattern": "^[!-~]+$"}

_FIELDS: Mapping[str, Schema] = {
    "product": {**_NAME, "description": "What was asked for, as the town's catalogue calls it"},
    "department": {**_NAME, "description": "As whom the department is asked, as the town's catalogue calls it"},
    "confirmation": {
        **_REFERENCE,
        "description": "The reference of the confirmation: it is looked up and answered by it",
    },
    "asking": {
        "type": "integer",
        "minimum": 1,
        "maximum": MOST_ASKINGS,
        "description": "How often it was asked for; an answer says to which asking it is",
    },
    "due_at": {**_MOMENT, "description": "By when an answer is expected"},
    "expires_at": {**_MOMENT, "description": "When the application ends without it"},
    "reason": {**_NAME, "description": f"Such as {', '.join(Needless)}"},
    "answer": {**_ANSWER_ID, "description": "The id of the department's own event"},
    "outcome": {**_TEXT, "pattern": f"^({'|'.join(Outcome)})$"},
    "answered_at": {**_MOMENT, "description": "Since when it is kept"},
    "counts_until": {**_MOMENT, "description": "It is asked for anew after that; not there where it was no"},
    "code": {**_NAME, "description": "Why, in one word"},
    "detail": {**_TEXT, "maxLength": 2000, "description": "More about it, for who builds"},
}
"""What there may be in `data`."""

_OF_ASKING = ("product", "department", "confirmation", "asking")
_OF_AN_ANSWER = ("product", "answer", "confirmation", "asking", "outcome")

_REQUIRED: Mapping[str, tuple[str, ...]] = {
    CONFIRMATION_REQUESTED: (*_OF_ASKING, "due_at"),
    CONFIRMATION_REMINDED: (*_OF_ASKING, "due_at", "expires_at"),
    CONFIRMATION_NEEDLESS: (*_OF_ASKING, "reason"),
    ANSWER_TAKEN: (*_OF_AN_ANSWER, "answered_at"),
    ANSWER_REFUSED: ("code", "detail"),
    ALIVE: (),
}
"""What is always in `data`, by event; all others have the product."""

_OPTIONAL: Mapping[str, tuple[str, ...]] = {ANSWER_TAKEN: ("counts_until",), ANSWER_REFUSED: _OF_AN_ANSWER}

_DAY = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def told_events() -> tuple[str, ...]:
    """The names of all that departments hear, that the way is open as well."""
    return (*every_event(), *DIRECTED, ALIVE)


def meaning_of(name: str) -> tuple[str, str]:
    """Title and description in English, which are for who builds."""
    if name == ALIVE:
        return "The way is open", "Comes once an hour for each town, and says nothing else."
    if found := OF_EVERY_PRODUCT.get(name) or DIRECTED.get(name):
        return found
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
    required = _REQUIRED.get(name, ("product",))
    fields = {each: _FIELDS[each] for each in (*required, *_OPTIONAL.get(name, ()))}
    return {"type": "object"} | ({"required": list(required), "properties": fields} if fields else {})


def answer_schema(address: str = "") -> Schema:
    """Of what a department says itself; see envelope."""
    own = {
        "id": {**_ANSWER_ID, "description": "The department's own: said again it is the same, whatever happened"},
        "source": {**_TEXT, "maxLength": 60, "pattern": "^/departments/[a-z0-9-]+$"},
        "type": {**_TEXT, "const": type_of(CONFIRMATION_ANSWERED)},
        "subject": _FIELDS["confirmation"],
        "data": {
            "type": "object",
            "required": ["asking", "outcome"],
            "properties": {name: _FIELDS[name] for name in ("asking", "outcome")},
        },
    }
    return {
        **_head(type_of(CONFIRMATION_ANSWERED), address),
        "title": "A department answers",
        "description": "It confirms what it was asked to, or does not: the one event that a department says itself.",
        "type": "object",
        "required": list(ATTRIBUTES),
        "properties": {**ATTRIBUTES, **own},
    }


def answer_example() -> Answer:
    """To the example of what was asked."""
    asked = data_example(CONFIRMATION_REQUESTED)
    return Answer(
        id=asked["answer"],
        department="police",
        confirmation=asked["confirmation"],
        asking=asked["asking"],
        outcome=asked["outcome"],
        time=_DAY,
    )


def example(name: str) -> PublicEvent:
    """Of the event of that name, which never happened."""
    id = _digest(name)
    return PublicEvent(
        id=id,
        type=type_of(name),
        source=source_of("24001"),
        subject=id if name == ALIVE else _digest("an application"),
        time=_DAY,
        data={each: value for each, value in data_example(name).items() if each in data_of(name).get("properties", {})},
    )


def data_example(name: str) -> dict[str, Any]:
    """All that may be said of something that never happened."""
    return {
        "product": _product_of(name),
        "department": "police",
        "confirmation": _digest("a confirmation"),
        "asking": 1,
        "due_at": _end_of_day(28),
        "expires_at": _end_of_day(60),
        "reason": Needless.WITHDRAWN.value,
        "answer": "2026/0815",
        "outcome": Outcome.CONFIRMED.value,
        "answered_at": moment_of(_DAY),
        "counts_until": _end_of_day(30),
        "code": "confirmation-overtaken",
        "detail": "2",
    }


def files() -> dict[str, str]:
    """All that is kept of this in feed/, by its path there."""
    written = {f"schemas/{ENVELOPE}.json": envelope()}
    for name in told_events():
        written[f"schemas/{type_of(name)}.json"] = schema(name)
        written[f"examples/{type_of(name)}.json"] = json.loads(example(name).to_json())
    written[f"schemas/{type_of(CONFIRMATION_ANSWERED)}.json"] = answer_schema()
    written[f"examples/{type_of(CONFIRMATION_ANSWERED)}.json"] = json.loads(answer_example().to_json())
    return {path: json.dumps(each, indent=2, ensure_ascii=False) + "\n" for path, each in written.items()}


def _head(name: str, address: str) -> Schema:
    return {"$schema": DIALECT} | ({"$id": f"{address}/{name}.json"} if address else {})


def _product_of(name: str) -> str:
    fallback = "criminal-record-596-2" if name in DIRECTED else "residence"
    return next((each.id for each in products().values() if each.department_event == name), fallback)


def _end_of_day(count: int) -> str:
    """As all that counts in days ends."""
    return moment_of(end_of(days_after(_DAY, count)))


def _digest(text: str) -> str:
    return sha256(f"example\n{text}".encode()).hexdigest()[:32]


if __name__ == "__main__":
    for path, text in files().items():
        HOME.joinpath(path).write_text(text, encoding="utf-8")
