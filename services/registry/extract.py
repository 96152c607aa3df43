"""An extract: one application's question to the register, from the first asking to the answer.

The wait for the register is the registry's own: it asks again, tells by when an answer is expected, and stops once the
application has ended.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.contracts.departments import FACTS_DAYS
from services.contracts.errors import Refusal
from services.contracts.facts import POPULATION
from services.contracts.intake import LIFETIME
from services.contracts.plans import Plan
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.registry.ports import Promised

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
EXPECTED_WITHIN = timedelta(hours=4)
"""What is promised first where the register does not say when it will be back; each promise after one that failed is
for twice as long."""
LONGEST_PROMISE = timedelta(days=4)
UNTIL_MENDED = timedelta(days=1)
"""How often is looked whether somebody has mended what only people can."""
ASKED_FOR = timedelta(days=FACTS_DAYS)
"""How long it is kept, locked, what was asked and answered with facts: departments that hear of it may ask anew."""
LEASE = timedelta(seconds=30)
"""How long one process has at least for asking before another may."""


class State(StrEnum):
    """Where the question stands."""

    WAITING = "waiting"
    CONTRADICTED = "contradicted"
    """The register contradicts itself: the town has to mend it. `code` says how."""
    PROMISED = "promised"
    """Sources will answer later, and tell when they can. `code` says what is waited for."""
    STUCK = "stuck"
    """It could be asked once and cannot be asked again: an operator has to mend it. `code` says why."""
    COMPILED = "compiled"
    REFUSED = "refused"
    ENDED = "ended"
    """The application ended without an answer: nothing about its subject is looked up any more."""


HELD = frozenset({State.CONTRADICTED, State.STUCK})
"""They wait for people."""


@dataclass(frozen=True, kw_only=True)
class Absence:
    """A source, by name, that has not answered this extract since a moment; `reason` is what came of the last try."""

    source: str
    reason: str
    since: datetime


@dataclass(frozen=True, kw_only=True)
class Extract:
    """`request` is locked, and kept while an answer is to come, and after facts were given until `request_until`. No
    fact is ever kept here.

    `references` are those of the promises that sources gave. `since` is when it was first asked for the answer that is
    to come. `asking` is the number of the asking that is answered, `plan` what binds. `tries` counts the askings since
    it was asked anew or held; `due_at` says when the register is asked again. `promises` counts what was said about
    when an answer is expected, the last time by `promised_for`. `away` says which source has not answered; it is None
    once one has. `origin` is the store's own.
    """

    application_id: str
    town: str
    product: str
    state: State = State.WAITING
    request: str | None = None
    request_until: datetime | None = None
    since: datetime | None = None
    tries: int = 0
    due_at: datetime | None = None
    promises: int = 0
    promised_for: datetime | None = None
    references: tuple[str, ...] = ()
    code: str | None = None
    answered_at: datetime | None = None
    asking: int = 0
    plan: Plan | None = None
    away: Absence | None = None
    origin: object | None = None

    def is_over(self, *, now: datetime) -> bool:
        """No application lives so long: its end was not heard."""
        return self.since is not None and now - self.since > LIFETIME

    def asked(
        self, *, product: str, request: str, asking: int = 0, plan: Plan | None = None, now: datetime
    ) -> "Extract":
        """Asked (again), whatever was answered before: weeks ago, where something else was waited for since."""
        return replace(
            self,
            product=product,
            request=request,
            request_until=None,
            asking=asking,
            plan=plan,
            since=now if self.answered_at else self.since or now,
            state=State.WAITING,
            tries=1,
            due_at=None,
            promises=0,
            promised_for=None,
            references=(),
            code=None,
            answered_at=None,
            away=None,
        )

    def asked_again(self, *, now: datetime) -> "Extract":
        """One process asks now; where it dies, another does later, and less and less often if that goes on."""
        due_at = now + max(LEASE, pause(self.tries))
        return replace(self, since=self.since or now, tries=self.tries + 1, due_at=due_at)

    def compiled(
        self, facts: str, *, digest: str = "", recheck: str = "", now: datetime
    ) -> tuple["Extract", tuple[ExtractCompiled, ...]]:
        """`facts` and `recheck` are locked, and leave with the event only."""
        event = ExtractCompiled(
            application_id=self.application_id,
            facts=facts,
            compiled_at=now,
            asking=self.asking,
            digest=digest,
            recheck=recheck,
        )
        answered = self._answered(State.COMPILED, None, now)
        return replace(answered, request=self.request, request_until=now + ASKED_FOR), (event,)

    def is_kept_to_ask(self, *, now: datetime) -> bool:
        """Whether facts were given, and what was asked is kept still."""
        return self.request_until is not None and now < self.request_until

    def forgotten(self) -> "Extract":
        """What was asked is not kept any more: nobody asks anew."""
        return replace(self, request=None, request_until=None)

    def refused(self, refusal: Refusal, *, now: datetime) -> tuple["Extract", tuple[ExtractRefused, ...]]:
        """The register says no."""
        event = ExtractRefused(
            application_id=self.application_id, code=refusal.value, refused_at=now, asking=self.asking
        )
        return self._answered(State.REFUSED, refusal.value, now), (event,)

    def put_off(
        self, *, now: datetime, until: datetime | None, source: str = POPULATION, reason: str = "away"
    ) -> tuple["Extract", tuple[ExtractDeferred, ...]]:
        """A source does not answer, `until` a moment if it says so: to be asked again soon.

        A promise is told where the waiting begins, and anew where it failed. Who waits for people got none.
        """
        later = replace(self, due_at=now + pause(self.tries - 1), away=self._absence(source, reason, now))
        if self.state in HELD or (self.promised_for and self.promised_for > now):
            return later, ()
        expected_by = self._expected_by(now=now, until=until)
        event = ExtractDeferred(
            application_id=self.application_id,
            code=Refusal.REGISTER_UNAVAILABLE.value,
            awaiting="register",
            expected_by=expected_by,
            asking=self.asking,
        )
        code = Refusal.REGISTER_UNAVAILABLE.value
        later = replace(later, state=State.WAITING, code=code, references=())
        return replace(later, promises=self.promises + 1, promised_for=expected_by), (event,)

    def promised(
        self, promises: Mapping[str, Promised], *, now: datetime
    ) -> tuple["Extract", tuple[ExtractDeferred, ...]]:
        """Sources, by name, will answer later. Asked again is when they have, or the last day has passed in vain.

        It is told once, and anew where something else is waited for, or longer. A source that keeps none of its
        promises is believed less and less: each after one that failed is for twice as long.
        """
        last = max(promises, key=lambda name: promises[name].by)
        code = promises[last].code.value
        references = tuple(sorted(each.reference for each in promises.values()))
        stood = self.promised_for if self.state is State.PROMISED and self.code == code else None
        by = self._believed(promises[last].by, stood=stood, now=now)
        known = by == stood
        later = replace(
            self,
            state=State.PROMISED,
            code=code,
            tries=0,
            due_at=max(by, now + LONGEST_PAUSE),
            promises=self.promises + (not known),
            promised_for=by,
            references=references,
            away=None,
        )
        event = ExtractDeferred(
            application_id=self.application_id, code=code, awaiting=last, expected_by=by, asking=self.asking
        )
        return later, () if known else (event,)

    def kept(self, *, now: datetime) -> "Extract":
        """A source says that it has the answer now: it is asked at once."""
        return replace(self, due_at=now) if self.state is State.PROMISED else self

    def contradicted(self, kind: str, *, now: datetime) -> tuple["Extract", tuple[ExtractContradicted, ...]]:
        """The register contradicts itself. It is told where it begins, and not at each look whether it is mended."""
        event = ExtractContradicted(application_id=self.application_id, kind=kind, found_at=now, asking=self.asking)
        told = self.state is State.CONTRADICTED
        return self._held(State.CONTRADICTED, kind, now), () if told else (event,)

    def stuck(self, reason: str, *, now: datetime, again: timedelta = UNTIL_MENDED) -> "Extract":
        """It cannot be asked for again as things are: the request does not unlock, or the product is gone."""
        return self._held(State.STUCK, reason, now, again)

    def unasked(
        self, reason: str, *, now: datetime, source: str = POPULATION
    ) -> tuple["Extract", tuple[ExtractDeferred, ...]]:
        """The register does not take the question, until an operator has acted. The citizen is told that it is away."""
        told = self.state is State.STUCK
        event = ExtractDeferred(
            application_id=self.application_id,
            code=Refusal.REGISTER_UNAVAILABLE.value,
            awaiting="register",
            expected_by=now + UNTIL_MENDED,
            asking=self.asking,
        )
        held = replace(self._held(State.STUCK, reason, now, LONGEST_PAUSE), away=self._absence(source, reason, now))
        return held, () if told else (event,)

    def ended(self, *, now: datetime) -> "Extract":
        """The application ended: nothing is asked any more."""
        return self._answered(State.ENDED, None, now)

    def _absence(self, source: str, reason: str, now: datetime) -> Absence:
        known = self.away if self.away and self.away.source == source else None
        return Absence(source=source, reason=reason, since=known.since if known else now)

    def _expected_by(self, *, now: datetime, until: datetime | None) -> datetime:
        if not self.promises:
            return max(until, now) if until else now + EXPECTED_WITHIN
        longer = min(EXPECTED_WITHIN * (1 << min(self.promises, 20)), LONGEST_PROMISE)
        return max(until or now, now + longer)

    def _believed(self, by: datetime, *, stood: datetime | None, now: datetime) -> datetime:
        """`stood` is what the same was promised for the last time. What has passed is no moment to wait for."""
        if stood is not None and stood > now:
            return max(by, stood)
        if stood is None and by > now:
            return by
        return self._expected_by(now=now, until=by if by > now else None)

    def _held(self, state: State, code: str, now: datetime, again: timedelta = UNTIL_MENDED) -> "Extract":
        return replace(
            self,
            state=state,
            code=code,
            tries=0,
            due_at=now + again,
            promises=0,
            promised_for=None,
            references=(),
            away=None,
        )

    def _answered(self, state: State, code: str | None, now: datetime) -> "Extract":
        return replace(
            self,
            state=state,
            code=code,
            request=None,
            request_until=None,
            tries=0,
            due_at=None,
            promises=0,
            promised_for=None,
            references=(),
            answered_at=now,
            away=None,
        )


def pause(tries: int) -> timedelta:
    """2 s, 4 s, 8 s … up to ten minutes."""
    return min(FIRST_PAUSE * (1 << min(max(tries, 0), 20)), LONGEST_PAUSE)
