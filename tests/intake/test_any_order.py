"""Whatever is heard, in whatever order: at most one certificate, and no way out of an end."""

from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.errors import NotWithdrawable
from services.contracts.intake import ENDED, State
from services.intake.domain.application import ISSUED
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
