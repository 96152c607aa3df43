"""One suite for every store of extracts and of looks: the tests' stand-in and the real one keep the same promises."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.contracts.days import end_of
from services.contracts.registry import LookPlace
from services.registry.access import Access
from services.registry.access_store import AccessStore
from services.registry.extract import Extract, State
from services.registry.handlers import Extracts
from services.registry.store import ExtractStore
from tests.keys import PROOFS
from tests.listening import Listening
from tests.outbox import KeptInOutbox, events_in
from tests.registry.fakes import CHILD, NOON, OTHER_TOWN, PARENT, TOWN, FakeAccesses, FakeExtracts, a_cause, an_extract


@pytest.fixture(params=["stand-in", "real"])
def extracts(request: pytest.FixtureRequest) -> Extracts:
    if request.param == "stand-in":
        return FakeExtracts()
    database: Database[dict[str, Any]] = request.getfixturevalue("database")
    return ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)


@pytest.fixture(params=["stand-in", "real"])
def accesses(request: pytest.FixtureRequest) -> FakeAccesses | AccessStore:
    if request.param == "stand-in":
        return FakeAccesses()
    return AccessStore(request.getfixturevalue("database"), kept_days=10, proofs=PROOFS)


def an_access(id: str = "look-1", **chosen: Any) -> Access:
    usual: dict[str, Any] = {
        "id": id,
        "town": TOWN,
        "at": NOON,
        "by": PARENT,
        "about": (PARENT, CHILD),
        "capacity": "self",
        "product": "residence",
        "purpose": "extract",
        "outcome": "given",
        "application_id": "a1",
    }
    return Access(**{**usual, **chosen})


def without_origin(extract: Extract | None) -> Extract | None:
    return extract and replace(extract, origin=None)


def test_an_extract_nobody_asked_for_is_unknown(extracts: Extracts):
    assert extracts.hear("a1", a_cause()) is None


def test_what_was_saved_is_read_back_whole(extracts: Extracts):
    later, deferred = an_extract().put_off(now=NOON, until=None)

    extracts.save(later, deferred, cause=a_cause(1))

    assert without_origin(extracts.hear("a1", a_cause(2))) == later


def test_another_towns_extract_is_not_there(extracts: Extracts):
    extracts.save(an_extract().put_off(now=NOON, until=None)[0], (), cause=a_cause(1))

    assert extracts.hear("a1", a_cause(2, town=OTHER_TOWN)) is None
    assert extracts.due(towns=[OTHER_TOWN], now=NOON + timedelta(days=1)) == []


def test_due_are_those_that_wait_long_enough_the_longest_first(extracts: Extracts):
    for number, tries in enumerate((4, 2, 3)):
        waiting, _ = replace(an_extract(f"a{number}"), tries=tries).put_off(now=NOON, until=None)
        extracts.save(waiting, (), cause=a_cause(1))
    answered, _ = an_extract("a9").compiled("sealed facts", now=NOON)
    extracts.save(answered, (), cause=a_cause(1))

    due = extracts.due(towns=[TOWN], now=NOON + timedelta(seconds=8))

    assert [each.application_id for each in due] == ["a1", "a2"]
    assert {each.state for each in due} == {State.WAITING}


def test_an_event_is_kept_with_the_answer_it_tells(database: Database[dict[str, Any]]):
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    answered, events = an_extract().compiled("sealed facts", now=NOON)

    store.save(answered, events, cause=a_cause(1))

    document = database["extracts"].find_one({"_id": "a1"})
    assert document is not None
    (event,) = events_in(document)
    assert (event["source"], event["data"]["facts"]) == ("/towns/24001/registry", "sealed facts")
    assert "sealed facts" not in str({key: value for key, value in document.items() if key != "outbox"})
    assert document["request"] is None


def test_what_version_0_1_left_is_asked_for_and_is_not_over(database: Database[dict[str, Any]]):
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    store.save(*an_extract().put_off(now=NOON, until=None), cause=a_cause(1))
    database["extracts"].update_one({}, {"$unset": {"promises": "", "promised_for": "", "since": ""}})

    (due,) = store.due(towns=[TOWN], now=NOON + timedelta(days=100))

    assert (due.promises, due.promised_for, due.is_over(now=NOON + timedelta(days=100))) == (0, None, False)
    assert due.asked_again(now=NOON).since == NOON


def test_one_look_is_one_entry(accesses: FakeAccesses | AccessStore):
    for _ in range(2):
        accesses.record(an_access())

    assert accesses.about(CHILD, town=TOWN) == [an_access()]


def test_a_citizen_sees_all_looks_at_own_data_and_no_others(accesses: FakeAccesses | AccessStore):
    later = an_access("look-2", at=NOON + timedelta(hours=1), about=(CHILD,), application_id=None, purpose="prefill")
    accesses.record(later)
    accesses.record(an_access("look-1"))
    accesses.record(an_access("look-3", about=(PARENT,)))
    accesses.record(an_access("look-4", town=OTHER_TOWN))

    assert accesses.about(CHILD, town=TOWN) == [an_access("look-1"), later]


def test_looks_are_kept_as_long_as_the_town_says(database: Database[dict[str, Any]]):
    AccessStore(database, kept_days=10, proofs=PROOFS).record(an_access())

    entry = database["accesses"].find_one({"_id": "look-1"})
    assert entry is not None
    assert entry["expire_at"] == end_of(NOON.date() + timedelta(days=10))
    assert database["accesses"].index_information()["retention"]["expireAfterSeconds"] == 0


def test_looks_are_listed_a_page_at_a_time_the_newest_first(accesses: FakeAccesses | AccessStore):
    for number in range(5):
        at = NOON + timedelta(hours=number // 2)
        accesses.record(an_access(f"look-{number}", at=at, facts=("identity", "life"), known_to=(CHILD,)))
    accesses.record(an_access("look-8", at=NOON + timedelta(days=1)))
    accesses.record(an_access("look-9", about=(PARENT,), at=NOON + timedelta(days=1)))

    seen, after = [], None
    while page := accesses.page(CHILD, "unknown", town=TOWN, limit=2, after=after):
        seen += page
        after = LookPlace(at=page[-1].at, id=page[-1].id)

    assert [each.id for each in seen] == ["look-4", "look-3", "look-2", "look-1", "look-0"]
    assert seen[0].facts == ("identity", "life")


def test_the_store_is_asked_where_something_may_be_due(mongo_uri: str, database: Database[dict[str, Any]]):
    listening = Listening()
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        ours = ExtractStore(client[database.name], relay=KeptInOutbox(), clock=lambda: NOON)
        theirs = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)

        def found(seconds: int) -> list[str]:
            return [each.application_id for each in ours.due(towns=[TOWN], now=NOON + timedelta(seconds=seconds))]

        def looks() -> int:
            return listening.sent.count("find")

        assert (found(0), looks()) == ([], 1)
        theirs.save(replace(an_extract("theirs"), due_at=NOON + timedelta(seconds=1)), (), cause=a_cause(1))
        assert (found(3), looks()) == ([], 1)
        ours.save(replace(an_extract("ours"), due_at=NOON + timedelta(seconds=4)), (), cause=a_cause(1))
        assert (found(4), looks()) == (["theirs", "ours"], 2)
        assert (found(4), looks()) == (["theirs", "ours"], 3)
        database["extracts"].delete_many({})
        theirs.save(replace(an_extract("later"), due_at=NOON + timedelta(seconds=5)), (), cause=a_cause(1))
        assert found(4) == []
        assert found(8) == []
        assert found(9) == ["later"]
