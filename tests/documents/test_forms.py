"""The multilingual form behind a certificate: each in each language, without a word that is missing."""

import subprocess
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import cycle, islice, product
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from services.contracts.catalogue import products
from services.contracts.certificate_data import schema
from services.contracts.delivery import Unacceptable
from services.contracts.destinations import destinations
from services.contracts.forms import forms, languages, words
from services.documents.paper import rendering
from services.documents.paper.forms import NOTHING, Filled, as_data, filled
from services.documents.paper.press import CertificatePress
from services.documents.paper.wording import wording
from services.documents.stating import check, stated
from tests.documents.examples import DEED, a_town, an_identity, an_order, facts_for
from tests.documents.reading import data_in, inside, text_of

GIVEN = sorted(id for id, each in products().items() if each.gives.form)
OWN = ("nl", "fr", "de")
COUNTRY = {
    language: next(code for code, spoken in destinations().union.items() if language in spoken and code != "BE")
    for language in languages()
}
ALL = [
    (id, next(own for own in islice(cycle(OWN), place % 3, None) if own != theirs), theirs)
    for place, (id, theirs) in enumerate(product(GIVEN, languages()))
]
"""Each form in each language once; in turn for a Dutch, French or German certificate."""


def facts_to(id: str, language: str, **changes: object):  # type: ignore[no-untyped-def]
    fields = {"destination": COUNTRY[language], "destination-language": language}
    return facts_for(id, fields=fields, **changes)


def filled_in(id: str, own: str, theirs: str, **changes: object) -> Filled:
    order = an_order(facts_to(id, theirs, **changes), own)
    say = wording(own, official=a_town().official_languages)
    form = filled(order, product=products()[id], town=a_town(), say=say)
    assert form is not None
    return form


@pytest.mark.parametrize(("id", "own", "theirs"), ALL)
def test_each_form_is_filled_in_each_language_with_no_fallback_word(id: str, own: str, theirs: str):
    form = filled_in(id, own, theirs)

    assert form.languages == (own, theirs)
    lines = (*form.lines, *form.signature)
    for entry, line in zip(form.form.entries, form.lines, strict=True):
        assert line.word.own == words()[own][entry.word]
        assert line.word.theirs in (words()[theirs][entry.word], "")
        assert (line.word.theirs == "") == (words()[own][entry.word] == words()[theirs][entry.word])
    assert all(line.value for line in lines if not line.is_heading and line.ticked is None and not line.both)
    assert len(form.states) == 27
    assert [state.code for state in form.states if state.ticked] == ["BE"]
    assert "EL" in [state.code for state in form.states]


@pytest.mark.parametrize(
    ("registers", "declared", "ticked"),
    [
        (("population",), False, {"BE 1": True, "BE 4": False}),
        (("foreigners",), False, {"BE 1": False, "BE 4": False}),
        (("waiting",), True, {"BE 1": False, "BE 4": True}),
    ],
)
@pytest.mark.parametrize("id", ["life-abroad", "residence-abroad"])
def test_the_form_says_no_more_than_its_certificate(
    id: str, registers: tuple[str, ...], declared: bool, ticked: dict[str, bool]
) -> None:
    """From which register, and that an identity is known from what was said alone."""
    identity = an_identity(declared=declared, birth_place=None, birth_country="XX")
    entries: Any = as_data(filled_in(id, "nl", "el", identity=identity, registers=registers))["entries"]

    assert {code: entries[code] for code in ticked} == ticked
    assert entries["4.4"] == "—"


@pytest.mark.parametrize(("id", "own", "theirs"), [("life-abroad", "nl", "el"), ("residence-abroad", "fr", "bg")])
def test_the_form_stands_behind_its_certificate_under_one_number(
    press: CertificatePress, id: str, own: str, theirs: str
) -> None:
    order = an_order(facts_to(id, theirs), own)

    pdf = press.render_and_seal(order).pdf

    text, form = text_of(pdf), data_in(pdf)["form"]
    for word in ("title", "notice-head", forms()[products()[id].gives.form].subject):
        for language in (own, theirs):
            assert words()[language][word].split(" ")[0] in text
    assert form["languages"] == [own, theirs]
    assert form["entries"]["3.3"].replace("\u00a0", " ") == order.number
    assert form["entries"]["3.2"] == "24/11/2026"
    Draft202012Validator(schema(), format_checker=FormatChecker()).validate(data_in(pdf))


