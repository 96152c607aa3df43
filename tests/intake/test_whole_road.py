"""All services together: whatever comes late, twice, out of order or meanwhile, there is at most one certificate and
every application ends."""

from datetime import timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.contracts import department_events
from services.contracts.documents import FactsExpired
from services.contracts.events import Event
from services.contracts.intake import (
    ENDED,
    ApplicationCleared,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    ExtractRequested,
    State,
)
from services.contracts.registry import ExtractCompiled
from services.contracts.topology import PATIENCE
from services.intake.domain.application import ISSUED
from tests.intake.fakes import PRODUCTS
from tests.intake.road import Road

PASSING = st.sampled_from([timedelta(minutes=1), timedelta(hours=2), timedelta(hours=25), timedelta(days=4)])
WHICH = st.integers(min_value=0, max_value=3)
AGAIN = st.integers(min_value=0, max_value=3).map(lambda drawn: drawn == 3)


class AnyOrder(RuleBasedStateMachine):
    """Hypothesis chooses what happens next."""

    def __init__(self) -> None:
        super().__init__()
        self.road = Road()
        self.before = self.road.application
        self.looks_at_the_end: int | None = None

    @rule(which=WHICH, again=AGAIN)
    def deliver(self, which: int, again: bool) -> None:
        if self.road.messages:
            self.road.deliver(self.road.messages[which % len(self.road.messages)], again=again)

    @rule(which=WHICH)
    def deliver_one(self, which: int) -> None:
        self.deliver(which, again=False)

    @rule()
    def deliver_the_oldest(self) -> None:
        self.deliver(0, again=False)

    @rule(which=WHICH, other=WHICH, by=PASSING)
    def deliver_while_others_work(self, which: int, other: int, by: timedelta) -> None:
        """The broker takes back what is handled so slowly, and gives it to another."""

        def meanwhile() -> None:
            self.pass_time(by)
            self.deliver(other, again=False)

        if self.road.messages:
            message = self.road.messages[which % len(self.road.messages)]
            self.road.deliver(message, again=True, meanwhile=meanwhile)

    @rule(by=PASSING)
    def pass_time(self, by: timedelta) -> None:
        self.road.now += by
        self.road.sweep()

    @rule(how=st.sampled_from(["fine", "away", "midway", "contradicted", "emigrated"]))
    def change_register(self, how: str) -> None:
        self.road.make_register(how)

    @rule(press=st.booleans(), channel=st.booleans())
    def take_away(self, press: bool, channel: bool) -> None:
        self.road.press.away, self.road.channel.away = press, channel

    @rule(draws=st.booleans())
    def install_fonts(self, draws: bool) -> None:
        self.road.press.draws = lambda _: draws

    @rule()
    def withdraw(self) -> None:
        self.road.withdraw()

    @rule(lost=st.booleans())
    def lose_product(self, lost: bool) -> None:
        self.road.products = {} if lost else PRODUCTS

    @rule()
    def end(self) -> None:
        self.road.end()

    @rule()
    def resend_what_was_parked(self) -> None:
        for message in self.road.parked:
            message.first_failed = None
        self.road.messages += self.road.parked
        self.road.parked = []

    @invariant()
    def nothing_leads_back(self) -> None:
        before, after = self.before, self.road.application
        if before.state in ENDED:
            assert after.state is before.state
        if before.state in ISSUED:
            assert after.state in ISSUED
        assert after.timeline[: len(before.timeline)] == before.timeline
        assert [step.at for step in after.timeline] == sorted(step.at for step in after.timeline)
        self.before = after

    @invariant()
    def there_is_at_most_one_certificate(self) -> None:
        issued = self.road.issued()
        assert len(issued) <= 1
        if issued:
            assert self.road.application.state not in ENDED
            assert self.road.application.certificate_id in (None, issued[0].certificate_id)
        else:
            assert self.road.application.state not in ISSUED

    @invariant()
    def who_waits_is_waited_for(self) -> None:
        if self.road.application.state in (State.SUBMITTED, State.DEFERRED, State.CLEARED):
            assert self.road.application.deadline is not None

    @invariant()
    def nothing_is_looked_up_for_what_ended(self) -> None:
        looks = len(self.road.accesses.entries)
        if "registry.end-extract" in self.road.handled:
            assert looks == (looks if self.looks_at_the_end is None else self.looks_at_the_end)
            self.looks_at_the_end = looks

    def teardown(self) -> None:
        """Everything works again, and operators resend what was parked."""
        self.road.heal()
        for _ in range(14):
            self.drain()
            self.pass_time(timedelta(days=1))
        self.nothing_leads_back()
        self.there_is_at_most_one_certificate()
        application = self.road.application
        assert application.state in (State.DELIVERED, *ENDED)
        assert (application.state is State.DELIVERED) == bool(self.road.issued())
        assert [step.state for step in application.timeline].count(State.DELIVERED) <= 1
        assert len({letter.kind for letter in self.road.channel.sent}) == len(self.road.channel.sent)
        assert self.road.told_departments(department_events.CERTIFICATE_ISSUED) == bool(self.road.issued())
        assert not self.road.messages
        nothing_is_asked_anew_before_patience_is_over(self.road)

    def drain(self) -> None:
        for _ in range(40):
            self.resend_what_was_parked()
            for message in list(self.road.messages):
                self.road.deliver(message)
            if not self.road.messages:
                return
            self.pass_time(timedelta(minutes=10))


