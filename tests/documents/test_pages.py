"""What stands on the pages: text, pages and tags, and nothing from outside."""

import json
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import resources
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from babel.messages.extract import extract_from_dir
from jsonschema import Draft202012Validator, FormatChecker
from pyhanko.pdf_utils.reader import PdfFileReader

from services.contracts.catalogue import products
from services.contracts.certificate_data import schema
from services.contracts.codes import grouped
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import MOST_MEMBERS
from services.contracts.facts.departure import Departure
from services.contracts.facts.last_wishes import LastWishes
from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.facts.nationality import HeldNationality, Nationality
from services.contracts.facts.residence_history import ResidenceHistory
from services.contracts.national_number import compose
from services.contracts.product import Field, Option
from services.contracts.translations import sentences
from services.documents.domain import Unprintable
from services.documents.paper import pinned
from services.documents.paper.layout import layout, statement
from services.documents.paper.press import CertificatePress
from services.documents.paper.rendering import Refused, refuse
from services.documents.paper.vocabulary import vocabulary
from services.documents.paper.wording import wording
from tests.documents.examples import (
    ADDRESS,
    NOW,
    SECRETS,
    a_folder,
    a_town,
    an_identity,
    an_order,
    facts_for,
    members,
    printed_products,
    stays,
    with_part,
)
from tests.documents.reading import data_in, text_of

LANGUAGES = ("nl", "fr", "de", "en")
DOCUMENTS = str(resources.files("services.documents"))


def pages_of(pdf: bytes) -> int:
    count: int = PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"]
    return count


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("product", printed_products())
def test_a_certificate_says_what_the_register_says(press: CertificatePress, product: str, language: str) -> None:
    order = an_order(facts_for(product), language)

    text = text_of(press.render_and_seal(order).pdf)

    assert products()[product].title(language) in text
    assert order.number in text.replace("\u00a0", " ")
    assert grouped(order.code) in text
    assert "85.07.30-033.28" in text
    assert wording(language).day(NOW) in text
    assert "Achternaam" in text
    assert wording(language)("SPECIMEN") in text
    assert (wording(language)("Translation for information") in text) == (language in ("de", "en"))


POOL = Field(
    name="pool",
    kind="choice",
    titles=dict.fromkeys(LANGUAGES, "Which pool?"),
    options=(Option(value="north", titles=dict.fromkeys(LANGUAGES, "The northern pool")),),
)
CLASS = Field(
    name="class", kind="text", titles=dict.fromkeys(LANGUAGES, "Class"), label=dict.fromkeys(LANGUAGES, "In:")
)


def test_what_a_product_asks_and_prints_stands_on_the_paper_and_in_the_data(town_folder: Path) -> None:
    """Any question's, in words; what is asked for somebody else stands on neither."""
    life = products()["life"]
    asking = replace(
        life, fields=(POOL, CLASS, replace(CLASS, name="spare")), gives=replace(life.gives, answers=("pool", "class"))
    )
    press = CertificatePress({"21005": a_town()}, folder=town_folder, secrets=SECRETS, catalogue={"life": asking})
    order = an_order(facts_for("life", fields={"pool": "north", "class": "3 b", "spare": "nothing to print"}))

    pdf = press.render_and_seal(order).pdf

    text, data = text_of(pdf), data_in(pdf)
    assert "Which pool? The northern pool" in text
    assert "In: 3 b" in text
    assert "nothing to print" not in text + json.dumps(data)
    assert data["answers"] == {
        "pool": {"label": "Which pool?", "text": "The northern pool", "value": "north"},
        "class": {"label": "In:", "text": "3 b", "value": "3 b"},
    }
    Draft202012Validator(schema(), format_checker=FormatChecker()).validate(data)


def test_an_answer_without_a_space_stays_on_the_sheet(town_folder: Path) -> None:
    """A word of 300 letters, as long as a citizen may write: what stands beyond the edge is no text of the page."""
    life = products()["life"]
    asking = replace(life, fields=(CLASS,), gives=replace(life.gives, answers=("class",)))
    press = CertificatePress({"21005": a_town()}, folder=town_folder, secrets=SECRETS, catalogue={"life": asking})

    text = text_of(press.render_and_seal(an_order(facts_for("life", fields={"class": "ß" * 300}))).pdf)

    assert text.count("ß") == 300


