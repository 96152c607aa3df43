"""One question to the register, from the numbers in a request to facts or a refusal."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any

from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.extracts import Facts, Request
from services.contracts.facts import POPULATION
from services.contracts.national_number import is_valid
from services.contracts.product import ANYONE, Product
from services.registry import kinship
from services.registry.access import GIVEN, PROMISED
from services.registry.compilation import check_subject, compiled
from services.registry.consistency import check_standing
from services.registry.contradictions import Inconsistent
from services.registry.domain import PARENT, SELF, SourceRefused, SourceUnavailable, View, may_be_minor
from services.registry.entitlement import Asker, asker, facts_refusal, is_shared, may_ask, standing_refusal
from services.registry.facts import Fact, PopulationFact, Tells, declared, of_population, told
from services.registry.home import look_around
from services.registry.merges import Found as Person
from services.registry.merges import find, merged_into
from services.registry.ports import Away, Contradicted, Found, Promised, Refused, Source, SourceQuestion
from services.registry.subject import Subject

NO_SOURCES: Mapping[str, Source] = MappingProxyType({})


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register says: facts, a refusal, or by source the promises of those that will answer later.

    `capacity` is the one in which the applicant was found to ask; None where in none."""

    facts: Facts | None = None
    refusal: Refusal | None = None
    promises: Mapping[str, Promised] = field(default_factory=dict)
    capacity: str | None = None

    @property
    def outcome(self) -> str:
        """As the access log tells it."""
        return self.refusal.value if self.refusal else PROMISED if self.promises else GIVEN


def inquire(
    request: Request,
    *,
    application_id: str,
    town: str,
    product: Product,
    view: View,
    sources: Mapping[str, Source] = NO_SOURCES,
    now: datetime,
) -> Answer:
    """Settle the right to ask, load the facts, give the first refusal or compile them.

    Asks no more than the decision and the product need. Raises SourceUnavailable and Inconsistent.
    """
    facts = declared(product.facts)
    capacity = None
    try:
        subject = _subject(request, product=product, facts=of_population(facts), town=town, view=view, on=day_of(now))
        capacity = subject.capacity
        question = partial(
            SourceQuestion,
            application_id=application_id,
            town=town,
            product=product,
            request=request,
            subject=subject,
            now=now,
        )
        answers, promises = _load(facts, subject, question=question, sources=sources)
        if promises:
            return Answer(promises=promises, capacity=capacity)
        for fact in facts:
            _refuse(fact.refusal(answers[fact.name]))
    except _Refused as no:
        return Answer(refusal=no.code, capacity=capacity)
    parts = {fact.name: fact.compile(answers[fact.name]) for fact in facts}
    return Answer(
        facts=compiled(parts, subject, application_id=application_id, product=product, request=request, now=now),
        capacity=capacity,
    )


class _Refused(Exception):
    """The answer is a refusal, and nothing more is looked up."""

    def __init__(self, code: Refusal) -> None:
        super().__init__(code)
        self.code = code


def _refuse(code: Refusal | None) -> None:
    if code is not None:
        raise _Refused(code)


def _subject(
    request: Request, *, product: Product, facts: Collection[PopulationFact[Any]], town: str, view: View, on: date
) -> Subject:
    """About whom it is asked, with all that these facts are compiled from. Raises _Refused."""
    if not all(is_valid(number, test=view.test_numbers) for number in (request.applicant, request.subject)):
        raise _Refused(Refusal.UNKNOWN_PERSON if request.applicant == request.subject else Refusal.NOT_ENTITLED)
    applicant = find(request.applicant, view)
    person = applicant if request.subject == request.applicant else _find_other(request.subject, view)
    former = merged_into([applicant.number], view)
    capacity = None
    if person is not None:
        numbers = applicant.all_numbers(former)
        capacity = _capacity(request, applicant, person, numbers=numbers, product=product, view=view, on=on)
    if person is None or capacity is None:
        raise _Refused(Refusal.NOT_ENTITLED)
    person.check()
    dossier = person.dossier
    if dossier is not None:
        check_standing(dossier, today=on)
    _refuse(standing_refusal(dossier, facts=facts, capacity=capacity))
    assert dossier is not None  # or it was refused
    if view.lacks & {fact.name for fact in facts}:
        raise _Refused(Refusal.NOT_TOLD)
    if person.number != applicant.number:
        former = merged_into([person.number], view)
    subject = Subject(dossier=dossier, former=tuple(former.values()), town=town, today=on, view=view, capacity=capacity)
    return _at_home(subject, facts=facts, asker=asker(capacity, applicant, dossier))


