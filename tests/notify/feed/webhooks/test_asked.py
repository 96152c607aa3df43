"""What a department reads of its webhooks and has done there by itself; nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.department_webhooks import (
    DeliveryPlace,
    ReadDeliveries,
    ReadWebhooks,
    ReplayDeliveries,
    Replayed,
    RotateWebhookKey,
    SwitchWebhook,
    WebhookView,
)
from services.contracts.departments import SANDBOX
from services.contracts.errors import InvalidField, NotAdmitted, NotFound, TooManyRequests, WebhookDisabled
from services.contracts.feed.webhooks import Receiver
from services.contracts.notify import Pass
from services.notify.feed.asked import Admissions
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.webhooks import replaying
from services.notify.feed.webhooks.asked import (
    OwnWebhooks,
    read_deliveries,
    read_webhooks,
    replay_deliveries,
    rotate_webhook_key,
    switch_webhook,
)
from services.notify.feed.webhooks.domain import CLOCKS_DIFFER, MOST_KEYS, Response
from tests.notify.feed.making import NOON, OTHER_TOWN, TOWN, a_department
from tests.notify.feed.webhooks.conftest import Side

TAKES, REFUSES, WANTS_NOTHING = (lambda *_, status=status, **__: Response.of(status) for status in (200, 500, 410))


class Asking:
    """What the police, whose webhook is `hook`, and the schools, whose is `theirs`, ask of two towns."""

    def __init__(self, side: Side, database: Database[dict[str, Any]]) -> None:
        self.side = side
        topics = [f"{town}.certificate-issued.*" for town in (TOWN, OTHER_TOWN)]
        self.police = a_department("police", *topics)
        for department in (self.police, a_department("schools", *topics)):
            side.departments.add(department)
        side.webhook("hook")
        side.webhook("theirs", department="schools")
        self.credentials = CredentialStore(database)
        admissions = Admissions(departments=side.departments, credentials=self.credentials)
        self.own = OwnWebhooks(admissions=admissions, webhooks=side.webhooks, record=side.record)
        self.by = self.let_in("police")

    def let_in(self, department: str, *, town: str = TOWN) -> Pass:
        made, _ = new_secret(department, now=NOON)
        self.credentials.add(made)
        return Pass(town=town, department=department, key=made.id)

    def view(self, by: Pass | None = None) -> WebhookView:
        (view,) = read_webhooks(ReadWebhooks(asked_by=by or self.by), own=self.own, now=self.side.now).webhooks
        return view

    def events(self, **asked: Any) -> list[str]:
        question = ReadDeliveries(**{"asked_by": self.by, "webhook": "hook", **asked})
        return [each.event for each in read_deliveries(question, own=self.own).deliveries]

    def replay(self, **asked: Any) -> Replayed:
        return replay_deliveries(ReplayDeliveries(**{"asked_by": self.by, "webhook": "hook", **asked}), own=self.own)

    def switch(self, **asked: Any) -> WebhookView:
        question = SwitchWebhook(**{"asked_by": self.by, "webhook": "hook", "is_disabled": True, **asked})
        return switch_webhook(question, own=self.own, now=self.side.now)

    def rotate(self, **asked: Any) -> str:
        question = RotateWebhookKey(**{"asked_by": self.by, "webhook": "hook", **asked})
        return rotate_webhook_key(question, own=self.own, keys=self.side.signing, now=self.side.now).key


@pytest.fixture
def asking(side: Side, database: Database[dict[str, Any]]) -> Asking:
    return Asking(side, database)


def ids(*numbers: int) -> list[str]:
    return [f"{number:032x}" for number in numbers]


def told(asking: Asking, *statuses: Callable[..., Response], town: str = TOWN) -> None:
    """One event after the other, tried once each, a second apart."""
    for number, send in enumerate(statuses):
        asking.side.tell(number, town=town)
        asking.side.bring(send)
        asking.side.later(seconds=1)


def test_it_reads_how_its_webhook_gets_on(asking: Asking) -> None:
    assert (asking.view().state, asking.view().since, asking.view().url) == ("well", NOON, "https://x.example/")

    told(asking, TAKES, REFUSES)

    view = asking.view()
    assert (view.webhook, view.state, view.since) == ("hook", "failing", NOON + timedelta(seconds=1))
    assert (view.waiting, view.oldest, view.parked, view.delivered) == (1, NOON + timedelta(seconds=1), 0, 1)
    assert [(each.signature, each.made_at) for each in view.keys] == [("v1", NOON)]


def test_it_reads_what_was_tried_newest_first_page_by_page(asking: Asking) -> None:
    told(asking, TAKES, REFUSES, TAKES)

    first = read_deliveries(ReadDeliveries(asked_by=asking.by, webhook="hook", limit=2), own=asking.own)
    second = read_deliveries(ReadDeliveries(asked_by=asking.by, webhook="hook", after=first.next), own=asking.own)

    assert [each.event for each in (*first.deliveries, *second.deliveries)] == ids(2, 1, 0)
    assert second.next is None
    (attempt,) = first.deliveries[1].attempts
    assert (attempt.at, attempt.status, attempt.reason) == (NOON + timedelta(seconds=1), 500, "refused")
    assert asking.events(progress="waiting") == ids(1)


def test_events_of_one_moment_are_on_one_page_each(asking: Asking) -> None:
    for number in range(5):
        asking.side.tell(number)
    asking.side.spread()
    found: list[str] = []
    place: DeliveryPlace | None = None
    while True:
        question = ReadDeliveries(asked_by=asking.by, webhook="hook", limit=2, after=place)
        page = read_deliveries(question, own=asking.own)
        found += [each.event for each in page.deliveries]
        place = page.next
        if place is None:
            break

    assert found == ids(4, 3, 2, 1, 0)


def test_of_another_town_it_hears_there_alone(asking: Asking) -> None:
    told(asking, REFUSES, REFUSES, town=OTHER_TOWN)
    there = asking.let_in("police", town=OTHER_TOWN)

    assert (asking.view().waiting, asking.view(there).waiting) == (0, 2)
    assert (asking.events(), asking.events(asked_by=there)) == ([], ids(1, 0))
    asking.side.bring(TAKES)
    asking.side.later(hours=1)
    asking.side.bring(TAKES)
    assert (asking.replay().replayed, asking.replay(asked_by=there).replayed) == (0, 2)


def test_what_is_asked_of_the_sandbox_is_brought_to_who_asks_alone(asking: Asking) -> None:
    event = asking.side.tell(1, town=SANDBOX, only_for="police")

    asking.side.bring(TAKES)
    asking.side.bring(TAKES, "theirs")

    assert asking.events() == [event.id]
    assert asking.view(asking.let_in("schools")).delivered == 0


STRANGERS: dict[str, Callable[[Asking], dict[str, Any]]] = {
    "another's webhook": lambda _: {"webhook": "theirs"},
    "no webhook": lambda _: {"webhook": "nothing"},
    "half a character": lambda _: {"webhook": "\ud800"},
    "64 KB of backslashes": lambda _: {"webhook": "\\" * 65536},
    "another department": lambda asking: {"asked_by": asking.let_in("schools")},
}


@pytest.mark.parametrize("asked", STRANGERS.values(), ids=STRANGERS)
def test_anothers_is_not_found_whatever_is_asked(asking: Asking, asked: Callable[[Asking], dict[str, Any]]) -> None:
    told(asking, TAKES)
    before = [(each.secrets, each.disabled_at) for each in asking.side.webhooks.all()]

    wish = asked(asking)

    for ask in (asking.events, asking.replay, asking.switch, asking.rotate):
        with pytest.raises(NotFound):
            ask(**wish)
    assert [(each.secrets, each.disabled_at) for each in asking.side.webhooks.all()] == before


@pytest.mark.parametrize("change", ["suspended", "removed", "of no town of it"])
def test_who_may_not_ask_any_more_is_refused(asking: Asking, change: str) -> None:
    if change == "suspended":
        asking.side.suspend(asking.police)
    elif change == "removed":
        asking.side.departments.remove("police")
    else:
        asking.by = replace(asking.by, town="11002")

    for ask in (asking.view, asking.events, asking.replay, asking.switch, asking.rotate):
        with pytest.raises(NotAdmitted):
            ask()


def test_it_has_sent_again_from_an_event_or_a_moment_on(asking: Asking) -> None:
    told(asking, TAKES, TAKES, TAKES)

    assert asking.replay(since=ids(2)[0]) == Replayed(replayed=1)
    assert asking.replay(since=ids(2)[0]) == Replayed(replayed=0)  # what waits is not sent twice
    assert asking.replay(since=(NOON + timedelta(seconds=1)).isoformat()) == Replayed(replayed=1)
    assert asking.replay() == Replayed(replayed=1)
    assert asking.view().waiting == 3


def test_much_is_sent_again_part_by_part(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "AT_ONCE", 2)
    told(asking, *[TAKES] * 5)

    first = asking.replay()
    asking.side.bring(TAKES)
    second = asking.replay(since=first.next)
    asking.side.bring(TAKES)
    third = asking.replay(since=second.next)

    assert [(each.replayed, each.next) for each in (first, second, third)] == [
        (2, ids(2)[0]),
        (2, ids(4)[0]),
        (1, None),
    ]


def test_no_more_is_sent_again_than_may_wait(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replaying, "MOST_WAITING", 3)
    told(asking, TAKES, TAKES, TAKES, REFUSES)

    assert asking.replay() == Replayed(replayed=2, next=ids(2)[0])
    assert asking.replay() == Replayed(replayed=0, next=ids(2)[0])


WRONG = {
    "nothing": "",
    "no such event": "f" * 32,
    "anothers": "theirs",
    "a day": "2026-11-27",
    "without a zone": "2026-11-27T08:00:00",
    "before all": "0001-01-01T00:00:00+14:00",
    "64 KB": "\\" * 65536,
    "half a character": "\ud800",
    "NUL": "\x00",
}


@pytest.mark.parametrize("since", WRONG.values(), ids=WRONG)
def test_what_is_no_moment_and_no_event_is_named(asking: Asking, since: str) -> None:
    with pytest.raises(InvalidField) as wrong:
        asking.replay(since=since)

    assert wrong.value.fields["since"].slug == "not-a-moment-or-event"


def test_it_has_itself_disabled_and_enabled(asking: Asking) -> None:
    told(asking, REFUSES)

    disabled, disabled_at = asking.switch(), asking.side.now
    asking.side.now += CLOCKS_DIFFER
    asking.side.courier(TAKES).look(asking.side.webhooks.all())
    asking.side.tell(1)
    asking.side.bring(TAKES)

    assert (disabled.state, disabled.disabled_by, disabled.since) == ("disabled", "asked", disabled_at)
    assert asking.switch() == replace(disabled, waiting=0, oldest=None, parked=2)
    with pytest.raises(WebhookDisabled):
        asking.replay()
    assert asking.switch(is_disabled=False).state == "well"
    assert asking.replay(parked_only=True) == Replayed(replayed=2)


def test_who_wanted_nothing_wants_again(asking: Asking) -> None:
    told(asking, WANTS_NOTHING)
    assert (asking.view().state, asking.view().disabled_by) == ("disabled", "gone")

    assert asking.switch(is_disabled=False).disabled_by is None
    assert asking.replay(parked_only=True).replayed == 1


def test_what_it_enables_while_a_process_looks_is_not_parked(asking: Asking) -> None:
    told(asking, WANTS_NOTHING)
    read_before = asking.side.webhooks.all()
    asking.switch(is_disabled=False)
    asking.replay(parked_only=True)

    asking.side.courier(REFUSES).look(read_before)

    assert asking.view().waiting == 1


@pytest.mark.parametrize(("overlap", "is_taken"), [(24, True), (0, False)])
def test_it_is_signed_for_with_a_new_key(asking: Asking, overlap: int, is_taken: bool) -> None:
    sent: list[tuple[dict[str, str], bytes]] = []

    def takes(_: str, *, headers: dict[str, str], body: bytes, **__: Any) -> Response:
        sent.append((headers, body))
        return Response.of(200)

    fresh = asking.rotate(signature="v1a", overlap_hours=overlap)
    asking.side.tell(1)
    asking.side.bring(takes)

    ((headers, body),) = sent
    receivers = [Receiver(key, clock=asking.side.now.timestamp) for key in (fresh, asking.side.keys["hook"])]
    assert fresh.startswith("whpk_")
    assert receivers[0].read(headers, body).id == ids(1)[0]
    assert (len(headers["webhook-signature"].split(" ")) == 2) is is_taken


def test_however_often_it_is_given_a_key_a_few_sign(asking: Asking) -> None:
    for _ in range(10):
        asking.side.later(seconds=1)
        asking.rotate(overlap_hours=720)

    assert len(asking.view().keys) == MOST_KEYS


@pytest.mark.parametrize(
    "asked",
    [{"signature": "v2"}, {"signature": ""}, {"overlap_hours": -1}, {"overlap_hours": 721}, {"overlap_hours": 10**400}],
    ids=["unknown", "empty", "past", "long", "endless"],
)
def test_a_wrong_wish_for_a_key_is_named(asking: Asking, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidField) as wrong:
        asking.rotate(**asked)

    assert list(wrong.value.fields) == list(asked)


@pytest.mark.parametrize("asked", [{"limit": 0}, {"limit": 101}, {"progress": "gone"}], ids=["none", "many", "what"])
def test_a_wrong_wish_for_a_page_is_named(asking: Asking, asked: dict[str, Any]) -> None:
    with pytest.raises(InvalidField) as wrong:
        asking.events(**asked)

    assert list(wrong.value.fields) == list(asked)


def test_whoever_has_much_looked_up_at_once_is_turned_away_and_nobody_else(asking: Asking) -> None:
    told(asking, TAKES)
    own = asking.own
    asked: tuple[Callable[[], object], ...] = (asking.view, asking.events, asking.replay, asking.switch)

    with own.turns.one("police"), own.turns.one("police"):
        for ask in asked:
            with pytest.raises(TooManyRequests):
                ask()
        assert asking.view(asking.let_in("schools")).webhook == "theirs"

    assert (asking.view().state, asking.replay().replayed) == ("well", 1)
