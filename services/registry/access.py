"""Who looked at whose data, and why (Act of 8 August 1983 on the National Register, article 17; GDPR, article 15)."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from services.contracts.address import Address
from services.contracts.errors import Refusal
from services.contracts.product import OF_ANOTHER
from services.contracts.registry import LookPlace, LookView
from services.registry.contradictions import Inconsistent, concerning
from services.registry.domain import PARENT, SELF, Dossier, Household, SourceUnavailable, View
from services.registry.facts import PopulationFact, Tells, known_facts
from services.registry.seclusion import lives_with

GIVEN = "given"
REPAIR = "repair"
"""The purpose of an operator who mends the register."""

VERIFICATION = "verification"
"""The purpose of the town, which sees whether a certificate that somebody checks is still true. It is also who looks:
nothing is known of whoever checks."""

PROMISED = "promised"
"""A source will answer later."""
FAILED = "failed"
"""The looking itself broke off, for a reason that says nothing of the register."""
REFUSED = "refused"
"""To whom it is not told what was asked for: why it was refused might tell it."""

PREFILL = "prefill"
"""The purpose of a form that was opened."""

UNSETTLED = "unsettled"
"""Instead of a capacity: it was asked about somebody else, and in none was the applicant found to ask."""

_UNFOUNDED = frozenset(
    {
        FAILED,
        Refusal.NOT_ENTITLED.value,
        Refusal.REGISTER_UNAVAILABLE.value,
        Refusal.REGISTER_CONTRADICTED.value,
    }
)
"""Outcomes beside which a capacity may be a guess, as up to 0.10 it was. They tell nothing of what was asked for."""


@dataclass(frozen=True, kw_only=True)
class Access:
    """One look into the register. The numbers stand readable: a citizen may ask who looked at theirs.

    `capacity` is the one in which somebody was found to ask, UNSETTLED where that was in none; `subject` is the number
    that was asked about, None where it was about nobody in particular or an earlier version looked.
    `about` are the numbers whose dossiers were read, and those of View.seen; `purpose` is `extract`, `prefill`,
    `numbers`, which is for no product, `verification`, or `repair`: then `by` is an operator's account and `reason`
    what they said they look for.
    `outcome` is GIVEN, PROMISED, a Refusal or FAILED. `facts` are those that were asked for, and `sources` by which
    they are told.
    `known_to` are the numbers of those to whom it is told beside the one who looked: of a resident about whom it was
    asked, or else who asked, and of those in `about` who live with them. To anybody else, a parent from whom a child
    fled, it would tell in which town they are. Where an office looked, it is told to whom it was about wherever they
    live. Nobody's, where an earlier version looked.
    """

    id: str
    town: str
    at: datetime
    by: str
    capacity: str
    product: str | None
    purpose: str
    about: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    outcome: str = FAILED
    application_id: str | None = None
    reason: str | None = None
    references: tuple[str, ...] = ()
    subject: str | None = None
    known_to: tuple[str, ...] = ()


class AccessLog(Protocol):
    """Who looked at whose data."""

    def record(self, access: Access) -> None:
        """Once for each id."""

    def page(self, *numbers: str, town: str, limit: int, after: LookPlace | None = None) -> list[Access]:
        """At most so many looks at the data of one person, who may have several numbers, the newest first: those
        behind a place in the list, which the person made or which are known to them."""


def seen_by(access: Access, numbers: Collection[str]) -> LookView:
    """A look as the person of these numbers, at whose data it was, may know it."""
    own = access.by in numbers
    view = LookView(
        at=access.at,
        by="you" if own else _role(access, numbers),
        product=access.product,
        facts=access.facts,
        purpose=access.purpose,
        sources=access.sources,
        outcome=access.outcome,
        application_id=access.application_id if own else None,
    )
    if own or access.product is None or _is_for_the_reader(access, numbers):
        return view
    outcome = access.outcome if access.outcome in _UNFOUNDED | {GIVEN, PROMISED} else REFUSED
    return replace(view, product=None, facts=(), sources=(), outcome=outcome)


_ROLES = {REPAIR: "operator", VERIFICATION: "town"}
"""Who looks where the purpose alone says so."""


def _role(access: Access, numbers: Collection[str]) -> str:
    if role := _ROLES.get(access.purpose):
        return role
    if access.subject not in (None, *numbers):
        return "another"
    if access.capacity == UNSETTLED or (access.capacity in OF_ANOTHER and access.outcome in _UNFOUNDED):
        return "unsettled"
    if access.capacity in OF_ANOTHER:
        return PARENT if access.capacity == PARENT else "relative"
    return "another"


def _is_for_the_reader(access: Access, numbers: Collection[str]) -> bool:
    """Whether what was asked for is told to who did not ask: to the one it is about, and where it tells who lives
    together to these. Of a deed or a criminal record it never is, nor of a form that somebody opened."""
    facts = [known_facts().get(name) for name in access.facts]
    if access.purpose == PREFILL or not facts or not all(isinstance(each, PopulationFact) for each in facts):
        return False
    subject = access.subject or (access.by if access.capacity == SELF else None)
    return subject in numbers or any(
        isinstance(each, PopulationFact) and each.tells is Tells.HOUSEHOLDS for each in facts
    )


class Look:
    """A View that logs who was looked at through it, however the looking ends, and before anything leaves.

    It is a context: what it was opened with is logged at its end, with the `outcome` that was set by then or that the
    exception tells, and the `capacity` in which somebody was found to ask. A look that cannot be logged raises the
    log's error instead of giving an answer. Where it broke off before anybody's dossier was read there was no look.
    """

    def __init__(self, view: View, opened: Access, *, accesses: AccessLog) -> None:
        self.outcome = FAILED
        self.capacity = opened.capacity
        self._view = view
        self._opened = opened
        self._accesses = accesses
        self._read: dict[str, Dossier | None] = {}

    def __enter__(self) -> "Look":
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        exchanged = self._exchanged() if isinstance(error, Inconsistent) else None
        self._view.close()
        self._record(exchanged or error)
        if exchanged:
            raise exchanged from error

    def _exchanged(self) -> SourceUnavailable | None:
        """Why what contradicts itself need not: it was exchanged in between."""
        try:
            self._view.confirm()
        except SourceUnavailable as unconfirmed:
            return unconfirmed
        return None

    def _record(self, error: BaseException | None) -> None:
        about, references = tuple(dict.fromkeys((*self._read, *self._view.seen))), self._view.references
        if about or references or error is None:
            outcome = _outcome_of(error) if error else self.outcome
            self._accesses.record(
                replace(
                    self._opened,
                    about=about,
                    outcome=outcome,
                    references=references,
                    capacity=self.capacity,
                    known_to=tuple(self._known_to()),
                )
            )

    def _known_to(self) -> Iterator[str]:
        """By what was read: that somebody lives with them and cannot be seen to is told to nobody."""
        number: str | None = self._opened.subject or self._opened.by
        numbers: dict[str, Dossier | None] = {}
        while number is not None and number not in numbers:
            dossier = numbers[number] = self._read.get(number)
            number = dossier.replaced_by if dossier else None
        *_, home = numbers.values()
        is_resident = home is not None and home.is_resident
        if is_resident or self._opened.purpose in _ROLES:
            yield from numbers
        if home is not None and is_resident:
            others = (each for each in self._read.values() if each is not None and each.number not in numbers)
            yield from (each.number for each in others if lives_with(each, home))

    @property
    def test_numbers(self) -> bool:
        """See domain.View."""
        return self._view.test_numbers

    @property
    def references(self) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.references

    @property
    def seen(self) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.seen

    @property
    def lacks(self) -> frozenset[str]:
        """See domain.View."""
        return self._view.lacks

    def dossier(self, number: str) -> Dossier | None:
        """See domain.View."""
        with self._reading((number,)):
            found = self._view.dossier(number)
        if found is not None:
            self._read[number] = found
        return found

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        """See domain.View."""
        with self._reading(numbers):
            found = self._view.dossiers(numbers)
        self._read.update(found)
        return found

    def in_full(self, dossier: Dossier) -> Dossier:
        """See domain.View."""
        return self._view.in_full(dossier)

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.merged_into(numbers)

    def household(self, household_id: str) -> Household | None:
        """See domain.View."""
        with concerning(household=household_id):
            return self._view.household(household_id)

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.residents_of(household_id)

    def living_at(self, address: Address) -> tuple[str, ...] | None:
        """See domain.View."""
        return self._view.living_at(address)

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.children_of(numbers)

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """See domain.View."""
        return self._view.parents_of(numbers)

    def attest(self, dossier: Dossier, *, name: str, language: str) -> bytes | None:
        """See domain.View."""
        with self._reading((dossier.number,)):
            return self._view.attest(dossier, name=name, language=language)

    def time_left(self) -> float:
        """See domain.View."""
        return self._view.time_left()

    def confirm(self) -> None:
        """See domain.View."""
        self._view.confirm()

    def close(self) -> None:
        """See domain.View."""
        self._view.close()

    @contextmanager
    def _reading(self, numbers: tuple[str, ...]) -> Iterator[None]:
        """What cannot be read was looked at all the same."""
        try:
            yield
        except Inconsistent as found:
            self._read = dict.fromkeys(numbers) | self._read
            found.about = found.about or numbers
            raise


def _outcome_of(error: BaseException) -> str:
    if isinstance(error, Inconsistent):
        return Refusal.REGISTER_CONTRADICTED.value
    if isinstance(error, SourceUnavailable):
        return Refusal.REGISTER_UNAVAILABLE.value
    return FAILED
