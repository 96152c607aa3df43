"""Who is told: departments, what each hears, and for which purpose."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol

from pymongo import ReturnDocument
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.contracts.departments import SANDBOX, Answering, Topic
from services.contracts.feed.events import ALIVE
from services.contracts.feed.queues import user_of


@dataclass(frozen=True, kw_only=True)
class Department:
    """A public body that subscribes. `purpose` is what for it may know what its topics tell, in the words of whoever
    decided that; `facts` are those that it may ask for of what it heard of, `answers` the confirmations that it gives;
    `user` is it at the broker.
    """

    id: str
    user: str
    title: str
    purpose: str
    topics: tuple[Topic, ...]
    facts: tuple[str, ...] = ()
    answers: tuple[Answering, ...] = ()
    added_at: datetime
    is_suspended: bool = False

    @property
    def towns(self) -> tuple[str, ...]:
        """The REFNIS codes of the towns of which it hears; of the sandbox each does."""
        towns = [topic.town for topic in self.topics] + [each.town for each in self.answers]
        return tuple(dict.fromkeys(town for town in towns if town != SANDBOX))

    def hears(self, *, town: str, event: str, product: str) -> bool:
        """Whether that is for it."""
        return any(topic.covers(town=town, event=event, product=product) for topic in self.topics)

    def asked_as(self, town: str) -> tuple[str, ...]:
        """As whom it is asked for confirmations there, as the catalogue's gates name them."""
        return tuple(each.asked for each in self.answers if each.town == town)

    def is_asked(self, *, town: str, asked: str) -> bool:
        """Whether it gives the confirmations that are wanted there of whom the catalogue calls so."""
        return Answering(town=town, asked=asked) in self.answers

    def is_told(
        self, *, town: str, event: str, product: str, only_for: str | None = None, asked: str | None = None
    ) -> bool:
        """Whether an event is for it: one for a department alone, or for a role, by that; else by its topics.
        `alive` it hears of each of its towns."""
        if only_for is not None:
            return only_for == self.id
        if asked is not None:
            return self.is_asked(town=town, asked=asked)
        return self.hears(town=town, event=event, product=product) or (event == ALIVE and town in self.towns)


MOST_REPLAYS = 100
"""That are remembered of one department, the last ones."""


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """So many messages of its stream were laid into its queue once more, `at` then."""

    at: datetime
    count: int


@dataclass(frozen=True, kw_only=True)
class Change:
    """One that an operator began, by which command (`what`); the broker may not have all of it."""

    id: str
    what: str
    at: datetime


def new_user(department: str) -> str:
    """Marked with 64 random bits: its queues are called so, and who knew how could count what waits there, without any
    right (deploy/broker/departments.py).
    """
    return user_of(department, secrets.token_hex(8))


class Departments(Protocol):
    """Where they are kept."""

    def all(self) -> list[Department]:
        """By id."""

    def find(self, id: str) -> Department | None:
        """None where there is none."""

    def add(self, department: Department) -> bool:
        """False where there is one of that id."""

    def replace(self, department: Department) -> Department | None:
        """It is this now, but suspended only if it was: as it stands then. None where it was removed."""

    def suspend(self, department: Department, *, is_suspended: bool) -> Department | None:
        """It hears on, and may take nothing until it is resumed: as it stands then. None where it was removed."""

    def remove(self, id: str) -> None:
        """It is told nothing any more."""

    def note_replayed(self, department: Department, replayed: Replayed) -> None:
        """So many more at that moment. In its queue they are no older than that, though they are events of before."""

    def replays(self, department: Department) -> tuple[Replayed, ...]:
        """The last MOST_REPLAYS, the newest first."""

    def begin(self, department: Department, change: Change) -> None:
        """It is begun, and known to be until it has ended."""

    def begun(self, department: Department) -> tuple[Change, ...]:
        """Those that have not ended, the first first."""

    def end(self, department: Department, changes: Iterable[Change]) -> None:
        """The broker has all of these."""


class DepartmentStore:
    """The collection `departments`; see Departments."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["departments"]

    def all(self) -> list[Department]:
        """See Departments."""
        return [_department(each) for each in self._collection.find().sort("_id")]

    def find(self, id: str) -> Department | None:
        """See Departments."""
        found = self._collection.find_one({"_id": id})
        return _department(found) if found else None

    def add(self, department: Department) -> bool:
        """See Departments."""
        try:
            self._collection.insert_one(_document(department))
        except DuplicateKeyError:
            return False
        return True

    def replace(self, department: Department) -> Department | None:
        """See Departments."""
        written = _document(department)
        return self._changed(department, {name: written[name] for name in written.keys() - {"_id", "is_suspended"}})

    def suspend(self, department: Department, *, is_suspended: bool) -> Department | None:
        """See Departments."""
        return self._changed(department, {"is_suspended": is_suspended})

    def remove(self, id: str) -> None:
        """See Departments."""
        self._collection.delete_one({"_id": id})

    def note_replayed(self, department: Department, replayed: Replayed) -> None:
        """See Departments."""
        known = _this(department)
        more = {"$inc": {"replays.$.count": replayed.count}}
        if self._collection.update_one({**known, "replays.at": replayed.at}, more).matched_count:
            return
        noted = {"at": replayed.at, "count": replayed.count}
        last = {"replays": {"$each": [noted], "$slice": -MOST_REPLAYS}}
        self._collection.update_one(known, {"$push": last})

    def replays(self, department: Department) -> tuple[Replayed, ...]:
        """See Departments."""
        found = self._collection.find_one(_this(department), {"replays": 1}) or {}
        noted = (Replayed(at=each["at"], count=each["count"]) for each in found.get("replays", []))
        return tuple(sorted(noted, key=attrgetter("at"), reverse=True))

    def begin(self, department: Department, change: Change) -> None:
        """See Departments."""
        begun = {"id": change.id, "what": change.what, "at": change.at}
        self._collection.update_one(_this(department), {"$push": {"changes": begun}})

    def begun(self, department: Department) -> tuple[Change, ...]:
        """See Departments."""
        found = self._collection.find_one(_this(department), {"changes": 1}) or {}
        return tuple(Change(id=each["id"], what=each["what"], at=each["at"]) for each in found.get("changes", []))

    def end(self, department: Department, changes: Iterable[Change]) -> None:
        """See Departments."""
        ids = [each.id for each in changes]
        self._collection.update_one(_this(department), {"$pull": {"changes": {"id": {"$in": ids}}}})

    def _changed(self, department: Department, fields: Mapping[str, Any]) -> Department | None:
        changed = {"$set": fields}
        found = self._collection.find_one_and_update(_this(department), changed, return_document=ReturnDocument.AFTER)
        return _department(found) if found else None


def _this(department: Department) -> dict[str, str]:
    """Not another one that is called so now."""
    return {"_id": department.id, "user": department.user}


def _document(department: Department) -> dict[str, Any]:
    return {
        "_id": department.id,
        "user": department.user,
        "title": department.title,
        "purpose": department.purpose,
        "topics": [each.binding for each in department.topics],
        "facts": list(department.facts),
        "answers": [each.written for each in department.answers],
        "added_at": department.added_at,
        "is_suspended": department.is_suspended,
    }


def _department(document: Mapping[str, Any]) -> Department:
    return Department(
        id=document["_id"],
        user=document["user"],
        title=document["title"],
        purpose=document["purpose"],
        topics=tuple(map(Topic.parse, document["topics"])),
        facts=tuple(document["facts"]),
        answers=tuple(map(Answering.parse, document["answers"])),
        added_at=document["added_at"],
        is_suspended=document["is_suspended"],
    )
