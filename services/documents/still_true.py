"""Whether a certificate is still true, as far as the register was asked while somebody checked it."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from services.contracts.days import day_of
from services.contracts.documents import Rechecked, RecheckRequested
from services.contracts.registry import FactsRechecked, StillTrue

ANSWERED_WITHIN = timedelta(minutes=10)
"""An asking that has no answer by then keeps no other from being made, and nobody is told any more that one comes."""


@dataclass(frozen=True, kw_only=True)
class Truth:
    """What was asked and answered of one certificate, since it was first checked.

    `wanted_at`: somebody checked, and the asking waits for its turn. `asking` is the number of the last, made at
    `asked_at` and waited for since `awaited_since`; `outcome` and `looked_at` are of the answer to the asking
    `answered`, the latest that was answered.
    """

    application_id: str
    town: str
    product: str
    issued_at: datetime
    wanted_at: datetime | None = None
    asking: int = 0
    asked_at: datetime | None = None
    awaited_since: datetime | None = None
    answered: int = 0
    outcome: str | None = None
    looked_at: datetime | None = None
    origin: object = field(default=None, compare=False, repr=False)
    """The store's own."""

    def may_be_wanted(self, *, now: datetime) -> bool:
        """Not where it waits for its turn already, was asked on this Belgian day, or is known to be true no more."""
        return self.wanted_at is None and not self.is_superseded and not self._is_asked_on_the_day_of(now)

    def wanted(self, *, now: datetime) -> "Truth":
        """Somebody checks the certificate."""
        return replace(self, wanted_at=now)

    def unwanted(self) -> "Truth":
        """It is not asked after all."""
        return replace(self, wanted_at=None)

    def asked(self, recheck: str, *, now: datetime) -> tuple["Truth", tuple[RecheckRequested, ...]]:
        """Its turn has come: asked with one event, but never twice on a day."""
        if self._is_asked_on_the_day_of(now):
            return self.unwanted(), ()
        event = RecheckRequested(
            application_id=self.application_id,
            product=self.product,
            recheck=recheck,
            asking=self.asking + 1,
            requested_at=now,
        )
        return replace(self, wanted_at=None, asking=event.asking, asked_at=now, awaited_since=now), (event,)

    def heard(self, event: FactsRechecked) -> "Truth":
        """With the answer, where no later one was heard."""
        if event.asking <= self.answered:
            return self
        return replace(
            self,
            awaited_since=None if event.asking >= self.asking else self.awaited_since,
            answered=event.asking,
            outcome=event.outcome,
            looked_at=event.asked_at,
        )

    @property
    def is_superseded(self) -> bool:
        """Did the register say something else? Then it is asked no more."""
        return self.outcome == StillTrue.SUPERSEDED

    def view(self, *, now: datetime) -> Rechecked:
        """For whoever checks the certificate. An outcome that this version does not know is none."""
        awaited = self.awaited_since is not None and now < self.awaited_since + ANSWERED_WITHIN
        known = self.outcome if self.outcome in set(StillTrue) else None
        return Rechecked(
            state=known or StillTrue.NOT_KNOWN.value,
            asked_at=self.looked_at,
            is_being_asked=not self.is_superseded and (self.wanted_at is not None or awaited),
        )

    def _is_asked_on_the_day_of(self, now: datetime) -> bool:
        return self.asked_at is not None and day_of(self.asked_at) >= day_of(now)
