"""Of which facts a certificate can be made, and what it then states."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, fields, is_dataclass
from typing import Any

from services.contracts.abroad import language_of_form
from services.contracts.delivery import Unacceptable
from services.contracts.errors import Refusal
from services.contracts.extracts import LONGEST_TEXT, MOST_FIRST_NAMES, Facts
from services.contracts.facts import name_of, unprinted
from services.contracts.facts.identity import Identity
from services.contracts.naming import Names, lacking, shown
from services.contracts.product import PASSED_THROUGH, Product
from services.contracts.sealed import NotWhole, SealedDocument, sealed_document
from services.contracts.text import is_meaningful, printable
from services.documents.domain import Unprintable
from services.documents.paper.vocabulary import vocabulary
from services.documents.sections import case_of, plain, sections

BEFORE = {"residence": None, "household": None}
"""Versions up to 0.9 wrote these two even where they were not: what they stated and what we state is compared."""


def check(
    facts: Facts, *, application_id: str, town: str, product: Product, language: str, official: Sequence[str]
) -> None:
    """Raises Unprintable where the facts have no bounds, or a character that stands for nothing; Unacceptable where
    they are another application's, or are not the product's.

    The latter also where an address has no name in the language of the certificate, or in one of the town's `official`
    ones where it is a courtesy translation; where it is not said in which register the subject is; and where the
    product has no statement for what the facts are a case of, as one that has come to be passed through since they were
    asked for.
    """
    if (facts.application_id, facts.town, facts.product) != (application_id, town, product.id):
        raise Unacceptable("facts-of-another-application")
    if product.gives.kind == PASSED_THROUGH:
        document_of(facts)
        if missing := [name for name in product.facts if facts.parts.get(name) is None]:
            raise Unacceptable("facts-missing", f"{product.id}: {', '.join(missing)}")
        return
    needed_parts = dict.fromkeys((name_of(Identity), *product.facts, *product.gives.sections))
    if missing := [name for name in needed_parts if facts.parts.get(name) is None]:
        raise Unacceptable("facts-missing", f"{product.id}: {', '.join(missing)}")
    if unprinted := [name for name in product.gives.sections if name not in sections()]:
        raise Unacceptable("facts-unprintable", f"no section prints {', '.join(unprinted)}")
    needed = {language} & set(official) or set(official)
    names = (each for name in product.gives.sections for each in sections()[name].official_names(facts.parts[name]))
    if missing := sorted(needed & {each for by_language in names for each in lacking(by_language, official)}):
        raise Unacceptable("facts-without-name", f"an address has none in {missing[0]}")
    if not facts.registers or not set(facts.registers) <= set(vocabulary("registers").codes):
        raise Unacceptable("facts-without-register")
    _check_form(facts, product)
    case_of(product, facts.parts)
    for text in _texts(_written(facts)):
        if len(text) > LONGEST_TEXT:
            raise _too_long(f"a text longer than {LONGEST_TEXT} characters")
        if not is_meaningful(text):
            code = Refusal.CHARACTER_UNPRINTABLE.value
            raise Unprintable(code, "facts-unprintable", "a character that stands for nothing")
    for name in product.gives.sections:
        _check_bounds(facts.parts[name], most=sections()[name].most)


def _check_form(facts: Facts, product: Product) -> None:
    """Where the product gives a form, it is known in which language; and what it accompanies is whole."""
    if product.gives.form and language_of_form(facts.fields) is None:
        raise Unacceptable("form-without-language")
    for part in facts.parts.values():
        if isinstance(document := getattr(part, "document", None), SealedDocument):
            _whole(document)


def document_of(facts: Facts) -> SealedDocument:
    """What is passed through. Raises Unacceptable where there is nothing, or not all of it."""
    document = sealed_document(facts.parts)
    if document is None:
        raise Unacceptable("facts-missing", "document")
    _whole(document)
    return document


def _whole(document: SealedDocument) -> None:
    try:
        document.content()
    except NotWhole as broken:
        raise Unacceptable("document-not-whole", str(broken)) from None


def _written(facts: Facts) -> dict[str, Any]:
    """All that is said in words: a sealed document is not, and has bounds of its own."""
    said = asdict(facts)
    for name, part in facts.parts.items():
        if isinstance(getattr(part, "document", None), SealedDocument):
            del said["parts"][name]["document"]
    return said


def _too_long(detail: str) -> Unprintable:
    return Unprintable(Refusal.TOO_LONG_TO_PRINT.value, "facts-too-large", detail)


def _check_bounds(value: Any, *, most: int) -> None:
    if isinstance(value, tuple):
        texts = sum(isinstance(each, str) for each in value)
        if len(value) > most or texts > MOST_FIRST_NAMES:
            raise _too_long(f"more than {most} entries or {MOST_FIRST_NAMES} first names")
        for each in value:
            _check_bounds(each, most=most)
    elif is_dataclass(value):
        for each in fields(value):
            _check_bounds(getattr(value, each.name), most=most)


def characters(facts: Facts) -> set[str]:
    """All that may come to stand on paper because the facts say it, in every case and composition."""
    shapes = (str, str.upper, str.lower, printable)
    return {each for text in _texts(_written(facts)) for shaped in shapes for each in shaped(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def stated(facts: Facts, *, product: Product, official: Sequence[str]) -> dict[str, Any]:
    """What a certificate states of the world: two certificates with the same supersede nothing.

    When and by which version it was looked up, and for which purpose, are not part of it; of each fact that it prints
    it is what its section says (Section.statement). Names are those in the town's own language, and the usual register
    is not mentioned, because earlier versions knew no others. What is said here may never change (see BEFORE).
    """

    def named(names: Names) -> str:
        return shown(names, official[0], official=official)

    said: dict[str, Any] = {"town": facts.town, "product": facts.product, **BEFORE}
    if facts.registers != ("population",):
        said["registers"] = list(facts.registers)
    for name in product.gives.sections:
        if (statement := sections()[name].statement(facts.parts[name], named)) is not None:
            said[name] = statement
    if product.gives.kind == PASSED_THROUGH:
        for name in product.facts:
            part = facts.parts[name]
            # Of a federal attest the product's own facts say it already: it and the town's certificate state the same.
            if not product.is_federal:
                said[name] = plain(part, without=unprinted(type(part)), named=named)
    return said
