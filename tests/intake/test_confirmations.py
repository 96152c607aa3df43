"""Another department confirms, weeks later: what it is asked, what its answer counts for, what the citizen sees."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.contracts.confirmations import (
    ConfirmationNeedless,
    ConfirmationReminded,
    ConfirmationRequested,
    ReadConfirmation,
)
from services.contracts.days import days_after, end_of
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    DomainError,
    InvalidField,
    NotFound,
    NotWithdrawable,
)
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationRefused,
    ApplicationWithdrawn,
    ExtractRequested,
)
from services.intake import handlers
from services.intake.domain.deadlines import resumed
from services.intake.domain.gate import GateState
from tests.intake.confirmed import CONFIRMED, OTHER, SAME, TWICE, ConfirmedRoad, facts_at
from tests.intake.fakes import CITIZEN, NOON, a_town, minutes
from tests.intake.test_moving import ID, issued, refused, told

DAY = timedelta(days=1)
DUE = end_of(days_after(NOON, 28))
EXPIRES = end_of(days_after(NOON, 60))


def asked_road(product: Any = CONFIRMED) -> ConfirmedRoad:
    """The facts are there, and the police are asked."""
    road = ConfirmedRoad(product)
    road.hear(facts_at(NOON))
    return road


def test_the_facts_alone_do_not_clear_it():
    road = asked_road()

    (asked,) = road.emitted()
    assert asked == ConfirmationRequested(
        application_id=ID,
        reference=f"{ID}-1",
        asking=1,
        department="police",
        product="confirmed",
        concerning=f"Concerned sealed for 24001.police and {ID}-1",
        due_at=DUE,
        requested_at=NOON,
    )
    assert road.view.state == "awaiting-confirmation"
    assert road.timeline[-1] == ("awaiting-confirmation", "confirmation-awaited")
    assert road.view.timeline[-1].expected_by == DUE
    assert road.view.deadline == EXPIRES


def test_the_department_is_told_about_whom_and_the_fields_that_it_needs():
    road = asked_road()

    ((key, concerned),) = road.confirmations.sealed.items()
    assert key == ("24001.police", f"{ID}-1")
    assert (concerned.national_number, concerned.fields) == (CITIZEN, {"purpose": "work"})


def test_a_confirmation_clears_it_while_the_facts_are_fresh():
    road = asked_road()
    road.emitted()

    answered = road.answer(now=NOON + minutes(60))

    needless, cleared = road.emitted()
    assert isinstance(needless, ConfirmationNeedless)
    assert (needless.reason, needless.asking, needless.department) == ("answered", 1, "police")
    assert isinstance(cleared, ApplicationCleared)
    assert cleared.met == ("confirmation/police",)
    assert cleared.plan is not None
    assert cleared.plan.gates == ("confirmation/police",)
    assert answered.counts_until == end_of(days_after(NOON, 30))
    given = road.gate.answers[0]
    assert (given.by, given.outcome, given.asking) == ("officer 7", "confirmed", 1)


def test_weeks_later_the_facts_alone_are_asked_for_anew():
    road = asked_road()
    road.emitted()
    later = NOON + 20 * DAY

    road.answer(now=later)
    _, asked = road.emitted()
    road.hear(facts_at(later + minutes(1)), now=later + minutes(1))

    assert isinstance(asked, ExtractRequested)
    assert (asked.reason, asked.asking) == ("facts-expired", 2)
    (cleared,) = road.emitted()
    assert isinstance(cleared, ApplicationCleared)
    assert [state for state, _ in road.timeline] == [
        "submitted", "looked-up", "awaiting-confirmation", "submitted", "looked-up", "cleared",
    ]  # fmt: skip


def test_where_the_facts_changed_meanwhile_it_is_asked_for_anew():
    road = asked_road()
    later = NOON + 20 * DAY
    road.answer(now=later)
    road.emitted()

    road.hear(facts_at(later, OTHER), now=later)

    (asked,) = road.emitted()
    assert isinstance(asked, ConfirmationRequested)
    assert (asked.asking, asked.due_at) == (2, end_of(days_after(later, 28)))
    assert road.view.state == "awaiting-confirmation"
    with pytest.raises(ConfirmationOvertaken, match=r"^2$"):
        road.answer("not-confirmed", asking=3, now=later)
    road.answer(asking=2, now=later)
    assert road.view.state == "cleared"


def test_an_answer_to_facts_that_changed_counts_no_more():
    road = asked_road()
    kept = road.applications.kept[ID]
    gate = replace(road.gate, asking=2, digests=(SAME, OTHER))
    road.applications.kept[ID] = kept.with_gate(1, gate)

    with pytest.raises(ConfirmationOvertaken):
        road.answer(asking=1)

    assert road.gate == gate


def test_an_answer_that_has_grown_too_old_is_asked_for_anew():
    road = asked_road()
    road.answer(now=NOON + DAY)
    away = NOON + 33 * DAY  # the register was away for so long
    road.emitted()

    road.hear(facts_at(away), now=away)

    (asked,) = road.emitted()
    assert isinstance(asked, ConfirmationRequested)
    assert asked.asking == 2
    road.answer(asking=1, now=away)  # that one was given before, and counts no more
    assert road.view.state == "awaiting-confirmation"
    road.answer(asking=2, now=away)
    assert road.view.state == "cleared"


def test_a_no_refuses_it():
    road = asked_road()
    road.emitted()

    road.answer("not-confirmed", now=NOON + DAY)

    needless, event = road.emitted()
    assert isinstance(needless, ConfirmationNeedless)
    assert isinstance(event, ApplicationRefused)
    assert event.code == "not-confirmed"
    assert (road.view.state, road.view.code) == ("refused", "not-confirmed")
    kept = road.applications.kept[ID]
    assert [kept.request, kept.contact, kept.facts, road.gate.concerning] == [""] * 4
    assert road.gate.answers[0].by == "officer 7"


@pytest.mark.parametrize("outcome", ["confirmed", "not-confirmed"])
def test_the_same_answer_again_is_the_same(outcome: str):
    road = asked_road()

    first = road.answer(outcome, now=NOON + minutes(5))
    after = road.applications.kept[ID]
    second = road.answer(outcome, now=NOON + minutes(9), by="another")

    assert first == second
    assert road.applications.kept[ID] == after


def test_another_answer_than_the_first_is_told_that_it_does_not_count():
    road = asked_road()
    road.answer(now=NOON)

    with pytest.raises(ConfirmationAnswered, match=r"^confirmed$"):
        road.answer("not-confirmed")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"department": "school"}, NotFound),
        ({"place": 0}, NotFound),
        ({"place": 2}, NotFound),
        ({"town": "21005"}, NotFound),
        ({"asking": 2}, ConfirmationOvertaken),
        ({"asking": 0}, ConfirmationOvertaken),
        ({"asking": -1}, ConfirmationOvertaken),
        ({"outcome": "perhaps"}, InvalidField),
        ({"by": " "}, InvalidField),
        ({"by": "a\x00b"}, InvalidField),
        ({"by": "x" * 201}, InvalidField),
    ],
)
def test_only_what_was_asked_is_answered_by_whom_it_was_asked(given: dict[str, Any], error: type[DomainError]):
    road = asked_road()
    before = road.applications.kept[ID]

    with pytest.raises(error):
        road.answer(**given)

    assert road.applications.kept[ID] == before


def test_before_it_is_asked_for_there_is_nothing_to_answer():
    road = ConfirmedRoad()

    with pytest.raises(NotFound):
        road.answer()


def test_the_department_is_reminded_and_the_citizen_reads_the_new_time():
    road = asked_road()
    road.emitted()

    road.sweep(DUE - minutes(1))
    assert road.emitted() == []
    road.sweep(DUE)
    road.sweep(DUE + DAY)

    (reminded,) = road.emitted()
    assert reminded == ConfirmationReminded(
        application_id=ID,
        reference=f"{ID}-1",
        asking=1,
        department="police",
        product="confirmed",
        due_at=end_of(days_after(DUE, 7)),
        expires_at=EXPIRES,
        reminded_at=DUE,
    )
    assert road.view.timeline[-1].expected_by == end_of(days_after(DUE, 7))
    assert road.view.deadline == EXPIRES


def test_in_the_end_it_expires_and_the_department_is_told():
    road = asked_road()

    for days in range(1, 62):
        road.sweep(NOON + days * DAY)

    *reminders, expired, needless = road.emitted()[1:]
    assert [type(each) for each in reminders] == [ConfirmationReminded] * 4
    assert max(each.due_at for each in reminders) <= EXPIRES
    assert isinstance(expired, ApplicationExpired)
    assert expired.code == "confirmation-awaited"
    assert isinstance(needless, ConfirmationNeedless)
    assert needless.reason == "expired"
    assert road.view.state == "expired"
    with pytest.raises(ConfirmationOver):
        road.answer(now=EXPIRES + DAY)


def test_a_sweeper_that_stood_still_for_weeks_reminds_once():
    road = asked_road()
    road.emitted()

    road.sweep(DUE + 15 * DAY)

    assert [type(each) for each in road.emitted()] == [ConfirmationReminded]


def test_who_takes_it_back_while_it_waits_has_the_department_told():
    road = asked_road()
    road.emitted()

    road.withdraw(now=NOON + DAY)

    withdrawn, needless = road.emitted()
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert (needless.reason, needless.asking, needless.department) == ("withdrawn", 1, "police")
    assert road.gate.concerning == ""
    with pytest.raises(ConfirmationOver):
        road.answer(now=NOON + 2 * DAY)


def test_once_it_is_emptied_the_application_is_over():
    road = asked_road()
    road.applications.emptied.add(ID)

    with pytest.raises(ConfirmationOver):
        road.answer()
    with pytest.raises(ConfirmationOver):
        handlers.read_confirmation(
            ReadConfirmation(town="24001", department="police", reference=f"{ID}-1"), applications=road.applications
        )
    with pytest.raises(NotFound):
        road.answer(town="21005")


def test_what_the_store_does_not_take_keeps_no_other_waiting():
    road = asked_road()
    kept = road.applications.kept[ID]
    road.applications.kept["application-0"] = replace(kept, id="application-0")
    road.applications.kept = dict(sorted(road.applications.kept.items()))
    road.applications.unwritable.add("application-0")
    road.emitted()

    with capture_logs() as logged:
        assert road.sweep(DUE) == 1
        road.applications.restored = True
        towns = {"24001": a_town()}
        assert handlers.resume_restored(applications=road.applications, towns=towns, now=DUE) == 1

    assert [type(each) for each in road.emitted()] == [ConfirmationReminded, ConfirmationRequested]
    assert [(each["event"], each["application_id"], each["reason"]) for each in logged] == [
        ("application_not_moved", "application-0", "not-writable")
    ] * 2


def test_what_the_department_was_never_asked_for_it_is_not_told_about():
    road = ConfirmedRoad()
    road.emitted()

    road.withdraw()

    assert [type(each) for each in road.emitted()] == [ApplicationWithdrawn]


def test_the_register_may_still_refuse_after_the_confirmation():
    road = asked_road()
    later = NOON + 10 * DAY
    road.answer(now=later)
    road.emitted()

    road.hear(refused("deceased"), now=later)

    assert [type(each) for each in road.emitted()] == [ApplicationRefused]
    assert road.view.state == "refused"


def test_the_facts_have_their_own_days_again_after_the_wait():
    road = asked_road()
    later = EXPIRES - minutes(1)

    road.answer(now=later)

    assert road.view.deadline == end_of(days_after(later, 30))
    road.sweep(end_of(days_after(later, 30)))
    assert road.view.state == "expired"


def test_no_application_lives_longer_than_its_plan_allows():
    road = asked_road()
    now, asking, digest = NOON, 1, 0
    last = end_of(days_after(NOON, 30 + 60 + 30))

    while not road.applications.kept[ID].has_ended:
        now += 20 * DAY
        if road.view.state == "awaiting-confirmation":
            road.answer(asking=asking, now=now)
            asking, digest = asking + 1, digest + 1
            road.hear(facts_at(now, f"other facts {digest}"), now=now)
        road.sweep(now)
        assert road.applications.kept[ID].expires_at <= last
        assert now < last + 21 * DAY


def test_two_departments_are_asked_one_after_the_other():
    road = asked_road(TWICE)

    road.answer(now=NOON + minutes(1))
    *_, asked = road.emitted()
    assert (asked.department, asked.reference) == ("school", f"{ID}-2")
    with pytest.raises(NotFound):
        road.answer(place=2, now=NOON + minutes(2))
    road.answer(place=2, department="school", now=NOON + minutes(2))

    _, cleared = road.emitted()
    assert cleared.met == ("confirmation/police", "confirmation/school")


def test_after_a_restoring_it_is_asked_for_anew_and_either_answer_counts():
    for asking in (1, 2):
        road = asked_road()
        kept = road.applications.kept[ID]
        moved = resumed(kept, now=NOON + DAY)
        road.applications.kept[ID] = moved.application

        (asked, _) = moved.events
        assert isinstance(asked, ConfirmationRequested)
        assert (asked.asking, asked.due_at) == (2, DUE)
        assert moved.application.timeline == kept.timeline
        road.answer(asking=asking, now=NOON + DAY)
        assert road.gate.state is GateState.MET


def test_once_cleared_it_cannot_be_taken_back_and_goes_the_usual_road():
    road = asked_road()
    road.answer(now=NOON)

    with pytest.raises(NotWithdrawable):
        road.withdraw()
    road.hear(issued())
    road.hear(told())

    assert road.view.state == "delivered"
    assert road.gate.concerning == ""
    assert road.answer(now=NOON + DAY).outcome == "confirmed"


def test_what_is_promised_is_a_belgian_day():
    assert datetime(2026, 12, 22, 23, tzinfo=UTC) == DUE
