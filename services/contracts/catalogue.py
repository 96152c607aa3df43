"""A product file (`services/catalogue/<id>.yaml`): a plan as data, no code. Strict, and checked as a whole when read.

What products share is beside them, each once, and referred to: `questions/`, `laws/`, `retention/`.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache
from hashlib import sha256
from typing import Annotated

from services.contracts.attests import FEDERAL_ATTEST, Attest, attest_problems
from services.contracts.catalogue_files import (
    LONGEST_EXPLANATION,
    LONGEST_LINE,
    WrongCatalogue,
    loaded,
    own_files,
    text_of,
    unwritable,
)
from services.contracts.destinations import destinations, subjects
from services.contracts.facts import POPULATION, parts, source_of
from services.contracts.forms import forms, languages
from services.contracts.gates import Gates, Terms, untold
from services.contracts.groups import groups
from services.contracts.laws import laws
from services.contracts.naming import LANGUAGES
from services.contracts.periods import Days, Minutes
from services.contracts.towns import Town

USUAL_REGISTERS = ("population", "foreigners")

ANYONE = "anyone"
CAPACITIES = ("self", "parent", "spouse", "descendant", "ascendant", ANYONE)
"""As whom one may ask: about oneself; as the parent of a minor; as somebody's spouse or legal cohabitant, descendant or
ascendant; or as anyone at all, about what has become public."""

OF_ANOTHER = frozenset(CAPACITIES) - {"self", ANYONE}
"""Those in which somebody asks about another person."""

QUESTION_KINDS = ("choice", "text")
"""One of `options`, or one line of at most `max_length` characters."""

OPTION_SOURCES: Mapping[str, Callable[[], tuple[str, ...]]] = {
    "countries": lambda: destinations().codes,
    "form-languages": languages,
}
"""Where a choice has its options from, which has none of its own; what they are called, CLDR says."""

CERTIFICATE, PASSED_THROUGH, FORM = "certificate", "passed-through", "form"
OUTPUTS = (CERTIFICATE, PASSED_THROUGH, FORM)
"""What a product gives: `certificate`, made and sealed for the town; `passed-through`, a document that its own
authority sealed, byte for byte (contracts/sealed.py); `form`, a certificate with a multilingual form behind it
(contracts/forms.py), under one seal."""

USUAL = "usual"
"""The statement that stands on a certificate where no section has one of its own for the case."""

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
class Option:
    """One choice of a field."""

    value: str
    titles: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question (`questions/<name>.yaml`): one thing the register does not know, a field of the form.

    `kind` is `choice` (of `options`, or of what `options_from` names, one of OPTION_SOURCES) or `text` (one line,
    `max_length`).
    """

    name: str
    kind: str
    titles: dict[str, str]
    required: bool = True
    max_length: int = 200
    options: tuple[Option, ...] = ()
    options_from: str = ""

    @property
    def values(self) -> tuple[str, ...]:
        """What may be chosen."""
        if self.options_from:
            return OPTION_SOURCES[self.options_from]()
        return tuple(option.value for option in self.options)


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long, in days, and who says so (`retention/<id>.yaml`). The town's data protection officer confirms these.

    `request_days` count from the day that nothing more comes of an application, `document_days` from that of the issue
    of its certificate, to the end of the last (retention.py). A certificate can be checked and fetched for
    `document_days`, and its citizen reaches it for as long as the application is kept.
    """

    request_days: int
    document_days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Gives:
    """What a product leads to, an OUTPUT. What is passed through states by itself, and has no sections.

    `statements`: what a certificate says, by case and language; the case `usual` is always there, others are those that
    a section tells of (a household of one is `alone`). `%(registers)s` is from which registers. `sections` name what is
    printed and in which order; none: the facts, in theirs. `form` is one of forms.forms().
    """

    kind: str
    statements: dict[str, dict[str, str]] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    form: str = ""


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


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something a citizen can ask for.

    `group`: among what it is looked for (groups.py). `capacities`: who may ask (`self`, `parent`). `facts`: the only
    facts it gets (contracts/facts/). `fresh_for_minutes`: how old facts may be at issue. `current_for_days`: for how
    many days after that of its issue the certificate is presented as current. `law` is the id of what it rests on
    (laws.py). `gates`: what has to be met beyond the facts, in this order (gates.py). `desk_minutes`: how long it takes
    at a desk, an assumption that tells how much work was saved. `still_true`: whoever checks one of its certificates is
    told whether the register still says the same, where the town does not say otherwise. `proves`: what it establishes
    for an authority abroad, one of destinations.subjects(). `attest`: the federal one that says the same, where there
    is one. `digest`: SHA-256 of the file.
    """

    id: str
    titles: dict[str, str]
    explanations: dict[str, str]
    group: str
    capacities: tuple[str, ...]
    facts: tuple[str, ...]
    gives: Gives
    fresh_for_minutes: int
    current_for_days: int
    retention: Retention
    law: str
    fields: tuple[Field, ...] = ()
    gates: tuple[Terms, ...] = ()
    desk_minutes: int = 0
    still_true: bool = False
    proves: str = ""
    digest: str = ""
    attest: Attest | None = None

    @property
    def sources(self) -> frozenset[str]:
        """Which sources know its facts."""
        return frozenset(source_of(parts()[fact]) for fact in self.facts)

    def is_offered_by(self, town: Town) -> bool:
        """Whether the town has its sources, and has not switched it off."""
        return self.id not in town.products_off and self.sources <= {POPULATION, *town.sources}

    @property
    def is_federal(self) -> bool:
        """Whether the federal attest is given of it: FEDERAL_ATTEST is one of its facts."""
        return FEDERAL_ATTEST in self.facts

    def given_by(self, town: Town) -> "Product":
        """As the town has chosen: its own, or the federal attest in its place, whose document comes beside the facts by
        which the right to it is settled."""
        if self.attest is None or self.id not in town.federal_attests.products:
            return self
        return self.of_facts(tuple(dict.fromkeys((*self.facts, *self.attest.tells, FEDERAL_ATTEST))))

    def of_facts(self, facts: tuple[str, ...]) -> "Product":
        """Given on these: where one of them brings a sealed document, that is what is given."""
        kind = PASSED_THROUGH if brings_document(facts) else self.gives.kind
        return replace(self, facts=facts, gives=replace(self.gives, kind=kind))

    @property
    def is_asked_again(self) -> bool:
        """Whether its register can be asked again while a certificate is current: a certificate of ours, from what the
        population register alone says, which nobody else has to confirm. Of a criminal record even "no longer the
        same" would tell what nobody but its subject may know."""
        return self.gives.kind in (CERTIFICATE, FORM) and self.sources == {POPULATION} and not self.gates

    def is_still_true_in(self, town: Town) -> bool:
        """Whether the town has "Still true?" on for it: what its file lists; where it lists nothing, as the product
        says."""
        on = self.still_true if town.still_true is None else self.id in town.still_true
        return on and self.is_asked_again

    def languages(self, town: Town) -> tuple[str, ...]:
        """Those in which the town gives it, its own first. A form, which is for an authority abroad, is filled in in an
        official language of the place (Regulation (EU) 2016/1191, article 10, 1)."""
        return town.official_languages if self.gives.form else town.languages

    def title(self, language: str) -> str:
        """The product's name in a language."""
        return self.titles[language]

    def legal_basis(self, language: str, registers: Collection[str] = USUAL_REGISTERS) -> str:
        """On what a certificate rests that is made from these registers."""
        return laws()[self.law].basis(language, registers)


