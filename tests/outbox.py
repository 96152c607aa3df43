"""Looking at what a store would tell, without telling it."""

import json
from collections.abc import Collection
from typing import Any

from services.chassis.outbox import Relay


class KeptInOutbox(Relay):
    """No relay: what is emitted stays in the outbox, where a test can read it. `taken` are the ids of what it took."""

    def __init__(self, taken: Collection[str] = ()) -> None:
        self._taken = taken
        self.hinted: list[dict[str, Any]] = []

    def watch(self, collection: Any) -> None:
        """Nobody sweeps."""

    def waiting(self, outbox: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """All of it, but for what a test took."""
        return [entry for entry in outbox if entry["id"] not in self._taken]

    def relay(self, collection: Any, document: dict[str, Any]) -> bool:
        """It stays."""
        return True

    def hint(self, entries: list[dict[str, Any]]) -> None:
        """Kept here, since a store keeps none."""
        self.hinted += [json.loads(entry["body"]) for entry in entries]


def events_in(document: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The events that wait in a document's outbox."""
    assert document is not None
    return [json.loads(entry["body"]) for entry in document["outbox"]]