def test_a_town_in_production_marks_nothing(town_folder: Path) -> None:
    press = CertificatePress({"21005": a_town(specimen=False)}, folder=town_folder, secrets=SECRETS)

    text = text_of(press.render_and_seal(an_order(facts_for("life"))).pdf)

    assert "SPECIMEN" not in text


def test_six_members_fit_on_one_page_and_sixty_repeat_the_header(press: CertificatePress) -> None:
    six = press.render_and_seal(an_order(facts_for("household-composition", of=members(6)))).pdf
    sixty = press.render_and_seal(an_order(facts_for("household-composition", of=members(60)))).pdf

    assert pages_of(six) == 1
    assert pages_of(sixty) == 3
    text = text_of(sixty)
    assert text.count("Naam en voornamen") == 3
    assert all(f"Voornaam {i}" in text for i in range(1, 61))
    assert "Pagina 2 van 3" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_widest_dates_of_members_stay_whole(press: CertificatePress, language: str) -> None:
    wide = date(2020, 8, 28)
    household = members(2, born_on=wide.isoformat(), since=wide)

    text = text_of(press.render_and_seal(an_order(facts_for("household-composition", of=household), language)).pdf)

    assert text.count(wording(language).short_day(wide)) == 4


@pytest.mark.parametrize(
    ("language", "place", "nationality"), [("fr", "inconnu", "Inconnue"), ("nl", "onbekend", "Onbekend")]
)
def test_what_is_unknown_agrees_with_what_it_is_of(
    press: CertificatePress, language: str, place: str, nationality: str
) -> None:
    identity = an_identity(birth_place=None, birth_country="XX", nationalities=("XX",))

    text = text_of(press.render_and_seal(an_order(facts_for("life", identity=identity), language)).pdf)

    assert f"{wording(language)('Place of birth')} {place} {wording(language)('Nationality')} {nationality} " in text


def test_the_structure_is_tagged_for_readers_aloud(press: CertificatePress) -> None:
    pdf = press.render_and_seal(an_order(facts_for("household-composition"))).pdf

    run = subprocess.run(["pdfinfo", "-struct", "-"], input=pdf, capture_output=True, check=True)
    tags = run.stdout.decode()

    for tag in ("H1", "H2", "Table", "TH", "TD", "Figure", "Link", "Form"):
        assert re.search(rf"^\s*{tag}\b", tags, re.MULTILINE), tag


@pytest.mark.parametrize(
    ("date", "shown"),
    [("1985-07-30", "30 juli 1985"), ("1985-07-00", "juli 1985 (dag onbekend)"), ("1985-00-00", "1985 (dag en maand")],
)
def test_a_birth_date_says_what_is_known(press: CertificatePress, date: str, shown: str) -> None:
    order = an_order(facts_for("life", identity=an_identity(born_on=date)))

    assert shown in text_of(press.render_and_seal(order).pdf)


def test_the_first_of_a_month_is_an_ordinal_in_french() -> None:
    assert wording("fr").day(date(2026, 7, 1)) == "1er juillet 2026"
    assert wording("fr").day(date(2026, 7, 11)) == "11 juillet 2026"


def test_a_certificate_says_where_it_was_issued(press: CertificatePress) -> None:
    text = text_of(press.render_and_seal(an_order(facts_for("life"))).pdf)

    assert "Afgegeven te" in text
    assert "Voorbeeld 24 november 2026" in text


def test_a_moment_late_in_the_evening_is_told_in_belgian_time() -> None:
    assert wording("nl").moment(datetime(2026, 6, 30, 22, 30, tzinfo=UTC)) == "1 juli 2026, 00:30"


INJECTIONS = [
    "<link rel=attachment href=file:///etc/passwd>",
    "</td></tr></table><img src='file:///etc/passwd'/>",
    "\"/><meta name='x'/>",
    "&passwd; <!ENTITY passwd SYSTEM 'file:///etc/passwd'>",
    "{{ 7 * 7 }} {% include 'x' %} %(day)s",
    "]]><script/>",
]


