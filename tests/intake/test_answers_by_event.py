"""A department's answer by an event of its own: taken as any other, once, and told what became of it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.contracts.confirmations import AnswerRefused, AnswerTaken
from services.contracts.delivery import AlreadyHandled, Unacceptable
from services.contracts.intake import ApplicationCleared
from services.contracts.notify import AnswerGiven
from services.contracts.retention import ON_ITS_ROAD
from services.intake import handlers
from tests.intake.confirmed import OTHER, ConfirmedRoad, facts_at
from tests.intake.fakes import NOON
from tests.intake.test_confirmations import asked_road
from tests.intake.test_moving import ID, a_cause

GIVEN = AnswerGiven(
    answer_id="answer-1",
    application_id=ID,
    reference=f"{ID}-1",
    asking=1,
    department="police",
    product="confirmed",
    outcome="confirmed",
    given_by="zone-5387",
    given_id="2026/0815",
    given_at=NOON,
)


def hear(road: ConfirmedRoad, given: AnswerGiven = GIVEN, *, number: int = 1, town: str = "24001") -> Any:
    """Each answer is a subject of its own, of which it is the first and only event."""
    cause = replace(a_cause("notify", 1, town=town), event_id=f"{given.answer_id}:{number}", subject=given.answer_id)
    handlers.take_answer(given, cause, applications=road.applications, now=NOON)
    (told,) = [event for event in road.emitted() if isinstance(event, AnswerTaken | AnswerRefused)]
    return told


def test_it_leads_on_and_is_kept_with_who_gave_it():
    road = asked_road()

    handlers.take_answer(GIVEN, a_cause("notify", 1), applications=road.applications, now=NOON)

    *others, taken = road.emitted()
    assert ApplicationCleared in map(type, others)
    assert road.gate.answers[0].by == "zone-5387 (event 2026/0815)"
    assert isinstance(taken, AnswerTaken)
    assert (taken.given_by, taken.given_id, taken.answered_at) == ("zone-5387", "2026/0815", NOON)
    assert taken.counts_until == road.gate.answers[0].counts_until


def test_delivered_twice_it_is_taken_once():
    road = asked_road()
    hear(road)

    with pytest.raises(AlreadyHandled):
        hear(road)

    assert len(road.gate.answers) == 1


def test_the_same_answer_under_another_id_is_the_same():
    road = asked_road()
    first = hear(road)

    again = hear(road, replace(GIVEN, answer_id="answer-2"))

    assert isinstance(again, AnswerTaken)
    assert again.answered_at == first.answered_at
    assert len(road.gate.answers) == 1


def test_the_opposite_is_refused_and_the_first_stands():
    road = asked_road()
    hear(road)

    refused = hear(road, replace(GIVEN, answer_id="answer-2", outcome="not-confirmed"))

    assert (refused.code, refused.detail) == ("confirmation-answered", "confirmed")
    assert road.view.state != "refused"


def test_an_answer_about_other_facts_is_refused_with_the_asking_that_waits():
    road = asked_road()
    road.answer(now=NOON + timedelta(days=20))
    road.hear(facts_at(NOON + timedelta(days=20), digest=OTHER, asking=1))

    refused = hear(road, replace(GIVEN, outcome="not-confirmed", asking=7))

    assert (refused.code, refused.detail) == ("confirmation-overtaken", "2")


def test_after_the_end_it_is_refused():
    road = asked_road()
    road.withdraw()

    assert hear(road).code == "confirmation-over"


def test_where_retention_has_emptied_it_it_is_refused_once_and_logged():
    road = asked_road()
    road.applications.emptied.add(ID)

    with capture_logs() as logged:
        refused = hear(road)
        with pytest.raises(AlreadyHandled):
            hear(road)

    assert isinstance(refused, AnswerRefused)
    assert (refused.code, refused.product, refused.given_id) == ("confirmation-over", "confirmed", "2026/0815")
    (line,) = logged
    assert (line["event"], line["answer_id"]) == ("answer_of_an_emptied_application", "answer-1")


def test_replayed_long_after_that_it_changes_nothing_and_is_told_to_nobody():
    road = asked_road()
    road.applications.emptied.add(ID)
    road.emitted()

    with pytest.raises(AlreadyHandled):
        hear(road, replace(GIVEN, given_at=NOON - ON_ITS_ROAD - timedelta(seconds=1)))

    assert road.emitted() == []


@pytest.mark.parametrize(
    "changed", [{"reference": f"{ID}-9"}, {"department": "school"}, {"reference": f"{ID}-0"}], ids=str
)
def test_what_it_was_not_asked_is_refused(changed: dict[str, str]):
    road = asked_road()

    assert hear(road, replace(GIVEN, **changed)).code == "not-found"


def test_of_another_town_or_application_it_is_parked():
    road = asked_road()

    with pytest.raises(Unacceptable):
        hear(road, town="21005")
    with pytest.raises(Unacceptable):
        hear(road, replace(GIVEN, application_id="application-9"))
