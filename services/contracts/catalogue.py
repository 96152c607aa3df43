"""A product file (`services/catalogue/<id>.yaml`): data, not code. Strict, and checked as a whole when it is read."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from typing import Annotated

from services.contracts.facts import FACTS
from services.contracts.gates import Gates, Terms, untold
from services.contracts.laws import laws
from services.contracts.naming import LANGUAGES
from services.contracts.rooms import files
from services.contracts.schema import Strict, Unreadable, load
from services.contracts.towns import Town
from services.contracts.yaml_files import read_yaml

USUAL_REGISTERS = ("population", "foreigners")

CAPACITIES = ("self", "parent")
"""As whom one may ask: about oneself, or as the parent of a minor."""

KINDS = ("choice", "text")
"""Of fields: one of `options`, or one line of at most `max_length` characters."""

LONGEST_KEPT = 36525
"""Days of a hundred years: more is a slip of the pen."""


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a field."""

    value: str
    titles: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One thing the register does not know. `kind` is `choice` (of `options`) or `text` (one line, `max_length`)."""

    name: str
    kind: str
    titles: dict[str, str]
    required: bool = True
    max_length: int = 200
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long, in days, and who says so. The town's data protection officer confirms these before going live.

    `request_days` count from the day that nothing more comes of an application, `document_days` from that of the issue
    of its certificate, to the end of the last (retention.py). A certificate can be checked and fetched for
    `document_days`, and its citizen reaches it for as long as the application is kept.
    """

    request_days: int
    document_days: int
    source: str


@dataclass(frozen=True, kw_only=True)
class Product:
    """Something a citizen can ask for.

    `capacities`: who may ask (`self`, `parent`). `facts`: the only facts it gets (see facts.FACTS).
    `fresh_for_minutes`: how old facts may be at issue. `current_for_days`: for how many days after that of its issue
    the certificate is presented as current. `law` is the id of what it rests on (laws.py). `gates`: what has to be met
    beyond the facts, in this order (gates.py). `digest`: SHA-256 of the file.
    """

    id: str
    titles: dict[str, str]
    explanations: dict[str, str]
    capacities: tuple[str, ...]
    facts: tuple[str, ...]
    template: str
    fresh_for_minutes: int
    current_for_days: int
    retention: Retention
    law: str
    fields: tuple[Field, ...] = field(default=())
    gates: Annotated[tuple[Terms, ...], Gates] = ()
    digest: str = ""

    def title(self, language: str) -> str:
        """The product's name in a language."""
        return self.titles[language]

    def legal_basis(self, language: str, registers: Collection[str] = USUAL_REGISTERS) -> str:
        """On what a certificate rests that is made from these registers."""
        return laws()[self.law].basis(language, registers)


@cache
def products() -> dict[str, Product]:
    """The ready-made catalogue by product id. Raises Unreadable naming the file and every problem in it."""
    found: dict[str, Product] = {}
    for entry in files("catalogue", "*.yaml"):
        product = read_product(entry.name, entry.read_text(encoding="utf-8"))
        found[product.id] = product
    return found


def offered(town: Town, catalogue: Mapping[str, Product]) -> dict[str, Product]:
    """What a town offers of a catalogue: all but what it has switched off."""
    return {id: product for id, product in catalogue.items() if id not in town.products_off}


def read_product(name: str, text: str) -> Product:
    """One product file. Raises Unreadable."""
    product = load(Product, read_yaml(name, text.encode()).data, base=Strict)
    problems = dict(_problems(product, name))
    if problems:
        raise Unreadable(name, problems)
    return replace(product, digest=sha256(text.encode()).hexdigest())


def _problems(product: Product, name: str) -> list[tuple[str, str]]:
    found = []
    if f"{product.id}.yaml" != name or not re.fullmatch(r"[a-z]+(-[a-z]+)*", product.id):
        found.append(("id", "lower-case words with hyphens, the same as the file's name"))
    texts = [("titles", product.titles), ("explanations", product.explanations)]
    for asked in product.fields:
        texts.append((f"fields.{asked.name}.titles", asked.titles))
        texts += [(f"fields.{asked.name}.{option.value}", option.titles) for option in asked.options]
        if asked.kind not in KINDS or (asked.kind == "choice") != bool(asked.options):
            found.append((f"fields.{asked.name}.kind", "choice (with options) or text (without)"))
    for path, by_language in texts:
        if set(by_language) != set(LANGUAGES):
            found.append((path, f"a text in each of {', '.join(LANGUAGES)} and no other"))
    if product.law not in laws():
        found.append(("law", f"unknown; choose from {', '.join(laws())}"))
    if unknown := set(product.facts) - set(FACTS):
        found.append(("facts", f"unknown: {', '.join(sorted(unknown))}; choose from {', '.join(FACTS)}"))
    if not set(product.capacities) <= set(CAPACITIES) or not product.capacities:
        found.append(("capacities", "self, parent or both"))
    if lacking := untold(product.gates, tuple(each.name for each in product.fields)):
        found.append(("gates", f"the form asks for no {', '.join(lacking)}"))
    kept = product.retention
    for path, count, least in (
        ("request_days", kept.request_days, 1),
        ("document_days", kept.document_days, product.current_for_days + 1),
    ):
        if not least <= count <= LONGEST_KEPT:
            found.append((f"retention.{path}", f"{least} to {LONGEST_KEPT} days"))
    return found