@pytest.mark.parametrize("attempt", INJECTIONS)
def test_text_from_the_register_is_text(press: CertificatePress, attempt: str) -> None:
    identity = an_identity(last_name=attempt, first_names=(attempt,), birth_place={"und": attempt})
    facts = facts_for(
        "household-composition", identity=identity, of=members(1, last_name=attempt), fields={"purpose": attempt}
    )

    pdf = press.render_and_seal(an_order(facts)).pdf

    text = text_of(pdf).replace(" ", "")
    assert text.count(attempt.replace(" ", "")) >= 3
    assert "root:x:0" not in text
    assert "root:x:0" not in json.dumps(data_in(pdf))
    assert len(PdfFileReader(BytesIO(pdf)).root["/Names"]["/EmbeddedFiles"]["/Names"]) == 2


def test_nothing_is_ever_fetched() -> None:
    page = pinned.Page(
        '<html lang="nl"><head><title>t</title></head><body><img src="file:///etc/passwd"/></body></html>',
        url_fetcher=refuse,
        defaults=pinned.weasyprint.CSS(string="img { display: inline }"),
    )

    with pytest.raises(Refused):
        page.write_pdf()


@pytest.mark.parametrize(
    ("name", "rows"),
    [("\U0001fae8", "U+1FAxx"), ("\U0001fae8 \U0001faf0", "U+1FAxx"), ("\u3400\U0001fae8", "U+34xx, U+1FAxx")],
)
def test_a_character_that_no_font_draws_is_not_left_out(press: CertificatePress, name: str, rows: str) -> None:
    order = an_order(facts_for("life", identity=an_identity(last_name=name)))

    with pytest.raises(Unprintable) as found:
        press.render_and_seal(order)

    assert (found.value.code, found.value.reason) == ("character-unprintable", "no-font")
    assert found.value.detail == f"no installed font draws {rows}"
    assert not [each for each in name if each != " " and f"{ord(each):X}" in str(found.value)]


def test_what_the_page_says_by_itself_is_no_fault_of_the_register(tmp_path: Path) -> None:
    life = products()["life"]
    ours = replace(life, titles={language: f"{title} \U0001fae8" for language, title in life.titles.items()})
    press = CertificatePress(
        {"21005": a_town()}, folder=a_folder(tmp_path), secrets=SECRETS, catalogue={**products(), "life": ours}
    )

    with pytest.raises(Unacceptable, match=r"draws U\+1FAxx of the page's own words") as found:
        press.render_and_seal(an_order(facts_for("life")))

    assert not isinstance(found.value, Unprintable)


def test_every_text_is_translated() -> None:
    said = {
        message
        for _, _, message, _, _ in extract_from_dir(
            f"{DOCUMENTS}/paper/templates", [("**.j2", "jinja2")], keywords={"_": None}
        )
    }
    said |= {
        message
        for _, _, message, _, _ in extract_from_dir(
            DOCUMENTS, [("**.py", "python")], keywords={"say": None, "self": None}
        )
    }

    for language in LANGUAGES:
        translated = {said for said, text in sentences("services.documents", language).items() if text}
        assert {str(each) for each in said} == translated, language


@pytest.mark.parametrize("product", ["residence", "household-composition"])
@pytest.mark.parametrize(
    ("language", "address", "office", "born_in"),
    [
        ("nl", "Voorbeeldstraat 12 bus 3, 1040 Voorbeeld", "Dorpsplein 1, 1040 Voorbeeld", "Brussel, België"),
        ("fr", "Rue de l’Exemple 12 boîte 3, 1040 Exemple", "Place du Village 1, 1040 Exemple", "Bruxelles, Belgique"),
        (
            "de",
            "Voorbeeldstraat / Rue de l’Exemple 12 Bfk. 3, 1040 Voorbeeld / Exemple",
            "Dorpsplein 1 / Place du Village 1, 1040 Voorbeeld / Exemple",
            "Brüssel, Belgien",
        ),
        (
            "en",
            "Voorbeeldstraat / Rue de l’Exemple 12 box 3, 1040 Voorbeeld / Exemple",
            "Dorpsplein 1 / Place du Village 1, 1040 Voorbeeld / Exemple",
            "Brussel / Bruxelles, Belgium",
        ),
    ],
)
def test_streets_and_places_are_named_in_the_certificates_language(
    press: CertificatePress, product: str, language: str, address: str, office: str, born_in: str
) -> None:
    text = text_of(press.render_and_seal(an_order(facts_for(product), language)).pdf).replace("\u00a0", " ")

    for words in (address, office, born_in):
        assert words in text, words
    if language == "fr":
        assert "straat" not in text
    if language == "nl":
        assert "Rue" not in text


