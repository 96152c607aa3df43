"""The page beside the catalogue: all products in words, from their files, with a picture of what each gives."""

import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import fill
from typing import Any

import jinja2

from deploy.demo.specimens.papers import NoSpecimen, Papers, picture, said_in
from deploy.local.outside import TOWNS
from gateway.counter.situations import helped
from services.contracts.abroad import Way
from services.contracts.facts import POPULATION, parts
from services.contracts.groups import at_desk, groups, in_groups
from services.contracts.laws import laws
from services.contracts.logos import read_logo
from services.contracts.product import (
    CAPACITIES,
    CERTIFICATE,
    OPTION_SOURCES,
    OUTPUTS,
    PASSED_THROUGH,
    QUESTION_KINDS,
    Product,
)
from services.contracts.register_codes import REGISTERS
from services.contracts.town_files import read_towns

PAGE, PICTURES = "README.md", "pictures"

TOWN, LANGUAGE = "24001", "nl"
"""Whose papers are shown, and in which language."""

_WIDTH = 110
_WHO = {
    "self": "about oneself",
    "parent": "a parent, about a minor child",
    "spouse": "a spouse or legal cohabitant",
    "descendant": "children and grandchildren",
    "ascendant": "parents and grandparents",
    "anyone": "anyone, once it is public",
}
_BRIEFLY = {"self": "oneself", "parent": "a parent"}
_GIVES = {CERTIFICATE: "certificate", PASSED_THROUGH: "document of its authority"}
_GIVES_IN_FULL = {
    CERTIFICATE: "a certificate that the town seals",
    PASSED_THROUGH: "the PDF that its own authority has sealed, byte for byte",
}


@dataclass(frozen=True, kw_only=True)
class Made:
    """The page, and the pictures by file name; `said` are the digests of what the papers say, by the same names."""

    text: str
    said: Mapping[str, str]
    pictures: Mapping[str, bytes]

    def write(self, folder: Path) -> None:
        """Into a folder; pictures of products that are gone are taken away."""
        (folder / PICTURES).mkdir(parents=True, exist_ok=True)
        for name in _pictures_in(folder) - set(self.pictures):
            (folder / PICTURES / name).unlink()
        for name, content in self.pictures.items():
            (folder / PICTURES / name).write_bytes(content)
        (folder / PAGE).write_text(self.text, encoding="utf-8")

    def outdated(self, folder: Path) -> list[str]:
        """The files in a folder that are not what would be written: missing, one too many, or saying something else.

        Of a picture its words count: how they stand follows from the fonts of the machine that drew it.
        """
        page, there = folder / PAGE, _pictures_in(folder)
        wrong = [] if page.is_file() and page.read_text(encoding="utf-8") == self.text else [PAGE]
        wrong += [f"{PICTURES}/{name}" for name in sorted(there ^ set(self.said))]
        for name in sorted(there & set(self.said)):
            if said_in((folder / PICTURES / name).read_bytes()) != self.said[name]:
                wrong.append(f"{PICTURES}/{name}")
        return wrong


def make(catalogue: Mapping[str, Product], *, draw: bool = True) -> Made:
    """All of it, the same for the same catalogue. Without `draw` no picture is made: `outdated` needs none."""
    town = read_towns(TOWNS)[TOWN]
    said, pictures, reasons = {}, {}, {}
    with tempfile.TemporaryDirectory() as folder:
        logo = read_logo(TOWNS, town.logo)
        papers = Papers(town, catalogue=catalogue, logo=logo, folder=Path(folder), language=LANGUAGE)
        for product in catalogue.values():
            try:
                paper = papers.paper(product)
            except NoSpecimen as no:
                reasons[product.id] = str(no)
                continue
            said[f"{product.id}.png"] = paper.said
            if draw:
                pictures[f"{product.id}.png"] = picture(paper)
    return Made(text=_text(catalogue.values(), reasons), said=said, pictures=pictures)


def _pictures_in(folder: Path) -> set[str]:
    return {each.name for each in (folder / PICTURES).glob("*.png")}


def _text(products: Collection[Product], reasons: Mapping[str, str]) -> str:
    environment = jinja2.Environment(  # noqa: S701 - Markdown
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    laid_out = [
        {
            "title": group.titles["en"],
            "others": " · ".join(group.titles[language] for language in ("nl", "fr", "de")),
            "products": [_product(each, reasons.get(each.id)) for each in found],
        }
        for group, found in in_groups(products, "en")
    ]
    known = {
        "groups": _codes(groups()),
        "capacities": _codes(CAPACITIES),
        "facts": _codes(parts()),
        "outputs": _codes(OUTPUTS),
        "laws": _codes(laws()),
        "question_kinds": _codes(QUESTION_KINDS),
        "option_sources": " or ".join(f"`{each}`" for each in OPTION_SOURCES),
        "registers": _codes(REGISTERS),
        "ways": _codes(Way),
    }
    template = environment.get_template("catalogue_page.md.j2")
    return template.render(
        groups=laid_out,
        at_desk=list(at_desk().values()),
        situations=helped({each.id: each for each in products}),
        known=known,
    )


def _product(product: Product, no_picture: str | None) -> dict[str, Any]:
    return {
        "id": product.id,
        "titles": product.titles,
        "explanation": fill(product.explanations["en"], _WIDTH),
        "who_briefly": _who_briefly(product),
        "sources": ", ".join(_source(each) for each in sorted(product.sources)),
        "gives_briefly": _GIVES.get(product.gives.kind, product.gives.kind),
        "rows": list(_rows(product)),
        "picture": no_picture is None,
        "no_picture": no_picture,
    }


def _who_briefly(product: Product) -> str:
    if len(product.capacities) > 2:
        return "oneself, relatives" + (f", {_WHO['anyone']}" if "anyone" in product.capacities else "")
    return ", ".join(_BRIEFLY.get(each, each) for each in product.capacities)


def _rows(product: Product) -> Iterator[tuple[str, str]]:
    yield "who may ask", "; ".join(_WHO.get(each, each) for each in product.capacities)
    asked = [f"{each.titles['en']}{_choice(len(each.options))}" for each in product.fields]
    yield "is asked", "<br>".join(asked) or "nothing: the register knows it all"
    yield "facts", _codes(product.facts)
    lacking = sorted(product.sources - {POPULATION})
    wanted = f"; the town's file names {_codes(f'sources.{each}' for each in lacking)}" if lacking else ""
    yield "from", ", ".join(_source(each) for each in sorted(product.sources)) + wanted
    for gate in product.gates:
        yield "waits for", f"{gate.names['en']}, who answer within {gate.answers_within} days ({gate.kind})"
    kind = product.gives.kind
    yield "gives", f"{_GIVES_IN_FULL.get(kind, kind)}; shown as current for {product.current_for_days} days"
    yield "law", product.legal_basis("en").rstrip(".")
    kept = product.retention
    yield "kept", f"request {kept.request_days} days, document {kept.document_days} days"
    yield "at a desk", f"{product.desk_minutes} minutes (an assumption)"


def _choice(options: int) -> str:
    return f" ({options} choices)" if options else ""


def _source(name: str) -> str:
    return "population register" if name == POPULATION else name.replace("-", " ")


def _codes(names: Any) -> str:
    return ", ".join(f"`{each}`" for each in names)
