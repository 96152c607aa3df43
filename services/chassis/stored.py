"""An aggregate as it stands in its document: what the service keeps in it, and what is the chassis' own."""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.chassis.admission import heard_with
from services.contracts.envelope import Cause

MOST_KEPT = 500
"""Aggregates whose last state a process remembers, some 10 KB each."""

_OWN = ("_id", "town", "version", "emitted", "outbox", "outbox_since", "inbox", "heard", "watch", "emptied_at")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """Until when somebody watches an aggregate, and how often that was `noted`."""

    until: datetime | None = None
    noted: int = 0

    def lasts(self, moment: datetime) -> bool:
        """Does anybody watch then?"""
        return self.until is not None and self.until > moment


@dataclass(frozen=True, kw_only=True)
class Stored:
    """An aggregate as it was read. `body` is what the service keeps in it; the rest is the chassis' own."""

    id: str
    town: str
    version: int
    body: dict[str, Any]
    emitted: int = field(default=0, repr=False)
    outbox: list[dict[str, Any]] = field(default_factory=list, repr=False)
    inbox: list[dict[str, Any]] = field(default_factory=list, repr=False)
    heard: dict[str, int] = field(default_factory=dict, repr=False)
    watch: Watch = field(default_factory=Watch, repr=False)
    emptied: bool = False
    """Retention has taken the body; what stays acknowledges whatever still comes."""

    @classmethod
    def read(cls, document: dict[str, Any]) -> "Stored":
        """From the document that holds it."""
        return cls(
            id=document["_id"],
            town=document["town"],
            version=document["version"],
            body={key: value for key, value in document.items() if key not in _OWN},
            emitted=document.get("emitted", 0),
            outbox=document.get("outbox", []),
            inbox=document.get("inbox", []),
            heard=_read_heard(document),
            watch=Watch(**document.get("watch", {})),
            emptied="emptied_at" in document,
        )

    @property
    def changes(self) -> int:
        """As the version, for who is told it: that somebody watches changes nothing."""
        return self.version - self.watch.noted


class Recalled:
    """What a process remembers of the aggregates it saved last: about those the next event soon comes."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Stored] = OrderedDict()
        self._met: OrderedDict[str, None] = OrderedDict()

    def get(self, id: str) -> Stored | None:
        """As it was saved here; another process may have changed it since."""
        return self._kept.get(id)

    def was_met(self, id: str) -> bool:
        """Is it known here that there is one?"""
        return id in self._met

    def keep(self, stored: Stored) -> Stored:
        """Given back as it came."""
        known = self._kept.get(stored.id)
        if known is not None and known.version > stored.version:
            return stored  # while this one was published, the next change was quicker
        self._kept[stored.id] = stored
        self._kept.move_to_end(stored.id)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return stored

    def meet(self, id: str) -> None:
        """There is one."""
        self._met[id] = None
        if len(self._met) > MOST_KEPT:
            self._met.popitem(last=False)

    def forget(self, id: str) -> None:
        """Its state, not that it is there."""
        self._kept.pop(id, None)
        self.meet(id)


def remembered(cause: Cause) -> dict[str, Any]:
    """What an inbox keeps of an event that has acted."""
    return {"id": cause.event_id, "digest": cause.digest}


def heard_after(before: dict[str, int], cause: Cause | None) -> dict[str, int]:
    """The last number heard of each emitter and subject, once this event has acted."""
    return heard_with(cause, before) if cause else before


def _read_heard(document: dict[str, Any]) -> dict[str, int]:
    """Version 0.1 kept the last number by service alone, always about the document's own application."""
    return {key if "/" in key else f"{key}/{document['_id']}": last for key, last in document.get("heard", {}).items()}


def outbox_of(stored: Stored) -> dict[str, Any]:
    """As much of its document as publishing needs."""
    return {"_id": stored.id, "town": stored.town, "version": stored.version, "outbox": stored.outbox}
