"""From an event to facts, a refusal or a promise: each exactly once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.contracts.delivery import AlreadyHandled, Unacceptable
from services.contracts.extracts import Facts
from services.contracts.intake import ExtractRequested
from services.contracts.registry import ExtractCompiled, ExtractDeferred, ExtractRefused
from services.registry.domain import SourceUnavailable, Standing
from services.registry.extract import EXPECTED_WITHIN, LONGEST_PAUSE, State, pause
from services.registry.handlers import ask_again, compile_extract
from tests.registry.fakes import (
    NOON,
    OTHER_TOWN,
    TOWN,
    Desk,
    a_cause,
    a_dossier,
    a_register,
    gone,
)

AGAIN = ExtractRequested.TYPE


def away(until=None) -> SourceUnavailable:
    return SourceUnavailable("paused", until=until)


def test_facts_leave_sealed_and_bound_to_their_application():
    desk = Desk(a_register())

    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    (event,) = desk.extracts.events
    assert isinstance(event, ExtractCompiled)
    facts = desk.facts.unlock(Facts, event.facts, bound_to="a1")
    assert facts.compiled_at == event.compiled_at == NOON
    assert (facts.town, facts.product, facts.parts.get("household")) == (TOWN, "residence", None)


def test_an_answered_extract_keeps_what_was_asked_for_a_month_and_no_facts():
    desk = Desk(a_register())

    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    extract = desk.extracts.only()
    assert (extract.state, extract.due_at) == (State.COMPILED, None)
    assert (extract.request, extract.request_until) == ("locked-0", NOON + timedelta(days=30))
    assert "sealed" not in repr(extract)


def test_a_refusal_says_why():
    desk = Desk(a_register(a_dossier(registration=gone(Standing.EMIGRATED))))

    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    assert desk.extracts.events == [ExtractRefused(application_id="a1", code="emigrated", refused_at=NOON, asking=1)]
    assert desk.extracts.only().state is State.REFUSED


def test_a_redelivered_event_is_answered_once():
    desk = Desk(a_register())
    event = desk.submitted()
    compile_extract(event, a_cause(), **desk.ports())

    with pytest.raises(AlreadyHandled):
        compile_extract(event, a_cause(), **desk.ports())

    assert len(desk.extracts.events) == 1
    assert len(desk.accesses.entries) == 1


def test_facts_that_grew_too_old_are_compiled_anew():
    desk = Desk(a_register())
    submitted = desk.submitted()
    compile_extract(submitted, a_cause(), **desk.ports())
    desk.later(days=2)

    compile_extract(desk.requested(submitted), a_cause(4, type=AGAIN), **desk.ports())

    first, second = desk.extracts.events
    assert isinstance(second, ExtractCompiled)
    assert second.compiled_at - first.compiled_at == timedelta(days=2)
    assert len(desk.accesses.entries) == 2


def test_a_submission_that_was_overtaken_has_nothing_left_to_do():
    desk = Desk(a_register())
    submitted = desk.submitted()
    compile_extract(desk.requested(submitted, "overdue"), a_cause(2, type=AGAIN), **desk.ports())

    with pytest.raises(AlreadyHandled):
        compile_extract(submitted, a_cause(1), **desk.ports())

    assert len(desk.extracts.events) == 1


def test_an_outage_is_a_promise_and_not_a_refusal():
    desk = Desk(a_register())
    desk.register.away = away()

    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    assert desk.extracts.events == [
        ExtractDeferred(
            application_id="a1",
            code="register-unavailable",
            awaiting="register",
            expected_by=NOON + EXPECTED_WITHIN,
            asking=1,
        )
    ]
    assert desk.extracts.only().state is State.WAITING
    assert desk.accesses.entries == {}


def test_a_maintenance_window_says_when_it_ends():
    desk = Desk(a_register())
    desk.register.away = away(NOON + timedelta(minutes=30))

    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    (event,) = desk.extracts.events
    assert isinstance(event, ExtractDeferred)
    assert event.expected_by == NOON + timedelta(minutes=30)


def test_after_an_outage_it_is_compiled_exactly_once():
    desk = Desk(a_register())
    desk.register.away = away()
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    for _ in range(3):
        desk.later(minutes=11)
        ask_again(towns=[TOWN], **desk.ports())
    desk.register.away = None

    for _ in range(3):
        desk.later(minutes=11)
        ask_again(towns=[TOWN], **desk.ports())

    assert [type(event) for event in desk.extracts.events] == [ExtractDeferred, ExtractCompiled]
    assert len(desk.accesses.entries) == 1


def test_nothing_is_asked_before_it_is_due():
    desk = Desk(a_register())
    desk.register.away = away()
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None
    desk.later(seconds=1.9)

    ask_again(towns=[TOWN], **desk.ports())

    assert desk.extracts.only().state is State.WAITING


def test_one_town_is_asked_at_a_time():
    desk = Desk(a_register())
    desk.register.away = away()
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None
    desk.later(hours=1)

    ask_again(towns=[OTHER_TOWN], **desk.ports())

    assert desk.extracts.only().state is State.WAITING


def test_pauses_double_up_to_ten_minutes():
    assert [pause(tries).seconds for tries in range(4)] == [2, 4, 8, 16]
    assert pause(9) == pause(1000) == LONGEST_PAUSE


def test_asked_again_while_the_register_is_still_away_it_promises_again():
    desk = Desk(a_register())
    desk.register.away = away()
    submitted = desk.submitted()
    compile_extract(submitted, a_cause(), **desk.ports())

    compile_extract(desk.requested(submitted, "overdue"), a_cause(3, type=AGAIN), **desk.ports())

    assert [type(event) for event in desk.extracts.events] == [ExtractDeferred, ExtractDeferred]
    assert desk.extracts.only().tries == 1


def test_a_process_that_dies_while_asking_leaves_it_to_another():
    desk = Desk(a_register())
    desk.register.away = away()
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.later(seconds=5)
    desk.register.away = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        ask_again(towns=[TOWN], **desk.ports())
    desk.register.away = None

    ask_again(towns=[TOWN], **desk.ports())
    claimed = desk.extracts.only().state
    desk.later(seconds=31)
    ask_again(towns=[TOWN], **desk.ports())

    assert (claimed, desk.extracts.only().state) == (State.WAITING, State.COMPILED)


def test_a_plan_with_a_fact_that_is_gone_since_is_for_an_operator():
    desk = Desk(a_register())
    desk.products["residence"] = replace(desk.products["residence"], facts=("identity", "of-another-version"))

    with pytest.raises(Unacceptable, match="unknown-fact"):
        compile_extract(desk.submitted("residence"), a_cause(), **desk.ports())


def test_an_unknown_product_never_works():
    desk = Desk(a_register())

    with pytest.raises(Unacceptable, match="unknown-product"):
        compile_extract(desk.submitted("no-such-product"), a_cause(), **desk.ports())

    assert desk.extracts.kept == {}


def test_a_request_of_another_application_does_not_open():
    desk = Desk(a_register())
    event = desk.submitted()
    foreign = ExtractRequested(
        application_id="a2", product="life", request=event.request, reason="overdue", requested_at=NOON
    )

    with pytest.raises(Unacceptable, match="cannot-unlock"):
        compile_extract(foreign, a_cause(type=AGAIN), **desk.ports())

    assert desk.extracts.kept == {}
