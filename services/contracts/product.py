"""What a product is: a plan as data, from the right to ask to what is given."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace

from services.contracts.attests import FEDERAL_ATTEST, Attest
from services.contracts.destinations import destinations
from services.contracts.facts import POPULATION, parts, source_of
from services.contracts.forms import languages
from services.contracts.gates import Terms
from services.contracts.laws import laws
from services.contracts.towns import Town

USUAL_REGISTERS = ("population", "foreigners")

ANYONE = "anyone"

CAPACITIES = ("self", "parent", "spouse", "descendant", "ascendant", ANYONE)
"""As whom one may ask: about oneself; as the parent of a minor; as somebody's spouse or legal cohabitant, descendant or
ascendant; or as anyone at all, about what has become public."""

OF_REGISTER = ("self", "parent")
"""Those in which somebody may ask for what the population register says; in the others, for deeds."""

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


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a field."""

    value: str
    titles: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Field:
    """A question (`questions/<name>.yaml`): one thing the register does not know, a field of the form.

    `kind` is `choice` (of `options`, or of what `options_from` names, one of OPTION_SOURCES) or `text` (one line,
    `max_length`). `label` stands before the answer on paper, where the product prints it (Gives.answers); without one
    its title does.
    """

    name: str
    kind: str
    titles: dict[str, str]
    required: bool = True
    max_length: int = 200
    options: tuple[Option, ...] = ()
    options_from: str = ""
    label: dict[str, str] = field(default_factory=dict)

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
    a section tells of (a household of one is `alone`). `usual_for`: those of which the usual statement is true as well;
    of a case that stands in neither nothing is certified. `%(registers)s` is from which registers. `sections` name what
    is printed and in which order; none: the facts, in theirs. `form` is one of forms.forms(). `answers`: the questions
    whose answer is printed below the facts.
    """

    kind: str
    statements: dict[str, dict[str, str]] = field(default_factory=dict)
    usual_for: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    form: str = ""
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something a citizen can ask for.

    `group`: among what it is looked for (groups.py). `capacities`: who may ask (CAPACITIES). `facts`: the only
    facts it gets (contracts/facts/). `fresh_for_minutes`: how old facts may be at issue. `current_for_days`: for how
    many days after that of its issue the certificate is presented as current. `law` is the id of what it rests on
    (laws.py). `gates`: what has to be met beyond the facts, in this order (gates.py). `desk_minutes`: how long it takes
    at a desk, an assumption that tells how much work was saved. `still_true`: whoever checks one of its certificates is
    told whether the register still says the same, where the town does not say otherwise. `proves`: what it establishes
    for an authority abroad, one of destinations.subjects(). `department_event`: what departments hear of an issue,
    beside that there was one (department_events.py). `attest`: the federal one that says the same, where there is one.
    `digest`: SHA-256 of the file.
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
    department_event: str = ""
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
        """Given on these: where the federal attest is one of them, that is what is given."""
        kind = PASSED_THROUGH if FEDERAL_ATTEST in facts else self.gives.kind
        return replace(self, facts=facts, gives=replace(self.gives, kind=kind))

    @property
    def is_asked_again(self) -> bool:
        """Whether its register can be asked again while a certificate is current: a certificate of ours, from what the
        population register alone says, which nobody else has to confirm. Of a criminal record even "no longer the
        same" would tell what nobody but its subject may know."""
        return can_be_asked_again(self.gives.kind, self.sources, self.gates)

    @property
    def is_drawn_up_elsewhere(self) -> bool:
        """Whether it gives, or accompanies, a document of another authority: in which language, that has decided."""
        return any(map(brings_document, self.facts))

    def is_still_true_in(self, town: Town) -> bool:
        """Whether the town has "Still true?" on for it: what its file lists; where it lists nothing, as the product
        says."""
        on = self.still_true if town.still_true is None else self.id in town.still_true
        return on and self.given_by(town).is_asked_again

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


def can_be_asked_again(kind: str, sources: Collection[str], gates: Collection[Terms]) -> bool:
    """See Product.is_asked_again."""
    return kind in (CERTIFICATE, FORM) and set(sources) == {POPULATION} and not gates


def brings_document(fact: str) -> bool:
    """Whether it holds a document that its own authority sealed."""
    part = parts().get(fact)
    return part is not None and any(each.name == "document" for each in fields(part))
