"""From an event that is kept to a webhook that has it: nothing lost, nothing at the same time twice, nobody delayed."""

import threading
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.locking import KeyRing
from services.contracts.department_webhooks import DeliveryPlace, Progress
from services.contracts.feed.webhooks import Receiver
from services.notify.feed.webhooks.domain import CLOCKS_DIFFER, PATIENCE, Attempt, Files, Response
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.signing import Scheme
from services.notify.feed.webhooks.store import DeliveryStore
from tests.explaining import answered
from tests.notify.feed.webhooks.conftest import Side
from tests.waiting import wait_for

LEASE = timedelta(seconds=25)
WEEK = timedelta(days=7)


class Answers:
    """A receiver that answers one thing after the other, the last for ever, and remembers what it was sent."""

    def __init__(self, *answers: int | str) -> None:
        self.sent: list[tuple[str, dict[str, str], bytes, Files]] = []
        self._answers = [Response.of(each) if isinstance(each, int) else Response(reason=each) for each in answers]

    def __call__(self, url: str, *, headers: dict[str, str], body: bytes, files: Files) -> Response:
        self.sent.append((url, headers, body, files))
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for _, headers, _, _ in self.sent]


@pytest.mark.parametrize("scheme", Scheme)
def test_an_event_is_brought_signed_and_as_it_is(side: Side, scheme: Scheme) -> None:
    side.department()
    side.webhook(scheme=scheme)
    event, takes = side.tell(), Answers(200)

    side.bring(takes)

    ((url, headers, body, _),) = takes.sent
    assert (url, body, headers["webhook-id"]) == ("https://x.example/", event.to_json(), event.id)
    assert Receiver(side.keys["hook"], clock=side.now.timestamp).read(headers, body).key == event.key
    delivery = side.delivery()
    assert (delivery.progress, [each.reason for each in delivery.attempts]) == (Progress.DELIVERED, ["delivered"])


def test_where_there_are_no_webhooks_nothing_is_read_or_kept_of_them(
    side: Side, database: Database[dict[str, Any]]
) -> None:
    side.department()
    side.tell()

    side.spread()

    assert database["webhook_deliveries"].count_documents({}) == 0


def test_a_webhook_hears_from_when_it_was_added_on(side: Side) -> None:
    side.department()
    side.tell(1)
    side.later(seconds=1)
    side.webhook()
    side.tell(2)
    takes = Answers(200)

    side.bring(takes)

    assert takes.ids == [f"{2:032x}"]


def test_an_event_that_is_told_again_is_brought_once(side: Side) -> None:
    side.department()
    side.webhook()
    takes = Answers(200)

    for _ in range(2):
        side.tell()
        side.bring(takes)

    assert len(takes.sent) == 1


