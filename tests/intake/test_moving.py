"""How an application moves, event by event."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.chassis.topology import DELAYS
from services.contracts.days import end_of
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.errors import NotFound, NotWithdrawable
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationMoved,
    ApplicationRefused,
    ApplicationView,
    ApplicationWithdrawn,
    ExtractRequested,
    FindCertificate,
    ListApplications,
    ReadApplication,
    WithdrawApplication,
)
from services.contracts.notify import AnswerGiven, CitizenTold, MessageUndeliverable
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.contracts.topology import SUBSCRIPTIONS
from services.intake import handlers
from services.intake.domain import waits
from tests.intake.fakes import CITIZEN, NOON, PSEUDONYMS, STRANGER, Counter, a_cause, a_town, minutes

ID = "application-1"
IN_AN_HOUR = NOON + minutes(60)
_HANDLER = {
    ExtractCompiled: "record_extract",
    ExtractRefused: "record_extract",
    ExtractDeferred: "record_extract",
    ExtractContradicted: "record_extract",
    CertificateIssued: "record_certificate",
    FactsExpired: "record_certificate",
    CertificateUnprintable: "record_unprintable",
    CitizenTold: "record_telling",
    MessageUndeliverable: "record_telling",
    AnswerGiven: "take_answer",
}


class Road(Counter):
    """One application, filed at noon, and what is heard of it; each event comes next in its source's sequence."""

    def __init__(self) -> None:
        super().__init__()
        self.submit()
        self.applications.events.clear()
        self.sequence = {"registry": 0, "documents": 0, "notify": 0}

    def hear(self, event: Any, *, now: datetime = NOON, town: str = "24001", sequence: int | None = None) -> None:
        service = event.TYPE.split(".")[2]
        self.sequence[service] += 1
        cause = a_cause(service, sequence or self.sequence[service], town=town)
        ports: dict[str, Any] = {"applications": self.applications}
        name = _HANDLER[type(event)]
        if name != "record_telling":
            ports["now"] = now
        if name == "record_certificate":
            ports["products"] = self.products
        getattr(handlers, name)(event, cause, **ports)

    def sweep(self, now: datetime) -> int:
        return handlers.sweep_deadlines(applications=self.applications, towns=self.towns, now=now)

    def withdraw(self, citizen: str = CITIZEN, now: datetime = NOON) -> ApplicationView:
        asked = WithdrawApplication(town="24001", citizen=citizen, application_id=ID)
        return handlers.withdraw_application(asked, applications=self.applications, pseudonyms=PSEUDONYMS, now=now)

    @property
    def view(self) -> ApplicationView:
        return self.applications.kept[ID].view()

    @property
    def timeline(self) -> list[tuple[str, str | None]]:
        return [(step.state, step.code) for step in self.view.timeline]

    def emitted(self) -> list[Any]:
        """What was emitted since the last look, without the hints."""
        events = [event for event in self.applications.events if not isinstance(event, ApplicationMoved)]
        self.applications.events.clear()
        return events


def compiled(at: datetime = NOON, facts: str = "sealed facts") -> ExtractCompiled:
    return ExtractCompiled(application_id=ID, facts=facts, compiled_at=at)


def refused(code: str = "deceased") -> ExtractRefused:
    return ExtractRefused(application_id=ID, code=code, refused_at=NOON)


def deferred(by: datetime = IN_AN_HOUR) -> ExtractDeferred:
    return ExtractDeferred(application_id=ID, code="register-unavailable", awaiting="register", expected_by=by)


def contradicted(kind: str = "resident-without-household") -> ExtractContradicted:
    return ExtractContradicted(application_id=ID, kind=kind, found_at=NOON)


def issued(certificate_id: str = "certificate-1") -> CertificateIssued:
    return CertificateIssued(
        application_id=ID,
        certificate_id=certificate_id,
        product="residence",
        language="nl",
        sha256="",
        contact="",
        issued_at=NOON,
    )


def facts_expired(at: datetime) -> FactsExpired:
    return FactsExpired(application_id=ID, found_at=at)


def unprintable() -> CertificateUnprintable:
    return CertificateUnprintable(application_id=ID, code="character-unprintable", found_at=NOON)


def told() -> CitizenTold:
    return CitizenTold(application_id=ID, channel="mail", told_at=NOON)


