"""Telling a citizen: never lost, and one message unless notify itself dies in between."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.contracts.catalogue import products
from services.contracts.contact import Contact
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.envelope import Cause
from services.contracts.notify import CitizenTold, MessageUndeliverable
from services.contracts.towns import Town
from services.notify.domain import InDoubt, Kind, Undeliverable
from services.notify.handlers import tell_citizen
from tests.notify.fakes import (
    ID,
    NOON,
    FakeChannel,
    FakeCorrespondences,
    OpenContacts,
    a_cause,
    a_town,
    expired,
    issued,
    refused,
)

PATIENCE = timedelta(seconds=20)


class Desk:
    """notify with a channel of the test's choice."""

    def __init__(self, channel: Any, contact: Contact | None = None, town: Town | None = None) -> None:
        self.channel = channel
        self.town = town or a_town()
        self.correspondences = FakeCorrespondences()
        self.contacts = OpenContacts(contact)
        self.now = NOON

    def hear(self, event: Any, cause: Cause | None = None) -> None:
        tell_citizen(
            event,
            cause or a_cause(),
            correspondences=self.correspondences,
            contacts=self.contacts,
            towns={"24001": self.town},
            products=products(),
            channel=self.channel,
            patience=PATIENCE,
            pause=self.pause,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def pause(self) -> None:
        """Nobody else is at work here."""


class Died(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("allowed", [True, False])
def test_a_product_is_named_where_the_town_allows_it(allowed: bool):
    desk = Desk(FakeChannel(), town=a_town(mails_name_products=allowed))

    desk.hear(issued())

    (letter,) = desk.channel.sent
    assert letter.product == (products()[issued().product].title("nl") if allowed else None)


@pytest.mark.parametrize(
    ("event", "kind"), [(issued(), Kind.ISSUED), (refused(), Kind.REFUSED), (expired(), Kind.EXPIRED)]
)
def test_each_outcome_is_told_once_and_said_so(event: Any, kind: Kind):
    desk = Desk(FakeChannel())

    desk.hear(event)

    (letter,) = desk.channel.sent
    assert (letter.kind, letter.email, letter.language) == (kind, "citizen@example.org", "nl")
    assert letter.message_id == f"<application.{ID}@aarschot.example>"
    assert letter.link == f"https://aarschot.example/applications/{ID}?lang=nl"
    assert desk.correspondences.events == [CitizenTold(application_id=ID, channel="mail", told_at=NOON)]


@pytest.mark.parametrize(
    ("product", "is_of_a_document"), [("birth-deed-extract", True), ("residence", False), ("gone-since", False)]
)
def test_what_the_town_passes_through_is_told_as_a_document(product: str, is_of_a_document: bool):
    desk = Desk(FakeChannel())

    desk.hear(replace(issued(), product=product))

    (letter,) = desk.channel.sent
    assert letter.is_of_a_document is is_of_a_document


def test_a_redelivered_event_sends_nothing():
    desk = Desk(FakeChannel())
    desk.hear(issued())

    with pytest.raises(AlreadyHandled):
        desk.hear(issued())

    assert len(desk.channel.sent) == 1


def test_another_event_with_the_same_news_sends_nothing_and_is_told_what_was():
    desk = Desk(FakeChannel())
    desk.hear(issued())

    desk.hear(issued(), a_cause(sequence=2))

    assert len(desk.channel.sent) == 1
    first, again = desk.correspondences.events
    assert again == first


def test_the_intention_is_kept_before_anything_is_sent():
    desk = Desk(FakeChannel(Died()))

    with pytest.raises(Died):
        desk.hear(issued())

    assert desk.correspondences.kept[ID].messages[0].progress == "claimed"


def test_a_claim_that_may_be_at_work_is_waited_for_and_then_taken_over():
    desk = Desk(FakeChannel(Died()))
    with pytest.raises(Died):
        desk.hear(issued())

    desk.now = NOON + PATIENCE - timedelta(seconds=1)
    with pytest.raises(TryLater):
        desk.hear(issued())
    before = len(desk.channel.sent)
    desk.now = NOON + PATIENCE
    desk.hear(issued())

    assert (before, len(desk.channel.sent)) == (0, 1)
    assert len(desk.correspondences.events) == 1


def test_a_crash_after_sending_sends_once_more_under_the_same_id():
    desk = Desk(FakeChannel())
    save = desk.correspondences.save

    def dies(*args: Any, cause: Any = None, **kwargs: Any) -> Any:
        if cause:
            raise Died
        return save(*args, **kwargs)

    desk.correspondences.save = dies  # type: ignore[method-assign]
    with pytest.raises(Died):
        desk.hear(issued())
    desk.correspondences.save = save  # type: ignore[method-assign]
    desk.now = NOON + PATIENCE

    desk.hear(issued())

    first, second = desk.channel.sent
    assert first.message_id == second.message_id
    assert len(desk.correspondences.events) == 1


def test_what_an_older_version_may_have_sent_goes_out_under_its_own_id():
    desk = Desk(FakeChannel(TryLater("away")))
    with pytest.raises(TryLater):
        desk.hear(issued())
    kept = desk.correspondences.kept[ID]
    (message,) = kept.messages
    desk.correspondences.kept[ID] = replace(kept, messages=(replace(message, message_id="<issued.before>"),))

    desk.hear(issued())

    assert desk.channel.sent[-1].message_id == "<issued.before>"


def test_a_temporary_refusal_comes_back_without_waiting_for_the_claim():
    desk = Desk(FakeChannel(TryLater("away"), TryLater("away")))

    for _ in range(2):
        with pytest.raises(TryLater, match="away"):
            desk.hear(issued())
    desk.hear(issued())

    assert len(desk.channel.sent) == 1
    assert desk.correspondences.kept[ID].messages[0].progress == "sent"


def test_a_permanent_refusal_is_told_to_the_timeline():
    desk = Desk(FakeChannel(Undeliverable("address-refused")))

    desk.hear(issued())

    assert desk.correspondences.events == [
        MessageUndeliverable(application_id=ID, channel="mail", code="address-refused", refused_at=NOON)
    ]
    with pytest.raises(AlreadyHandled):
        desk.hear(issued())


def test_no_address_is_kept():
    desk = Desk(FakeChannel())

    desk.hear(issued())

    assert "citizen@example.org" not in repr(desk.correspondences.kept)
    assert "citizen@example.org" not in repr(desk.channel.sent)


def test_a_town_that_is_not_served_here_is_parked():
    desk = Desk(FakeChannel())

    with pytest.raises(Unacceptable):
        desk.hear(issued(), a_cause(town="99999"))

    assert not desk.channel.sent


class OtherProcess(FakeChannel):
    """A channel of a process that is told, or not, that its message has left."""

    def __init__(self, *refusals: Exception | None, sent: bool = False) -> None:
        super().__init__(*refusals)
        self._sent = sent

    def has_sent(self, message_id: str) -> bool:
        return self._sent


def test_what_this_process_has_sent_is_marked_at_once_and_waits_for_no_claim():
    desk = Desk(FakeChannel(Died()))
    with pytest.raises(Died):
        desk.hear(issued())

    desk.channel = OtherProcess(sent=True)
    desk.hear(issued())

    assert desk.correspondences.kept[ID].messages[0].progress == "sent"
    assert len(desk.correspondences.events) == 1


def test_an_owner_that_was_only_kept_from_marking_is_not_taken_over():
    desk = Desk(FakeChannel(Died()))
    with pytest.raises(Died):
        desk.hear(issued())
    owner = Desk(OtherProcess(sent=True))
    owner.correspondences = desk.correspondences
    desk.pause = lambda: owner.hear(issued(), a_cause(sequence=2))  # type: ignore[method-assign]
    desk.now = NOON + PATIENCE

    with pytest.raises(ConcurrentChange):
        desk.hear(issued())
    with pytest.raises(AlreadyHandled):
        desk.hear(issued(), a_cause(sequence=2))

    assert not desk.channel.sent
    assert len(desk.correspondences.events) == 1


def test_a_claim_that_was_kept_slowly_sends_nothing_and_is_given_back():
    desk = Desk(FakeChannel())
    claim = desk.correspondences.claim

    def slowly(correspondence: Any) -> Any:
        desk.now += PATIENCE / 2
        return claim(correspondence)

    desk.correspondences.claim = slowly  # type: ignore[method-assign]
    with pytest.raises(TryLater, match="claimed-slowly"):
        desk.hear(issued())
    desk.correspondences.claim = claim  # type: ignore[method-assign]
    before = len(desk.channel.sent)
    desk.hear(issued())

    assert (before, len(desk.channel.sent)) == (0, 1)


def test_a_message_in_doubt_goes_out_again_but_not_for_ever():
    desk = Desk(FakeChannel(*[InDoubt("mail-in-doubt")] * 4))

    for _ in range(2):
        with pytest.raises(TryLater, match="mail-in-doubt"):
            desk.hear(issued())
    with pytest.raises(Unacceptable, match=f"mail-in-doubt: <application.{ID}@aarschot.example> went out 3 times"):
        desk.hear(issued())

    assert desk.correspondences.events == []
    with pytest.raises(Unacceptable):  # an operator who replays it gets one more
        desk.hear(issued())
    desk.hear(issued())
    assert desk.correspondences.kept[ID].messages[0].progress == "sent"


def test_why_a_message_waits_is_kept():
    desk = Desk(FakeChannel(TryLater("mail-relay-busy-421")))

    with pytest.raises(TryLater):
        desk.hear(issued())

    assert desk.correspondences.kept[ID].messages[0].code == "mail-relay-busy-421"
