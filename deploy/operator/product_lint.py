"""One product: what is wrong with its file by what facts, sections and sources there are."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.contracts.named_deeds import NUMBER, PLACE, WHOSE, YEAR
from services.contracts.naming import LANGUAGES
from services.contracts.product import ANYONE, FORM, PASSED_THROUGH, USUAL, Product
from services.contracts.register_codes import REGISTERS
from services.contracts.text import is_european
from services.documents.sections import sections
from services.registry.facts import known_facts, of_population, standings
from services.registry.sources import source_kinds

_PLACEHOLDER = re.compile(r"%\([a-z_]{1,40}\)s|%")
KNOWN_PLACEHOLDERS = frozenset({"%(registers)s"})


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong, where, and the mend in words. A `remark` may be meant so."""

    file: str
    place: str
    told: str
    remark: bool = False


def of_product(product: Product) -> Iterator[Fault]:
    """What is wrong with what it looks up, says and asks."""
    file = f"{product.id}.yaml"
    for fact in (*product.facts, *(product.attest.tells if product.attest else ())):
        if fact not in known_facts():
            yield Fault(file=file, place="facts", told=f"no source gives {fact}: registry/facts has no module for it")
    for name in product.gives.sections:
        if name not in sections():
            yield Fault(file=file, place="gives.sections", told=f"nothing prints {name}: documents/sections has none")
        elif name not in product.facts:
            yield Fault(
                file=file, place="gives.sections", told=f"{name} is printed, but is none of the product's facts"
            )
    people = of_population(known_facts()[each] for each in product.facts if each in known_facts())
    if not standings(people):
        told = f"{', '.join(each.name for each in people)} are told of nobody together; make a product of each"
        yield Fault(file=file, place="facts", told=told)
    yield from _of_cases(product)
    yield from _of_questions(product)
    yield from _of_gates(product)
    yield from _of_answers(product)
    yield from _of_letters(product)
    for case, texts in product.gives.statements.items():
        for language, text in texts.items():
            if unknown := set(_PLACEHOLDER.findall(text)) - KNOWN_PLACEHOLDERS:
                told = f"{', '.join(sorted(unknown))} stands for nothing; known: {', '.join(KNOWN_PLACEHOLDERS)}"
                yield Fault(file=file, place=f"gives.statements.{case}.{language}", told=told)
    for language in LANGUAGES:
        if not product.legal_basis(language, REGISTERS[:1]).strip(". "):
            yield Fault(file=file, place="law", told=f"{product.law} has no text in {language}")


def _of_questions(product: Product) -> Iterator[Fault]:
    """What decides what a fact says is asked, and what names a deed for who asks as anyone."""
    asked, file = {each.name for each in product.fields}, f"{product.id}.yaml"
    for name in product.facts:
        question = known_facts()[name].question if name in known_facts() else ""
        if question and question not in asked:
            yield Fault(file=file, place="asks", told=f"the answer to {question} decides what {name} says: ask it")
    lacking = [each for each in (WHOSE, PLACE, YEAR, NUMBER) if each not in asked]
    if ANYONE in product.capacities and lacking:
        told = f"who asks as {ANYONE} names no deed without {', '.join(lacking)}: ask it"
        yield Fault(file=file, place="asks", told=told)


def _of_gates(product: Product) -> Iterator[Fault]:
    """What a fact has to wait for is waited for."""
    passed = {terms.kind for terms in product.gates}
    for name in product.facts:
        for gate in known_facts()[name].gates if name in known_facts() else ():
            if gate not in passed:
                told = f"{name} may not be stated without a {gate}: write `gates: [{{{gate}: …}}]`"
                yield Fault(file=f"{product.id}.yaml", place="gates", told=told)


def _of_letters(product: Product) -> Iterator[Fault]:
    """What stands on paper in our words is in letters that its fonts have; nothing is issued with another."""
    printed = {"titles": product.titles}
    printed |= {f"gives.statements.{case}": texts for case, texts in product.gives.statements.items()}
    for place, texts in printed.items():
        for language, text in texts.items():
            if strange := sorted({each for each in text if not is_european(each)}):
                told = f"paper may have no letter for {' '.join(strange)}; write it otherwise"
                yield Fault(file=f"{product.id}.yaml", place=f"{place}.{language}", told=told)


def _of_answers(product: Product) -> Iterator[Fault]:
    """What is asked is printed, or decides something: a fact, a gate, the form. What names a document of another
    authority is for its source."""
    if product.gives.kind == PASSED_THROUGH:
        return
    used = {known_facts()[fact].question for fact in product.facts if fact in known_facts()}
    used |= {name for terms in product.gates for name in terms.told} | set(product.gives.answers)
    for asked in product.fields:
        is_of_a_form = asked.options_from and product.gives.kind == FORM
        if asked.name not in used and not is_of_a_form:
            print_it = "" if asked.options_from else f"print it (`answers: [{asked.name}]`), or "
            told = f"the answer to {asked.name} goes nowhere: {print_it}do not ask it"
            yield Fault(file=f"{product.id}.yaml", place="gives.answers", told=told)


def _of_cases(product: Product) -> Iterator[Fault]:
    """Each case of a section has a statement of its own, or somebody has said that the usual one is true of it."""
    file, gives = f"{product.id}.yaml", product.gives
    told_by: dict[str, list[str]] = {}
    for name in gives.sections:
        for case in sections()[name].cases if name in sections() else ():
            told_by.setdefault(case, []).append(name)
    for place, cases in (("statements", gives.statements), ("usual_for", gives.usual_for)):
        for case in cases:
            if case not in (USUAL, *told_by) or (case == USUAL and place == "usual_for"):
                told = "no section of the product has such a case"
                yield Fault(file=file, place=f"gives.{place}.{case}", told=told)
    for case, names in told_by.items():
        if case not in gives.statements and case not in gives.usual_for:
            told = (
                f"{' and '.join(names)} can be a case of its own, {case}, that `{USUAL}` may be false of: write a "
                f"statement for it, or `usual_for: [{case}]` where `{USUAL}` is true of it as well"
            )
            yield Fault(file=file, place=f"gives.statements.{case}", told=told)
    own = dict.fromkeys(
        name for case, names in told_by.items() if case in gives.statements for name in names if case != USUAL
    )
    if len(own) > 1:
        told = (
            f"{' and '.join(own)} may each be a case of its own at once, and one statement alone is printed: nothing "
            f"is certified then. Make a product of each, or one statement that is true of all and `usual_for`"
        )
        yield Fault(file=file, place="gives.statements", told=told)


def of_sources(product: Product) -> Iterator[Fault]:
    """What its sources are not asked for together."""
    for kind in source_kinds().values():
        own = [each for each in product.facts if each in known_facts() and known_facts()[each].source == kind.name]
        if kind.one_fact and len(own) > 1:
            told = f"{', '.join(own)}: {kind.name} is asked for one of them; make a product of each"
            yield Fault(file=f"{product.id}.yaml", place="facts", told=told)