@cache
def products() -> dict[str, Product]:
    """The catalogue by product id: ours, and a deployment's own. Raises Unreadable naming the file and every problem
    in it."""
    found: dict[str, Product] = {}
    for told, file in own_files(""):
        product = read_product(told, text_of(told, file))
        found[product.id] = product
    return dict(sorted(found.items()))


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
        texts += [(f"options.{option.value}", option.titles) for option in question.options]
        problems = {**dict(_incomplete(texts)), **dict(unwritable(texts)), **dict(_unbounded(question))}
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
        yield "id", "lower-case words with hyphens, the same as the file's name"
    texts = [("titles", plan.titles), ("explanations", plan.explanations)]
    texts += [(f"gives.statements.{case}", by_language) for case, by_language in plan.gives.statements.items()]
    yield from _incomplete(texts)
    yield from unwritable(texts[:1] + texts[2:])
    yield from unwritable(texts[1:2], most=LONGEST_EXPLANATION)
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
    ):
        if unknown := [each for each in named if each not in known]:
            yield path, f"unknown: {', '.join(unknown)}; choose from {', '.join(known)}"
        elif len(set(named)) < len(named):
            yield path, "each once"
    for path, named in (("facts", plan.facts), ("for", plan.capacities)):
        if not named:
            yield path, "at least one"
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
        if plan.gives.statements or plan.gives.sections:
            yield "gives", "no statement and no section: what is passed through is not ours to print"
        if [_has_document(parts().get(fact)) for fact in plan.facts] != [True]:
            yield "facts", "the one whose document is passed through"
    elif USUAL not in plan.gives.statements:
        yield "gives.statements", f"what a certificate says, under `{USUAL}`"
    if (plan.gives.kind == FORM) != bool(plan.gives.form):
        yield "gives.form", f"the form, where the kind is {FORM}, and nowhere else"
    if plan.gives.kind == FORM:
        asked = [questions()[each].options_from for each in plan.asks if each in questions()]
        if [each for each in OPTION_SOURCES if each not in asked]:
            yield "asks", "for which country, and in which of its languages: a form is in that one, too"
        if plan.gives.form in forms() and forms()[plan.gives.form].annex != subjects().get(plan.proves):
            yield "proves", "what the form is for"


def brings_document(facts: Iterable[str]) -> bool:
    """Whether one of these facts holds a document that its own authority sealed."""
    return any(_has_document(parts().get(each)) for each in facts)


def _has_document(part: type | None) -> bool:
    return part is not None and any(each.name == "document" for each in fields(part))


def _unbounded(question: Field) -> Iterator[tuple[str, str]]:
    values = [option.value for option in question.options]
    if not all(map(_NAME.fullmatch, values)) or len(set(values)) < len(values) or len(values) > MOST_OPTIONS:
        yield "options", f"at most {MOST_OPTIONS}, each once; a value is lower-case words with hyphens"
    if not _NAME.fullmatch(question.name):
        yield "name", "lower-case words with hyphens, the same as the file's"
    if not 1 <= question.max_length <= LONGEST_LINE:
        yield "max_length", f"1 to {LONGEST_LINE} characters"


def _incomplete(texts: Collection[tuple[str, Mapping[str, str]]]) -> Iterator[tuple[str, str]]:
    for path, by_language in texts:
        if set(by_language) != set(LANGUAGES) or not all(text.strip() for text in by_language.values()):
            yield path, f"a text in each of {', '.join(LANGUAGES)} and no other"
