"""What the registry needs from outside."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar

from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.product import Product
from services.registry.subject import Subject

T = TypeVar("T")


class Locker(Protocol):
    """Locks and unlocks what travels."""

    def lock(self, value: Any, *, bound_to: str) -> str: ...

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises Unacceptable, and TryLater where this process lacks the key."""


@dataclass(frozen=True, kw_only=True)
class SourceQuestion:
    """What a source beyond the population is asked for one application, once the right to ask is settled.

    `request` says who asks, as what, and with which fields; `subject` is about whom, as the population knows them.
    `facts` are those that the product wants of this source.
    """

    application_id: str
    town: str
    product: Product
    request: Request
    subject: Subject
    facts: Collection[str]
    now: datetime


@dataclass(frozen=True, kw_only=True)
class Found:
    """The source's answer, by fact: what each fact's `refusal` and `compile` are given."""

    answers: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Refused:
    """The source says no."""

    code: Refusal


@dataclass(frozen=True, kw_only=True)
class Promised:
    """The source will have the answer by then, and tells under this reference when it has (Source.answered).

    `code` is a Refusal that says to the citizen what is waited for.
    """

    by: datetime
    reference: str
    code: Refusal


@dataclass(frozen=True, kw_only=True)
class Away:
    """The source does not answer now; `until` where it said when it will. `reason` is for operators: a slug, or a few
    words that name nobody. `refused`: it does not take us or the question, and asking again does not help.
    """

    until: datetime | None = None
    reason: str = "away"
    refused: bool = False


@dataclass(frozen=True, kw_only=True)
class Contradicted:
    """The source contradicts itself, or the population; `kind` is a slug that names no person."""

    kind: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What an operator has to do about a source, in one line. Unless it `stops` the source, it is for soon."""

    said: str
    stops: bool = True


Outcome = Found | Refused | Promised | Away | Contradicted


class Source(Protocol):
    """Where facts come from that no population has: deeds, the criminal record."""

    def look_up(self, question: SourceQuestion) -> Outcome:
        """One attempt, within the time that is left for the whole inquiry. It raises nothing of its own, only what the
        subject's view does: asking again is the extract's, and what cannot be understood is Away or Contradicted."""

    def answered(self) -> Iterable[str]:
        """The references of promises that it has kept, of all towns, until they are acknowledged."""

    def acknowledge(self, references: Collection[str]) -> None:
        """These were heard: they need not be told again."""

    def check(self, *, reach: bool = False) -> Finding | None:
        """What an operator has to mend, None where nothing is. `reach` knocks at it as well, which may take seconds:
        nobody is asked about."""

    def close(self) -> None:
        """Nothing more is asked: connections end."""