def undeliverable() -> MessageUndeliverable:
    return MessageUndeliverable(application_id=ID, channel="mail", code="address-refused", refused_at=NOON)


def test_the_usual_road_ends_delivered():
    road = Road()

    for event in (compiled(), issued(), told()):
        road.hear(event)

    assert [state for state, _ in road.timeline] == ["submitted", "looked-up", "cleared", "issued", "delivered"]
    assert (road.view.certificate_id, road.view.deadline) == ("certificate-1", None)


def test_facts_clear_the_application_in_the_same_move():
    road = Road()

    road.hear(compiled(at=NOON - minutes(1)))

    (cleared,) = road.emitted()
    assert isinstance(cleared, ApplicationCleared)
    assert (cleared.facts, cleared.contact) == ("sealed facts", f"Contact sealed for {ID}")
    assert cleared.facts_expire_at == NOON - minutes(1) + timedelta(hours=24)


def test_once_issued_nothing_sealed_is_kept_but_whom_to_tell():
    road = Road()

    road.hear(compiled())
    road.hear(issued())

    kept = road.applications.kept[ID]
    assert (kept.request, bool(kept.contact), kept.facts) == ("", True, "")


@pytest.mark.parametrize("what", [told, undeliverable])
def test_once_the_citizen_is_told_or_cannot_be_nothing_sealed_is_kept(what: Any):
    road = Road()

    road.hear(compiled())
    road.hear(issued())
    road.hear(what())

    assert road.applications.kept[ID].contact == ""


def test_who_follows_it_need_not_look_again_once_the_citizen_is_told_or_cannot_be():
    settled = {}

    for what in (told, undeliverable):
        road = Road()
        road.hear(compiled())
        road.hear(issued())
        before = road.view.is_settled
        road.hear(what())
        settled[what] = (before, road.view.is_settled)

    assert settled == {told: (False, True), undeliverable: (False, True)}


def test_a_citizen_of_whom_nobody_knows_whether_they_were_told_waits_for_no_more():
    road = Road()
    road.hear(compiled())
    road.hear(issued())

    road.sweep(NOON + timedelta(hours=85))

    assert (road.timeline[-1], road.view.is_settled) == (("issued", "not-told"), True)


def test_a_refusal_ends_it_with_its_code_and_is_told():
    road = Road()

    road.hear(refused())

    (event,) = road.emitted()
    assert isinstance(event, ApplicationRefused)
    assert (event.code, event.contact) == ("deceased", f"Contact sealed for {ID}")
    assert (road.view.state, road.view.code) == ("refused", "deceased")


def test_a_register_outage_waits_and_completes_itself():
    road = Road()

    road.hear(deferred())
    waiting = road.view
    road.hear(compiled(at=NOON + minutes(30)), now=NOON + minutes(30))

    assert (waiting.state, waiting.code) == ("deferred", "register-unavailable")
    assert waiting.timeline[-1].expected_by == NOON + minutes(60)
    assert (road.view.state, road.view.code) == ("cleared", None)


def test_what_is_promised_for_after_its_end_is_not_told():
    """It read "expected by May" beside the day in April on which the town gives up."""
    road = Road()
    end = road.applications.kept[ID].expires_at

    road.hear(deferred(end + timedelta(days=5)))
    road.hear(deferred(end + timedelta(days=9)))
    road.hear(deferred(end))

    assert [step.expected_by for step in road.view.timeline] == [None, None, end]


def test_facts_too_old_at_issue_are_looked_up_again():
    road = Road()
    road.hear(compiled())
    road.emitted()
    later = NOON + timedelta(hours=25)

    road.hear(facts_expired(later), now=later)
    (asked,) = road.emitted()
    road.hear(compiled(at=later), now=later)
    (cleared,) = road.emitted()

    assert isinstance(asked, ExtractRequested)
    assert (asked.reason, asked.request) == ("facts-expired", f"Request sealed for {ID}")
    assert cleared.facts_expire_at == later + timedelta(hours=24)


def test_news_of_older_facts_than_those_cleared_last_changes_nothing():
    road = Road()
    road.hear(compiled())
    road.emitted()

    road.hear(facts_expired(NOON + minutes(1)))

    assert (road.view.state, road.emitted()) == ("cleared", [])


