"""Gates by kind, a module each: what it asks, what it hears, how it times out. A module's `GATE` is a Kind.

A deployment's own stand beside them (LOKET_EXTENSIONS).
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import cache
from types import MappingProxyType
from typing import Any, Protocol

from services.contracts.confirmations import AnswerConfirmation
from services.contracts.events import Event
from services.contracts.gates import Terms
from services.contracts.product import Product
from services.contracts.rooms import extend, modules
from services.contracts.schema import Unreadable
from services.intake.domain.application import Application, Moved
from services.intake.domain.form import Accepted
from services.intake.domain.gate import FACTS, Answer, Gate

__path__ = extend(__path__, "intake/domain/gates")

Lock = Callable[..., str]
"""`lock(value, reader=…, bound_to=…)`: a JWE for whom is asked (ports.LocksForOthers)."""


class Kind(Protocol):
    """One kind of gate. `place` is where in the application's gates it stands."""

    KIND: str

    def pin(self, terms: Terms, *, reference: str, accepted: Accepted, lock: Lock) -> Gate:
        """As it binds an application that is filed now."""

    def ask(self, application: Application, place: int, *, now: datetime) -> Moved:
        """It is the first that is open: ask, for the first time or anew, and show the citizen for what is waited."""

    def stands(self, application: Application, place: int, *, now: datetime) -> bool:
        """It was met: does that still count?"""

    def overdue(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The deadline has passed while it was waited for, and the application is not over."""

    def resume(self, application: Application, place: int, *, now: datetime) -> Moved:
        """The store was restored: whoever was asked may have answered in the time that is lost."""

    def answer(
        self, application: Application, place: int, asked: AnswerConfirmation, *, now: datetime
    ) -> tuple[Moved, Answer]:
        """Whom was asked answers, and who it is was compared. Raises a DomainError where that does not count."""

    def needless(self, application: Application, place: int, *, reason: str, now: datetime) -> tuple[Event, ...]:
        """The application ended while it was waited for: what to tell whom was asked."""


@cache
def kinds() -> Mapping[str, Kind]:
    """All there are, by name. Raises TypeError for two of one name."""
    found: dict[str, Any] = {}
    for module in modules(__name__):
        if found.setdefault(module.GATE.KIND, module.GATE) is not module.GATE:
            raise TypeError(f"two gates are called {module.GATE.KIND}")
    return MappingProxyType(found)


def check_plans(products: Iterable[Product]) -> None:
    """Raises Unreadable for a gate of which there is no module, which an application could never pass."""
    for product in products:
        unknown = [terms.kind for terms in product.gates if terms.kind not in kinds()]
        if unknown or FACTS in (terms.kind for terms in product.gates):
            known = ", ".join(sorted(set(kinds()) - {FACTS}))
            mend = f"unknown: {', '.join(unknown) or FACTS}; choose from {known}, or add intake/domain/gates/<kind>.py"
            raise Unreadable(f"{product.id}.yaml", {"gates": mend})
