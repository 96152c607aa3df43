"""A product file (`services/catalogue/<id>.yaml`): a plan as data, no code. Strict, and checked as a whole when read.

What products share is beside them, each once, and referred to: `questions/`, `laws/`, `retention/`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Annotated

from services.contracts.attests import Attest, attest_problems
from services.contracts.catalogue_files import (
    LONGEST_EXPLANATION,
    LONGEST_LINE,
    LONGEST_TITLE,
    WrongCatalogue,
    incomplete,
    loaded,
    own_files,
    text_of,
    unreadable_brackets,
    unwritable,
)
from services.contracts.department_events import department_events
from services.contracts.destinations import subjects
from services.contracts.facts import POPULATION, name_of, parts, source_of
from services.contracts.facts.identity import Identity
from services.contracts.forms import forms
from services.contracts.gates import Gates, Terms, untold
from services.contracts.groups import groups
from services.contracts.laws import laws
from services.contracts.periods import Days, Minutes
from services.contracts.product import (
    CAPACITIES,
    CERTIFICATE,
    FORM,
    OF_REGISTER,
    OPTION_SOURCES,
    OUTPUTS,
    PASSED_THROUGH,
    QUESTION_KINDS,
    USUAL,
    Field,
    Gives,
    Product,
    Retention,
    brings_document,
)
from services.contracts.schema import Unreadable
from services.contracts.suggesting import unknown
from services.contracts.towns import Town

NOT_ASKED_AGAIN = (
    "leave it out: only of a certificate from the population register, without gates, can be asked whether it is "
    "still true"
)

LONGEST_KEPT = 36525
"""Days of a hundred years: more is a slip of the pen."""

MOST_DESK_MINUTES = 480

MOST_OPTIONS = 300

_NAME = re.compile(r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){0,6}")


@dataclass(frozen=True, kw_only=True)
class _Plan:
    """A product file, as it is written."""

    id: str
    titles: dict[str, str]
    explanations: dict[str, str]
    group: str
    capacities: tuple[str, ...] = field(metadata={"data_key": "for"})
    asks: tuple[str, ...] = ()
    facts: tuple[str, ...]
    gates: Annotated[tuple[Terms, ...], Gates] = ()
    gives: Gives
    proves: str = ""
    law: str
    retention: str
    fresh_for: Annotated[int, Minutes]
    current_for: Annotated[int, Days]
    desk_minutes: int
    attest: Attest | None = None
    still_true: bool = False
    department_event: str = ""


@cache
def products() -> dict[str, Product]:
    """The catalogue by product id: ours, and a deployment's own. Raises Unreadable naming the file and every problem
    in it."""
    found: dict[str, Product] = {}
    for told, file in own_files(""):
        product = read_product(told, text_of(told, file))
        found[product.id] = product
    return dict(sorted(found.items()))


def wrong_products() -> list[Unreadable]:
    """What keeps each product's file from being read, each file once. What products share is read for the first of
    them, so that while one of those is wrong, it alone is told."""
    found: dict[str, Unreadable] = {}
    try:
        for told, file in own_files(""):
            try:
                read_product(told, text_of(told, file))
            except Unreadable as wrong:
                found.setdefault(wrong.what, wrong)
    except Unreadable as wrong:  # two files of one name
        found.setdefault(wrong.what, wrong)
    return list(found.values())


def digests() -> dict[str, str]:
    """Of each product's file, by its id. Raises Unreadable."""
    return {id: product.digest for id, product in products().items()}


def offered(town: Town, catalogue: Mapping[str, Product]) -> dict[str, Product]:
    """What a town offers of a catalogue, as it gives it: all whose sources it has, but what it has switched off."""
    return {id: product.given_by(town) for id, product in catalogue.items() if product.is_offered_by(town)}