@pytest.mark.parametrize(("about", "state"), [(timedelta(), "submitted"), (timedelta(seconds=1), "cleared")])
def test_which_facts_were_found_useless_is_said_by_when_they_expire(about: timedelta, state: str):
    """Not only old ones are, so that the moment of the finding says nothing. Of the store they come in milliseconds."""
    road = Road()
    road.hear(compiled(at=NOON.replace(microsecond=123_000)))
    expire_at = NOON.replace(microsecond=123_456) + timedelta(hours=24)

    road.hear(replace(facts_expired(NOON + minutes(1)), facts_expire_at=expire_at + about))

    assert road.view.state == state


def test_facts_that_grew_old_on_the_road_are_looked_up_again_once():
    road = Road()
    road.hear(compiled(at=NOON - timedelta(hours=24)))
    (asked,) = road.emitted()
    road.hear(compiled(at=NOON - timedelta(hours=24)))
    nothing = road.emitted()

    road.hear(compiled())

    assert (asked.reason, nothing) == ("facts-expired", [])
    assert [type(event) for event in road.emitted()] == [ApplicationCleared]


def test_what_notify_says_before_documents_is_heard_waits_for_the_certificate():
    road = Road()
    road.hear(compiled())

    road.hear(told())
    before = road.view.state
    road.hear(issued())

    assert before == "cleared"
    assert [state for state, _ in road.timeline][-2:] == ["issued", "delivered"]


def test_a_message_that_cannot_be_delivered_leaves_the_certificate_available():
    road = Road()
    for event in (compiled(), issued(), undeliverable()):
        road.hear(event)

    assert road.timeline[-2:] == [("issued", None), ("issued", "address-refused")]
    assert road.view.certificate_id == "certificate-1"


def test_a_refusal_that_cannot_be_told_stays_a_refusal():
    road = Road()
    road.hear(refused())

    road.hear(undeliverable())

    assert road.timeline[-2:] == [("refused", "deceased"), ("refused", "address-refused")]
    assert (road.view.state, road.view.code) == ("refused", "deceased")


def test_an_answer_after_the_end_changes_nothing_but_is_remembered():
    road = Road()
    road.withdraw()
    road.emitted()

    road.hear(compiled())
    road.hear(refused())

    assert (road.view.state, road.emitted()) == ("withdrawn", [])
    assert road.applications.memory.heard(ID)["registry/a subject"] == 2


def test_a_second_answer_leaves_the_first_standing():
    road = Road()
    road.hear(compiled())
    road.emitted()

    for event in (compiled(facts="others"), refused(), deferred()):
        road.hear(event)

    assert (road.view.state, road.emitted()) == ("cleared", [])
    assert road.applications.kept[ID].facts == "sealed facts"


def test_a_redelivered_event_acts_once():
    road = Road()
    road.hear(compiled())

    with pytest.raises(AlreadyHandled):
        road.hear(compiled(), sequence=1)

    assert len(road.emitted()) == 1


def test_a_gap_in_what_was_heard_waits():
    road = Road()

    with pytest.raises(TryLater):
        road.hear(compiled(), sequence=2)

    assert road.view.state == "submitted"


def test_an_event_of_another_town_finds_nothing():
    road = Road()

    with pytest.raises(Unacceptable):
        road.hear(compiled(), town="21005")

    assert road.view.state == "submitted"


@pytest.mark.parametrize("before", [(), (deferred(),), (contradicted(),)])
def test_an_application_may_be_taken_back_before_it_is_cleared(before: tuple[Any, ...]):
    road = Road()
    for event in before:
        road.hear(event)

    first, second = road.withdraw(), road.withdraw()

    assert first.state == "withdrawn"
    assert second == first
    assert road.emitted() == [ApplicationWithdrawn(application_id=ID, product="residence", withdrawn_at=NOON)]


@pytest.mark.parametrize("before", [(compiled(),), (compiled(), issued()), (refused(),)])
def test_from_cleared_on_it_cannot_be_taken_back(before: tuple[Any, ...]):
    road = Road()
    for event in before:
        road.hear(event)

    with pytest.raises(NotWithdrawable):
        road.withdraw()