def a_cleared_road() -> Road:
    road = Road()
    for event in (ApplicationSubmitted, ExtractCompiled):
        for message in road.waiting(event):
            road.deliver(message)
    return road


def test_a_certificate_under_way_whose_facts_were_found_too_old_meanwhile_is_not_issued():
    """Or its applicant could take back what is issued a moment later."""
    road = a_cleared_road()
    (order,) = road.waiting(ApplicationCleared)

    def meanwhile() -> None:
        road.now += timedelta(hours=25)
        road.deliver(order)  # the broker took it for lost
        (expired,) = road.waiting(FactsExpired)
        road.deliver(expired)
        road.withdraw()

    road.deliver(order, again=True, meanwhile=meanwhile)

    assert (road.application.state, road.issued(), road.parked) == (State.WITHDRAWN, [], [])


def test_an_order_that_was_delayed_for_days_gets_fresh_facts_and_one_certificate():
    road = a_cleared_road()
    road.press.away = True
    for _ in range(2 * 24):
        road.now += timedelta(hours=2)
        road.sweep()
        for message in list(road.messages):
            road.deliver(message)
    road.press.away = False
    for _ in range(4):
        for message in list(road.messages):
            road.deliver(message)

    assert (road.application.state, len(road.issued()), road.parked) == (State.DELIVERED, 1, [])
    assert len(road.accesses.entries) == 4


def test_two_orders_found_too_old_are_looked_up_once():
    road = a_cleared_road()
    road.now += timedelta(hours=85)
    road.sweep()
    for order in road.waiting(ApplicationCleared):
        road.deliver(order)
    first, second = road.waiting(FactsExpired)
    road.deliver(first)
    for event in (ExtractRequested, ExtractCompiled):
        (message,) = road.waiting(event)
        road.deliver(message)

    road.deliver(second)

    assert road.application.state is State.CLEARED
    assert road.waiting(ExtractRequested) == []


def test_what_is_withdrawn_while_it_is_looked_up_is_answered_by_nobody():
    road = Road()
    (filed,) = road.waiting(ApplicationSubmitted)

    def meanwhile() -> None:
        road.withdraw()
        (withdrawn,) = road.waiting(ApplicationWithdrawn)
        road.deliver(withdrawn)

    road.deliver(filed, meanwhile=meanwhile)

    assert (road.application.state, road.messages) == (State.WITHDRAWN, [])
    assert len(road.accesses.entries) == 1


def test_a_contradiction_that_is_mended_after_days_goes_its_road_by_itself():
    road = Road()
    road.make_register("contradicted")
    for _ in range(7 * 24):
        for message in list(road.messages):
            road.deliver(message)
        road.now += timedelta(hours=1)
        road.sweep()
    waiting, told = road.application, len(road.emitted)
    road.heal()
    for _ in range(30):
        road.now += timedelta(hours=1)
        road.sweep()
        for message in list(road.messages):
            road.deliver(message)

    assert (waiting.state, waiting.code, told) == (State.DEFERRED, "register-contradicted", 2)
    assert (road.application.state, len(road.issued()), road.parked) == (State.DELIVERED, 1, [])
    assert len(road.accesses.entries) == 9


def nothing_is_asked_anew_before_patience_is_over(road: Road) -> None:
    """Unless it is another question: older facts were found too old, or an operator asks."""
    asked = [(at, event) for at, event in road.emitted if isinstance(event, (ApplicationSubmitted, ExtractRequested))]
    cleared = [(at, event) for at, event in road.emitted if isinstance(event, ApplicationCleared)]
    for (before, _), (at, event) in pairwise(asked):
        if isinstance(event, ExtractRequested) and event.reason == "overdue":
            assert at - before > PATIENCE
    for (before, first), (at, second) in pairwise(cleared):
        if facts_of(first) == facts_of(second) and not any(second is each for each in road.asked_for):
            assert at - before > PATIENCE


def facts_of(event: Event) -> str:
    assert isinstance(event, ApplicationCleared)
    return event.facts


AnyOrder.TestCase.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
TestAnyOrder = AnyOrder.TestCase
