"""The national database of deeds of the civil registry: what it has, it gives with its own seal (README.md).

found        the deed that counts: the last of those that correct each other
migrating    promised: not every deed of before 2019 is in the database yet, and the town that keeps it puts it there
absent       refused, and the citizen is told where else to ask
too large    refused: for the desk
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from time import monotonic
from typing import Any, TypeVar

import structlog

from services.chassis.crash import crash_point
from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.named_deeds import Misnamed, Named, asked_form, named
from services.contracts.product import ANYONE
from services.contracts.schema import Unreadable, load
from services.contracts.sealed import LARGEST_SEALED
from services.registry import seals
from services.registry.contradictions import Contradiction
from services.registry.deeds import refusal
from services.registry.facts import declared
from services.registry.ports import Away, Contradicted, Finding, Found, Promised, Refused, SourceQuestion
from services.registry.ports import Outcome as LookedUp
from services.registry.seals import BROKEN, UNTRUSTED
from services.registry.sources import SourceKind, Surroundings
from services.registry.sources.checking import worst
from services.registry.sources.deeds.answers import Answer, Answered, Outcome, Told, check_shape, contradiction
from services.registry.sources.deeds.fact import DeedFact
from services.registry.sources.https import Address, Budget, Https, NoAnswer, NotTaken
from services.registry.sources.sealing import SealChecker

log = structlog.get_logger()

T = TypeVar("T")

MOST_BYTES = LARGEST_SEALED * 4 // 3 + 64 * 1024
"""Of an answer: the document in base64, and what is said of it."""

MOST_CORRECTIONS = 8
"""A deed that corrects a deed that corrects a deed …: more is no chain, but a ring, or a mistake."""

LONGEST_PROMISE = timedelta(days=30)
"""No application lives longer; what is promised for later is asked again then."""

HELD_BACK_S = 60.0
"""For so long a kept promise is told again by the database before it is acknowledged: an extract may be on its way into
the store just now, and would wait for its last day in vain."""

ANSWERED_EVERY_S = 4.0


@dataclass(frozen=True, kw_only=True)
class Settings(Address):
    """`sources.deeds` in a town's file. `seal_authorities` are those from which the database's seal comes (PEM)."""

    seal_authorities: str


class Deeds:
    """See ports.Source."""

    def __init__(self, by_town: Mapping[str, Settings], surroundings: Surroundings) -> None:
        self._clock = surroundings.clock
        ways: dict[Settings, tuple[Https, SealChecker]] = {}
        for settings in by_town.values():
            if settings not in ways:
                towns = [town for town, each in by_town.items() if each == settings]
                way = Https(
                    settings, source=SOURCE.name, towns=towns, folder=surroundings.folder, most_bytes=MOST_BYTES
                )
                ways[settings] = (way, SealChecker(surroundings.folder / settings.seal_authorities))
        self._by_town = {town: ways[settings] for town, settings in by_town.items()}
        self._ways = tuple(ways.values())
        self._first_told: dict[str, float] = {}
        self._told_by: dict[str, Https] = {}

    def look_up(self, question: SourceQuestion) -> LookedUp:
        """See ports.Source."""
        (fact,) = (each for each in declared(question.facts) if isinstance(each, DeedFact))
        today = day_of(question.now)
        try:
            wanted = named(question.request.fields, today=today)
        except Misnamed:
            return Refused(code=Refusal.DEED_UNNAMED)
        form = asked_form(question.request.fields) or fact.form
        capacity = question.subject.capacity
        if early := _early_refusal(fact.kind, capacity=capacity, form=form, wanted=wanted, today=today):
            return Refused(code=early)
        if question.town not in self._by_town:
            return Away(reason="no-such-source")
        way, seals = self._by_town[question.town]
        look = _Look(question, fact=fact, form=form, wanted=wanted, today=today, way=way, seals=seals)
        try:
            return look.up()
        except NoAnswer as failure:
            refused = isinstance(failure, NotTaken)
            level = log.error if refused else log.warning
            level("deeds_not_answered", application_id=question.application_id, reason=failure.reason)
            return Away(reason=failure.reason, refused=refused)

    def answered(self) -> Iterable[str]:
        """See ports.Source. One question to each database, for all towns."""
        found: dict[str, None] = {}
        for way, _ in self._ways:
            try:
                answer = _loaded(Answered, way.get("/migrations/done", budget=Budget(ANSWERED_EVERY_S)))
            except NoAnswer as failure:
                log.info("deeds_promises_not_heard", reason=failure.reason)
                continue
            for reference in answer.references:
                self._told_by[named_here(reference)] = way
                found[named_here(reference)] = None
        now = monotonic()
        self._first_told = {each: self._first_told.get(each, now) for each in found}
        crash_point("registry.promise-told")
        return tuple(found)

    def acknowledge(self, references: Collection[str]) -> None:
        """See ports.Source: those that were told long enough."""
        crash_point("registry.promise-heard")
        now = monotonic()
        ripe = [each for each in references if now - self._first_told.get(each, now) >= HELD_BACK_S]
        for way, _ in self._ways:
            own = [each.removeprefix(_PREFIX) for each in ripe if self._told_by.get(each) is way]
            if not own:
                continue
            try:
                way.post("/migrations/heard", {"references": own}, budget=Budget(ANSWERED_EVERY_S))
            except NoAnswer as failure:
                log.info("deeds_promises_not_acknowledged", reason=failure.reason)
        crash_point("registry.promise-acknowledged")

    def check(self, *, reach: bool = False) -> Finding | None:
        """See ports.Source."""
        now = self._clock()
        return worst(each for way, seals in self._ways for each in (seals.check(), way.check(now=now, reach=reach)))

    def close(self) -> None:
        """See ports.Source."""
        for way, _ in self._ways:
            way.close()


_SEALS = {BROKEN: Contradiction.DEED_SEAL_BROKEN, UNTRUSTED: Contradiction.DEED_SEAL_UNTRUSTED}

_PREFIX = "deeds:"


def named_here(reference: str) -> str:
    """A reference of the database, told apart from those of other sources."""
    return f"{_PREFIX}{reference}"


def _early_refusal(kind: str, *, capacity: str, form: str, wanted: Named, today: date) -> Refusal | None:
    """What can be refused without asking. Whether there is such a deed is told to nobody who could not have it: so of a
    deed for anyone the citizen's own year decides, before it is looked for."""
    if capacity == ANYONE and not wanted.is_one:
        return Refusal.DEED_UNNAMED
    drawn_up = date(wanted.year, 12, 31) if wanted.year else date.min
    return refusal(kind, capacity=capacity, form=form, drawn_up=drawn_up, today=today)