def test_nobody_else_reads_or_takes_back_an_application():
    road = Road()
    road.hear(compiled())
    road.hear(issued())
    ports: dict[str, Any] = {"applications": road.applications, "pseudonyms": PSEUDONYMS}

    own = handlers.find_certificate(
        FindCertificate(town="24001", citizen=CITIZEN, certificate_id="certificate-1"), **ports
    )

    assert own.application_id == ID
    for town, citizen in (("24001", STRANGER), ("21005", CITIZEN)):
        with pytest.raises(NotFound):
            handlers.find_certificate(
                FindCertificate(town=town, citizen=citizen, certificate_id="certificate-1"), **ports
            )
        with pytest.raises(NotFound):
            handlers.read_application(ReadApplication(town=town, citizen=citizen, application_id=ID), **ports)
        assert not handlers.list_applications(ListApplications(town=town, citizen=citizen), **ports).applications
    with pytest.raises(NotFound):
        road.withdraw(citizen=STRANGER)
    with pytest.raises(NotFound):
        handlers.read_application(ReadApplication(town="24001", citizen=CITIZEN, application_id="\ud800"), **ports)


def test_the_list_is_newest_first_and_without_timelines():
    road = Road()
    road.submit(idempotency_key="key-2", now=NOON + minutes(1))

    listed = handlers.list_applications(
        ListApplications(town="24001", citizen=CITIZEN), applications=road.applications, pseudonyms=PSEUDONYMS
    )

    assert [each.application_id for each in listed.applications] == ["application-2", ID]
    assert not any(each.timeline for each in listed.applications)


def test_a_registry_that_says_nothing_is_asked_again_once_its_patience_is_over():
    road = Road()

    asked_after = [hour for hour in range(24 * 14) if road.sweep(NOON + timedelta(hours=hour))]

    assert asked_after == [84, 168, 252]
    assert {(event.reason, event.request) for event in road.emitted()} == {("overdue", f"Request sealed for {ID}")}
    assert road.view.state == "submitted"


@pytest.mark.parametrize(
    ("within", "queue"),
    [
        (waits.ANSWER_WITHIN, "registry.compile-extract"),
        (waits.ISSUE_WITHIN, "documents.issue-certificate"),
        (waits.TELL_WITHIN, "notify.tell-citizen"),
    ],
)
def test_whom_intake_waits_for_gives_up_first(within: timedelta, queue: str):
    assert within > SUBSCRIPTIONS[queue].patience + DELAYS["2h"]


def test_a_contradiction_that_is_found_again_is_said_once_with_the_time_of_the_first():
    road = Road()
    road.hear(contradicted())
    before = road.view.timeline
    road.hear(replace(contradicted("member-twice"), found_at=contradicted().found_at + timedelta(hours=1)))

    assert road.view.timeline == before
    assert before[-1].code == "register-contradicted"


@pytest.mark.parametrize("event", [deferred(), contradicted()])
def test_what_the_registry_waits_for_is_left_to_it_until_the_application_expires(event: Any):
    road = Road()
    road.hear(event)
    before = road.view

    swept = [road.sweep(NOON + timedelta(hours=hour)) for hour in range(24 * 30 + 11)]
    quiet, view = road.emitted(), road.view
    road.sweep(end_of(date(2026, 12, 24)))

    assert (sum(swept), quiet, view) == (0, [], before)
    assert [type(each) for each in road.emitted()] == [ApplicationExpired]


def test_a_renewed_promise_is_in_the_timeline():
    road = Road()
    road.hear(deferred())
    road.hear(deferred(by=IN_AN_HOUR + minutes(480)), now=IN_AN_HOUR)

    assert [step.expected_by for step in road.view.timeline[1:]] == [IN_AN_HOUR, IN_AN_HOUR + minutes(480)]
    assert road.emitted() == []


def test_a_contradiction_waits_for_the_town_and_promises_nothing():
    road = Road()
    road.hear(deferred())

    road.hear(contradicted())

    assert (road.view.state, road.view.code) == ("deferred", "register-contradicted")
    assert road.view.timeline[-1].expected_by is None
    assert road.emitted() == []


@pytest.mark.parametrize("kind", ["attest-seal-broken", "attest-seal-untrusted", "attest-outdated"])
def test_what_the_national_register_sent_in_disorder_is_not_laid_on_the_towns_register(kind: str):
    road = Road()

    road.hear(contradicted(kind))
    road.sweep(end_of(date(2026, 12, 24)))

    assert [step.code for step in road.view.timeline[1:]] == ["document-unsound", "document-unsound"]
    assert [step.expected_by for step in road.view.timeline[1:]] == [None, None]