def _capacity(
    request: Request,
    applicant: Person,
    person: Person,
    *,
    numbers: Collection[str],
    product: Product,
    view: View,
    on: date,
) -> str | None:
    """In which capacity the applicant may ask about this person; None where in none that the product is for."""
    is_self = person.number == applicant.number
    if is_self and request.subject == request.applicant and request.capacity not in (SELF, ANYONE):
        return None
    meant = kinship.capacity_of(
        asked=request.capacity, is_self=is_self, fields=request.fields, offered=product.capacities
    )
    for capacity in meant:
        settled = may_ask if capacity in (SELF, PARENT) else kinship.may_ask
        if capacity in product.capacities and settled(
            capacity=capacity, applicant=applicant, numbers=numbers, subject=person, view=view, on=on
        ):
            return capacity
    return None


def _at_home(subject: Subject, *, facts: Collection[PopulationFact[Any]], asker: Asker) -> Subject:
    """With where the subject lives and with whom, where these facts tell it. Raises _Refused."""
    dossier, today = subject.dossier, subject.today
    minor = may_be_minor(dossier.born_on, today)
    shared, home = is_shared(facts, minor=minor), None
    if told(facts) is not Tells.NOBODYS:
        home = look_around(dossier, subject.view, shared=shared, minor=minor, at_home=asker is Asker.AT_HOME)
    _refuse(facts_refusal(dossier, subject.former, facts=facts, home=home, asker=asker, minor=minor))
    subject = replace(subject, home=home)
    return replace(subject, stay=check_subject(subject, facts, shared=shared))


def _load(
    facts: Collection[Fact[Any, Any]],
    subject: Subject,
    *,
    question: Callable[..., SourceQuestion],
    sources: Mapping[str, Source],
) -> tuple[dict[str, Any], dict[str, Promised]]:
    """The answers by fact, and what is promised instead of some. Raises _Refused."""
    if any(fact.of_adults for fact in facts) and may_be_minor(subject.dossier.born_on, subject.today):
        _refuse(Refusal.ONLY_AT_THE_COUNTER)
    answers: dict[str, Any] = {fact.name: subject for fact in facts if fact.source == POPULATION}
    promises = {}
    for name in dict.fromkeys(fact.source for fact in facts if fact.source != POPULATION):
        if name not in sources:
            raise SourceUnavailable("no-such-source", source=name)
        wanted = tuple(fact.name for fact in facts if fact.source == name)
        match sources[name].look_up(question(facts=wanted)):
            case Found() as found:
                answers |= {fact: found.answers[fact] for fact in wanted}
            case Refused() as refused:
                raise _Refused(refused.code)
            case Promised() as promised:
                promises[name] = promised
            case Away() as away:
                raised = SourceRefused if away.refused else SourceUnavailable
                raise raised(away.reason, until=away.until, source=name)
            case Contradicted() as contradicted:
                raise Inconsistent(contradicted.kind, about=[subject.dossier.number])
    return answers, promises


def _find_other(number: str, view: View) -> Person | None:
    """None where nobody can say who that is: whether there is such a person is told to nobody who may not ask."""
    try:
        return find(number, view)
    except Inconsistent:
        return None
