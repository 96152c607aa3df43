"""What stands on a certificate, in words: facts, product and town brought together in one language."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.contracts.codes import grouped
from services.contracts.extracts import Facts
from services.contracts.facts.identity import Identity
from services.contracts.product import Product
from services.contracts.text import printable
from services.contracts.towns import Town
from services.documents.domain import Order, current_through
from services.documents.paper.forms import filled
from services.documents.paper.wording import Wording
from services.documents.sections import case_of, sections

LONGEST_HEAD = 70
"""Characters of a name at the head of later pages."""


_MARK = re.compile(r"\([^()]{1,12}\)$")
"""What ends a title in brackets, `(model 8)`, stays on one line."""


def layout(order: Order, *, product: Product, town: Town, say: Wording) -> dict[str, Any]:
    """The template's values, all of them text; `blocks` are the product's sections, in its order."""
    facts = order.facts
    return {
        "lang": say.language,
        "title": _MARK.sub(lambda mark: mark[0].replace(" ", "\u00a0"), product.title(say.language)),
        "issuer": town.designation(say.language),
        "department": town.department(say.language),
        "office": town.office,
        "office_street": town.say(town.office.street, say.language),
        "office_municipality": town.say(town.office.municipality, say.language),
        "specimen": town.specimen,
        "courtesy": say.language not in town.official_languages,
        "number": order.number.replace(" ", "\u00a0"),
        "mark": mark(order.number),
        "person": _person(facts),
        "issued_in": town.say(town.office.municipality, say.language),
        "issued_on": say.day(order.issued_at),
        "issued_iso": order.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": say.moment(facts.compiled_at),
        "statement": statement(facts, product, say),
        "blocks": tuple(_blocks(facts, product, say)),
        "answers": tuple(answers(facts.fields, product, say.language)),
        "form": filled(order, product=product, town=town, say=say),
        "url": f"{town.address}/v/{order.code}",
        "address": verified_at(town),
        "code": grouped(order.code),
        "seal_text": say("Seal: %(issuer)s (Regulation (EU) No 910/2014). Check a printed copy by its code.")
        % {"issuer": town.designation(say.language)},
        "legal_basis": product.legal_basis(say.language, facts.registers),
        "data_protection": say(
            "This document holds personal data. Use them only for the purpose for which it was requested"
            " (Regulation (EU) 2016/679, article 5)."
            " The verification page shows it as current up to and including %(day)s."
        )
        % {"day": say.day(current_through(order.issued_at, product))},
    }


def statement(facts: Facts, product: Product, say: Wording) -> str:
    """What the product certifies, for the case that one of its sections tells of. Raises Unacceptable (case_of)."""
    return say(product.gives.statements[case_of(product, facts.parts)]) % {"registers": say.registers(facts.registers)}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the citizen answered, in words; `value` is what the form sent."""

    name: str
    label: str
    text: str
    value: str


def answers(given: Mapping[str, str], product: Product, language: str) -> Iterator[Answer]:
    """Those that the product prints, of what was answered."""
    for asked in product.fields:
        if asked.name in product.gives.answers and (value := given.get(asked.name)):
            titles = {option.value: option.titles[language] for option in asked.options}
            label = (asked.label or asked.titles)[language]
            yield Answer(name=asked.name, label=label, text=titles.get(value, printable(value)), value=value)


def verified_at(town: Town) -> str:
    """Where a code is typed, as it is read on paper."""
    return f"{town.address.removeprefix('https://').removeprefix('http://')}/v"


def mark(number: str) -> str:
    """What a file carries in its metadata to say which certificate it is."""
    return f"loket {number.replace(' ', '')}"


def column(width: float) -> str:
    """The class of a column that is so many mm wide."""
    return f"w{round(width * 10)}"


def _blocks(facts: Facts, product: Product, say: Wording) -> Iterator[dict[str, Any]]:
    for name in product.gives.sections:
        section = sections()[name]
        block = section.words(facts.parts[name], say)
        rows = (row for row in block.rows if row.value and row.unless not in product.gives.sections)
        yield {
            "block": replace(block, rows=tuple(rows)),
            "columns": tuple(column(width) if width else "" for width in section.widths),
            "row_header": section.row_header,
        }


def _person(facts: Facts) -> str:
    """Whose certificate it is, at the head of later pages; a very long name is cut."""
    identity = facts.part(Identity)
    if identity is None:
        raise ValueError("every certificate is about somebody")
    name = printable(", ".join(filter(None, (identity.last_name, " ".join(identity.first_names)))))
    if len(name) <= LONGEST_HEAD:
        return name
    end = LONGEST_HEAD
    while end and unicodedata.combining(name[end]):
        end -= 1
    return f"{name[:end].rstrip(' ,')}…"