def begun_on_each_page(pdf: bytes) -> list[list[str]]:
    """With what the lines of each page begin, which in a form is the number of an entry."""
    run = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    pages = run.stdout.decode().split("\f")[:-1]
    return [[line.strip().split("  ")[0] for line in page.splitlines()] for page in pages]


@pytest.mark.parametrize("fuller", [False, True])
@pytest.mark.parametrize(("own", "theirs"), [("nl", "el"), ("fr", "de"), ("de", "fi")])
@pytest.mark.parametrize("id", GIVEN)
def test_what_stands_under_one_number_stays_on_one_page(
    press: CertificatePress, monkeypatch: pytest.MonkeyPatch, id: str, own: str, theirs: str, fuller: bool
) -> None:
    """Also where lines are moved, so that the last page is fuller."""
    if fuller:
        monkeypatch.setattr(rendering, "FULL_ENOUGH", 0.7)
    pdf = press.render_and_seal(an_order(facts_to(id, theirs), own)).pdf

    pages = begun_on_each_page(pdf)
    parts = [[line.code for line in part] for part in filled_in(id, own, theirs).parts]

    assert [part[0] for part in parts][:4] == ["1", "2", "3", "4"]
    for part in parts:
        assert len({place for place, page in enumerate(pages) for code in part if code in page}) == 1, part
        assert all(any(code in page for page in pages) for code in part)


def languages_told(element: Any) -> Iterator[str]:
    """Of an element of the structure and all below it."""
    element = element.get_object()
    if isinstance(element, generic.DictionaryObject):
        if "/Lang" in element:
            yield str(element["/Lang"])
        yield from languages_told(element.get("/K", generic.NullObject()))
    elif isinstance(element, generic.ArrayObject):
        for each in element:
            yield from languages_told(each)


def test_words_in_the_other_language_are_read_aloud_in_it(press: CertificatePress) -> None:
    pdf = press.render_and_seal(an_order(facts_to("life-abroad", "el"), "nl")).pdf

    told = list(languages_told(PdfFileReader(BytesIO(pdf)).root["/StructTreeRoot"]))

    assert told.count("el") > 30
    assert set(told) == {"el", "nl"}


def test_the_form_of_a_deed_has_the_deed_inside_as_it_was_sealed(press: CertificatePress) -> None:
    pdf = press.render_and_seal(an_order(facts_to("birth-abroad", "el"), "fr")).pdf

    assert inside(pdf)["birth-deed.pdf"] == DEED
    entries = data_in(pdf)["form"]["entries"]
    assert (entries["3.3"], entries["BE 1"]) == ("d-1985-24062-3", "3 / 1985, Louvain")
    assert [entries[f"4.5.{box}"] for box in (1, 2, 3)] == [False, True, False]


def test_what_the_document_does_not_say_is_a_dash(press: CertificatePress) -> None:
    someone = an_identity(first_names=(), born_on="1985-00-00", birth_place=None, birth_country=None, sex=None)

    entries = data_in(press.render_and_seal(an_order(facts_to("birth-abroad", "de", identity=someone), "nl")).pdf)
    entries = entries["form"]["entries"]

    assert (entries["4.2"], entries["4.3"], entries["4.4"]) == (NOTHING, "—/—/1985", NOTHING)
    assert not any(entries[f"4.5.{box}"] for box in (1, 2, 3))


@pytest.mark.parametrize("fields", [{}, {"destination": "US"}, {"destination": "FI"}])
def test_a_form_without_a_language_is_never_printed(fields: dict[str, str]) -> None:
    facts = facts_for("life-abroad", fields=fields)

    with pytest.raises(Unacceptable, match="form-without-language"):
        check(
            facts,
            application_id=facts.application_id,
            town=facts.town,
            product=products()["life-abroad"],
            language="nl",
            official=("nl", "fr"),
        )


def test_a_deed_that_is_not_whole_is_never_put_into_a_form() -> None:
    facts = facts_for("birth-abroad")
    deed = facts.parts["birth-deed"]
    broken = replace(deed, document=replace(deed.document, sha256="0" * 64))

    with pytest.raises(Unacceptable, match="document-not-whole"):
        check(
            replace(facts, parts=facts.parts | {"birth-deed": broken}),
            application_id=facts.application_id,
            town=facts.town,
            product=products()["birth-abroad"],
            language="nl",
            official=("nl", "fr"),
        )


def test_the_same_facts_for_two_countries_supersede_nothing() -> None:
    said = [
        stated(facts_to("life-abroad", language), product=products()["life-abroad"], official=("nl", "fr"))
        for language in ("el", "bg")
    ]

    assert said[0] == said[1]
