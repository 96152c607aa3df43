"""Reading what was told, page by page: each event once, none missed, and nobody else's."""

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.departments import Answering
from services.contracts.errors import EventsGone, InvalidField
from services.contracts.feed.events import PublicEvent
from services.contracts.notify import EventPage
from services.notify.feed.departments import Department
from services.notify.feed.numbering import JUMP, Numbering, pass_over
from services.notify.feed.projecting import Told
from services.notify.feed.pulling import Pulling
from services.notify.feed.store import FeedStore
from tests.explaining import answered
from tests.notify.feed.making import NOON, OTHER_TOWN, TOWN, a_department, requested, told
from tests.outbox import KeptInOutbox

Store = Database[dict[str, Any]]
DAY = timedelta(days=1)


def tell(database: Store, *events: Told) -> None:
    feed = FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: NOON)
    for each in events:
        feed.tell(each)


def page(
    database: Store,
    department: Department | None = None,
    *,
    town: str = TOWN,
    after: str | None = None,
    limit: int = 100,
) -> EventPage:
    pulling = Pulling(database, Numbering(database), clock=lambda: NOON)
    return pulling.page(department or a_department(), town=town, after=after, limit=limit)


def ids(found: EventPage) -> list[int]:
    return [int(PublicEvent.from_json(each.encode()).id, 16) for each in found.events]


def test_pages_follow_each_other_and_bytes_are_as_they_were_published(database: Store) -> None:
    tell(database, *map(told, range(1, 6)))
    assert Numbering(database).number() == 5

    first = page(database, limit=3)
    second = page(database, after=first.after, limit=3)
    third = page(database, after=second.after, limit=3)

    assert (ids(first), first.more) == ([1, 2, 3], True)
    assert (ids(second), second.more) == ([4, 5], False)
    assert (ids(third), third.more) == ([], False)
    assert first.events[0].encode() == told(1).event.to_json()


def test_it_reads_what_its_topics_cover_in_the_town_that_is_asked(database: Store) -> None:
    tell(
        database,
        told(1),
        told(2, "application-refused"),
        told(3, product="life"),
        told(4, town=OTHER_TOWN),
        told(5, "alive"),
        replace(told(6, town="00000"), only_for="police"),
        replace(told(7, town="00000"), only_for="schools"),
    )
    Numbering(database).number()
    both = a_department("police", f"{TOWN}.certificate-issued.residence", f"{OTHER_TOWN}.*.*")

    assert ids(page(database, both)) == [1, 5, 6]
    assert ids(page(database, both, town=OTHER_TOWN)) == [4, 6]
    assert ids(page(database, replace(both, added_at=NOON + timedelta(seconds=1)))) == [1, 5]  # called so after another


def test_what_one_is_asked_and_told_no_other_reads_whatever_its_topics(database: Store) -> None:
    refused = replace(told(9, "answer-refused"), only_for="zone")
    tell(database, requested(), requested("application-2", town=OTHER_TOWN), requested("application-3", asked="school"))
    tell(database, refused)
    Numbering(database).number()
    zone = replace(a_department("zone"), topics=(), answers=(Answering(town=TOWN, asked="police"),))
    everything = a_department("police", f"{TOWN}.*.*", f"{OTHER_TOWN}.*.*")

    assert len(page(database, zone).events) == 2
    assert page(database, everything).events == ()
    pulling = Pulling(database, Numbering(database), clock=lambda: NOON)
    assert (pulling.told(zone, town=TOWN), pulling.told(everything, town=TOWN)) == ((2, NOON), (0, None))