def read_product(name: str, text: str) -> Product:
    """One product file. Raises Unreadable."""
    plan = loaded(_Plan, name, text)
    if problems := dict(_problems(plan, name)):
        raise WrongCatalogue(name, problems)
    product = Product(
        id=plan.id,
        titles=plan.titles,
        explanations=plan.explanations,
        group=plan.group,
        capacities=plan.capacities,
        facts=plan.facts,
        gives=_printed(plan),
        fresh_for_minutes=plan.fresh_for,
        current_for_days=plan.current_for,
        retention=retentions()[plan.retention],
        law=plan.law,
        fields=tuple(questions()[asked] for asked in plan.asks),
        gates=plan.gates,
        desk_minutes=plan.desk_minutes,
        attest=plan.attest,
        still_true=plan.still_true,
        proves=plan.proves,
        department_event=plan.department_event,
        digest=sha256(text.encode()).hexdigest(),
    )
    if product.still_true and not product.is_asked_again:
        raise WrongCatalogue(name, {"still_true": NOT_ASKED_AGAIN})
    return product


def _printed(plan: _Plan) -> Gives:
    if plan.gives.sections or plan.gives.kind == PASSED_THROUGH:
        return plan.gives
    return replace(plan.gives, sections=plan.facts)


@cache
def questions() -> dict[str, Field]:
    """The questions that products share, by name. Raises Unreadable."""
    found = {}
    for told, file in own_files("questions"):
        question = loaded(Field, told, text_of(told, file))
        texts = [("titles", question.titles)]
        texts += [("label", question.label)] if question.label else []
        texts += [(f"options.{option.value}", option.titles) for option in question.options]
        problems = {**dict(incomplete(texts)), **dict(unwritable(texts)), **dict(_unbounded(question))}
        problems |= dict(unreadable_brackets(texts))
        if f"{question.name}.yaml" != file.name:
            problems["name"] = "the same as the file's"
        has_options = bool(question.options or question.options_from)
        if question.kind not in QUESTION_KINDS or (question.kind == "choice") != has_options:
            problems["kind"] = "choice (with options) or text (without)"
        if question.options_from and (question.options or question.options_from not in OPTION_SOURCES):
            problems["options_from"] = f"one of {', '.join(OPTION_SOURCES)}, and no options of its own"
        if problems:
            raise WrongCatalogue(told, problems)
        found[question.name] = question
    return found


@cache
def retentions() -> dict[str, Retention]:
    """How long things are kept, by id. Raises Unreadable."""
    found = {}
    for told, file in own_files("retention"):
        kept = loaded(Retention, told, text_of(told, file))
        problems = {
            path: f"1 to {LONGEST_KEPT} days"
            for path, days in (("request_days", kept.request_days), ("document_days", kept.document_days))
            if not 1 <= days <= LONGEST_KEPT
        }
        problems |= dict(unwritable([("source", kept.source)]))
        if problems:
            raise WrongCatalogue(told, problems)
        found[file.stem] = kept
    return found


def _problems(plan: _Plan, name: str) -> Iterator[tuple[str, str]]:
    if f"{plan.id}.yaml" != name or not _NAME.fullmatch(plan.id):
        yield "id", f"lower-case words with hyphens, the same as the file's name: {name.removesuffix('.yaml')}"
    texts = [("titles", plan.titles), ("explanations", plan.explanations)]
    texts += [(f"gives.statements.{case}", by_language) for case, by_language in plan.gives.statements.items()]
    yield from incomplete(texts)
    titles, explanations, statements = texts[:1], texts[1:2], texts[2:]
    yield from unreadable_brackets(titles + explanations)
    yield from unreadable_brackets(statements, by_kind=True)
    yield from unwritable(titles, most=LONGEST_TITLE)
    yield from unwritable(explanations, most=LONGEST_EXPLANATION)
    yield from unwritable(statements)
    for path, named, known in (
        ("asks", plan.asks, questions()),
        ("facts", plan.facts, parts()),
        ("for", plan.capacities, CAPACITIES),
        ("group", (plan.group,), groups()),
        ("law", (plan.law,), laws()),
        ("retention", (plan.retention,), retentions()),
        ("gives.kind", (plan.gives.kind,), OUTPUTS),
        ("gives.form", (plan.gives.form,) if plan.gives.form else (), forms()),
        ("proves", (plan.proves,) if plan.proves else (), subjects()),
        ("department_event", (plan.department_event,) if plan.department_event else (), department_events()),
    ):
        if strange := [each for each in named if each not in known]:
            yield path, unknown(strange, known)
        elif len(set(named)) < len(named):
            yield path, "each once"
    for path, named in (("facts", plan.facts), ("for", plan.capacities)):
        if not named:
            yield path, "at least one"
    of_register = all(each in parts() and source_of(parts()[each]) == POPULATION for each in plan.facts)
    others = [each for each in plan.capacities if each in CAPACITIES and each not in OF_REGISTER]
    if plan.facts and of_register and others:
        yield (
            "for",
            f"{' or '.join(OF_REGISTER)}: {', '.join(others)} may ask for deeds, and not for the register's facts",
        )
    if lacking := untold(plan.gates, plan.asks):
        yield "gates", f"the form asks for no {', '.join(lacking)}"
    yield from _wrongly_given(plan)
    if plan.attest is not None:
        of_population = {name for name, part in parts().items() if source_of(part) == POPULATION}
        yield from attest_problems(
            plan.attest, facts=plan.facts, known=of_population, is_certificate=plan.gives.kind == CERTIFICATE
        )
    if not 0 <= plan.desk_minutes <= MOST_DESK_MINUTES:
        yield "desk_minutes", f"0 to {MOST_DESK_MINUTES}"
    kept = retentions().get(plan.retention)
    if kept and kept.document_days <= plan.current_for:
        yield "current_for", f"less than the {kept.document_days} days for which the certificate is kept"