def test_who_dies_before_an_event_is_no_longer_new_has_it_done_again(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.department()
    side.webhook()
    side.tell()
    with monkeypatch.context() as dying:
        dying.setattr(side.events, "are_made", lambda _: None)
        side.spread()
    takes = Answers(200)

    side.bring(takes)
    side.bring(takes)

    assert len(takes.sent) == 1
    assert side.events.since(side.now) == []


def test_what_is_not_taken_comes_again_with_the_same_id_and_a_new_moment(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    takes = Answers(500, "too-slow", 200)

    for _ in range(3):
        side.bring(takes)
        side.later(minutes=1)

    assert len(set(takes.ids)) == 1
    assert len({headers["webhook-timestamp"] for _, headers, _, _ in takes.sent}) == 3
    assert len({body for _, _, body, _ in takes.sent}) == 1
    attempts = side.delivery().attempts
    assert [(each.status, each.reason) for each in attempts] == [
        (500, "refused"),
        (None, "too-slow"),
        (200, "delivered"),
    ]


def test_nothing_is_sent_before_it_is_due(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    takes = Answers(500)

    side.bring(takes)
    side.later(seconds=3)
    side.bring(takes)

    assert len(takes.sent) == 1


def test_after_72_hours_it_is_parked_and_can_be_asked_for(side: Side) -> None:
    side.department()
    side.webhook()
    event = side.tell()
    takes = Answers(500)
    side.bring(takes)

    side.later(hours=PATIENCE.total_seconds() / 3600)
    side.bring(takes)
    parked = side.delivery()
    replayed = side.replay(parked_only=True)
    takes = Answers(200)
    side.bring(takes)

    assert (parked.progress, replayed) == (Progress.PARKED, 1)
    assert [body for _, _, body, _ in takes.sent] == [event.to_json()]
    assert [each.reason for each in side.delivery().attempts] == ["refused", "refused", "delivered"]


def test_410_disables_and_parks_what_waits_and_what_comes(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell(1)
    side.tell(2)
    takes = Answers(410)

    side.bring(takes)
    disabled_at = side.now
    side.later(seconds=CLOCKS_DIFFER.total_seconds())
    side.courier(takes).look(side.webhooks.all())
    side.tell(3)
    side.bring(takes)

    found = side.webhooks.find("hook")
    assert found is not None
    assert found.disabled_at == disabled_at
    assert len(takes.sent) == 1
    assert side.record.standings(["hook"])["hook"].counts[Progress.PARKED] == 3


def test_what_was_enabled_again_hears_what_comes_and_replays_what_was_parked(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell(1)
    side.bring(Answers(410))
    side.webhooks.enable("hook")
    side.tell(2)
    takes = Answers(200)

    side.bring(takes)
    assert takes.ids == [f"{2:032x}"]
    side.replay(parked_only=True)
    side.bring(takes)
    assert takes.ids[1:] == [f"{1:032x}"]


def test_who_parks_what_was_disabled_leaves_what_is_replayed_meanwhile(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    side.department()
    side.webhook()
    side.tell(1)
    side.bring(Answers(410))
    side.later(seconds=60)
    park = side.deliveries.park

    def enabled_first(id: str, *, until: datetime) -> None:
        side.webhooks.enable(id)
        side.replay(parked_only=True)
        park(id, until=until)

    monkeypatch.setattr(side.deliveries, "park", enabled_first)
    side.courier(Answers(200)).look(side.webhooks.all())

    assert side.delivery().progress is Progress.WAITING


def test_what_is_parked_while_it_is_sent_and_comes_is_delivered(side: Side) -> None:
    """Of two at once, one was answered 410."""
    side.department()
    side.webhook()
    side.tell()

    def takes(*_: Any, **__: Any) -> Response:
        side.deliveries.park("hook", until=side.now)
        return Response.of(200)

    side.bring(takes)

    delivery = side.delivery()
    assert (delivery.progress, len(delivery.attempts)) == (Progress.DELIVERED, 1)


def test_an_index_serves_whatever_is_asked_of_deliveries(
    side: Side, database: Database[dict[str, Any]], mongo_uri: str
) -> None:
    side.department()
    for id in ("hook", "other"):
        side.webhook(id)
    for number in range(20):
        side.tell(number)
        side.later(seconds=1)
    side.spread()

    def ask(listened: Database[dict[str, Any]]) -> None:
        deliveries = DeliveryStore(listened, kept=WEEK, clock=side.clock)
        record = DeliveryRecord(listened, kept=WEEK, clock=side.clock)
        deliveries.any_due("hook")
        claimed = deliveries.claim("hook", lease=LEASE)
        assert claimed is not None
        attempt = Attempt(at=side.now, took=LEASE, status=200, reason="delivered")
        deliveries.settle(claimed, claimed.after(attempt, Response.of(200), now=side.now, drawn=1.0))
        deliveries.hasten("hook", beyond=LEASE)
        deliveries.park("other", until=side.now)
        record.standings(["hook", "other"])
        record.standings(["hook"], towns=["24001", "00000"])
        for progress in (None, Progress.WAITING):
            place = DeliveryPlace(at=side.now, id="hook:1")
            record.page("hook", most=5, progress=progress, towns=["24001"], after=place)
        record.replay("other", Progress.PARKED, Progress.DELIVERED, since=side.now - LEASE, most=3)
        record.park_beyond("hook", most=10)
        record.drop_beyond("hook", most=15)
        record.drop_over("hook")
        record.remove("other")

    asked = answered(database, mongo_uri, ask)

    assert len(asked) > 20
    assert [each for each in asked if not each.by_index] == []


def test_from_an_event_on_everything_is_sent_again(side: Side) -> None:
    side.department()
    side.webhook()
    takes = Answers(200)
    for number in range(3):
        side.tell(number)
        side.bring(takes)
        side.later(minutes=1)

    count = side.replay(since=f"{1:032x}")
    side.bring(takes)

    assert count == 2
    assert takes.ids[3:] == [f"{1:032x}", f"{2:032x}"]


def test_while_a_department_is_suspended_nothing_is_sent_and_nothing_lost(side: Side) -> None:
    known = side.department()
    side.webhook()
    side.suspend(known)
    side.tell()
    takes = Answers(200)
    side.bring(takes)
    side.courier(takes).look(side.webhooks.all())
    assert takes.sent == []

    side.departments.suspend(known, is_suspended=False)
    side.bring(takes)

    assert len(takes.sent) == 1


def test_who_was_removed_is_sent_nothing(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    side.spread()
    side.departments.remove("police")
    takes = Answers(200)

    side.bring(takes)

    assert takes.sent == []


def test_two_that_look_at_once_send_it_once(side: Side) -> None:
    side.department()
    side.webhook()
    for number in range(20):
        side.tell(number)
    side.spread()
    takes = Answers(200)
    begin = threading.Barrier(4)

    def work() -> None:
        begin.wait(30)
        side.courier(takes).work_off("hook")

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    side.bring(takes)

    assert sorted(takes.ids) == [f"{number:032x}" for number in range(20)]


def test_what_a_dead_worker_claimed_is_sent_when_the_claim_is_over_and_not_before(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    side.spread()
    claimed = side.deliveries.claim("hook", lease=LEASE)
    assert claimed is not None
    takes = Answers(200)

    side.later(seconds=LEASE.total_seconds() - 1)
    side.bring(takes)
    assert takes.sent == []
    side.later(seconds=1)
    side.bring(takes)

    assert takes.ids == [claimed.event]


def test_a_worker_that_comes_too_late_with_its_mark_changes_nothing(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    side.spread()
    late = side.deliveries.claim("hook", lease=LEASE)
    assert late is not None
    side.now += LEASE
    side.bring(Answers(200))

    attempt = side.delivery().attempts[0]
    side.deliveries.settle(late, replace(late, progress=Progress.PARKED, due_at=None, attempts=(attempt,)))

    delivery = side.delivery()
    assert (delivery.progress, len(delivery.attempts)) == (Progress.DELIVERED, 2)


def test_a_claim_that_the_store_kept_too_slowly_is_not_used(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    side.spread()
    takes, claim = Answers(200), side.deliveries.claim

    def slowly(*arguments: Any, **named: Any) -> Any:
        claimed = claim(*arguments, **named)
        side.later(seconds=11)
        return claimed

    side.deliveries.claim = slowly  # type: ignore[method-assign]
    side.bring(takes)

    assert takes.sent == []
    assert side.delivery().progress is Progress.WAITING


def test_once_it_takes_something_again_all_that_waits_leaves(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell(1)
    for _ in range(5):
        side.bring(Answers(500))
        side.later(hours=1)
    side.tell(2)
    takes = Answers(200)

    side.spread()
    waiting = side.delivery(1).due_at
    side.bring(takes)

    assert waiting is not None
    assert waiting > side.now
    assert set(takes.ids) == {f"{number:032x}" for number in (1, 2)}
    found = side.webhooks.find("hook")
    assert found is not None
    assert found.failing_since is None


def test_while_keys_change_what_is_sent_bears_both_signatures(side: Side) -> None:
    side.department()
    webhook = side.webhook()
    old = side.keys["hook"]
    side.later(seconds=1)
    fresh, new = side.signing.new(Scheme.ED25519, webhook="hook", at=side.now)
    assert side.webhooks.sign_with(webhook, webhook.rotated(fresh, overlap=timedelta(hours=1)).secrets)
    assert not side.webhooks.sign_with(webhook, webhook.secrets)  # whoever read it before the change
    takes = Answers(200)

    for number in range(2):
        side.tell(number)
        side.bring(takes)
        side.later(hours=1)

    counts = [len(headers["webhook-signature"].split(" ")) for _, headers, _, _ in takes.sent]
    assert counts == [2, 1]
    for key in (old, new):
        at = takes.sent[0][1]["webhook-timestamp"]
        Receiver(key, clock=lambda at=at: int(at)).read(takes.sent[0][1], takes.sent[0][2])


def test_signing_keys_are_locked_and_follow_the_first_key_of_the_ring(
    side: Side, database: Database[dict[str, Any]]
) -> None:
    side.department()
    side.webhook()
    side.tell()
    takes = Answers(200)
    ring = KeyRing({"2": b"2" * 32, **{"1": b"k" * 32}})

    before = str(database["webhooks"].find_one())
    side.courier(takes, signing=SigningKeys(ring)).look(side.webhooks.all())  # locks them anew
    side.spread()
    side.courier(takes, signing=SigningKeys(KeyRing({"2": b"2" * 32}))).work_off("hook")

    assert side.keys["hook"].removeprefix("whsec_") not in before
    assert [each.reason for each in side.delivery().attempts] == ["delivered"]


def test_a_key_that_this_process_lacks_is_told_and_nothing_leaves(side: Side) -> None:
    side.department()
    side.webhook()
    side.tell()
    side.spread()
    takes = Answers(200)

    side.courier(takes, signing=SigningKeys(KeyRing({"3": b"3" * 32}))).work_off("hook")

    assert takes.sent == []
    assert [each.reason for each in side.delivery().attempts] == ["key-not-here"]


def test_one_that_hangs_keeps_nobody_waiting(side: Side) -> None:
    side.department()
    for id in ("dead", "hook"):
        side.webhook(id, url=f"https://{id}.example/")
    free = threading.Event()
    taken: list[str] = []

    def send(url: str, *, headers: dict[str, str], body: bytes, files: Files) -> Response:
        if "dead" in url:
            free.wait(60)
            return Response(reason="too-slow")
        taken.append(headers["webhook-id"])
        return Response.of(200)

    courier = side.courier(send)
    for number in range(30):
        side.tell(number)
    side.spread()
    for _ in range(5):
        courier.look(side.webhooks.all())
    wait_for(lambda: len(taken) == 30, what="all that is for who takes it")

    held = [each.attempts for each in side.record.page("dead", most=100)[0]]
    free.set()
    courier.stop()
    assert not any(held)
    assert sorted(taken) == [f"{number:032x}" for number in range(30)]


def test_the_record_can_be_read_by_progress_newest_first(side: Side) -> None:
    side.department()
    side.webhook()
    for number in range(3):
        side.tell(number)
        side.later(seconds=1)
    side.bring(Answers(200, 500, 200))

    newest, _ = side.record.page("hook", most=2)
    waiting, _ = side.record.page("hook", progress=Progress.WAITING, most=10)
    standing = side.record.standings(["hook"])["hook"]

    assert [each.event for each in newest] == [f"{number:032x}" for number in (2, 1)]
    assert [each.event for each in waiting] == [f"{1:032x}"]
    assert standing.counts == {Progress.WAITING: 1, Progress.DELIVERED: 2, Progress.PARKED: 0}
    assert standing.oldest == waiting[0].stored_at


def test_what_waits_leaves_soon_though_our_clock_goes_back(side: Side) -> None:
    """And once: not again and again, nor what is in hand meanwhile."""
    side.department()
    side.webhook()
    refuses, takes = Answers(500), Answers(204)
    side.tell(1)
    side.bring(refuses)
    side.tell(2)
    side.spread()
    side.later(hours=-2)
    courier = side.courier(takes)
    for _ in range(3):
        courier.look(side.webhooks.all())

    assert takes.ids == []
    side.later(seconds=26)
    side.bring(takes)
    side.bring(takes)

    assert sorted(takes.ids) == [f"{1:032x}", f"{2:032x}"]
    assert side.delivery(1).since <= side.now


def test_a_webhook_that_was_added_before_our_clock_went_back_misses_nothing(side: Side) -> None:
    side.department()
    side.webhook()
    side.later(hours=-2)
    takes = Answers(204)

    side.tell(1)
    side.later(seconds=1)
    side.bring(takes)

    assert takes.ids == [f"{1:032x}"]


def test_what_is_only_another_clocks_is_told_by_when_it_was_added(side: Side) -> None:
    """What was kept just before a webhook was added by whose clock is a little ahead is not for it."""
    side.department()
    side.tell(1)
    side.webhook(added_at=side.now + CLOCKS_DIFFER)
    takes = Answers(204)

    side.bring(takes)

    assert takes.ids == []
