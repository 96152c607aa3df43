"""What towns' officers have chosen, in MongoDB."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pymongo.database import Database

from services.chassis.aggregates import Aggregates
from services.chassis.kept_towns import COLLECTION
from services.chassis.outbox import Relay
from services.chassis.stored import Stored
from services.contracts.delivery import ConcurrentChange
from services.contracts.schema import dump, load
from services.contracts.town_setups import TownChanged, TownSetup
from services.intake.domain.town_record import TownRecord, Version


class TownStore:
    """The collection `towns`, a document for each that was ever changed (kept_towns.COLLECTION), and `town_setups`,
    where each choice stands under the SHA-256 of its canonical JSON, however often it is taken back to.
    """

    def __init__(self, database: Database[dict[str, Any]], *, relay: Relay, clock: Callable[[], datetime]) -> None:
        self._aggregates = Aggregates(database[COLLECTION], relay=relay, service="intake", clock=clock)
        self._setups = database["town_setups"]

    def load(self, town: str) -> TownRecord:
        """See ports.TownRecords."""
        stored = self._aggregates.load(town, town=town)
        return _record(stored) if stored else TownRecord(town=town)

    def setup(self, key: str) -> TownSetup:
        """See ports.TownRecords."""
        document = self._setups.find_one({"_id": key})
        assert document is not None  # it was written before the version that names it
        return load(TownSetup, document["setup"])

    def change(
        self,
        record: TownRecord,
        *,
        setup: TownSetup | None,
        by: str,
        of: int | None,
        changed: tuple[str, ...],
        now: datetime,
    ) -> TownRecord:
        """See ports.TownRecords. A version is the number of the event that tells it: after a restoration none comes a
        second time, since numbers jump (chassis/restorations.py)."""
        said = dump(setup) if setup else None
        key = _key(said) if said else None
        if said:
            self._setups.update_one({"_id": key}, {"$setOnInsert": {"setup": said}}, upsert=True)
        stored = record.origin
        number = (stored.emitted if stored else 0) + 1
        first = number if of is None else of
        version = Version(version=number, changed_at=now, by=by, of=first, setup=key, changed=changed)
        body = {
            "served": number,
            "setup": said,
            "changed_at": now,
            "versions": [asdict(each) for each in (*record.versions, version)],
        }
        events = [TownChanged(town_id=record.town, version=number, changed_at=now, setup=setup)]
        if stored:
            return _record(self._aggregates.change(stored, body, events=events))
        created = self._aggregates.create(record.town, body, town=record.town, events=events)
        if created is None:
            raise ConcurrentChange(record.town)
        return _record(created)


def _key(setup: dict[str, Any]) -> str:
    canonical = json.dumps(setup, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _record(stored: Stored) -> TownRecord:
    body = stored.body
    return TownRecord(
        town=stored.id,
        setup=load(TownSetup, body["setup"]) if body["setup"] else None,
        versions=tuple(Version(**{**each, "changed": tuple(each.get("changed", ()))}) for each in body["versions"]),
        origin=stored,
    )
