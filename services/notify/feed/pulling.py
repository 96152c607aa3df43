"""Public events as departments read them page by page, each from the place where it stopped."""

import heapq
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database

from services.chassis.locking import KeyRing, Locker
from services.chassis.retention import EVER
from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.departments import SANDBOX
from services.contracts.errors import EventsGone, InvalidField
from services.contracts.field_errors import field_error
from services.contracts.notify import LONGEST_CURSOR, EventPage
from services.notify.feed.departments import Department
from services.notify.feed.numbering import Numbering

MOST_LOOKED_AT = 1000
"""Of other departments' events, for one page: it may be short, and then there is more behind it."""

COUNTED_FOR = timedelta(minutes=1)
"""So long a count of what was told in a town is taken for true."""


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many events of a town are kept that are alike to whoever hears them, and when the last of them was kept."""

    name: str
    product: str
    asked: str | None
    count: int
    last_at: datetime


class Pulling:
    """Reads what is numbered (numbering.py): what one department alone was told is read apart from the rest, so that
    nobody looks at what another had told itself.

    A place is locked, bound to town and department: what it says (the last number that was looked at, and of which
    event it is) would tell how much happens elsewhere.
    """

    def __init__(
        self, database: Database[dict[str, Any]], numbering: Numbering, *, clock: Callable[[], datetime]
    ) -> None:
        self._events = database["department_events"]
        self._events.create_index(
            [(each, ASCENDING) for each in ("town", "only_for", "name", "product", "asked", "stored_at")], name="told"
        )
        self._numbering = numbering
        self._clock = clock
        self._tallied: dict[str, tuple[datetime, list[Tally]]] = {}
        self._places = Locker("places", KeyRing({"feed": numbering.key}))

    def page(self, department: Department, *, town: str, after: str | None, limit: int) -> EventPage:
        """See contracts.notify.ReadEvents. Raises InvalidField and EventsGone."""
        bound_to = f"{town} {department.id}"
        begin = {"number": 0, "event": ""}
        place: dict[str, Any] = self._open(after, bound_to=bound_to) if after is not None else begin
        until = self._numbering.readable()  # first: of what is numbered meanwhile one look may find more than another
        behind = partial(self._behind, place["number"], until=until)
        found = heapq.merge(
            behind(town=town, only_for=None),
            behind(town=town, only_for=department.id),
            behind(town=SANDBOX, only_for=department.id),
            key=itemgetter("number"),
        )
        events: list[str] = []
        more = False
        for looked_at, each in enumerate(found):
            if len(events) == limit or looked_at == MOST_LOOKED_AT:
                more = True
                break
            place = {"number": each["number"], "event": each["_id"]}
            if is_for(department, each):
                events.append(each["body"])
        locked = self._places.lock_data(place, bound_to=bound_to)
        return EventPage(events=tuple(events), after=locked, more=more)

    def _behind(self, number: int, *, until: int, town: str, only_for: str | None) -> Iterator[dict[str, Any]]:
        """In their order."""
        wanted = {"only_for": only_for, "town": town, "number": {"$gt": number, "$lte": until}}
        with self._events.find(wanted).sort("number", ASCENDING).limit(MOST_LOOKED_AT + 1) as found:
            yield from found

    def told(self, department: Department, *, town: str) -> tuple[int, datetime | None]:
        """How many events of the town it was told that are kept, and when the last of them was; as it was up to a
        minute ago, of what others hear as well."""
        alike = [
            each
            for each in self._tallies(town)
            if department.is_told(town=town, event=each.name, product=each.product, asked=each.asked)
        ]
        alone = self._events.find({"town": town, "only_for": department.id}, {"_id": 0, "stored_at": 1})
        moments = [each["stored_at"] for each in alone if each["stored_at"] >= department.added_at]
        last_at = max((*moments, *(each.last_at for each in alike)), default=None)
        return len(moments) + sum(each.count for each in alike), last_at

    def _tallies(self, town: str) -> list[Tally]:
        """Of all that is for no one department alone. Whoever asks next within a minute is told the same."""
        now = self._clock()
        counted_at, tallies = self._tallied.get(town, (EVER, []))
        if not counted_at <= now < counted_at + COUNTED_FOR:
            tallies = self._tally(town)
            self._tallied[town] = now, tallies
        return tallies

    def _tally(self, town: str) -> list[Tally]:
        alike = {each: f"${each}" for each in ("name", "product", "asked")}
        counted = {"_id": alike, "count": {"$sum": 1}, "last_at": {"$max": "$stored_at"}}
        found = self._events.aggregate([{"$match": {"town": town, "only_for": None}}, {"$group": counted}])
        return [Tally(**each["_id"], count=each["count"], last_at=each["last_at"]) for each in found]

    def _open(self, after: str, *, bound_to: str) -> dict[str, Any]:
        if len(after) > LONGEST_CURSOR:
            raise InvalidField(fields={"after": field_error("not-a-cursor")})
        try:
            place = self._places.unlock_data(after, bound_to=bound_to)
        except (Unacceptable, TryLater):
            raise InvalidField(fields={"after": field_error("not-a-cursor")}) from None
        self._check(place["number"], place["event"])
        return place

    def _check(self, number: int, event: str) -> None:
        """Raises EventsGone where something behind the place is gone, or the store was restored from before it."""
        kept = self._events.find_one({"number": number}, {"_id": 1})
        if kept is not None:
            if kept["_id"] != event:
                raise EventsGone
            return
        if self._numbering.is_left_out(number):
            raise EventsGone
        last = self._numbering.last()
        first = self._events.find_one({"number": {"$gt": 0}}, {"number": 1}, sort=[("number", ASCENDING)])
        oldest = first["number"] if first else last + 1
        if not oldest - 1 <= number <= last:
            raise EventsGone


def is_for(department: Department, event: Mapping[str, Any]) -> bool:
    """Whether a kept event is told to the department; what was told to another that was called so before is not."""
    if event["only_for"] is not None and event["stored_at"] < department.added_at:
        return False
    return department.is_told(
        town=event["town"],
        event=event["name"],
        product=event["product"],
        only_for=event["only_for"],
        asked=event["asked"],
    )
