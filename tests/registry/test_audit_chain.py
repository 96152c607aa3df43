"""What was looked at is linked once; whatever is changed, taken out or slipped in afterwards is told."""

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from bson import ObjectId
from pymongo.database import Database

from services.chassis.locking import KeyRing, Locker
from services.chassis.signing import SigningKey, VerifyingKeys
from services.registry import access_store
from services.registry.access import Access
from services.registry.access_store import AccessStore
from services.registry.audit_chain import Block, Findings, digest_of_entry, examine
from tests.keys import PROOFS
from tests.registry.fakes import CHILD, NOON, OTHER_TOWN, PARENT, TOWN

KEY, FORGER = (SigningKey(f"registry.{label}", bytes([number]) * 32) for number, label in ((1, "a"), (2, "b")))
INTAKE = SigningKey("intake.a", b"3" * 32)
KEYS = VerifyingKeys.parse(",".join(each.public for each in (KEY, INTAKE)))
KEPT = 10


def an_access(id: str, *, town: str = TOWN, at: datetime = NOON, **chosen: Any) -> Access:
    usual: dict[str, Any] = {"by": PARENT, "about": (PARENT, CHILD), "capacity": "self", "product": "residence"}
    return Access(id=id, town=town, at=at, **{**usual, "purpose": "extract", "outcome": "given", **chosen})


@pytest.fixture
def accesses(database: Database[dict[str, Any]]) -> AccessStore:
    return AccessStore(database, kept_days=KEPT, proofs=PROOFS)


def recorded(accesses: AccessStore, *ids: str, **chosen: Any) -> None:
    for id in ids:
        accesses.record(an_access(id, **chosen))


def linked(accesses: AccessStore, *ids: str, key: SigningKey = KEY, **chosen: Any) -> int:
    recorded(accesses, *ids, **chosen)
    return accesses.link(key=key, now=NOON)


def examined(accesses: AccessStore, *, noted: str | None = None, now: datetime = NOON, town: str = TOWN) -> Findings:
    return examine(
        accesses.chain(town),
        entries_of=accesses.entries_of,
        outside=partial(accesses.outside, town),
        keys=KEYS,
        kept=timedelta(days=KEPT),
        noted=noted,
        now=now,
    )


def a_chain(accesses: AccessStore) -> None:
    """Three blocks of two."""
    for first, second in ("ab", "cd", "ef"):
        linked(accesses, first, second)


def test_a_chain_that_nobody_touched_is_whole(accesses: AccessStore):
    a_chain(accesses)

    found = examined(accesses)

    assert (found.blocks, found.entries, found.unlinked, found.faults) == (3, 6, 0, [])
    assert examined(accesses, noted=found.head[:16]).faults == []


def test_each_town_has_a_chain_of_its_own(accesses: AccessStore):
    recorded(accesses, "a")
    recorded(accesses, "b", town=OTHER_TOWN)

    assert accesses.link(key=KEY, now=NOON) == 2

    found = [examined(accesses, town=each) for each in (TOWN, OTHER_TOWN)]
    assert [(each.blocks, each.faults) for each in found] == [(1, []), (1, [])]


def test_nothing_new_makes_no_block(accesses: AccessStore):
    a_chain(accesses)

    assert accesses.link(key=KEY, now=NOON) == 0
    assert examined(accesses).blocks == 3


def test_what_is_written_meanwhile_waits_for_the_next_block_and_is_told_after_a_minute(accesses: AccessStore):
    a_chain(accesses)
    recorded(accesses, "g")

    assert examined(accesses, now=NOON + timedelta(seconds=59)).faults == []
    found = examined(accesses, now=NOON + timedelta(seconds=61))
    assert (found.unlinked, found.faults) == (1, ["entry g is in no block since 2026-06-01 10:00:00"])


