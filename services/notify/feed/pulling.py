"""Public events as departments read them page by page, each from the place where it stopped."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database

from services.chassis.locking import KeyRing, Locker
from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.departments import SANDBOX, Topic
from services.contracts.errors import EventsGone, InvalidField
from services.contracts.field_errors import field_error
from services.contracts.notify import LONGEST_CURSOR, EventPage
from services.notify.feed.departments import Department
from services.notify.feed.numbering import Numbering

MOST_LOOKED_AT = 1000
"""Of other departments' events, for one page: it may be short, and then there is more behind it."""


class Pulling:
    """Reads what is numbered (numbering.py).

    A place is locked, bound to town and department: what it says (the last number that was looked at, and of which
    event it is) would tell how much happens elsewhere.
    """

    def __init__(self, database: Database[dict[str, Any]], numbering: Numbering) -> None:
        self._events = database["department_events"]
        self._numbering = numbering
        self._places = Locker("places", KeyRing({"feed": numbering.key}))

    def page(self, department: Department, *, town: str, after: str | None, limit: int) -> EventPage:
        """See contracts.notify.ReadEvents. Raises InvalidField and EventsGone."""
        bound_to = f"{town} {department.id}"
        place = self._open(after, bound_to=bound_to) if after is not None else {"number": 0, "event": ""}
        wanted = {"town": {"$in": [town, SANDBOX]}, "number": {"$gt": place["number"]}}
        events: list[str] = []
        more = False
        with self._events.find(wanted).sort("number", ASCENDING).limit(MOST_LOOKED_AT + 1) as found:
            for looked_at, each in enumerate(found):
                if len(events) == limit or looked_at == MOST_LOOKED_AT:
                    more = True
                    break
                place = {"number": each["number"], "event": each["_id"]}
                if is_for(department, each):
                    events.append(each["body"])
        locked = self._places.lock_data(place, bound_to=bound_to)
        return EventPage(events=tuple(events), after=locked, more=more)

    def told(self, department: Department, *, town: str) -> tuple[int, datetime | None]:
        """How many events of the town it was told that are kept, and when the last of them was."""
        topics = [_as_question(topic) for topic in department.topics if topic.town == town]
        asked = [{"town": town, "asked": each.asked} for each in department.answers if each.town == town]
        heard = [*topics, *asked, *([{"town": town, "only_for": department.id}] if asked else [])]
        if not heard:
            return 0, None
        wanted = {"town": town, "$or": heard}
        last = self._events.find_one(wanted, {"stored_at": 1}, sort=[("stored_at", DESCENDING)])
        return self._events.count_documents(wanted), last["stored_at"] if last else None

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


def _as_question(topic: Topic) -> dict[str, str | None]:
    wanted = {"name": topic.event, "product": topic.product}
    return {"town": topic.town, "only_for": None, "asked": None} | {
        name: value for name, value in wanted.items() if value != "*"
    }


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