def test_a_contradiction_that_was_mended_goes_its_road():
    road = Road()
    road.hear(contradicted())

    road.hear(compiled(at=NOON + timedelta(days=3)), now=NOON + timedelta(days=3))

    assert (road.view.state, road.view.code) == ("cleared", None)


def test_a_contradiction_heard_after_the_answer_changes_nothing():
    road = Road()
    road.hear(compiled())
    road.emitted()

    road.hear(contradicted())

    assert (road.view.state, road.emitted()) == ("cleared", [])


def test_what_version_0_1_was_to_ask_after_a_promise_is_left_to_the_registry():
    road = Road()
    road.hear(deferred())
    kept = road.applications.kept[ID]
    road.applications.kept[ID] = replace(kept, deadline=IN_AN_HOUR + minutes(15))

    road.sweep(IN_AN_HOUR + minutes(15))

    assert (road.emitted(), road.applications.kept[ID].deadline) == ([], kept.expires_at)


def test_documents_that_does_not_issue_is_told_again_once_its_patience_is_over_and_judges_the_facts():
    road = Road()
    road.hear(compiled())
    road.emitted()

    swept = [road.sweep(NOON + timedelta(hours=hour)) for hour in range(1, 85)]
    (again,) = road.emitted()
    road.hear(facts_expired(NOON + timedelta(hours=85)), now=NOON + timedelta(hours=85))
    (asked,) = road.emitted()

    assert sum(swept) == 1
    assert (type(again), again.facts) == (ApplicationCleared, "sealed facts")
    assert (type(asked), asked.reason) == (ExtractRequested, "facts-expired")
    assert road.view.state == "submitted"


def test_news_of_days_ago_that_facts_were_too_old_is_asked_after():
    road = Road()
    road.hear(compiled())
    road.emitted()

    road.hear(facts_expired(NOON + timedelta(hours=25)), now=NOON + timedelta(days=5))

    (asked,) = road.emitted()
    assert (type(asked), road.view.state) == (ExtractRequested, "submitted")


def test_facts_found_too_old_after_the_last_day_end_it():
    road = Road()
    late = NOON + timedelta(days=29, hours=12)
    road.hear(contradicted())
    road.hear(compiled(at=late), now=late)
    road.emitted()

    road.hear(facts_expired(late + timedelta(hours=24)), now=late + timedelta(hours=24))

    assert [type(event) for event in road.emitted()] == [ApplicationExpired]
    assert road.view.state == "expired"


