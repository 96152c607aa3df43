"""An extract: one application's question to the register, from the first asking to the answer."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.contracts.errors import Refusal
from services.contracts.registry import ExtractCompiled, ExtractDeferred, ExtractRefused

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=10)
EXPECTED_WITHIN = timedelta(hours=4)
"""What is promised where the register does not say when it will be back."""
LEASE = timedelta(seconds=30)
"""How long one process has for asking again before another may."""


class State(StrEnum):
    """Where the question stands."""

    WAITING = "waiting"
    COMPILED = "compiled"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Extract:
    """`request` is sealed, and kept only while the extract waits. No fact is ever kept here.

    `tries` counts the askings in vain of this waiting; `due_at` says when the register is asked again. `origin` is the
    store's own.
    """

    application_id: str
    town: str
    product: str
    state: State = State.WAITING
    request: str | None = None
    tries: int = 0
    due_at: datetime | None = None
    code: str | None = None
    answered_at: datetime | None = None
    origin: object | None = None

    def asked(self, *, product: str, request: str) -> "Extract":
        """Asked (again), whatever was answered before."""
        return replace(
            self,
            product=product,
            request=request,
            state=State.WAITING,
            tries=0,
            due_at=None,
            code=None,
            answered_at=None,
        )

    def compiled(self, facts: str, *, now: datetime) -> tuple["Extract", ExtractCompiled]:
        """`facts` are sealed, and leave with the event only."""
        event = ExtractCompiled(application_id=self.application_id, facts=facts, compiled_at=now)
        return self._answered(State.COMPILED, None, now), event

    def refused(self, refusal: Refusal, *, now: datetime) -> tuple["Extract", ExtractRefused]:
        event = ExtractRefused(application_id=self.application_id, code=refusal.value, refused_at=now)
        return self._answered(State.REFUSED, refusal.value, now), event

    def put_off(self, *, now: datetime, until: datetime | None) -> tuple["Extract", ExtractDeferred]:
        """The register does not answer. The event is emitted where a waiting begins, not at each asking."""
        later = replace(
            self, tries=self.tries + 1, due_at=now + pause(self.tries), code=Refusal.REGISTER_UNAVAILABLE.value
        )
        event = ExtractDeferred(
            application_id=self.application_id,
            code=Refusal.REGISTER_UNAVAILABLE.value,
            awaiting="register",
            expected_by=max(until, now) if until else now + EXPECTED_WITHIN,
        )
        return later, event

    def claimed(self, *, now: datetime) -> "Extract":
        """One process asks now; where it dies, the lease runs out and another does."""
        return replace(self, due_at=now + LEASE)

    def _answered(self, state: State, code: str | None, now: datetime) -> "Extract":
        return replace(self, state=state, code=code, request=None, tries=0, due_at=None, answered_at=now)


def pause(tries: int) -> timedelta:
    """2 s, 4 s, 8 s … up to ten minutes."""
    return min(FIRST_PAUSE * (1 << min(tries, 20)), LONGEST_PAUSE)
