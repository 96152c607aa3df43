"""The access log in MongoDB, and the blocks that link it."""

import contextlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.retention import EVER
from services.contracts.days import days_after, end_of
from services.contracts.delivery import TryLater
from services.contracts.registry import LookPlace
from services.registry.access import Access
from services.registry.audit_chain import (
    MOST_LINKED,
    Block,
    Locker,
    Signer,
    is_proven,
    next_block,
    proof_of,
)

_UNLINKED = {"unlinked_since": {"$gt": EVER}}


class AccessStore:
    """The collection `accesses`: entries go by themselves `kept_days` after their day, at its end.

    A new entry has `unlinked_since`, and `block` once it is linked. What was written before 0.10 has neither, and no
    proof: it is in no chain. `proofs` locks the proof that an entry bears; None for who only reads.
    """

    def __init__(self, database: Database[dict[str, Any]], *, kept_days: int, proofs: Locker | None = None) -> None:
        self._proofs = proofs
        self._collection = database["accesses"]
        self._blocks = database["access_blocks"]
        self._kept_days = kept_days
        if proofs is not None:  # who only reads may not have the right
            self._index()

    def record(self, access: Access) -> None:
        """See access.AccessLog."""
        if self._proofs is None:
            raise AssertionError("who only reads writes no entries")
        fields = asdict(access)
        entry = {"_id": fields.pop("id"), **fields, **_lists(access)}
        where = {"expire_at": self._until(access.at), "unlinked_since": access.at}
        with contextlib.suppress(DuplicateKeyError):
            self._collection.insert_one({**entry, "proof": proof_of(entry, locker=self._proofs), **where})

    def about(self, *numbers: str, town: str) -> list[Access]:
        """All looks at the data of one person, who may have several numbers (merges.numbers_of), the oldest first."""
        found = self._collection.find({"town": town, "about": {"$in": list(numbers)}}).sort("at", ASCENDING)
        return [_access(document) for document in found]

    def page(self, *numbers: str, town: str, limit: int, after: LookPlace | None = None) -> list[Access]:
        """See access.AccessLog."""
        own = {"$in": list(numbers)}
        wanted: dict[str, Any] = {"town": town, "about": own, "$or": [{"by": own}, {"known_to": own}]}
        if after:
            wanted["at"] = {"$lte": after.at}
        order = [("at", DESCENDING), ("_id", DESCENDING)]
        page: list[Access] = []
        with self._collection.find(wanted).sort(order).batch_size(limit + 1) as found:
            for document in found:
                if after is None or (document["at"], document["_id"]) < (after.at, after.id):
                    page.append(_access(document))
                if len(page) == limit:
                    break
        return page

    def link(self, *, key: Signer, now: datetime) -> int:
        """Link what is in no block yet and a registry wrote; how many entries that were.

        Killed in between, or done by two processes at once, an entry is in one block all the same: a number is one
        block's, and what the last block names is marked before the next is made.
        """
        waiting = (each.get("town") for each in self._collection.find(_UNLINKED, {"town": 1}))
        towns = {town for town in waiting if isinstance(town, str)}  # nothing else is a registry's
        return sum(self._link(town, key=key, now=now) for town in sorted(towns))

    def chain(self, town: str) -> Iterator[Block]:
        """All blocks of a town, in their order."""
        return map(_block, self._blocks.find({"town": town}).sort("number", ASCENDING))

    def entries_of(self, block: Block) -> dict[str, Mapping[str, Any]]:
        """The stored entries that a block names, or that name it, by id."""
        named = self._collection.find({"_id": {"$in": [id for id, _ in block.entries]}})
        naming = self._collection.find({"town": block.town, "block": block.number})
        return {entry["_id"]: entry for found in (named, naming) for entry in found}

    def outside(self, town: str, numbers: Collection[int]) -> Iterator[Mapping[str, Any]]:
        """Where the entries stand that name none of these blocks."""
        where = self._collection.find({"town": town}, {"at": 1, "block": 1, "unlinked_since": 1})
        return (each for each in where if type(each.get("block")) is not int or each["block"] not in numbers)

    def unlinked(self, town: str) -> Iterator[Mapping[str, Any]]:
        """The entries that wait for a block."""
        return (each for each in self._collection.find(_UNLINKED) if each.get("town") == town)

    def _index(self) -> None:
        self._collection.create_index([("town", ASCENDING), ("about", ASCENDING), ("at", ASCENDING)], name="about")
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)
        self._collection.create_index("unlinked_since", name="unlinked", sparse=True)
        self._collection.create_index([("town", ASCENDING), ("block", ASCENDING)], name="block")
        self._blocks.create_index([("town", ASCENDING), ("number", ASCENDING)], name="chain", unique=True)
        self._blocks.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def _link(self, town: str, *, key: Signer, now: datetime) -> int:
        last = self._last(town)  # before the entries: what is linked meanwhile makes this number another's
        named = {id for id, _ in last.entries} if last else set()
        waiting = (each for each in self.unlinked(town) if each["_id"] in named or self._may_link(each))
        entries = sorted(islice(waiting, MOST_LINKED), key=lambda each: (each["unlinked_since"], each["_id"]))
        if last and (marked := [each["_id"] for each in entries if each["_id"] in named]):
            self._mark(marked, last)
        new = [each for each in entries if each["_id"] not in named]
        if not new:
            return 0
        block = next_block(last, new, town=town, key=key, now=now)
        until = self._until(now, days=self._kept_days + 1)
        if last and isinstance(last.expire_at, datetime):  # where fewer days are kept now, none goes before an earlier
            until = max(until, last.expire_at)
        document = {**asdict(block), "entries": [list(each) for each in block.entries], "expire_at": until}
        if last:  # so that a chain whose beginning is gone tells by its first block whether that may be
            self._blocks.update_one({"_id": f"{town}/{last.number}"}, {"$max": {"expire_at": until}})
        try:
            self._blocks.insert_one({"_id": f"{town}/{block.number}", **document})
        except DuplicateKeyError:
            return 0  # another process was quicker: it marks them, or the next look does
        self._mark([each["_id"] for each in new], block)
        return len(new)

    def _may_link(self, entry: Mapping[str, Any]) -> bool:
        if self._proofs is None:
            raise AssertionError("who only reads links nothing")
        if not isinstance(entry["unlinked_since"], datetime):
            return False  # nobody's but who slipped it in
        with contextlib.suppress(TryLater):
            return is_proven(entry, locker=self._proofs)
        return False

    def _mark(self, ids: list[str], block: Block) -> None:
        self._collection.update_many(
            {"_id": {"$in": ids}}, {"$set": {"block": block.number}, "$unset": {"unlinked_since": ""}}
        )

    def _last(self, town: str) -> Block | None:
        found = self._blocks.find_one({"town": town}, sort=[("number", DESCENDING)])
        return _block(found) if found else None

    def _until(self, at: datetime, *, days: int | None = None) -> datetime:
        return end_of(days_after(at, self._kept_days if days is None else days))


def _lists(access: Access) -> dict[str, Any]:
    """The store keeps lists."""
    return {name: list(getattr(access, name)) for name in ("about", "facts", "sources", "references", "known_to")}


def _access(document: dict[str, Any]) -> Access:
    return Access(
        id=document["_id"],
        town=document["town"],
        at=document["at"],
        by=document["by"],
        about=tuple(document["about"]),
        capacity=document["capacity"],
        product=document["product"],
        purpose=document["purpose"],
        outcome=document["outcome"],
        facts=tuple(document.get("facts", ())),
        sources=tuple(document.get("sources", ())),
        references=tuple(document.get("references", ())),
        application_id=document["application_id"],
        reason=document.get("reason"),
        subject=document.get("subject"),
        known_to=tuple(document.get("known_to", ())),
    )


def _block(document: Mapping[str, Any]) -> Block:
    return Block(
        town=document["town"],
        number=document["number"],
        previous=document["previous"],
        made_at=document["made_at"],
        entries=tuple((id, digest) for id, digest in document["entries"]),
        signature=document["signature"],
        expire_at=document.get("expire_at"),
    )