def test_what_another_had_told_itself_is_not_looked_at(database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.feed.pulling.MOST_LOOKED_AT", 2)
    flood = [replace(told(each, town=(TOWN, "00000")[each % 2]), only_for="schools") for each in range(2, 12)]
    tell(database, told(1), *flood, told(12))
    Numbering(database).number()

    found = page(database)

    assert (ids(found), found.more) == ([1, 12], False)


def test_what_is_numbered_between_two_looks_for_a_page_is_on_the_next(database: Store) -> None:
    """Of one's own and of all's: a place behind one that was not seen yet would lose that one for ever."""

    class Late(Numbering):
        def readable(self) -> int:
            """While others tell."""
            found = super().readable()
            tell(database, told(found + 1), replace(told(found + 2, town="00000"), only_for="police"))
            self.number()
            return found

    pulling = Pulling(database, Late(database), clock=lambda: NOON)
    pages, after = [], None
    for _ in range(3):
        found = pulling.page(a_department(), town=TOWN, after=after, limit=100)
        pages.append(ids(found))
        after = found.after

    assert pages == [[], [1, 2], [3, 4]]


def test_what_is_not_numbered_yet_is_read_later(database: Store) -> None:
    tell(database, told(1))
    Numbering(database).number()
    first = page(database)
    tell(database, told(2))

    before = page(database, after=first.after)
    Numbering(database).number()
    after = page(database, after=before.after)

    assert (ids(first), ids(before), ids(after)) == ([1], [], [2])


def test_a_reader_misses_nothing_while_many_processes_tell_and_number(database: Store) -> None:
    """Whatever page it has read to, what is numbered later comes behind it."""
    writers, each_tells, begin = 4, 25, threading.Barrier(9)
    numbering_is_over = threading.Event()

    def write(first: int) -> Callable[[], None]:
        def at_work() -> None:
            begin.wait()
            tell(database, *map(told, range(first, first + each_tells)))

        return at_work

    def number() -> None:
        own = Numbering(database)
        begin.wait()
        while not numbering_is_over.is_set():
            own.number()

    Numbering(database)
    writing = [threading.Thread(target=write(1 + each_tells * each)) for each in range(writers)]
    counting = [threading.Thread(target=number) for _ in range(4)]
    for thread in (*writing, *counting):
        thread.start()
    begin.wait()
    read: list[int] = []
    after = None
    while len(read) < writers * each_tells:
        found = page(database, after=after, limit=7)
        read += ids(found)
        after = found.after
    numbering_is_over.set()
    for thread in (*writing, *counting):
        thread.join()

    assert sorted(read) == list(range(1, 1 + writers * each_tells))
    numbers = sorted(each["number"] for each in database["department_events"].find())
    assert numbers == list(range(1, 1 + writers * each_tells))


@pytest.mark.parametrize("written", [0, 1, 2])
def test_what_a_crash_left_claimed_is_numbered_before_anything_else(database: Store, written: int) -> None:
    tell(database, told(1), told(2))
    died = Numbering(database)
    waiting = died._waiting()
    assert died._claim(waiting, last=0)
    died._write(waiting[:written], last=written)
    tell(database, told(3))

    Numbering(database).number()

    numbers = {each["_id"]: each["number"] for each in database["department_events"].find()}
    assert [numbers[each] for each in waiting] == [1, 2]
    assert sorted(numbers.values()) == [1, 2, 3]


def test_who_was_slow_to_write_changes_nothing_any_more(database: Store) -> None:
    tell(database, told(1), told(2))
    slow = Numbering(database)
    waiting = slow._waiting()
    assert slow._claim(waiting, last=0)
    Numbering(database).number()
    tell(database, told(3))
    Numbering(database).number()

    slow._write(waiting, last=2)
    assert not slow._claim(["another"], last=0)

    assert sorted(each["number"] for each in database["department_events"].find()) == [1, 2, 3]


NO_PLACES = {
    "empty": "",
    "a letter": "x",
    "five parts": "a.b.c.d.e",
    "four dots": "." * 4,
    "64 KB": "x" * 65536,
    "half a character": "\ud800",
    "no ASCII": "é",
}


@pytest.mark.parametrize("after", NO_PLACES.values(), ids=NO_PLACES)
def test_no_place_is_one(database: Store, after: str) -> None:
    with pytest.raises(InvalidField) as refused:
        page(database, after=after)

    assert refused.value.fields["after"].slug == "not-a-cursor"


def test_a_place_is_one_departments_in_one_town(database: Store) -> None:
    both = a_department("police", f"{TOWN}.*.*", f"{OTHER_TOWN}.*.*")
    after = page(database, both).after

    for department, town in ((a_department("schools"), TOWN), (both, OTHER_TOWN)):
        with pytest.raises(InvalidField):
            page(database, department, town=town, after=after)


def test_a_place_tells_no_number(database: Store) -> None:
    tell(database, told(1))
    Numbering(database).number()

    found = [page(database).after for _ in range(2)]

    assert found[0] != found[1]


def test_who_comes_back_too_late_is_told_that_events_are_gone(database: Store) -> None:
    tell(database, *map(told, range(1, 4)))
    Numbering(database).number()
    first = page(database, limit=1)
    last = page(database)

    database["department_events"].delete_one({"number": 1})
    assert ids(page(database, after=first.after)) == [2, 3]
    database["department_events"].delete_one({"number": 2})
    with pytest.raises(EventsGone):
        page(database, after=first.after)
    database["department_events"].delete_many({})
    assert ids(page(database, after=last.after)) == []


def test_after_a_restoration_no_number_is_given_twice_and_no_place_of_the_lost_time_is_taken(database: Store) -> None:
    tell(database, told(1))
    Numbering(database).number()
    kept = page(database)
    backup = {name: list(database[name].find()) for name in ("department_count", "department_events")}
    tell(database, *map(told, range(2, 4)))
    Numbering(database).number()
    lost = page(database)

    for name, documents in backup.items():
        database[name].delete_many({})
        database[name].insert_many(documents)
    pass_over(database)
    tell(database, *map(told, range(7, 10)))
    Numbering(database).number()

    with pytest.raises(EventsGone):
        page(database, after=lost.after)
    assert ids(page(database, after=kept.after)) == [7, 8, 9]
    assert ids(page(database)) == [1, 7, 8, 9]
    assert database["department_events"].count_documents({"number": {"$in": [2, 3]}}) == 0


def test_a_backup_may_hold_events_that_are_newer_than_its_count(database: Store) -> None:
    """It is read while events are numbered; some may be claimed, and not numbered yet."""
    tell(database, *map(told, range(1, 4)))
    Numbering(database).number()
    database["department_count"].update_one({}, {"$set": {"last": 2, "claimed": [told(2).event.id]}})
    tell(database, told(4))

    pass_over(database)
    Numbering(database).number()

    numbers = [each["number"] for each in database["department_events"].find().sort("number")]
    assert numbers == [1, 2, 3, JUMP + 4]


def test_a_page_ends_where_too_much_of_others_was_looked_at(database: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notify.feed.pulling.MOST_LOOKED_AT", 2)
    tell(database, told(1, "application-refused"), told(2, "application-refused"), told(3))
    Numbering(database).number()

    first = page(database)
    second = page(database, after=first.after)

    assert (ids(first), first.more) == ([], True)
    assert (ids(second), second.more) == ([3], False)


def test_what_was_told_is_counted_by_topic(database: Store) -> None:
    tell(database, told(1), told(2, "application-refused"), told(3, product="life"), told(4, town=OTHER_TOWN))
    pulling = Pulling(database, Numbering(database), clock=lambda: NOON)

    assert pulling.told(a_department("police", f"{TOWN}.*.residence"), town=TOWN) == (2, NOON)
    assert pulling.told(a_department(), town=OTHER_TOWN) == (0, None)


def test_what_is_counted_is_what_is_read(database: Store) -> None:
    directed = replace(told(5, "answer-refused"), only_for="police")
    tell(database, told(1), told(2, "alive"), told(3, "application-refused"), requested(), directed)
    Numbering(database).number()
    pulling = Pulling(database, Numbering(database), clock=lambda: NOON)
    police = replace(
        a_department("police", f"{TOWN}.*.residence", f"{TOWN}.certificate-issued.*"),
        answers=(Answering(town=TOWN, asked="police"),),
    )

    for department in (police, a_department(), a_department("schools"), replace(police, added_at=NOON + DAY)):
        assert pulling.told(department, town=TOWN)[0] == len(page(database, department).events)


def test_it_is_counted_once_a_minute_whoever_asks(database: Store) -> None:
    now = [NOON]
    pulling = Pulling(database, Numbering(database), clock=lambda: now[0])
    counts = []

    for seconds in (0, 59, 60):
        tell(database, told(seconds))
        now[0] = NOON + timedelta(seconds=seconds)
        counts.append(pulling.told(a_department(), town=TOWN)[0])
        pulling.told(a_department("schools"), town=OTHER_TOWN)

    assert counts == [1, 1, 3]


def test_an_index_serves_what_is_counted(database: Store, mongo_uri: str) -> None:
    tell(database, *map(told, range(1, 6)))

    asked = answered(
        database,
        mongo_uri,
        lambda listened: Pulling(listened, Numbering(database), clock=lambda: NOON).told(a_department(), town=TOWN),
    )

    assert asked
    assert [each for each in asked if not each.by_index] == []