@pytest.mark.parametrize(
    ("language", "registers", "words"),
    [
        ("nl", ("population",), "Volgens de bevolkingsregisters vormen"),
        ("nl", ("foreigners",), "Volgens het vreemdelingenregister vormen"),
        ("nl", ("population", "waiting"), "Volgens de bevolkingsregisters en het wachtregister vormen"),
        ("fr", ("waiting",), "Selon le registre d’attente, les personnes"),
        ("fr", ("foreigners", "waiting"), "Selon le registre des étrangers et le registre d’attente, les personnes"),
        ("de", ("population", "foreigners"), "Laut den Bevölkerungsregistern bilden"),
        ("de", ("foreigners", "waiting"), "Laut dem Fremdenregister und dem Warteregister bilden"),
        ("en", ("waiting", "waiting-eu"), "According to the waiting register, the persons"),
    ],
)
def test_a_certificate_names_the_registers_that_it_is_made_from(
    press: CertificatePress, language: str, registers: tuple[str, ...], words: str
) -> None:
    facts = facts_for("household-composition", registers=registers)

    assert words in text_of(press.render_and_seal(an_order(facts, language)).pdf)


@pytest.mark.parametrize(
    ("language", "label", "value", "beside_a_member"),
    [
        ("nl", "Identiteit", "zoals verklaard door de betrokkene", "identiteit zoals verklaard"),
        ("fr", "Identité", "selon la déclaration de la personne concernée", "identité déclarée"),
        ("de", "Identität", "laut Erklärung der betreffenden Person", "Identität laut Erklärung"),
        ("en", "Identity", "as declared by the person concerned", "identity as declared"),
    ],
)
def test_an_identity_that_was_only_declared_is_said_to_be(
    press: CertificatePress, language: str, label: str, value: str, beside_a_member: str
) -> None:
    declared = an_identity(declared=True)
    listed = (*members(2), *members(1, declared=True))
    subject = facts_for("residence", identity=declared, registers=("waiting",))
    member = facts_for("household-composition", of=listed, registers=("population", "waiting"))

    of_subject = text_of(press.render_and_seal(an_order(subject, language)).pdf)
    of_member = text_of(press.render_and_seal(an_order(member, language)).pdf)

    assert f"{label} {value}" in of_subject
    assert value not in of_member
    assert of_member.count(beside_a_member) == 1


@pytest.mark.parametrize(
    ("language", "word"), [("nl", "BIS-nummer"), ("fr", "Numéro bis"), ("de", "BIS-Nummer"), ("en", "BIS number")]
)
def test_a_bis_number_is_not_called_one_of_the_national_register(language: str, word: str) -> None:
    number = compose(1994, 3, 3, 923, bis=40)
    order = an_order(facts_for("life", identity=an_identity(national_number=number)), language)

    values = layout(order, product=products()["life"], town=a_town(), say=wording(language))
    labels = [row.label for each in values["blocks"] for row in each["block"].rows]

    assert word in labels
    assert wording(language)("National number") not in labels


@pytest.mark.parametrize(
    ("number", "box", "language", "shown"),
    [
        ("12", "bus 3", "nl", "12 bus 3, 1040"),
        ("12", "bus 3", "fr", "12 boîte 3, 1040"),
        ("12", "Bte. 0101", "fr", "12 boîte 0101, 1040"),
        ("12", " 3 ", "nl", "12 bus 3, 1040"),
        ("12 ", "0000", "nl", "12, 1040"),
        ("12", "geen", "nl", "12, 1040"),
        (" 12  A", None, "nl", "12 A, 1040"),
    ],
)
def test_a_box_is_called_one_once(number: str, box: str | None, language: str, shown: str) -> None:
    address = replace(ADDRESS, house_number=number, box=box, postcode=" 1040 ")
    say = wording(language, official=("nl", "fr"))

    assert f" {shown} {ADDRESS.municipality[language]}" in say.address(address)


def test_the_pins_are_what_is_installed() -> None:
    pinned.check_pins()


