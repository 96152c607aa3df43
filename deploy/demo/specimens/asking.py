"""For each product somebody of the demonstration who gets it, and what the registers then say."""

from base64 import b64encode
from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from deploy.demo.criminal_record.service import criminal_record
from deploy.demo.deeds.archive import Archive, Kept
from deploy.demo.deeds.face import face
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.in_memory import GeneratedTown
from services.contracts.abroad import DESTINATION, language_of_form
from services.contracts.criminal_records import Conviction, Record
from services.contracts.deeds import Deed
from services.contracts.errors import Refusal
from services.contracts.extracts import Facts, Request
from services.contracts.named_deeds import FILIATION, FORM
from services.contracts.naming import LANGUAGES
from services.contracts.product import OF_ANOTHER, USUAL, Product
from services.contracts.schema import load
from services.contracts.sealed import SealedDocument
from services.documents.sections import sections
from services.registry.contradictions import Inconsistent
from services.registry.domain import SourceUnavailable
from services.registry.facts import declared
from services.registry.inquiry import inquire
from services.registry.ports import Away, Found, Outcome, Refused, SourceQuestion
from services.registry.sources.criminal_record.fact import RecordFact
from services.registry.sources.deeds.fact import DeedFact

ON = datetime(2026, 6, 1, 10, 0, tzinfo=UTC)
"""When all specimens are asked for and issued."""

SEED = 1
OLD = 1950
"""The year of a deed that nobody with a story has: one that anyone may name."""


class Nobody(LookupError):
    """Nobody of the demonstration gets this product."""


@cache
def people(town: str) -> GeneratedTown:
    """The residents whom every synthetic town has (HARD_CASES.md), and nobody else."""
    return GeneratedTown(town=town, residents=0, seed=SEED)


def facts(product: Product, town: str) -> Facts:
    """Of the first who gets the product in its usual case, or in any. Raises Nobody."""
    first = None
    for given in _given(product, town):
        if _case(product, given) == USUAL:
            return given
        first = first or given
    if first is None:
        raise Nobody(product.id)
    return first


def deed(product: Product, town: str) -> tuple[Kept, str]:
    """The first deed that a product gives, and in which form. Raises Nobody."""
    (fact,) = declared(product.facts)
    if not isinstance(fact, DeedFact):
        raise Nobody(product.id)
    archive = Archive(lambda number, _: _where(number, town), today=ON.date())
    answers = _answers(product)
    form = answers.get(FILIATION) or answers.get(FORM) or fact.form
    own = (archive.by_person(fact.kind, [case.number], {}, asked_by=town) for case in HARD_CASES.values())
    found = next(filter(None, own), None) or archive.old(fact.kind, {"place": town, "year": OLD})
    if found is None:
        raise Nobody(product.id)
    return found, form


def _where(number: str, town: str) -> Any:
    dossier = people(town).dossier(number)
    return (town, dossier) if dossier else None


def _given(product: Product, town: str) -> Iterator[Facts]:
    for request in _requests(product, town):
        try:
            answer = inquire(
                request,
                application_id="specimen",
                town=town,
                product=product,
                view=people(town),
                sources={"criminal-record": _Record(), "deeds": _Deeds(town)},
                now=ON,
            )
        except (Inconsistent, SourceUnavailable):
            continue
        if answer.facts is not None:
            yield answer.facts


def _requests(product: Product, town: str) -> Iterator[Request]:
    """By everybody about themselves; where that is not asked, about each child of theirs."""
    answers = _answers(product)
    for case in HARD_CASES.values():
        if "self" in product.capacities:
            yield Request(applicant=case.number, subject=case.number, capacity="self", fields=answers)
            continue
        for capacity in sorted(OF_ANOTHER & set(product.capacities)):
            for child in people(town).children_of((case.number,)):
                yield Request(applicant=case.number, subject=child, capacity=capacity, fields=answers)


def _answers(product: Product) -> dict[str, str]:
    """The first of each choice; of countries the first that takes a form in one language, which none here speaks."""
    chosen = {each.name: each.options[0].value for each in product.fields if each.options}
    countries = next((each.values for each in product.fields if each.name == DESTINATION), ())
    spoken = ((country, language_of_form({DESTINATION: country})) for country in countries)
    abroad = next((country for country, language in spoken if language and language not in LANGUAGES), None)
    return chosen | ({DESTINATION: abroad} if abroad else {})


def _case(product: Product, facts: Facts) -> str:
    cases = (sections()[name].case(facts.parts[name]) for name in product.gives.sections)
    return next((each for each in cases if each != USUAL), USUAL)


class _Nowhere:
    """A source that is asked without a road, and promises nothing. See ports.Source."""

    def answered(self) -> Iterable[str]:
        return ()

    def acknowledge(self, references: Collection[str]) -> None:
        pass

    def check(self, *, reach: bool = False) -> None:
        pass

    def close(self) -> None:
        pass


class _Record(_Nowhere):
    """The demonstration's criminal record."""

    def look_up(self, question: SourceQuestion) -> Outcome:
        (fact,) = declared(question.facts)
        number = question.subject.dossier.number
        if not isinstance(fact, RecordFact):
            return Away()
        asked = {"request": question.application_id, "national_number": number, "model": fact.model}
        told = criminal_record("POST", "/extracts", asked, None) or {}
        convictions = tuple(load(Conviction, each) for each in told["convictions"])
        record = Record(
            model=fact.model,
            asked_for=question.request.fields[fact.question],
            consulted_on=question.now.date().isoformat(),
            convictions=tuple(sorted(convictions, key=lambda each: each.decided_on, reverse=True)),
        )
        return Found(answers={fact.name: record})


class _Deeds(_Nowhere):
    """The demonstration's deeds, not sealed."""

    def __init__(self, town: str) -> None:
        self._archive = Archive(lambda number, _: _where(number, town), today=ON.date())

    def look_up(self, question: SourceQuestion) -> Outcome:
        (fact,) = (each for each in declared(question.facts) if isinstance(each, DeedFact))
        kept = self._archive.by_person(fact.kind, [question.subject.dossier.number], {}, asked_by=question.town)
        if kept is None:
            return Refused(code=Refusal.DEED_ABSENT)
        pdf = face(kept, fact.form)
        deed = Deed(
            reference=kept.reference,
            original=kept.reference,
            form=fact.form,
            place=kept.place,
            year=kept.year,
            number=kept.number,
            drawn_up_on=kept.drawn_up_on.isoformat(),
            document=SealedDocument(pdf=b64encode(pdf).decode(), sha256=sha256(pdf).hexdigest(), about=""),
        )
        return Found(answers=dict.fromkeys(question.facts, deed))
