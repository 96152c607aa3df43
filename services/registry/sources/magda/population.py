"""A Register over MAGDA: what each question of an inquiry can be answered from, and where it cannot, that it cannot."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from threading import BoundedSemaphore
from uuid import uuid4

from services.contracts.address import Address
from services.contracts.days import day_of
from services.contracts.national_number import is_valid
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Dossier, Household, SourceUnavailable, Stay
from services.registry.sources.magda.answers import Answered
from services.registry.sources.magda.asking import Ask
from services.registry.sources.magda.attests import document
from services.registry.sources.magda.dossiers import dossier, listed_by
from services.registry.sources.magda.histories import in_full
from services.registry.sources.magda.households import household, named, reference_person, with_beginnings
from services.registry.sources.magda.questions import Question, Service
from services.registry.sources.magda.transport import BUDGET_S, Budget
from services.registry.sources.magda.xml import Element, text

_FROM_BIRTH = "1900-01-01"

WAIT_S = 2.0
"""For a place among the inquiries of one town. Short: whoever waits holds a worker that others need."""


class MagdaSource:
    """One town's register at the platform. No more than `at_once` inquiries of it run in this process: a platform that
    has become slow must not take all workers from other towns.
    """

    def __init__(self, ask: Ask, *, clock: Callable[[], datetime], at_once: int, budget_s: float = BUDGET_S) -> None:
        self.ask = ask
        self.clock = clock
        self.budget_s = budget_s
        self._places = BoundedSemaphore(at_once)

    def view(self, *, town: str) -> "MagdaView":
        """Raises SourceUnavailable where too many ask already."""
        if not self._places.acquire(timeout=WAIT_S):
            raise SourceUnavailable("magda-busy")
        return MagdaView(self, town, leave=self._places.release)


class MagdaView:
    """One inquiry: what was answered once is not asked again, and all of it has one time budget. See domain.View.

    The platform knows no addresses' residents and no former numbers: `living_at` says that it cannot tell, and who asks
    fails closed. Descent is read from either side's own dossier.
    """

    def __init__(self, source: MagdaSource, town: str, *, leave: Callable[[], None]) -> None:
        self._source = source
        self._town = town
        self._leave: Callable[[], None] | None = leave
        self._budget = Budget(source.budget_s)
        self._today = day_of(source.clock()).isoformat()
        self._dossiers: dict[str, Dossier | None] = {}
        self._people: dict[str, Element] = {}
        self._households: dict[str, Household | None] = {}
        self._asked: list[str] = []
        self._told_of: dict[str, None] = {}

    lacks = frozenset({"last-wishes", "voter"})
    """What of them the answers have (Begraving, LijkbezorgingEnRitueel) nobody has held against the law's words yet."""

    @property
    def test_numbers(self) -> bool:
        return self._source.ask.is_test

    @property
    def references(self) -> tuple[str, ...]:
        return tuple(self._asked)

    @property
    def seen(self) -> tuple[str, ...]:
        return tuple(self._told_of)

    def dossier(self, number: str) -> Dossier | None:
        if number not in self._dossiers:
            self._dossiers[number] = self._read(number) if is_valid(number, test=self.test_numbers) else None
        return self._dossiers[number]

    def dossiers(self, numbers: tuple[str, ...]) -> dict[str, Dossier]:
        found = ((number, self.dossier(number)) for number in numbers)
        return {number: each for number, each in found if each is not None}

    def merged_into(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        """Those met in this inquiry: the platform leads from an old number to the new one, and not back."""
        return tuple(sorted(each.number for each in self._seen() if each.replaced_by in numbers))

    def household(self, household_id: str) -> Household | None:
        """By its reference person, whose number is its id."""
        if household_id not in self._households:
            head = self.dossier(household_id)
            self._households.setdefault(household_id, None)
            composed = self._composed(household_id, head.current_stay) if head is not None else None
            if composed is not None and composed.id != household_id:
                raise Inconsistent(Contradiction.MEMBER_OF_ANOTHER_HOUSEHOLD, about=(household_id,))
        return self._households[household_id]

    def residents_of(self, household_id: str) -> tuple[str, ...]:
        """Whom the household lists, and whoever names it in what was read: the two services may disagree."""
        home = self.household(household_id)
        listed = {each.number for each in home.members} if home is not None else set()
        head = self._people.get(household_id)
        named = set(listed_by(head, on=self._today)) if head is not None else set()
        seen = {each.number for each in self._seen() if each.is_resident and each.household == household_id}
        return tuple(sorted(listed | named | seen))

    def living_at(self, address: Address) -> None:  # noqa: ARG002 - nobody is asked
        """GeefPersoon goes from a person to an address, and nothing goes back."""
        return

    def children_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        own = {child for each in self.dossiers(numbers).values() for child in each.children}
        seen = {each.number for each in self._seen() if {parent.number for parent in each.parents} & set(numbers)}
        return tuple(sorted(own | seen))

    def parents_of(self, numbers: tuple[str, ...]) -> tuple[str, ...]:
        own = {parent.number for each in self.dossiers(numbers).values() for parent in each.parents}
        seen = {each.number for each in self._seen() if set(each.children) & set(numbers)}
        return tuple(sorted(own | seen))

    def in_full(self, dossier: Dossier) -> Dossier:
        question = Service.PERSON_HISTORY, dossier.number
        answered = self._answer(*question, since=_FROM_BIRTH)
        if answered.content is None:
            raise Inconsistent(Contradiction.ANSWER_DOUBTED, about=(dossier.number,))
        return in_full(dossier, answered.content[0])

    def attest(self, dossier: Dossier, *, name: str, language: str) -> bytes | None:
        asked = self._answer(Service.ATTEST, dossier.number, name=name, language=language, by=self._town)
        return document(asked)

    def time_left(self) -> float:
        return self._budget.left()

    def confirm(self) -> None:
        """The platform tells no edition of its data; all of it was asked for within the budget."""
        self._budget.left()

    def close(self) -> None:
        if self._leave is not None:
            self._leave()
            self._leave = None

    def _seen(self) -> list[Dossier]:
        return [each for each in self._dossiers.values() if each is not None]

    def _answer(self, service: Service, number: str, **more: str) -> Answered:
        question = Question(service=service, number=number, reference=str(uuid4()), **more)
        self._asked.append(question.reference)
        try:
            answered = self._source.ask(question, budget=self._budget, now=self._source.clock())
        except (SourceUnavailable, Inconsistent):
            self._told_of[number] = None  # whatever came, it was sent for
            raise
        if answered.content is not None:
            self._told_of |= dict.fromkeys((number, *named(service, answered.content[0])))
        return answered

    def _read(self, number: str) -> Dossier | None:
        answered = self._answer(Service.PERSON, number)
        if answered.content is None:
            return None
        person = answered.content[0]
        about = text(person, "INSZ")
        found = dossier(person, town=self._town, on=self._today, not_all=answered.not_all)
        self._people[about] = person
        found = self._placed(found)
        if about == number:
            return found
        self._dossiers.setdefault(about, found)
        return replace(found, number=number, replaced_by=about)

    def _placed(self, found: Dossier) -> Dossier:
        """Where a resident's own answer does not say whose household it is, the household itself does."""
        if found.household is not None or not found.is_resident:
            return found
        composed = self._composed(found.number, found.current_stay)
        return found if composed is None else replace(found, household=composed.id)

    def _composed(self, number: str, stay: Stay | None) -> Household | None:
        """The household that somebody, who lives there, is asked for. It is kept under its reference person."""
        answered = self._answer(Service.HOUSEHOLD, number)
        if answered.content is None:
            return None
        members = answered.content[0]
        head = reference_person(members, on=self._today) or number
        found = household(members, head, on=self._today, address=stay.address if stay else None)
        if not all(each.since for each in found.members):
            found = self._with_beginnings(found, number)
        self._households[head] = found
        return found

    def _with_beginnings(self, found: Household, number: str) -> Household:
        answered = self._answer(Service.HOUSEHOLD_HISTORY, number, at=self._today)
        return found if answered.content is None else with_beginnings(found, answered.content[0], on=self._today)