@pytest.mark.parametrize(
    ("refnis", "language", "issuer", "registered"),
    [
        ("24001", "nl", "Stad Aarschot", "ingeschreven in deze stad"),
        ("24001", "en", "City of Aarschot", "registered in this city"),
        ("21005", "fr", "Commune d’Etterbeek", "inscrite dans cette commune"),
        ("21005", "de", "Gemeinde Etterbeek", "in dieser Gemeinde eingetragen"),
    ],
)
def test_a_certificate_is_issued_by_the_town_by_its_title(
    town_folder: Path, refnis: str, language: str, issuer: str, registered: str
) -> None:
    name = issuer.rpartition(" ")[2].removeprefix("d’")
    town = a_town(refnis=refnis, names=dict.fromkeys(("nl", "fr"), name))
    press = CertificatePress({refnis: town}, folder=town_folder, secrets=SECRETS)

    pdf = press.render_and_seal(an_order(facts_for("life", town=refnis), language)).pdf

    text = text_of(pdf)
    assert registered in text
    assert f"{issuer} Dienst Bevolking" in text or f"{issuer} Service Population" in text
    assert f" · {issuer} · www.voorbeeld.example" in text
    assert PdfFileReader(BytesIO(pdf)).root["/AcroForm"]["/Fields"][0]["/TU"].endswith(f": {issuer}")


def _in_words(table: str, code: str, language: str, sex: str) -> str:
    say = wording(language)
    return say.word(table, code, sex) if table == "relations" else say.nationalities((code,), sex)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_a_member_is_broken(press: CertificatePress, language: str) -> None:
    """`Zusammenwohnende(r)` stood as `Zusammenwohnende(` over `r)`: columns are as wide as their widest words."""
    wide: dict[str, tuple[str, str, str]] = {}
    for table, sex in product(("relations", "nationalities"), "MFX"):
        for code in vocabulary(table).codes:
            for word in re.split(r"(?<=[-/])|\s", _in_words(table, code, language, sex)):
                if len(word) >= 12:
                    wide[word] = (table, code, sex)
    people = [
        member
        for table, code, sex in wide.values()
        for member in members(
            1, sex=sex, **({"relation": code} if table == "relations" else {"nationalities": (code, "BE")})
        )
    ]

    read = text_of(press.render_and_seal(an_order(facts_for("household-composition", of=tuple(people)), language)).pdf)

    assert 5 < len(people) < MOST_MEMBERS
    assert not [word for word in wide if word not in read]
    assert " ," not in read  # nor is a comma left alone on the line below
    heads = ("Date of birth", "Relation to the reference person", "Nationality", "In the household since")
    assert not [word for head in heads for word in wording(language)(head).split() if word not in read]


@pytest.mark.parametrize(("language", "many"), [("nl", 6), ("nl", 7), ("nl", 8), ("de", 3), ("en", 4)])
def test_the_legal_basis_is_not_torn_apart(press: CertificatePress, language: str, many: int) -> None:
    """Its heading and both its paragraphs stand on one page, wherever the members push them."""
    order = an_order(facts_for("household-composition", of=members(many)), language)
    law = products()["household-composition"].legal_basis(language, ("population",))

    run = subprocess.run(
        ["pdftotext", "-", "-"], input=press.render_and_seal(order).pdf, capture_output=True, check=True
    )

    marks = (wording(language)("Legal basis and personal data"), law[:20], "2016/679")
    pages = [[mark in page for mark in marks] for page in run.stdout.decode().split("\f")]
    assert [each for each in pages if any(each)] == [[True, True, True]]


NUMBERED, CODED = "21005-2026-", "E5WK-A1RF-6XMB-2SGM"


def by_page(pdf: bytes) -> list[str]:
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return run.stdout.decode().removesuffix("\f").split("\f")


def test_every_page_can_be_checked_by_itself_and_says_of_whom_it_is(press: CertificatePress) -> None:
    pages = by_page(press.render_and_seal(an_order(facts_for("household-composition", of=members(60)))).pdf)

    assert len(pages) == 3
    for page in pages:
        foot = re.sub(r"\s+", " ", page).rpartition(NUMBERED)[2]
        assert CODED in foot
        assert "loket.voorbeeld.example/v" in foot
    for page in pages[1:]:
        assert page.lstrip().startswith("Attest van gezinssamenstelling")
        assert page.split("\n", 2)[1].startswith("Achternaam, Voornaam Tweede")