@pytest.mark.parametrize(
    "change",
    [
        {"$set": {"outcome": "refused"}},
        {"$set": {"about": []}},
        {"$set": {"reason": "none"}},
        {"$unset": {"purpose": ""}},
    ],
)
def test_an_entry_that_was_changed_is_named(
    accesses: AccessStore, database: Database[dict[str, Any]], change: dict[str, Any]
):
    a_chain(accesses)
    database["accesses"].update_one({"_id": "c"}, change)

    assert examined(accesses).faults == ["entry c of block 2 was changed"]


def test_an_entry_that_was_taken_out_is_named_unless_its_time_was_over(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    a_chain(accesses)
    database["accesses"].delete_one({"_id": "c"})

    assert examined(accesses).faults == ["entry c of block 2 is gone"]
    assert examined(accesses, now=NOON + timedelta(days=KEPT, seconds=1)).faults == []


def test_an_entry_that_was_slipped_in_is_named(accesses: AccessStore, database: Database[dict[str, Any]]):
    a_chain(accesses)
    recorded(accesses, "z")
    database["accesses"].update_one({"_id": "z"}, {"$set": {"block": 2}, "$unset": {"unlinked_since": ""}})

    assert examined(accesses).faults == ["entry z says that it is in block 2, and is not"]


def rewritten(database: Database[dict[str, Any]], number: int, **change: Any) -> None:
    database["access_blocks"].update_one({"_id": f"{TOWN}/{number}"}, {"$set": change})


def test_a_block_that_was_rewritten_is_forged_and_the_next_stands_on_another(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    a_chain(accesses)
    database["accesses"].delete_one({"_id": "c"})
    block = list(accesses.chain(TOWN))[1]
    entries = [list(each) for each in block.entries if each[0] != "c"]

    rewritten(database, 2, entries=entries)
    assert examined(accesses).faults == ["block 2 is forged", "block 3 does not stand on block 2 as it is"]

    signed = replace(block, entries=block.entries[1:])
    rewritten(database, 2, entries=entries, signature=FORGER.sign(signed.body))
    assert "block 2 is unknown-signer" in examined(accesses).faults

    rewritten(database, 2, entries=entries, signature=INTAKE.sign(signed.body))
    assert "block 2 is signed by intake" in examined(accesses).faults


def test_even_with_the_key_the_next_block_tells_and_for_the_last_the_noted_head(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    a_chain(accesses)
    head = examined(accesses).head
    for number, entry in ((3, "e"), (2, "c")):
        block = list(accesses.chain(TOWN))[number - 1]
        database["accesses"].delete_one({"_id": entry})
        signed = replace(block, entries=block.entries[1:])
        rewritten(database, number, entries=[list(each) for each in signed.entries], signature=KEY.sign(signed.body))
        assert bool(examined(accesses).faults) == (number == 2)
        assert "the block whose digest was noted is not there as it was" in examined(accesses, noted=head).faults


def test_a_block_that_is_gone_is_missed(accesses: AccessStore, database: Database[dict[str, Any]]):
    a_chain(accesses)
    head = examined(accesses).head

    database["access_blocks"].delete_one({"_id": f"{TOWN}/2"})
    left = [f"entry {id} is in block 2, which is not there" for id in "cd"]
    assert examined(accesses).faults == ["block 2 is missing", *left]

    database["access_blocks"].delete_many({"number": {"$gt": 1}})
    database["accesses"].delete_many({"block": {"$gt": 1}})
    assert examined(accesses).faults == []
    assert examined(accesses, noted=head).faults == ["the block whose digest was noted is not there as it was"]


def test_killed_between_block_and_mark_nothing_is_linked_twice(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    a_chain(accesses)
    database["accesses"].update_many({"block": 3}, {"$unset": {"block": ""}, "$set": {"unlinked_since": NOON}})

    assert linked(accesses, "g") == 1

    found = examined(accesses)
    assert (found.blocks, found.entries, found.unlinked, found.faults) == (4, 7, 0, [])


def test_several_processes_link_each_entry_once(accesses: AccessStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(access_store, "MOST_LINKED", 3)
    recorded(accesses, *(f"look-{number:02}" for number in range(30)))
    ready = threading.Barrier(3)

    def process() -> None:
        ready.wait()
        while next(accesses.unlinked(TOWN), None):
            accesses.link(key=KEY, now=datetime.now(UTC))

    threads = [threading.Thread(target=process) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    found = examined(accesses)
    assert (found.entries, found.unlinked, found.faults) == (30, 0, [])


def test_what_was_linked_without_a_proof_verifies(accesses: AccessStore, database: Database[dict[str, Any]]):
    """A digest and a block, as they were before entries had a proof and blocks told when they go."""
    entry = {"_id": "a", "town": TOWN, "at": NOON, "by": PARENT, "about": [PARENT], "reason": None}
    block = Block(town=TOWN, number=1, previous="", made_at=NOON, entries=(("a", digest_of_entry(entry)),))

    assert digest_of_entry({**entry, "block": 1, "expire_at": NOON, "unlinked_since": NOON}) == digest_of_entry(entry)
    assert block.body.decode() == (
        f'{{"entries":[["a","{digest_of_entry(entry)}"]],"made_at":"2026-06-01T10:00:00.000+00:00","number":1,'
        f'"previous":"","town":"{TOWN}"}}'
    )
    assert replace(block, expire_at=NOON).digest == block.digest


def test_what_an_earlier_version_wrote_is_in_no_chain(accesses: AccessStore, database: Database[dict[str, Any]]):
    recorded(accesses, "old")
    database["accesses"].update_one(
        {"_id": "old"}, {"$unset": {"unlinked_since": ""}, "$set": {"at": NOON - timedelta(days=1)}}
    )
    linked(accesses, "new")

    found = examined(accesses)

    assert (found.entries, found.unchained, found.faults) == (1, 1, [])

    database["accesses"].update_one({"_id": "old"}, {"$set": {"at": NOON + timedelta(minutes=59)}})
    assert examined(accesses).unchained == 1
    database["accesses"].update_one({"_id": "old"}, {"$set": {"at": NOON + timedelta(minutes=61)}})
    assert examined(accesses).faults == ["entry old is in no block, and later than the chain's first hour"]


def test_a_beginning_that_was_taken_out_is_missed_unless_its_time_was_over(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    a_chain(accesses)
    head = examined(accesses).head
    database["access_blocks"].delete_many({"number": {"$lt": 3}})

    left = [
        f"entry {id} is in block {block}, which is not there" for id, block in (("a", 1), ("b", 1), ("c", 2), ("d", 2))
    ]
    assert examined(accesses, noted=head).faults == ["blocks 1 to 2 are missing", *left]

    database["accesses"].delete_many({"block": {"$lt": 3}})
    assert examined(accesses, noted=head).faults == ["blocks 1 to 2 are missing"]
    assert examined(accesses, now=NOON + timedelta(days=KEPT + 2)).faults == []


def test_a_block_stays_as_long_as_the_next_so_that_its_lack_always_tells(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    linked(accesses, "a")
    later = NOON + timedelta(days=KEPT)
    recorded(accesses, "b", at=later)
    accesses.link(key=KEY, now=later)

    ends = [block.expire_at for block in accesses.chain(TOWN)]

    assert ends[0] == ends[1] > later + timedelta(days=KEPT)


def test_where_fewer_days_are_kept_now_no_block_goes_before_an_earlier_one(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    linked(accesses, "a")
    linked(AccessStore(database, kept_days=1, proofs=PROOFS), "b")

    ends = [block.expire_at for block in accesses.chain(TOWN)]

    assert ends[0] == ends[1]


@pytest.mark.parametrize("expire_at", [NOON - timedelta(days=1), NOON + timedelta(days=KEPT - 1), [NOON], None])
def test_what_was_made_to_go_before_its_time_is_named(
    accesses: AccessStore, database: Database[dict[str, Any]], expire_at: Any
):
    a_chain(accesses)
    database["accesses"].update_one({"_id": "c"}, {"$set": {"expire_at": expire_at}})
    rewritten(database, 1, expire_at=expire_at)

    first, second = examined(accesses).faults

    assert first.startswith("block 1 ")
    assert second.startswith("entry c ")


FAR_AGO = NOON - timedelta(days=90)


@pytest.mark.parametrize(
    "slipped",
    [
        {"unlinked_since": NOON},
        {"unlinked_since": NOON, "at": FAR_AGO},
        {"unlinked_since": FAR_AGO, "at": FAR_AGO},
        {"unlinked_since": NOON, "proof": "none"},
        {"unlinked_since": NOON + timedelta(days=900)},
        {"unlinked_since": [NOON]},
        {"unlinked_since": NOON, "at": "long ago"},
        {"unlinked_since": NOON, "more": ObjectId("0" * 24)},
        {"block": 9},
        {"block": "2"},
        {"at": NOON + timedelta(hours=1)},
    ],
    ids=repr,
)
def test_what_no_registry_wrote_comes_into_no_block(
    accesses: AccessStore, database: Database[dict[str, Any]], slipped: dict[str, Any]
):
    a_chain(accesses)
    for id, without in (("with-its-proof", "-"), ("without", "proof")):
        copied = dict(database["accesses"].find_one({"_id": "c"}) or {}, outcome="not-entitled", _id=id)
        kept = {name: value for name, value in copied.items() if name not in (without, "block")}
        database["accesses"].insert_one({**kept, **slipped})
    later = NOON + timedelta(hours=2)

    assert accesses.link(key=KEY, now=later) == 0
    recorded(accesses, "g", at=later)
    assert accesses.link(key=KEY, now=later) == 1
    found = examined(accesses, now=later)
    assert (found.entries, len(found.faults)) == (7, 2)
    assert all("entry with" in fault for fault in found.faults)


def test_a_proof_is_that_of_one_entry_as_it_was(accesses: AccessStore, database: Database[dict[str, Any]]):
    recorded(accesses, "a", "b")
    database["accesses"].update_one({"_id": "a"}, {"$set": {"outcome": "not-entitled"}})

    assert accesses.link(key=KEY, now=NOON) == 1
    assert examined(accesses, now=NOON + timedelta(hours=1)).faults == [
        "entry a is in no block since 2026-06-01 10:00:00"
    ]


def test_refused_entries_keep_no_others_out(
    accesses: AccessStore, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(access_store, "MOST_LINKED", 2)
    recorded(accesses, "a", "b", "c")
    database["accesses"].update_many({}, {"$set": {"proof": "none"}})

    assert linked(accesses, "d") == 1


def test_whose_key_is_not_here_waits_for_a_process_that_has_it(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    newer = AccessStore(database, kept_days=KEPT, proofs=Locker("accesses", KeyRing({"2": b"2" * 32, "1": b"k" * 32})))
    recorded(newer, "a")

    assert accesses.link(key=KEY, now=NOON) == 0
    assert newer.link(key=KEY, now=NOON) == 1


def test_a_block_goes_after_the_last_of_its_entries(accesses: AccessStore, database: Database[dict[str, Any]]):
    linked(accesses, "a")

    entry, block = database["accesses"].find_one(), database["access_blocks"].find_one()

    assert entry is not None
    assert block is not None
    assert entry["expire_at"] < block["expire_at"]
    assert examined(accesses).blocks == 1


@pytest.mark.parametrize("town", [{}, {"town": 7}, {"town": None}], ids=["none", "a number", "null"])
def test_an_entry_of_no_town_keeps_no_other_from_being_linked(
    accesses: AccessStore, database: Database[dict[str, Any]], town: dict[str, Any]
):
    database["accesses"].insert_one({"_id": "slipped", "unlinked_since": NOON, **town})

    assert linked(accesses, "a") == 1
    assert list(accesses.unlinked(TOWN)) == []
    assert examined(accesses).faults == []
