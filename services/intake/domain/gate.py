"""A gate: one thing that must be met before an application is cleared."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.contracts.gates import Terms

FACTS = "facts"
"""The kind of the first gate of every plan."""


class GateState(StrEnum):
    """`open`: to be asked when its turn comes. `asked`: an answer is waited for."""

    OPEN = "open"
    ASKED = "asked"
    MET = "met"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What was answered to one asking, by whom, and until when it counts where it was a yes."""

    asking: int
    outcome: str
    by: str
    at: datetime
    counts_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Gate:
    """As it was pinned at filing, and where it stands.

    `terms` says who is asked, and the four periods are theirs (contracts/gates.py). `asking` counts the askings;
    `digests` says of each, in order, what facts it was about. `concerning` is locked for whom is asked. `due_at` is
    what is promised to the citizen, at `expires_at` the waiting ends. `reference` names it to whom is asked.
    """

    kind: str
    terms: str = ""
    state: GateState = GateState.OPEN
    reference: str = ""
    answers_within: int = 0
    reminded_every: int = 0
    open_for: int = 0
    counts_for: int = 0
    concerning: str = ""
    asking: int = 0
    asked_at: datetime | None = None
    due_at: datetime | None = None
    expires_at: datetime | None = None
    digests: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()

    @property
    def name(self) -> str:
        """As a plan names it (gates.Terms.gate)."""
        return f"{self.kind}/{self.terms}" if self.terms else self.kind

    def given(self, asking: int) -> Answer | None:
        """What was answered to an asking."""
        return next((each for each in self.answers if each.asking == asking), None)

    def reopened(self) -> "Gate":
        """What was answered counts no more."""
        return replace(self, state=GateState.OPEN, due_at=None, expires_at=None)

    def closed(self) -> "Gate":
        """Without what was locked for whom it asked."""
        return replace(self, concerning="")


def gate_of(terms: Terms, *, reference: str, concerning: str = "") -> Gate:
    """As a plan pins it."""
    return Gate(
        kind=terms.kind,
        terms=terms.id,
        reference=reference,
        answers_within=terms.answers_within,
        reminded_every=terms.reminded_every,
        open_for=terms.open_for,
        counts_for=terms.counts_for,
        concerning=concerning,
    )


def reference_of(application_id: str, place: int) -> str:
    """By which whom is asked names the gate at that place of an application's."""
    return f"{application_id}-{place}"


def application_of(reference: str) -> str:
    """Whose gate a reference names."""
    return reference.rpartition("-")[0]


def place_of(gates: Iterable[Gate], reference: str, *, whose: str) -> int | None:
    """Where the gate of that reference stands, if they were ever asked about it."""
    for place, gate in enumerate(gates):
        if gate.asking and (gate.reference, gate.terms) == (reference, whose):
            return place
    return None