def test_a_very_long_name_is_cut_at_the_head_of_later_pages(press: CertificatePress) -> None:
    long = an_identity(last_name="Wolfeschlegelstein" * 16, first_names=("n\u0303" * 140,) * 3)

    pages = by_page(
        press.render_and_seal(an_order(facts_for("household-composition", identity=long, of=members(40)))).pdf
    )

    assert len(pages[1].splitlines()[1]) < 130
    assert "…" in pages[1].splitlines()[1]


def structure_of(pdf: bytes) -> list[str]:
    run = subprocess.run(["pdfinfo", "-struct", "-"], input=pdf, capture_output=True, check=True)
    return [line.split()[0] for line in run.stdout.decode().splitlines() if line.strip()]


@pytest.mark.parametrize("many", [4, 15, 60])
def test_a_table_over_several_pages_is_one_table_with_one_head(press: CertificatePress, many: int) -> None:
    household = facts_for("household-composition", of=members(many))

    tags = structure_of(press.render_and_seal(an_order(household)).pdf)

    assert tags.count("Table") == 4  # of number and day, of the person, of the address, and of the members
    assert tags.count("THead") == 2
    assert tags.count("TR") == 2 + 6 + 1 + 1 + many


@pytest.mark.parametrize(("product", "most"), [("household-composition", 60), ("residence-history", 60)])
@pytest.mark.parametrize("language", ["nl", "de"])
def test_a_last_page_is_never_nearly_empty(press: CertificatePress, product: str, most: int, language: str) -> None:
    """Wherever the lines push it: the last page has a third of its room taken, and lines of the table on it."""
    fills = []
    for many in (7, 8, 9, 11, 18, 33, 35, 44, most):
        changes = {"residence-history": ResidenceHistory(stays=stays(many))} if product == "residence-history" else {}
        facts = facts_for(product, of=members(many), parts=changes)
        pages = by_page(press.render_and_seal(an_order(facts, language)).pdf)
        if len(pages) > 1:
            fills.append(len([line for line in pages[-1].splitlines() if line.strip()]))

    assert fills
    assert min(fills) > 16


def rows_by_page(pdf: bytes, word: str) -> list[int]:
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.get_textpage().get_text_range().count(word) for page in document]
    finally:
        document.close()


@pytest.mark.parametrize("product", ["household-composition", "register-extract"])
@pytest.mark.parametrize("many", [2, 3, 5, 6, 7, 10, 13, 18])
def test_a_table_may_part_between_members_and_no_row_of_it_stands_alone(
    press: CertificatePress, product: str, many: int
) -> None:
    facts = facts_for(product, of=members(many, last_name="Lid"))

    rows = [count for count in rows_by_page(press.render_and_seal(an_order(facts, "de")).pdf, "Lid, Voornaam") if count]

    assert sum(rows) == many
    assert len(rows) == 1 or min(rows) >= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("many", [4, 8, 12])
def test_a_household_begins_on_the_page_that_has_room_for_two_of_it(
    press: CertificatePress, language: str, many: int
) -> None:
    """It was put on the next page as a whole, or three of it were, and left a quarter of this one empty."""
    facts = facts_for("register-extract", of=members(many, last_name="Lid"))

    first, last = rows_by_page(press.render_and_seal(an_order(facts, language)).pdf, "Lid, Voornaam")

    assert first >= 2
    assert last >= 2


def test_what_stands_above_a_table_goes_with_it(press: CertificatePress) -> None:
    """A name so long that the one row does not fit below it: title, address and row begin the next page."""
    identity = an_identity(last_name="Mamam" * 30, first_names=("Voornaam " * 5).split())
    home = members(1, last_name="Mamam" * 36, first_names=("Voornaam " * 12).split())
    pdf = press.render_and_seal(an_order(facts_for("household-composition", identity=identity, of=home), "nl")).pdf

    document = pdfium.PdfDocument(pdf)
    first, last = (page.get_textpage().get_text_range() for page in document)
    document.close()

    assert not re.search("Samenstelling van het gezin|Adres|Nr\\.", first)
    assert re.search("Samenstelling van het gezin\\s+Adres .*\\s+Nr\\.", last)


