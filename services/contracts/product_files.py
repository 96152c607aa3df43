"""A product file (`services/catalogue/<id>.yaml`): a plan as data, no code. Strict, and checked as a whole when read.

What products share is beside them, each once, and referred to: `questions/`, `laws/`, `retention/`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from services.contracts.attests import Attest, attest_problems
from services.contracts.catalogue_files import (
    LONGEST_EXPLANATION,
    LONGEST_TITLE,
    Problem,
    incomplete,
    loaded,
    own_files,
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
    USUAL,
    Gives,
    brings_document,
    can_be_asked_again,
)
from services.contracts.schema import Unreadable
from services.contracts.shared_files import NAME, questions, retentions
from services.contracts.suggesting import unknown

T = TypeVar("T")

NOT_ASKED_AGAIN = (
    "leave it out: only of a certificate from the population register, without gates, can be asked whether it is "
    "still true"
)

MOST_DESK_MINUTES = 480


@dataclass(frozen=True, kw_only=True)
class Plan:
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


def read_plan(name: str, text: str) -> Plan:
    """One file. Raises Unreadable: of what it says, or of what it shares with others."""
    plan = loaded(Plan, name, text, lambda written: _problems(written, name))
    for shared in (questions, groups, laws, retentions, forms, subjects, department_events):
        shared()
    return plan


def _named(read: Callable[[], Mapping[str, Any]], folder: str) -> Collection[str]:
    """The names of what products share: those of the files while one of them cannot be read, which is told by
    itself."""
    try:
        return read()
    except Unreadable:
        return [file.stem for _, file in own_files(folder)]


def _readable(read: Callable[[], Mapping[str, T]]) -> Mapping[str, T]:
    """What products share; nothing of it while one of its files cannot be read."""
    try:
        return read()
    except Unreadable:
        return {}


def _problems(plan: Plan, name: str) -> Iterator[Problem]:
    if f"{plan.id}.yaml" != name or not NAME.fullmatch(plan.id):
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
        ("asks", plan.asks, _named(questions, "questions")),
        ("facts", plan.facts, parts()),
        ("for", plan.capacities, CAPACITIES),
        ("group", (plan.group,), _named(groups, "groups")),
        ("law", (plan.law,), _named(laws, "laws")),
        ("retention", (plan.retention,), _named(retentions, "retention")),
        ("gives.kind", (plan.gives.kind,), OUTPUTS),
        ("gives.form", (plan.gives.form,) if plan.gives.form else (), _named(forms, "forms")),
        ("proves", (plan.proves,) if plan.proves and _readable(subjects) else (), _readable(subjects)),
        (
            "department_event",
            (plan.department_event,) if plan.department_event else (),
            _named(department_events, "department-events"),
        ),
    ):
        if strange := [each for each in named if each not in known]:
            yield path, unknown(strange, known)
        elif len(set(named)) < len(named):
            yield path, "each once"
    for path, named in (("facts", plan.facts), ("for", plan.capacities)):
        if not named:
            yield path, "at least one"
    # Beside a deed as well: a spouse has it without the home, and who asks as anyone is not whom the deed is about.
    of_register = [each for each in plan.facts if each in parts() and source_of(parts()[each]) == POPULATION]
    others = [each for each in plan.capacities if each in CAPACITIES and each not in OF_REGISTER]
    if of_register and others:
        yield (
            "for",
            f"{' or '.join(OF_REGISTER)}: {', '.join(others)} may ask for deeds, and not for the register's facts, "
            f"as {', '.join(of_register)}",
            "facts",
        )
    if lacking := untold(plan.gates, plan.asks):
        yield "gates", f"the form asks for no {', '.join(lacking)}", "asks"
    yield from _wrongly_given(plan)
    if plan.attest is not None:
        of_population = {name for name, part in parts().items() if source_of(part) == POPULATION}
        for place, mend in attest_problems(
            plan.attest,
            facts=[each for each in plan.facts if each in parts()],
            known=of_population,
            is_certificate=plan.gives.kind == CERTIFICATE or plan.gives.kind not in OUTPUTS,
        ):
            yield place, mend, "facts", "gives.kind"
    if not 0 <= plan.desk_minutes <= MOST_DESK_MINUTES:
        yield "desk_minutes", f"0 to {MOST_DESK_MINUTES}"
    kept = _readable(retentions).get(plan.retention)
    if kept and kept.document_days <= plan.current_for:
        yield "current_for", f"less than the {kept.document_days} days for which the certificate is kept"


def _wrongly_given(plan: Plan) -> Iterator[Problem]:
    if plan.gives.kind not in OUTPUTS:
        return
    sources = {source_of(parts()[each]) for each in plan.facts if each in parts()}
    if plan.still_true and sources and not can_be_asked_again(plan.gives.kind, sources, plan.gates):
        yield "still_true", NOT_ASKED_AGAIN, "facts", "gates"
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
        known, annexes = _readable(questions), _readable(subjects)
        asked = [known[each].options_from for each in plan.asks if each in known]
        if known and [each for each in OPTION_SOURCES if each not in asked]:
            yield "asks", "for which country, and in which of its languages: a form is in that one, too"
        form = _readable(forms).get(plan.gives.form)
        if form and annexes and form.annex != annexes.get(plan.proves):
            yield "proves", "what the form is for"


def _wrongly_printed(plan: Plan) -> Iterator[Problem]:
    if USUAL not in plan.gives.statements:
        yield (
            "gives.statements",
            f"`{USUAL}` is missing: write what a certificate says under `{USUAL}: {{nl: …, fr: …, de: …, en: …}}`",
        )
    for case in plan.gives.usual_for:
        if case in plan.gives.statements:
            yield "gives.usual_for", f"{case} has a statement; leave it out in one of the two places"
    known = _readable(questions)
    printable = [each for each in plan.asks if each not in known or not known[each].options_from]
    if strange := [each for each in plan.gives.answers if each not in printable]:
        yield (
            "gives.answers",
            f"{', '.join(strange)}: only what is asked (`asks`), and no country or language of a form",
            "asks",
        )
    if name_of(Identity) not in plan.facts:
        yield "facts", f"{name_of(Identity)} among them: every certificate says about whom it is"
    if plan.gives.kind == CERTIFICATE and (sealed := [each for each in plan.facts if brings_document(each)]):
        yield "gives.kind", f"{PASSED_THROUGH}, or {FORM}: {', '.join(sealed)} is a document of another authority"
    if plan.gives.sections and sorted(plan.gives.sections) != sorted(plan.facts):
        yield (
            "gives.sections",
            f"all of the facts, each once, in the order of the paper: {', '.join(plan.facts)}",
            "facts",
        )
