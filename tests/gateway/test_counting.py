"""Counting requests: the same of the counts in memory and of those in the store, and what happens between the two."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database
from pymongo.errors import AutoReconnect

from deploy.local.embedded.part import Running
from gateway import shared_counts
from gateway.counting import Bill, Counts, MemoryCounts, Ticket, exchange, pay, refund, take_all
from gateway.rates import Rate, Window, parse_rates
from gateway.shared_counts import LONGEST_PAUSE_S, SharedCounts, StoreCounts
from services.chassis.database import connect
from tests.listening import Listening
from tests.waiting import wait_for

ENDS = 4_000_000_000.0


def window(id: str = "w", *, most: int = 3) -> Window:
    return Window(id=id, most=most, ends=ENDS)


def bill(key: str | None = None, *, most: int = 3, again: int = 2) -> Bill:
    ticket = Ticket(id=key, until=ENDS) if key else None
    return Bill(windows=(window(most=most),), ticket=ticket, again=(window("again", most=again),))


@pytest.fixture(params=["memory", "store"])
def counts(request: pytest.FixtureRequest) -> Counts:
    if request.param == "memory":
        return MemoryCounts()
    counts = StoreCounts(request.getfixturevalue("database"))
    counts.prepare()
    return counts


def together(act: Callable[[], Any], *, times: int) -> list[Any]:
    """What each of so many threads found, all begun at once."""
    found: list[Any] = []
    begin = threading.Barrier(times)

    def run() -> None:
        begin.wait()
        found.append(act())

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_so_many_and_no_more(counts: Counts) -> None:
    assert [counts.take(window()) for _ in range(5)] == [True, True, True, False, False]
    assert counts.take(window("other"))


@pytest.mark.parametrize("most", [1, 7])
def test_however_many_ask_at_once_exactly_so_many_get_through(counts: Counts, most: int) -> None:
    assert sum(together(lambda: counts.take(window(most=most)), times=24)) == most


def test_two_processes_count_in_one_store(mongo_uri: str, database: Database[dict[str, Any]]) -> None:
    with connect(mongo_uri, appname="one") as one, connect(mongo_uri, appname="two") as two:
        both = [StoreCounts(client[database.name]) for client in (one, two)]
        both[0].prepare()

        passed = [each.take(window()) for _ in range(3) for each in both]

    assert passed == [True, True, True, False, False, False]


def test_what_is_given_back_is_there_again(counts: Counts) -> None:
    assert take_all(counts, [window()] * 3) is None
    counts.give_back(window())

    assert [counts.take(window()), counts.take(window())] == [True, False]


def test_of_several_windows_all_count_or_none(counts: Counts) -> None:
    hour, minute = window("hour", most=10), window("minute", most=1)

    assert [take_all(counts, (hour, minute)) for _ in range(5)] == [None, minute, minute, minute, minute]
    assert sum(counts.take(hour) for _ in range(20)) == 9


def test_a_key_is_paid_once_and_its_retries_have_an_end(counts: Counts) -> None:
    assert [pay(counts, bill("key")) for _ in range(4)] == [None, None, None, window("again", most=2)]
    assert [pay(counts, bill()) for _ in range(3)] == [None, None, window()]


def test_what_a_key_pays_for_the_first_time_is_one_command(mongo_uri: str, database: Database[dict[str, Any]]) -> None:
    listening = Listening()
    windows = (window("hour", most=10), window("minute", most=2))
    with MongoClient[dict[str, Any]](mongo_uri, event_listeners=[listening]) as client:
        counts = StoreCounts(client[database.name])
        counts.prepare()
        listening.sent.clear()

        paid = [pay(counts, Bill(windows=windows, ticket=Ticket(id=key, until=ENDS))) for key in "ab"]
        sent = list(listening.sent)

    assert (paid, sent) == ([None, None], ["update", "update"])
    assert {each["_id"]: each.get("taken") for each in database.counts.find()} == {
        "hour": 2,
        "minute": 2,
        "a": None,
        "b": None,
    }


def test_of_what_a_key_finds_full_nothing_is_counted(counts: Counts) -> None:
    hour, minute = window("hour", most=10), window("minute", most=1)
    paid = [pay(counts, Bill(windows=(hour, minute), ticket=Ticket(id=key, until=ENDS))) for key in "abc"]

    assert paid == [None, minute, minute]
    assert sum(counts.take(hour) for _ in range(20)) == 9


def test_however_many_keys_come_at_once_exactly_so_many_are_paid(counts: Counts) -> None:
    keys = iter([f"key-{number}" for number in range(24)])
    refused = together(lambda: pay(counts, bill(next(keys), most=7)), times=24)

    assert refused.count(None) == 7
    assert not counts.take(window(most=7))


def test_a_key_that_found_no_room_is_not_paid(counts: Counts) -> None:
    take_all(counts, [window()] * 3)
    assert [pay(counts, bill("key")) for _ in range(3)] == [window()] * 3

    counts.give_back(window())
    assert pay(counts, bill("key")) is None
    assert pay(counts, bill("other")) == window()


def test_one_key_sent_at_once_costs_one(counts: Counts) -> None:
    refused = together(lambda: pay(counts, bill("key", most=100, again=100)), times=12)

    assert refused == [None] * 12
    assert sum(counts.take(window(most=100)) for _ in range(120)) == 99


def test_an_exchange_needs_room_where_it_goes(counts: Counts) -> None:
    take_all(counts, [window()] * 3)
    for _ in range(3):
        exchange(counts, [window()], [window("again", most=2)])

    assert [counts.take(window()) for _ in range(3)] == [True, True, False]


def test_memory_is_bounded_and_keeps_what_is_in_use() -> None:
    counts = MemoryCounts(most_remembered=10)
    for number in range(1000):
        counts.take(window("busy", most=5000))
        counts.take(window(f"w{number}"))
        counts.remember(Ticket(id=f"t{number}", until=ENDS))

    assert sum(counts.take(window("busy", most=5000)) for _ in range(5000)) == 4000
    assert not counts.knows(Ticket(id="t0", until=ENDS))
    assert counts.knows(Ticket(id="t999", until=ENDS))


def test_a_ticket_is_good_until_it_ends() -> None:
    now = [1000.0]
    counts = MemoryCounts(clock=lambda: now[0])
    ticket = Ticket(id="t", until=1010.0)

    counts.remember(ticket)
    assert counts.knows(ticket)
    now[0] = 1010.0
    assert not counts.knows(ticket)


def test_the_store_forgets_what_is_over(counts: Counts, request: pytest.FixtureRequest) -> None:
    if isinstance(counts, MemoryCounts):
        return
    database: Database[dict[str, Any]] = request.getfixturevalue("database")
    pay(counts, bill("key"))

    assert all(document["expire_at"].timestamp() > ENDS for document in database.counts.find())
    assert {"guard", "over"} <= set(database.counts.index_information())


@pytest.fixture
def own_database(own_store: Running) -> Iterator[Database[dict[str, Any]]]:
    client: MongoClient[dict[str, Any]] = connect(own_store.part.uri, appname="gateway")  # type: ignore[attr-defined]
    yield client["gateway"]
    client.close()


def _threads() -> set[str]:
    """All but pymongo's own, which come and go with the store."""
    return {thread.name for thread in threading.enumerate() if not thread.name.startswith("pymongo")}


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """As long as this machine takes, where the store is there: nothing but its absence is to be tried."""
    with monkeypatch.context() as patched:
        patched.setattr(shared_counts, "PATIENCE_S", 60.0)
        yield patched


