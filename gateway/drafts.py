"""What citizens have begun to fill in: kept for thirty days, so that they go on wherever they sign in.

It is locked, and filed under pseudonyms with keys derived from the same ring: who reads the store learns neither who
has begun something nor what. Nothing is told to any service before it is filed.
"""

import hmac
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pymongo.database import Database

from services.chassis.locking import KeyNotHere, KeyRing, Locker
from services.contracts.delivery import Unacceptable

log = structlog.get_logger()

KEPT = timedelta(days=30)
FILED_KEPT = timedelta(days=1)
"""How long it is known what a draft became: for the page that somebody goes back to, and a button pressed twice."""

MOST = 100
"""Drafts that one citizen has: there are fewer products."""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A form as somebody left it. `key` is the idempotency key under which it is filed, whoever presses how often;
    `filed_as` the application that it became, and then nothing of it is kept; `earlier` the one that was filed not
    long before this was begun."""

    product: str
    key: str
    saved_at: datetime
    fields: dict[str, str] = field(default_factory=dict)
    subject: str | None = None
    language: str | None = None
    email: str | None = None
    filed_as: str | None = None
    earlier: str | None = None


class Drafts:
    """Those of all towns. A citizen is known by a national number, or several where the register merged them: the
    first is what is written under. Everything may raise pymongo's PyMongoError."""

    def __init__(self, database: Database[dict[str, Any]], keys: KeyRing) -> None:
        self._drafts = database["drafts"]
        self._locker = Locker("drafts", keys)
        names = keys.derived("names of drafts")
        self._names = [names[kid].raw_value for kid in names.ids]
        self._indexed = False

    def owners(self, *, town: str, numbers: tuple[str, ...]) -> list[str]:
        """What a citizen is called here: the first is what is written under. Nobody learns a number from it."""
        return [_name(key, town, number) for number in numbers for key in self._names]

    def find(self, product: str, *, town: str, numbers: tuple[str, ...]) -> Draft | None:
        """What a citizen has begun of a product."""
        ids = [_name(key, town, number, product) for number in numbers for key in self._names]
        found = list(self._drafts.find({"_id": {"$in": ids}, "ends": {"$gt": _now()}}))
        return max(self._opened(found), key=lambda each: each.saved_at, default=None)

    def of(self, *, town: str, numbers: tuple[str, ...]) -> list[Draft]:
        """All that a citizen has begun and not filed, the latest first."""
        wanted = {"owner": {"$in": self.owners(town=town, numbers=numbers)}, "ends": {"$gt": _now()}, "filed": False}
        found = self._drafts.find(wanted).limit(MOST)
        return sorted(self._opened(found), key=lambda each: each.saved_at, reverse=True)

    def save(self, draft: Draft, *, town: str, numbers: tuple[str, ...]) -> None:
        """In place of what there was of that product."""
        self._index()
        kept = FILED_KEPT if draft.filed_as else KEPT
        id = _name(self._names[0], town, numbers[0], draft.product)
        document = {
            "owner": self.owners(town=town, numbers=numbers)[0],
            "filed": draft.filed_as is not None,
            "locked": self._locker.lock(draft, bound_to=id),
            "ends": draft.saved_at + kept,
        }
        self._drafts.replace_one({"_id": id}, document, upsert=True)
        self._remove(draft.product, town=town, numbers=numbers, but=id)

    def drop(self, product: str, *, town: str, numbers: tuple[str, ...]) -> None:
        """Forget what was begun of a product."""
        self._index()  # of a collection that is not there yet the embedded store deletes none
        self._remove(product, town=town, numbers=numbers, but="")

    def _remove(self, product: str, *, town: str, numbers: tuple[str, ...], but: str) -> None:
        ids = {_name(key, town, number, product) for number in numbers for key in self._names}
        self._drafts.delete_many({"_id": {"$in": sorted(ids - {but})}})

    def _opened(self, found: Iterable[dict[str, Any]]) -> list[Draft]:
        """Without those whose key is gone, which nobody can read any more."""
        opened = []
        for each in found:
            try:
                opened.append(self._locker.unlock(Draft, each["locked"], bound_to=each["_id"]))
            except (KeyNotHere, Unacceptable) as error:
                log.warning("draft_not_read", reason=str(error)[:200])
        return opened

    def _index(self) -> None:
        if not self._indexed:
            self._drafts.create_index("ends", expireAfterSeconds=0)
            self._drafts.create_index("owner")
            self._indexed = True


def new_key() -> str:
    """Under which a new draft will be filed."""
    return f"draft-{uuid.uuid4().hex}"


def _name(key: bytes, *of: str) -> str:
    return hmac.digest(key, "|".join(of).encode(), "sha256").hex()


def _now() -> datetime:
    return datetime.now(UTC)