class _Look:
    """One look-up, within one budget."""

    def __init__(
        self,
        question: SourceQuestion,
        *,
        fact: DeedFact,
        form: str,
        wanted: Named,
        today: date,
        way: Https,
        seals: SealChecker,
    ) -> None:
        self._question = question
        self._fact, self._form, self._wanted, self._today = fact, form, wanted, today
        self._way, self._seals = way, seals
        self._budget = Budget()
        self._is_named_alone = question.subject.capacity == ANYONE

    def up(self) -> LookedUp:
        """Raises NoAnswer."""
        answer = self._ask(self._of())
        seen: dict[str, Told] = {}
        while answer.outcome == Outcome.FOUND and answer.deed is not None and answer.deed.corrected_by is not None:
            if answer.deed.reference in seen or len(seen) == MOST_CORRECTIONS:
                return Contradicted(kind=Contradiction.DEEDS_CORRECTED_WITHOUT_END)
            seen[answer.deed.reference] = answer.deed
            answer = self._ask({"reference": answer.deed.corrected_by})
        match answer.outcome:
            case Outcome.ABSENT | Outcome.MIGRATING if seen:
                return Contradicted(kind=Contradiction.DEED_CORRECTED_BY_NONE)
            case Outcome.ABSENT:
                return Refused(code=Refusal.DEED_ABSENT)
            case Outcome.TOO_LARGE:
                return Refused(code=Refusal.ONLY_AT_THE_COUNTER)
            case Outcome.MIGRATING:
                return self._promised(answer)
        assert answer.deed is not None  # or it would be no answer
        return self._given(answer.deed, first=next(iter(seen.values()), answer.deed))

    def _of(self) -> dict[str, Any]:
        if self._is_named_alone:
            return self._wanted.wanted()
        narrowed = {name: value for name, value in self._wanted.wanted().items() if name in ("place", "year", "number")}
        return {"national_numbers": sorted(self._question.subject.numbers), **narrowed}

    def _ask(self, of: dict[str, Any]) -> Answer:
        asked = {
            "request": self._question.application_id,
            "kind": self._fact.kind,
            "form": self._form,
            "by": {"municipality": self._question.town, "capacity": self._question.subject.capacity},
            "of": of,
        }
        answer = _loaded(Answer, self._way.post("/deeds", asked, budget=self._budget))
        check_shape(answer, request=self._question.application_id)
        return answer

    def _promised(self, answer: Answer) -> LookedUp:
        assert answer.by is not None and answer.reference is not None  # noqa: PT018 - or it would be no answer
        by = min(answer.by, self._question.now + LONGEST_PROMISE)
        return Promised(by=by, reference=named_here(answer.reference), code=Refusal.DEED_MIGRATING)

    def _given(self, told: Told, *, first: Told) -> LookedUp:
        subject = self._question.subject
        numbers = None if self._is_named_alone else subject.numbers
        # A correction may correct what a deed was asked for by: the place, the day, a name. Those are the first one's.
        for deed, wanted in ((first, self._wanted), (told, Named())):
            wrong = contradiction(
                deed,
                kind=self._fact.kind,
                form=self._form,
                wanted=wanted,
                numbers=numbers,
                dossier=subject.dossier if numbers and deed is told else None,
                today=self._today,
            )
            if wrong:
                return Contradicted(kind=wrong)
        if told is not first and told.original not in (first.reference, first.original):
            return Contradicted(kind=Contradiction.DEED_OF_ANOTHER)
        late = refusal(
            self._fact.kind, capacity=subject.capacity, form=self._form, drawn_up=first.day, today=self._today
        )
        if late:
            return Refused(code=late)
        found = told.deed()
        if wrong_seal := self._seals.wrong(found.document.content(), left_s=seals.WITHIN_S):
            return Contradicted(kind=_SEALS[wrong_seal])
        return Found(answers=dict.fromkeys(self._question.facts, found))


def _loaded(cls: type[T], data: dict[str, Any]) -> T:
    try:
        return load(cls, data)
    except Unreadable as wrong:
        raise NoAnswer(f"malformed-{next(iter(sorted(map(str, wrong.problems))), 'answer')}"[:60]) from None


SOURCE = SourceKind(name="deeds", settings=Settings, make=Deeds, one_fact=True)