def test_with_the_store_away_a_process_counts_for_itself_and_comes_back(
    own_store: Running, own_database: Database[dict[str, Any]], patience: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    shared = SharedCounts(own_database, clock=lambda: now[0])
    before = _threads()

    assert [shared.pay(bill("key", most=3)), shared.pay(bill(most=3))] == [None, None]
    own_store.kill()
    patience.setattr(shared_counts, "PATIENCE_S", 3.0)
    alone = [shared.pay(bill(most=3)), shared.pay(bill(most=3)), shared.pay(bill("key", most=3))]
    own_store.start()
    still_alone = shared.pay(bill(most=3))

    def is_counted_together() -> bool:
        now[0] += 2 * LONGEST_PAUSE_S
        shared.pay(Bill(windows=(window("probe", most=1000),)))
        return own_database.counts.find_one({"_id": "probe"}) is not None

    patience.setattr(shared_counts, "PATIENCE_S", 60.0)
    wait_for(is_counted_together)
    together_again = [shared.pay(bill(most=3)), shared.pay(bill(most=3))]

    assert alone == [None, window(), None]  # from what it counted itself, and the key is known
    assert still_alone == window()
    assert together_again == [None, window()]  # of which the store had seen two
    assert own_database.counts.find_one({"_id": "w"})["taken"] == 3  # type: ignore[index]
    assert _threads() == before


TWO = Bill(windows=(window("wide"), window()), ticket=Ticket(id="key", until=ENDS), again=(window("again"),))

ACTS: dict[str, Callable[[Counts], Any]] = {
    "pay": lambda counts: pay(counts, TWO),
    "refund": lambda counts: refund(counts, TWO),
    "exchange": lambda counts: exchange(counts, [window()], [window("other")]),
}


@pytest.mark.parametrize("step", ["take", "remember", "give_back", "forget", "knows"])
@pytest.mark.parametrize("acts", [("pay",), ("pay", "pay"), ("pay", "refund"), ("pay", "exchange")], ids="-".join)
def test_what_the_store_counts_in_part_before_it_goes_away_counts_once(
    database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, acts: tuple[str, ...], step: str
) -> None:
    """Wherever it goes, the memory holds what it would hold had it counted alone from the beginning."""
    memory, alone = MemoryCounts(), MemoryCounts()
    shared = SharedCounts(database, memory=memory)
    *before, last = acts
    for act in before:
        shared._count(ACTS[act])
    really = getattr(shared._store, step)

    def goes_away(*args: Any) -> None:
        really(*args)
        raise AutoReconnect("after it is done, before it is told")

    monkeypatch.setattr(shared._store, step, goes_away)
    shared._count(ACTS[last])
    for act in acts:
        ACTS[act](alone)

    def held(counts: MemoryCounts) -> tuple[dict[str, int], set[str]]:
        return {id: taken for id, taken in counts._taken.items() if taken}, set(counts._tickets)

    assert held(memory) == held(alone)


def test_while_the_store_is_away_nobody_waits_for_it_but_one_now_and_then(own_store: Running) -> None:
    now, asked = [0.0], []
    client: MongoClient[dict[str, Any]] = connect(own_store.part.uri, appname="gateway")  # type: ignore[attr-defined]
    shared = SharedCounts(client["gateway"], clock=lambda: now[0])
    own_store.kill()
    prepare = shared._store.prepare

    def counted() -> None:
        asked.append(now[0])
        prepare()

    shared._store.prepare = counted  # type: ignore[method-assign]
    for tenth in range(300):
        now[0] = tenth / 10
        shared.pay(bill(most=1000))
    client.close()

    assert len(asked) <= 7  # at 0, 1, 3, 7, 15, 23 s


@pytest.mark.parametrize(
    ("text", "rates"),
    [
        ("20 per minute", [(20, 60)]),
        ("20 per minute; 100 per hour", [(100, 3600), (20, 60)]),
        ("5 per 10 minutes", [(5, 600)]),
        ("3/second;1000 per 2 days", [(1000, 172_800), (3, 1)]),
    ],
)
def test_rates_are_written_in_words(text: str, rates: list[tuple[int, int]]) -> None:
    assert [(rate.most, rate.seconds) for rate in parse_rates(text)] == rates


@pytest.mark.parametrize(
    "text",
    [
        *("", "20", "20 minutes", "many per minute", "0 per minute", "-1 per hour", "²0 per hour", "5 per year"),
        *("5 per minute;", "5 per 0 minutes", "1.5 per minute", "5 per minute per hour", "9" * 300 + " per day"),
    ],
)
def test_other_words_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="20 per minute; 100 per hour"):
        parse_rates(text)


