"""The access log in MongoDB, and the blocks that link it."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import datetime
from itertools import islice
from typing import Any

from pymongo import ASCENDING, DESCENDING
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.retention import EVER
from services.contracts.days import days_after, end_of
from services.contracts.registry import LookPlace
from services.registry.access import Access
from services.registry.audit_chain import MOST_LINKED, Block, Signer, next_block

_UNLINKED = {"unlinked_since": {"$gt": EVER}}


class AccessStore:
    """The collection `accesses`: entries go by themselves `kept_days` after their day, at its end.

    A new entry has `unlinked_since`, and `block` once it is linked. What was written before 0.10 has neither: it
    is in no chain.
    """

    def __init__(self, database: Database[dict[str, Any]], *, kept_days: int) -> None:
        self._collection = database["accesses"]
        self._blocks = database["access_blocks"]
        self._kept_days = kept_days
        self._collection.create_index([("town", ASCENDING), ("about", ASCENDING), ("at", ASCENDING)], name="about")
        self._collection.create_index("expire_at", name="retention", expireAfterSeconds=0)
        self._collection.create_index("unlinked_since", name="unlinked", sparse=True)
        self._collection.create_index([("town", ASCENDING), ("block", ASCENDING)], name="block")
        self._blocks.create_index([("town", ASCENDING), ("number", ASCENDING)], name="chain", unique=True)
        self._blocks.create_index("expire_at", name="retention", expireAfterSeconds=0)

    def record(self, access: Access) -> None:
        """See access.AccessLog."""
        entry = asdict(access)
        entry_id = entry.pop("id")
        document = {**entry, **_lists(access), "expire_at": self._until(access.at), "unlinked_since": access.at}
        with contextlib.suppress(DuplicateKeyError):
            self._collection.insert_one({"_id": entry_id, **document})

    def about(self, *numbers: str, town: str) -> list[Access]:
        """All looks at the data of one person, who may have several numbers (merges.numbers_of), the oldest first."""
        found = self._collection.find({"town": town, "about": {"$in": list(numbers)}}).sort("at", ASCENDING)
        return [_access(document) for document in found]

    def page(self, *numbers: str, town: str, limit: int, after: LookPlace | None = None) -> list[Access]:
        """See access.AccessLog."""
        wanted: dict[str, Any] = {"town": town, "about": {"$in": list(numbers)}}
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
        """Link what is in no block yet; how many entries that were.

        Killed in between, or done by two processes at once, an entry is in one block all the same: a number is one
        block's, and what the last block names is marked before the next is made.
        """
        waiting = self._collection.find(_UNLINKED, {"town": 1}).limit(MOST_LINKED)
        return sum(self._link(town, key=key, now=now) for town in sorted({each["town"] for each in waiting}))

    def chain(self, town: str) -> Iterator[Block]:
        """All blocks of a town, in their order."""
        return map(_block, self._blocks.find({"town": town}).sort("number", ASCENDING))

    def entries_of(self, block: Block) -> dict[str, Mapping[str, Any]]:
        """The stored entries that a block names, or that name it, by id."""
        named = self._collection.find({"_id": {"$in": [id for id, _ in block.entries]}})
        naming = self._collection.find({"town": block.town, "block": block.number})
        return {entry["_id"]: entry for found in (named, naming) for entry in found}

    def unlinked(self, town: str) -> Iterator[Mapping[str, Any]]:
        """The entries that wait for a block."""
        return (each for each in self._collection.find(_UNLINKED) if each["town"] == town)

    def _link(self, town: str, *, key: Signer, now: datetime) -> int:
        last = self._last(town)  # before the entries: what is linked meanwhile makes this number another's
        entries = sorted(
            islice(self.unlinked(town), MOST_LINKED), key=lambda each: (each["unlinked_since"], each["_id"])
        )
        named = {id for id, _ in last.entries} if last else set()
        if last and (marked := [each["_id"] for each in entries if each["_id"] in named]):
            self._mark(marked, last)
        new = [each for each in entries if each["_id"] not in named]
        if not new:
            return 0
        block = next_block(last, new, town=town, key=key, now=now)
        document = {**asdict(block), "entries": [list(each) for each in block.entries]}
        try:
            self._blocks.insert_one(
                {"_id": f"{town}/{block.number}", **document, "expire_at": self._until(now, days=self._kept_days + 1)}
            )
        except DuplicateKeyError:
            return 0  # another process was quicker: it marks them, or the next look does
        self._mark([each["_id"] for each in new], block)
        return len(new)

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
    return {name: list(getattr(access, name)) for name in ("about", "facts", "sources", "references")}


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
    )


def _block(document: Mapping[str, Any]) -> Block:
    return Block(
        town=document["town"],
        number=document["number"],
        previous=document["previous"],
        made_at=document["made_at"],
        entries=tuple((id, digest) for id, digest in document["entries"]),
        signature=document["signature"],
    )
