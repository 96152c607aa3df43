"""Whatever is heard, in whatever order: at most one certificate, and no way out of an end."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.confirmations import ConfirmationNeedless, ConfirmationRequested
from services.contracts.errors import DomainError, NotWithdrawable
from services.contracts.intake import ENDED, ApplicationCleared, State
from services.intake.domain.application import ISSUED
from services.intake.domain.deadlines import resumed
from services.intake.domain.gate import GateState
from tests.intake.confirmed import OTHER, SAME, ConfirmedRoad, facts_at
from tests.intake.fakes import NOON
from tests.intake.test_moving import (
    Road,
    compiled,
    contradicted,
    deferred,
    facts_expired,
    issued,
    refused,
    told,
    undeliverable,
    unprintable,
)

HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "compiled",
                "refused",
                "deferred",
                "contradicted",
                "issued",
                "issued again",
                "unprintable",
                "facts expired",
                "told",
                "undeliverable",
                "withdraw",
                "sweep",
            ]
        ),
        st.integers(min_value=0, max_value=40),
    ),
    max_size=25,
)


@settings(deadline=None)
@given(HAPPENINGS)
def test_any_order_of_events_keeps_the_promises(happenings: list[tuple[str, int]]):
    road, now = Road(), NOON
    certificates, settled = set(), None

    for what, hours in happenings:
        now += timedelta(hours=hours)
        before = road.applications.kept["application-1"]
        happen(road, what, now)
        after = road.applications.kept["application-1"]
        certificates |= {after.certificate_id} - {None}
        if settled in ENDED:
            assert after.state is settled
        if settled in ISSUED:
            assert after.state in ISSUED
        assert after.version > before.version or after == before
        assert after.timeline[: len(before.timeline)] == before.timeline
        settled = after.state

    assert len(certificates) <= 1
    assert (settled in ISSUED) == bool(certificates)
    assert sum(step.state == State.DELIVERED for step in after_all(road).timeline) <= 1
    assert sum(type(event).__name__ == "ApplicationRefused" for event in road.applications.events) <= 1
    assert sum(type(event).__name__ == "ApplicationExpired" for event in road.applications.events) <= 1
    if settled in (State.SUBMITTED, State.DEFERRED, State.CLEARED):
        assert after_all(road).deadline is not None


def after_all(road: Road) -> Any:
    return road.applications.kept["application-1"]


def happen(road: Road, what: str, now: Any) -> None:
    events = {
        "compiled": lambda: compiled(at=now),
        "refused": refused,
        "contradicted": contradicted,
        "deferred": lambda: deferred(by=now + timedelta(hours=1)),
        "issued": issued,
        "issued again": lambda: issued("certificate-2"),
        "unprintable": unprintable,
        "facts expired": lambda: facts_expired(now),
        "told": told,
        "undeliverable": undeliverable,
    }
    if what == "sweep":
        road.sweep(now)
    elif what == "withdraw":
        try:
            road.withdraw(now=now)
        except NotWithdrawable:
            return
    else:
        road.hear(events[what](), now=now)


CONFIRMED_HAPPENINGS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "facts",
                "other facts",
                "late facts",
                "refused",
                "deferred",
                "confirmed",
                "confirmed before",
                "not confirmed",
                "issued",
                "unprintable",
                "facts expired",
                "withdraw",
                "sweep",
                "restored",
            ]
        ),
        st.integers(min_value=0, max_value=400),
    ),
    max_size=30,
)


@settings(deadline=None)
@given(CONFIRMED_HAPPENINGS)
def test_in_any_order_nothing_is_cleared_past_a_gate(happenings: list[tuple[str, int]]):
    road, now = ConfirmedRoad(), NOON
    ended_at = None

    for what, hours in happenings:
        now += timedelta(hours=hours)
        before = road.applications.kept["application-1"]
        emitted = len(road.applications.events)
        happen_to_confirmed(road, what, now)
        after = road.applications.kept["application-1"]
        for event in road.applications.events[emitted:]:
            if isinstance(event, ApplicationCleared):
                gate = after.gates[1]
                assert event.met == ("confirmation/police",)
                assert gate.digests[gate.answers[-1].asking - 1] == gate.digests[-1] == after.facts_digest
                assert gate.answers[-1].outcome == "confirmed"
                assert gate.answers[-1].counts_until > gate.answers[-1].at
                assert what in ("sweep", "restored") or now < after.facts_expire_at
            if isinstance(event, ConfirmationRequested):
                assert event.asking == before.gates[1].asking + 1
        if before.has_ended:
            assert replace(after, version=before.version) == before
        ended_at = ended_at or (now if after.has_ended else None)
        if not after.has_ended and after.state not in ISSUED:
            assert after.deadline is not None
        if after.state == State.AWAITING_CONFIRMATION:
            assert [gate.state for gate in after.gates] == [GateState.MET, GateState.ASKED]
            assert after.deadline <= after.expires_at <= after.ends_at

    asked = [event for event in road.applications.events if isinstance(event, ConfirmationRequested)]
    assert [event.asking for event in asked] == list(range(1, len(asked) + 1))
    last = after_all(road)
    told = sum(isinstance(event, ConfirmationNeedless) for event in road.applications.events)
    waited = last.has_ended and last.gates[1].state is GateState.ASKED
    assert told == len(last.gates[1].answers) + waited


def happen_to_confirmed(road: ConfirmedRoad, what: str, now: Any) -> None:
    kept = road.applications.kept["application-1"]
    asking = kept.gates[1].asking
    events = {
        "facts": lambda: facts_at(now, SAME, asking=kept.facts_gate.asking),
        "other facts": lambda: facts_at(now, OTHER, asking=kept.facts_gate.asking),
        "late facts": lambda: facts_at(now - timedelta(hours=30), SAME, asking=1),
        "refused": refused,
        "deferred": lambda: deferred(by=now + timedelta(hours=1)),
        "issued": issued,
        "unprintable": unprintable,
        "facts expired": lambda: facts_expired(now),
    }
    if what == "sweep":
        road.sweep(now)
    elif what == "restored":
        moved = resumed(kept, now=now)
        road.applications.save(moved.application, moved.events)
    elif what == "withdraw":
        with suppress(NotWithdrawable):
            road.withdraw(now=now)
    elif what.startswith(("confirmed", "not")):
        outcome = "not-confirmed" if what == "not confirmed" else "confirmed"
        with suppress(DomainError):
            road.answer(outcome, asking=asking - (what == "confirmed before"), now=now)
    elif what != "issued" or kept.state is State.CLEARED:
        road.hear(events[what](), now=now)
