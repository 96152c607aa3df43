"""Which keys still open something: what is locked names the id of its key, which everybody may read.

Looked at are the services' stores and what is parked. What is under way in queues and delays is counted only: it is on
its road for PATIENCE and two hours at most, and then handled or parked.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from deploy.broker.queues import connect, count
from deploy.operator.dead_letters import DeadLetters
from deploy.production.keys import place
from services.chassis import database
from services.chassis.locking import named_key
from services.chassis.signing import SIGNATURE
from services.chassis.topology import DELAY, DELAYS
from services.contracts.topology import SERVICES, SUBSCRIPTIONS

LOCKED_BESIDE = {"documents": "rechecks"}
"""Where an asking that is still to leave holds the same, in its `outbox`."""

LOCKED_IN: dict[str, dict[str, tuple[str, ...]]] = {
    "intake": {"applications": ("request", "contact", "facts", "recheck", "gates", "outbox")},
    "registry": {"extracts": ("request", "outbox")},
    "documents": {"certificates": ("recheck", "outbox")},
    "notify": {"correspondences": ("outbox",), "webhooks": ("secrets",)},
}
"""Where the services keep what is locked: collections and fields; an event that is still to leave is in `outbox`."""

PURPOSES = {
    "request": "requests",
    "recheck": "requests",
    "contact": "contacts",
    "facts": "facts",
    "concerning": "confirmations",
    "signing_key": "webhooks",
}
"""By the field that a locked part stands in, here and in events alike."""


@dataclass(kw_only=True)
class InUse:
    """(purpose, key id) to how many things are locked, or with `events` signed, under it."""

    stored: Counter[tuple[str, str]] = field(default_factory=Counter)
    parked: Counter[tuple[str, str]] = field(default_factory=Counter)
    under_way: int = 0
    """Messages in queues and delays."""
    store: str = ""
    """Which was looked into, as keys.place says it, and the databases there."""
    broker: str = ""

    def count(self, purpose: str, kid: str) -> int:
        """Things that nobody could open without that key."""
        return self.stored[purpose, kid] + self.parked[purpose, kid]


def in_use(*, mongo_uri: str, prefix: str, amqp_uri: str, audit: Path) -> InUse:
    """Looks at everything. Raises PyMongoError, AMQPError and AnotherAtWork."""
    found = InUse(store=f"{place(mongo_uri)} ({prefix}_…)", broker=place(amqp_uri))
    with database.connect(mongo_uri, appname="loket") as client:
        for service in SERVICES:
            for collection, fields in LOCKED_IN[service].items():
                for document in client[f"{prefix}_{service}"][collection].find({}, dict.fromkeys(fields, 1)):
                    found.stored.update(locked(document))
            if beside := LOCKED_BESIDE.get(service):
                for document in client[f"{prefix}_{service}"][beside].find({"outbox": {"$ne": []}}, {"outbox": 1}):
                    found.stored.update(locked(document))
    for headers, event in DeadLetters(amqp_uri, audit=audit).look():
        found.parked.update(locked(event))
        signature = headers.get(SIGNATURE)
        if isinstance(signature, str):
            found.parked["events", signature.partition(":")[0]] += 1
    with connect(amqp_uri) as connection:
        for name in (*SUBSCRIPTIONS, *(f"{DELAY}{step}" for step in DELAYS)):
            found.under_way += (count(connection, name) or (0, 0))[0]
    return found


def locked(value: Any) -> Iterator[tuple[str, str]]:
    """Purpose and key id of each locked part, however deep it stands."""
    if isinstance(value, list):
        for each in value:
            yield from locked(each)
    if isinstance(value, dict):
        for name, each in value.items():
            if name in PURPOSES and isinstance(each, str):
                if kid := named_key(each):
                    yield PURPOSES[name], kid
            elif name == "body" and isinstance(each, str):
                yield from locked(json.loads(each))  # an event as it waits in an outbox
            else:
                yield from locked(each)