def test_windows_follow_utc_and_say_how_long_to_wait() -> None:
    rate = Rate(most=5, seconds=3600)

    first, last, next_ = (rate.window("s", "who", now=now) for now in (7200.0, 10_799.999, 10_800.0))

    assert first == last == Window(id="s:3600:2:who", most=5, ends=10_800)
    assert next_.id == "s:3600:3:who"
    assert (first.wait(7200.0), first.wait(10_799.2), first.wait(10_800.0)) == (3600, 1, 1)


def test_what_came_to_nothing_is_given_back_with_its_key(counts: Counts) -> None:
    for _ in range(5):
        assert pay(counts, bill("key")) is None
        refund(counts, bill("key"))

    assert [pay(counts, bill(key)) for key in ("key", "b", "c", "d")] == [None, None, None, window()]


def test_it_stays_paid_where_its_key_was_used_besides(counts: Counts) -> None:
    pay(counts, bill("key"))
    pay(counts, bill("key"))
    refund(counts, bill("key"))
    refund(counts, bill("key"))

    assert [pay(counts, bill(key)) for key in ("b", "c", "d")] == [None, None, window()]
    assert pay(counts, bill("key")) is None


def test_a_key_that_is_given_back_while_it_is_used_is_paid_by_who_uses_it(counts: Counts) -> None:
    class Interrupted:
        """Between looking and saying that it uses the key, another gives it back."""

        def __getattr__(self, name: str) -> Any:
            return getattr(counts, name)

        def remember(self, ticket: Ticket) -> bool:
            if ticket.id == "key:used":
                refund(counts, bill("key"))
            return counts.remember(ticket)

    pay(counts, bill("key"))
    assert pay(Interrupted(), bill("key")) is None

    assert [pay(counts, bill(key)) for key in ("b", "c", "d")] == [None, None, window()]
