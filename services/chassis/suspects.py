"""Messages that came back again and again: perhaps one of them ends the process that handles it.

The broker counts how often it delivered a message (`x-delivery-count`), but a process that dies takes all in its hands
down with it: neighbours count as well. So a message that came back WATCHED_FROM times is handled alone, and a mark in
the store says that it was begun. Who finds the mark of an earlier try knows that the process ended over this very
message. An innocent one is handled, alone, and that is all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from pymongo.collection import Collection

WATCHED_FROM = 3
"""Deliveries that ended with no answer before a message is handled alone."""

ENDS_AFTER = 3
"""Times that a process may end over a message handled alone before it is parked as `ends-its-process`. An operator who
kills the process may be the cause of one or two."""


KEPT = timedelta(days=30)
"""How long it is known that a message was begun and never ended. Nobody hands over a message again so much later."""


@dataclass(frozen=True, kw_only=True)
class Suspect:
    """A message to be handled alone, and how often that was begun before and never ended."""

    key: str
    begun: int

    @property
    def ends_its_process(self) -> bool:
        """It was alone each time."""
        return self.begun >= ENDS_AFTER


class Suspects:
    """The collection `suspects`: one document for each message handled alone now, or when its process ended.

    One whose message never came back, because an operator took it away, goes by itself.
    """

    def __init__(self, collection: Collection[dict[str, Any]], *, clock: Callable[[], datetime]) -> None:
        self._collection = collection
        self._clock = clock
        collection.create_index("begun_at", name="retention", expireAfterSeconds=int(KEPT.total_seconds()))

    def look_up(self, *, queue: str, body: bytes) -> Suspect:
        """What is known of a message. Raises pymongo's errors."""
        key = f"{queue}:{sha256(body).hexdigest()}"
        found = self._collection.find_one({"_id": key})
        return Suspect(key=key, begun=found["begun"] if found else 0)

    def begin(self, suspect: Suspect) -> None:
        """It is handled alone from now on."""
        begun = {"begun": suspect.begun + 1, "begun_at": self._clock()}
        self._collection.update_one({"_id": suspect.key}, {"$set": begun}, upsert=True)

    def end(self, suspect: Suspect) -> None:
        """The process outlived it."""
        self._collection.delete_one({"_id": suspect.key})


def deliveries_before(message: Any) -> int:
    """How often the broker delivered a message before this time.

    It writes the header of a quorum queue when it delivers again, and then alone: before, a publisher may have.
    """
    if not message.delivery_info.get("redelivered") or not isinstance(message.headers, dict):
        return 0
    seen = message.headers.get("x-delivery-count", 0)
    return seen if isinstance(seen, int) and seen >= 0 else 0
