"""The wait for the register is the registry's own: it asks again, promises anew, and stops when nobody waits."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from services.contracts.delivery import AlreadyHandled
from services.contracts.extracts import Request
from services.contracts.intake import LIFETIME, ApplicationExpired, ApplicationWithdrawn, ExtractRequested
from services.contracts.registry import ExtractDeferred
from services.registry.access import Access
from services.registry.domain import SourceUnavailable
from services.registry.extract import EXPECTED_WITHIN, LONGEST_PROMISE, State
from services.registry.handlers import ask_again, compile_extract
from tests.registry.contradictory import contradictions
from tests.registry.fakes import NOON, PARENT, TOWN, Desk, FakeAccesses, FakeRegister, a_cause, a_register

ENDS = [
    ApplicationWithdrawn(application_id="a1", product="residence", withdrawn_at=NOON),
    ApplicationExpired(application_id="a1", product="residence", language="nl", contact="locked", expired_at=NOON),
]


def waiting(register: FakeRegister | None = None, **until: float) -> Desk:
    """A desk whose register is away, as it says for so long."""
    desk = Desk(register or a_register())
    desk.register.away = SourceUnavailable("paused", until=NOON + timedelta(**until) if until else None)
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    return desk


def promised(desk: Desk) -> list[timedelta]:
    """How long after NOON an answer was said to be expected, each time."""
    found = []
    for event in desk.emitted():
        assert isinstance(event, ExtractDeferred)
        found.append(event.expected_by - NOON)
    return found


def pass_time(desk: Desk, *, days: float, step: timedelta = timedelta(minutes=5)) -> None:
    for _ in range(int(timedelta(days=days) / step)):
        desk.now += step
        ask_again(towns=[TOWN], **desk.ports())


def test_a_promise_that_failed_is_renewed_for_twice_as_long():
    desk = waiting()

    pass_time(desk, days=2.4)

    first, second, third, fourth = promised(desk)
    assert first == EXPECTED_WITHIN
    for before, after, hours in ((first, second, 8), (second, third, 16), (third, fourth, 32)):
        assert timedelta(hours=hours) <= after - before <= timedelta(hours=hours, minutes=15)


def test_what_is_promised_first_is_when_the_register_says_that_it_is_back():
    assert promised(waiting(minutes=1)) == [timedelta(minutes=1)]


def test_nothing_is_said_while_a_promise_stands():
    desk = waiting(hours=6)
    promised(desk)

    pass_time(desk, days=0.24)

    assert promised(desk) == []


def test_an_outage_of_a_month_is_told_less_and_less_often():
    desk = waiting()

    pass_time(desk, days=30, step=timedelta(minutes=15))

    said = promised(desk)
    assert len(said) <= 14
    assert all(after - before <= LONGEST_PROMISE + timedelta(minutes=30) for before, after in pairwise(said))


def test_a_register_that_is_always_back_in_a_minute_is_believed_once():
    desk = waiting(minutes=1)
    for _ in range(24 * 60):
        desk.later(minutes=1)
        desk.register.away = SourceUnavailable("paused", until=desk.now + timedelta(minutes=1))
        ask_again(towns=[TOWN], **desk.ports())

    assert len(promised(desk)) <= 3


def test_a_window_that_ends_later_than_what_would_be_promised_is_told_as_it_is():
    desk = waiting()
    desk.register.away = SourceUnavailable("paused", until=NOON + timedelta(days=20))

    pass_time(desk, days=1)

    assert promised(desk) == [EXPECTED_WITHIN, timedelta(days=20)]


def test_asked_anew_promises_begin_anew():
    desk = waiting()
    pass_time(desk, days=2)
    desk.emitted()
    began = desk.now

    compile_extract(desk.requested(desk.submitted(), "overdue"), a_cause(2, type=ExtractRequested.TYPE), **desk.ports())

    (promise,) = desk.emitted()
    assert isinstance(promise, ExtractDeferred)
    assert promise.expected_by == began + EXPECTED_WITHIN


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
@pytest.mark.parametrize("kind", ["away", "contradicted"])
def test_once_the_application_ended_its_subject_is_looked_up_no_more(
    end: ApplicationWithdrawn | ApplicationExpired, kind: str
):
    desk = waiting(contradictions()["no stay"][1][0])
    if kind == "contradicted":
        desk.register.away = None
        pass_time(desk, days=0.1)
    asked, looks = len(desk.register.asked), len(desk.accesses.entries)

    desk.end(end, a_cause(2, type=end.TYPE))
    desk.emitted()
    desk.register = a_register()
    pass_time(desk, days=5)

    assert (desk.register.asked, desk.emitted()) == ([], [])
    assert (bool(asked), bool(looks)) == (kind == "contradicted", kind == "contradicted")
    assert (desk.extracts.only().state, desk.extracts.only().request) == (State.ENDED, None)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: type(end).__name__)
def test_an_end_that_overtook_the_filing_keeps_it_from_being_looked_up(end: ApplicationWithdrawn | ApplicationExpired):
    desk = Desk(a_register())
    submitted = desk.submitted()
    desk.end(end, a_cause(3, type=end.TYPE))

    with pytest.raises(AlreadyHandled):
        compile_extract(submitted, a_cause(1), **desk.ports())
    with pytest.raises(AlreadyHandled):
        compile_extract(desk.requested(submitted, "overdue"), a_cause(2, type=ExtractRequested.TYPE), **desk.ports())

    assert (desk.register.asked, desk.accesses.entries, desk.emitted()) == ([], {}, [])


def test_nothing_leads_out_of_an_end():
    desk = Desk(a_register())
    submitted = desk.submitted()
    desk.end(desk.withdrawn(), a_cause(2, type=ApplicationWithdrawn.TYPE))

    with pytest.raises(AlreadyHandled):
        compile_extract(desk.requested(submitted), a_cause(3, type=ExtractRequested.TYPE), **desk.ports())

    assert desk.extracts.only().state is State.ENDED


class BreakingLog(FakeAccesses):
    """Breaks off for some applications, or for all."""

    def __init__(self, *broken: str) -> None:
        super().__init__()
        self.broken = broken

    def record(self, access: Access) -> None:
        if not self.broken or access.application_id in self.broken:
            raise KeyError(access.application_id)
        super().record(access)


def five_waiting() -> Desk:
    desk = Desk(a_register())
    desk.register.away = SourceUnavailable("paused")
    for number in range(5):
        id = f"a{number}"
        token = desk.requests.lock(Request(applicant=PARENT, subject=PARENT, capacity="self"), bound_to=id)
        cause = replace(a_cause(), event_id=f"{id}:1", subject=id)
        compile_extract(replace(desk.submitted(), application_id=id, request=token), cause, **desk.ports())
        desk.later(seconds=1)
    desk.register.away = None
    desk.later(days=1)
    return desk


def test_who_waits_behind_one_that_breaks_off_is_asked_for_all_the_same():
    desk = five_waiting()
    desk.accesses = BreakingLog("a0", "a2")

    with pytest.raises(KeyError, match="a0"):
        ask_again(towns=[TOWN], **desk.ports())

    states = {id: kept.state is State.WAITING for id, kept in desk.extracts.kept.items()}
    assert states == {"a0": True, "a1": False, "a2": True, "a3": False, "a4": False}
    assert all(kept.due_at is None or kept.due_at > desk.now for kept in desk.extracts.kept.values())


def test_where_it_breaks_off_for_everybody_it_is_left_at_that():
    desk = five_waiting()
    desk.accesses = BreakingLog()

    with pytest.raises(KeyError, match="a0"):
        ask_again(towns=[TOWN], **desk.ports())

    asked = [id for id, kept in desk.extracts.kept.items() if kept.due_at and kept.due_at > desk.now]
    assert asked == ["a0", "a1", "a2"]


def test_an_end_heard_twice_ends_once():
    desk = waiting()
    cause = a_cause(2, type=ApplicationWithdrawn.TYPE)
    desk.end(desk.withdrawn(), cause)

    with pytest.raises(AlreadyHandled):
        desk.end(desk.withdrawn(), cause)

    assert desk.extracts.only().state is State.ENDED


def test_an_end_takes_the_request_of_what_was_answered_too():
    desk = Desk(a_register())
    compile_extract(desk.submitted(), a_cause(), **desk.ports())

    desk.end(desk.withdrawn(), a_cause(2, type=ApplicationWithdrawn.TYPE))

    assert (desk.extracts.only().state, desk.extracts.only().due_at) == (State.ENDED, None)


def test_an_end_that_is_never_heard_looks_nobody_up_for_ever():
    desk = waiting(contradictions()["no stay"][1][0])
    desk.register.away = None

    pass_time(desk, days=60, step=timedelta(hours=1))

    last = max(entry.at for entry in desk.accesses.entries.values())
    assert timedelta(days=29) < last - NOON <= LIFETIME
    assert (desk.extracts.only().state, desk.extracts.only().request) == (State.ENDED, None)