def _wrongly_given(plan: _Plan) -> Iterator[tuple[str, str]]:
    if plan.gives.kind == PASSED_THROUGH:
        if plan.gives.statements or plan.gives.usual_for or plan.gives.sections or plan.gives.answers:
            yield "gives", "no statement and no section: what is passed through is not ours to print"
        if len(plan.facts) != 1 or not brings_document(plan.facts[0]):
            yield "facts", "the one whose document is passed through"
    else:
        yield from _wrongly_printed(plan)
    if (plan.gives.kind == FORM) != bool(plan.gives.form):
        yield "gives.form", f"the form, where the kind is {FORM}, and nowhere else"
    if plan.gives.kind == FORM:
        asked = [questions()[each].options_from for each in plan.asks if each in questions()]
        if [each for each in OPTION_SOURCES if each not in asked]:
            yield "asks", "for which country, and in which of its languages: a form is in that one, too"
        if plan.gives.form in forms() and forms()[plan.gives.form].annex != subjects().get(plan.proves):
            yield "proves", "what the form is for"


def _wrongly_printed(plan: _Plan) -> Iterator[tuple[str, str]]:
    if USUAL not in plan.gives.statements:
        yield (
            "gives.statements",
            f"`{USUAL}` is missing: write what a certificate says under `{USUAL}: {{nl: …, fr: …, de: …, en: …}}`",
        )
    for case in plan.gives.usual_for:
        if case in plan.gives.statements:
            yield "gives.usual_for", f"{case} has a statement; leave it out in one of the two places"
    printable = [each for each in plan.asks if each in questions() and not questions()[each].options_from]
    if strange := [each for each in plan.gives.answers if each not in printable]:
        yield (
            "gives.answers",
            f"{', '.join(strange)}: only what is asked (`asks`), and no country or language of a form",
        )
    if name_of(Identity) not in plan.facts:
        yield "facts", f"{name_of(Identity)} among them: every certificate says about whom it is"
    if plan.gives.kind == CERTIFICATE and (sealed := [each for each in plan.facts if brings_document(each)]):
        yield "gives.kind", f"{PASSED_THROUGH}, or {FORM}: {', '.join(sealed)} is a document of another authority"
    if plan.gives.sections and sorted(plan.gives.sections) != sorted(plan.facts):
        yield "gives.sections", f"all of the facts, each once, in the order of the paper: {', '.join(plan.facts)}"


def _unbounded(question: Field) -> Iterator[tuple[str, str]]:
    values = [option.value for option in question.options]
    if not all(map(_NAME.fullmatch, values)) or len(set(values)) < len(values) or len(values) > MOST_OPTIONS:
        yield "options", f"at most {MOST_OPTIONS}, each once; a value is lower-case words with hyphens"
    if not _NAME.fullmatch(question.name):
        yield "name", "lower-case words with hyphens, the same as the file's"
    if not 1 <= question.max_length <= LONGEST_LINE:
        yield "max_length", f"1 to {LONGEST_LINE} characters"