def test_what_nobody_answers_for_a_month_expires_and_is_told():
    road = Road()

    swept = [road.sweep(NOON + timedelta(hours=hour)) for hour in range(0, 24 * 40, 6)]

    events = road.emitted()
    assert isinstance(events[-1], ApplicationExpired)
    assert events[-1].expired_at == end_of(date(2026, 12, 24)) + timedelta(hours=1)
    assert road.view.state == "expired"
    assert not any(swept[24 * 31 // 6 :])


def test_a_citizen_who_was_never_told_sees_it_in_the_timeline():
    road = Road()
    road.hear(compiled())
    road.hear(issued())

    swept = [road.sweep(NOON + timedelta(days=day)) for day in range(1, 9)]
    road.hear(told())

    assert sum(swept) == 1
    assert road.timeline[-2:] == [("issued", "not-told"), ("delivered", None)]


def test_two_instances_that_sweep_at_once_ask_once():
    road = Road()
    stale = road.applications.kept[ID]
    road.sweep(NOON + waits.ANSWER_WITHIN)
    road.applications.overdue = lambda *, towns, now: [stale]  # type: ignore[method-assign]

    count = road.sweep(NOON + waits.ANSWER_WITHIN)

    assert count == 0
    assert len(road.emitted()) == 1


def test_a_change_in_between_is_left_to_the_chassis_to_run_again():
    road = Road()
    stale = road.applications.kept[ID]
    road.hear(compiled())

    with pytest.raises(ConcurrentChange):
        road.applications.save(stale, ())


def test_another_town_is_not_swept_by_who_does_not_serve_it():
    road = Road()

    count = handlers.sweep_deadlines(
        applications=road.applications, towns={"21005": a_town("21005")}, now=NOON + minutes(60)
    )

    assert count == 0


def test_a_timeline_never_runs_backwards_though_clocks_differ():
    road = Road()

    road.hear(compiled(at=NOON - minutes(2)))
    road.hear(issued())

    times = [step.at for step in road.view.timeline]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("event", "code"), [(None, None), (deferred, "register-unavailable"), (contradicted, "register-contradicted")]
)
def test_what_it_waited_for_to_the_end_is_told(event: Any, code: str | None):
    road = Road()
    if event is not None:
        road.hear(event())

    road.sweep(end_of(date(2026, 12, 24)))

    assert (road.view.state, road.view.code) == ("expired", code)
    (expired,) = road.emitted()
    assert (type(expired), expired.code) == (ApplicationExpired, code)


class Restored(Road):
    """The store was restored."""

    def resume(self, now: datetime = IN_AN_HOUR) -> list[Any]:
        self.applications.restored = True
        self.emitted()
        handlers.resume_restored(applications=self.applications, towns=self.towns, now=now)
        return self.emitted()


def test_after_a_restoring_the_registry_is_asked_anew_whatever_it_had_answered():
    road = Restored()

    (asked,) = road.resume()

    assert (type(asked), asked.reason) == (ExtractRequested, "restored")
    road.hear(deferred())
    (again,) = road.resume()
    assert (type(again), road.view.state) == (ExtractRequested, "deferred")


def test_after_a_restoring_documents_is_told_anew_what_is_cleared():
    road = Restored()
    road.hear(compiled())

    (cleared,) = road.resume()

    assert (type(cleared), cleared.facts) == (ApplicationCleared, "sealed facts")


def test_after_a_restoring_who_was_not_told_is_told_through_documents_which_needs_no_facts():
    road = Restored()
    road.hear(compiled())
    road.hear(issued())

    (cleared,) = road.resume()

    assert (type(cleared), cleared.facts, bool(cleared.contact)) == (ApplicationCleared, "", True)
    road.hear(told())
    assert road.resume() == []


@pytest.mark.parametrize("end", [refused, lambda: None])
def test_after_a_restoring_what_has_ended_is_left_alone(end: Any):
    road = Restored()
    if event := end():
        road.hear(event)
    else:
        road.withdraw()

    assert road.resume() == []


def test_a_restoring_is_seen_to_once():
    road = Restored()

    assert road.resume()
    assert not road.applications.restored


def test_the_same_news_of_a_mailbox_twice_is_one_line():
    road = Road()
    road.hear(compiled())
    road.hear(issued())

    road.hear(undeliverable())
    road.hear(undeliverable())

    assert [step for step in road.timeline if step[1]] == [("issued", undeliverable().code)]


def test_what_cannot_be_put_on_paper_is_refused_and_nothing_of_it_is_kept():
    road = Road()
    road.hear(compiled())
    road.emitted()

    road.hear(unprintable())

    (told,) = road.emitted()
    assert (type(told), told.code, told.contact) == (
        ApplicationRefused,
        "character-unprintable",
        f"Contact sealed for {ID}",
    )
    assert road.timeline[2:] == [("cleared", None), ("refused", "character-unprintable")]
    kept = road.applications.kept[ID]
    assert (kept.request, kept.contact, kept.facts, kept.deadline) == ("", "", "", None)


@pytest.mark.parametrize(
    ("before", "state"),
    [
        ((issued(),), "issued"),
        ((issued(), told()), "delivered"),
        ((facts_expired(NOON + timedelta(hours=25)),), "refused"),
        ((unprintable(),), "refused"),
    ],
)
def test_what_was_said_before_decides_what_comes_of_it(before: tuple[Any, ...], state: str):
    road = Road()
    road.hear(compiled())
    for event in before:
        road.hear(event)
    road.emitted()

    road.hear(unprintable())

    assert road.view.state == state
    assert len(road.emitted()) == (state == "refused" and unprintable() not in before)


def test_a_certificate_of_a_refused_application_is_not_heard():
    road = Road()
    for event in (compiled(), unprintable(), issued()):
        road.hear(event)

    assert (road.view.state, road.view.certificate_id) == ("refused", None)


def test_it_is_heard_after_what_documents_said_before():
    road = Road()
    road.hear(compiled())

    with pytest.raises(TryLater, match="sequence-gap"):
        road.hear(unprintable(), sequence=2)

    assert road.view.state == "cleared"


def test_another_towns_news_of_it_is_of_no_application_here():
    road = Road()
    road.hear(compiled())

    with pytest.raises(Unacceptable, match="unknown-application"):
        road.hear(unprintable(), town="21005")

    assert road.view.state == "cleared"
