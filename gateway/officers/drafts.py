"""What an officer has begun to choose for a town: kept for thirty days, and served to nobody before it is published."""

import hmac
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.locking import KeyNotHere, KeyRing, Locker
from services.contracts.delivery import Unacceptable
from services.contracts.town_setups import TownSetup

log = structlog.get_logger()

KEPT = timedelta(days=30)


class ChangedElsewhere(Exception):
    """Another window has kept something since this draft was read."""


@dataclass(frozen=True, kw_only=True)
class SetupDraft:
    """`setup` is chosen instead of `base`, which is how the town was served in its version `after`, when it was begun.
    `revision` counts from 1."""

    base: TownSetup
    setup: TownSetup
    after: int
    saved_at: datetime
    revision: int = 0


class SetupDrafts:
    """Those of all towns, one for each officer of a town. Everything may raise pymongo's PyMongoError."""

    def __init__(self, database: Database[dict[str, Any]], keys: KeyRing) -> None:
        self._drafts = database["setup_drafts"]
        self._locker = Locker("setup drafts", keys)
        names = keys.derived("names of setup drafts")
        self._names = [names[kid].raw_value for kid in names.ids]
        self._indexed = False

    def find(self, *, town: str, officer: str) -> SetupDraft | None:
        """What an officer has begun; None also where the key that it is locked with is gone, or a later version of
        Loket wrote it."""
        wanted = {"_id": {"$in": self._ids(town, officer)}, "ends": {"$gt": datetime.now(UTC)}}
        for each in self._drafts.find(wanted):
            try:
                opened = self._locker.unlock(SetupDraft, each["locked"], bound_to=each["_id"])
            except (KeyNotHere, Unacceptable) as error:
                log.warning("setup_draft_not_read", reason=str(error)[:200])
            else:
                return replace(opened, revision=each["revision"])
        return None

    def save(self, draft: SetupDraft, *, town: str, officer: str) -> SetupDraft:
        """In place of the one of its revision. Raises ChangedElsewhere where that is another by now, or one that `find`
        does not give: see `drop_unread`."""
        self._index()
        own, *former = self._ids(town, officer)
        kept = replace(draft, revision=draft.revision + 1)
        document = {
            "_id": own,
            "revision": kept.revision,
            "locked": self._locker.lock(kept, bound_to=own),
            "ends": draft.saved_at + KEPT,
        }
        try:
            found = self._drafts.replace_one({"_id": own, "revision": draft.revision}, document, upsert=True)
        except DuplicateKeyError:
            raise ChangedElsewhere from None
        if not found.matched_count and former:  # it was begun under a key that was current then
            self._drafts.delete_many({"_id": {"$in": former}})
        return kept

    def drop(self, revision: int | None = None, /, *, town: str, officer: str) -> None:
        """Forget what was begun; where a `revision` is named, that one alone."""
        self._index()  # of a collection that is not there yet the embedded store deletes none
        named = {} if revision is None else {"revision": revision}
        self._drafts.delete_many({"_id": {"$in": self._ids(town, officer)}} | named)

    def drop_unread(self, *, town: str, officer: str) -> None:
        """Forget what stands in the way of whoever begins anew though `find` gives nothing: it has ended and was not
        swept yet, or this version of Loket cannot read it."""
        own = self._ids(town, officer)[0]
        kept = self._drafts.find_one({"_id": own}, {"revision": 1})
        if kept and self.find(town=town, officer=officer) is None:
            self._drafts.delete_one(kept)

    def _ids(self, town: str, officer: str) -> list[str]:
        """What an officer's is called here, under the current key first."""
        return [hmac.digest(key, f"{town}|{officer}".encode(), "sha256").hex() for key in self._names]

    def _index(self) -> None:
        if not self._indexed:
            self._drafts.create_index("ends", expireAfterSeconds=0)
            self._indexed = True