def test_several_nationalities_are_a_table_and_one_is_not(press: CertificatePress) -> None:
    several = text_of(press.render_and_seal(an_order(facts_for("nationality"), "nl")).pdf)
    one = with_part(facts_for("nationality"), Nationality(held=(HeldNationality(code="BE"),), sex="F"))
    alone = text_of(press.render_and_seal(an_order(one, "nl")).pdf)

    assert "Nationaliteiten Nationaliteit Sinds Belg 3 mei 2011 Marokkaan datum onbekend" in several
    assert "Nationaliteit Nationaliteit Belg" in alone
    assert "Nationaliteiten" not in alone


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_mark_never_stands_alone_on_a_line(press: CertificatePress, language: str) -> None:
    people = tuple(
        member
        for code in vocabulary("relations").codes
        for sex in (None, "F", "M")
        for member in members(1, relation=code, sex=sex)
    )

    pages = by_page(press.render_and_seal(an_order(facts_for("household-composition", of=people), language)).pdf)

    assert not [line for page in pages for line in page.splitlines() if re.search(r"(?:^|\s\s)\([a-z]{1,4}\)", line)]


@pytest.mark.parametrize("product", printed_products())
def test_the_facts_are_inside_as_data_by_their_schema(press: CertificatePress, product: str) -> None:
    order = an_order(facts_for(product), "fr")

    data = data_in(press.render_and_seal(order).pdf)

    Draft202012Validator(schema(), format_checker=FormatChecker()).validate(data)
    assert data["$schema"] == "https://loket.voorbeeld.example/schemas/certificate-1.json"
    assert (data["number"], data["code"]) == (order.number, grouped(order.code))
    assert (data["product"], data["language"], data["specimen"]) == (product, "fr", True)
    assert set(data["facts"]) == set(products()[product].gives.sections)
    assert not {"sex", "former_numbers"} & set(re.findall(r'"(\w+)":', json.dumps(data)))


def test_what_no_paper_shows_is_not_in_the_data(press: CertificatePress) -> None:
    merged = an_identity(former_numbers=("85073003427",), sex="F")

    pdf = press.render_and_seal(an_order(facts_for("residence", identity=merged))).pdf

    assert "85073003427" not in json.dumps(data_in(pdf))
    assert data_in(pdf)["facts"]["identity"]["national_number"] == "85073003328"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("product", "part", "said"),
    [
        ("nationality", Nationality(held=()), "No nationality is recorded."),
        ("legal-cohabitation", LegalCohabitation(state="none"), "No legal cohabitation is recorded."),
        ("last-wishes", LastWishes(mode=None), "No last wishes are recorded."),
        ("departure", Departure(since="2024-02-00"), "not stated"),
        ("legal-cohabitation", LegalCohabitation(state="ended", partner_last_name="Naam"), "date unknown"),
    ],
)
def test_what_is_not_there_is_said_in_words(
    press: CertificatePress, language: str, product: str, part: Any, said: str
) -> None:
    text = text_of(press.render_and_seal(an_order(with_part(facts_for(product), part), language)).pdf)

    assert wording(language)(said) in text
    assert "None" not in text


def test_a_statement_follows_the_case() -> None:
    say = wording("nl", official=("nl", "fr"))
    product = products()["legal-cohabitation"]

    said = [
        statement(with_part(facts_for(product.id), LegalCohabitation(state=state)), product, say)
        for state in ("current", "ended", "none")
    ]

    assert [text.split("persoon ")[-1] for text in said] == [
        "wettelijk samen met de vermelde persoon.",
        "beëindigd.",
        "geen wettelijke samenwoning vermeld.",
    ]


def test_the_program_of_the_page_for_receivers_reads_a_certificate(press: CertificatePress, tmp_path: Path) -> None:
    order = an_order(facts_for("nationality"))
    (tmp_path / "certificate.pdf").write_bytes(press.render_and_seal(order).pdf)
    page = (Path(DOCUMENTS) / "RECEIVING.md").read_text(encoding="utf-8")
    program = page.split("```python\n")[1].split("```")[0]

    run = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "certificate.pdf")], capture_output=True, text=True, check=True
    )

    assert run.stdout.strip() == f"Attest van nationaliteit {order.number} Achternaam"
    assert len(program.split("\n\n", 1)[1].strip().splitlines()) <= 10


@pytest.mark.parametrize(("language", "mark"), [("nl", "(model 8)"), ("fr", "(modèle 8)"), ("en", "(model 8)")])
def test_a_mark_at_the_end_of_a_title_stays_whole(press: CertificatePress, language: str, mark: str) -> None:
    (page,) = by_page(press.render_and_seal(an_order(facts_for("departure"), language)).pdf)

    assert mark in page.replace("\u00a0", " ")
