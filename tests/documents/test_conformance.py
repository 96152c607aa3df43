"""Each kind of section, and the hard cases, are PDF/A-3a and PDF/UA-1 after sealing. All products: test_paper.py."""

from datetime import date
from pathlib import Path

import pytest
import weasyprint

from services.contracts.catalogue import products
from services.contracts.extracts import Facts
from services.documents.paper.press import CertificatePress
from tests.documents import verapdf
from tests.documents.examples import an_identity, an_order, facts_for, members, printed_products

LANGUAGES = ("nl", "fr", "de", "en")
PRINTED = {id: products()[id] for id in printed_products()}
KINDS = sorted(
    min((len(product.facts), id) for id, product in PRINTED.items() if fact in product.facts)[1]
    for fact in {fact for product in PRINTED.values() for fact in product.facts}
)
"""For each fact the shortest product that prints it."""

ARABIC, ARABIC_FIRST, HEBREW = "محمد الأحمد", "عبد الله", "ישראלי"

HARD: dict[str, Facts] = {
    "twelve-members": facts_for("household-composition", of=members(12)),
    "forty-members": facts_for("household-composition", of=members(40)),
    "200-characters": facts_for(
        "household-composition",
        identity=an_identity(last_name="X" * 200, first_names=("Voornaam " * 22,)),
        of=members(3, last_name="Achternaam" * 20),
    ),
    "right-to-left": facts_for(
        "household-composition",
        identity=an_identity(last_name=ARABIC, first_names=(ARABIC_FIRST,)),
        of=(*members(1, last_name=ARABIC, first_names=(ARABIC_FIRST,)), *members(1, last_name=HEBREW)),
    ),
    "other-scripts": facts_for(
        "household-composition",
        of=(
            *members(1, last_name="Ελληνικά", first_names=("Кириллица",)),
            *members(1, last_name="ქართული", first_names=("Հայերեն",)),
            *members(1, last_name="हिन्दी", first_names=("தமிழ்", "ภาษาไทย")),
        ),
    ),
    "combining": facts_for(
        "residence", identity=an_identity(last_name="S\u0326tefa\u0306n\u0323", first_names=("J\u030co\u0301s\u0301e",))
    ),
    "one-name": facts_for("life", identity=an_identity(first_names=(), last_name="Enkelnaam")),
    "unknown-birth-day": facts_for("life", identity=an_identity(born_on="1985-07-00", birth_country="XX")),
    "unknown-birth-month": facts_for("life", identity=an_identity(born_on="1985-00-00", nationalities=("XS",))),
    "two-nationalities": facts_for(
        "household-composition", of=members(2, nationalities=("BE", "CD"), since=date(2020, 2, 29))
    ),
    "no-birth-place": facts_for("residence", identity=an_identity(birth_place=None, birth_country=None)),
}


@pytest.mark.usefixtures("conformance")
def test_every_kind_of_section_conforms_after_sealing(press: CertificatePress, tmp_path: Path) -> None:
    orders = {product: an_order(facts_for(product), LANGUAGES[i % 4]) for i, product in enumerate(KINDS)}
    orders |= {name: an_order(facts) for name, facts in HARD.items()}

    for name, order in orders.items():
        (tmp_path / name).write_bytes(press.render_and_seal(order).pdf)
    broken = verapdf.broken_rules([tmp_path / name for name in orders])

    assert broken == {f"{name} {profile}": [] for name in orders for profile in verapdf.PROFILES}


@pytest.mark.usefixtures("conformance")
def test_the_check_can_fail(tmp_path: Path) -> None:
    page = weasyprint.HTML(string="<html lang=nl><title>Title</title><p>Text")
    page.write_pdf(tmp_path / "undeclared", pdf_variant="pdf/a-3a")

    broken = verapdf.broken_rules([tmp_path / "undeclared"])

    assert broken["undeclared PDFA-3A"] == []
    assert broken["undeclared PDFUA-1"]
