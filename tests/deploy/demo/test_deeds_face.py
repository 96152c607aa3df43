"""What a deed of the demonstration says on its face."""

from datetime import date

import pypdfium2 as pdfium
import pytest

from deploy.demo.deeds.archive import Kept
from deploy.demo.deeds.face import face, shown_on
from deploy.demo.far.page import bare
from services.contracts.deeds import FORMS, KINDS

AARSCHOT, NAMUR, EUPEN = "24001", "92094", "63023"
PEOPLE = (("child", None, "Voornaam Achternaam"), ("parent", None, "Ouder Achternaam"))


def a_deed(kind: str = "birth", place: str = AARSCHOT, **changes: object) -> Kept:
    values = {
        "kind": kind,
        "place": place,
        "year": 2017,
        "number": "274",
        "drawn_up_on": date(2017, 5, 6),
        "happened_on": "2017-05-04",
        "involved": PEOPLE,
    }
    return Kept(**{**values, **changes})  # type: ignore[arg-type]


def text(pdf: bytes) -> str:
    document = pdfium.PdfDocument(pdf)
    try:
        assert len(document) == 1
        return str(document[0].get_textpage().get_text_range())
    finally:
        document.close()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("place", [AARSCHOT, NAMUR, EUPEN])
def test_every_deed_says_in_its_language_that_it_is_a_demonstration(kind: str, form: str, place: str) -> None:
    said = text(face(a_deed(kind, place), form))

    notice = {
        AARSCHOT: "Demonstratie zonder juridische waarde. De vermelde personen bestaan niet.",
        NAMUR: "Démonstration sans valeur juridique. Les personnes mentionnées n’existent pas.",
        EUPEN: "Demonstration ohne rechtliche Gültigkeit. Die genannten Personen gibt es nicht.",
    }
    assert said.count(notice[place]) == 2
    assert said.count("SPECIMEN") == 3


@pytest.mark.parametrize(
    ("place", "told"),
    [
        (AARSCHOT, ("Akte van geboorte", "Aarschot", "4 mei 2017")),
        (NAMUR, ("Acte de naissance", "Namur", "4 mai 2017")),
        (EUPEN, ("Geburtsurkunde", "Eupen", "4. Mai 2017")),
    ],
)
def test_a_deed_is_in_the_language_of_its_municipality(place: str, told: tuple[str, ...]) -> None:
    said = text(face(a_deed(place=place), "copy"))

    assert all(each in said for each in told)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("place", "told"),
    [
        (AARSCHOT, ("Geboorteplaats Aarschot", "Geslacht Vrouwelijk")),
        (NAMUR, ("Lieu de naissance Namur", "Sexe Féminin")),
        (EUPEN, ("Geburtsort Eupen", "Geschlecht Weiblich")),
    ],
)
def test_a_deed_of_birth_says_where_and_of_which_sex(place: str, told: tuple[str, ...], form: str) -> None:
    lines = text(face(a_deed(place=place, sex="F"), form)).splitlines()

    assert all(each in lines for each in told)


def test_what_is_not_known_of_a_child_is_not_said() -> None:
    assert "Geslacht" not in text(face(a_deed(sex=None), "copy"))
    assert "Geboorteplaats" not in text(face(a_deed("death"), "copy"))


def test_an_extract_without_filiation_names_no_parents() -> None:
    assert [name for _, _, name in shown_on(a_deed(), "extract")] == ["Voornaam Achternaam"]
    assert shown_on(a_deed(), "copy") == shown_on(a_deed(), "extract-with-filiation") == list(PEOPLE)
    assert shown_on(a_deed("lifeless-child", involved=PEOPLE[1:]), "extract") == list(PEOPLE[1:])


@pytest.mark.parametrize(
    ("name", "drawn"),
    [
        ("Vị Dương", "Vi Duong"),
        ("Łukasz (zonder) \\ Ñandú", "(naam in een ander schrift)"),
        ("François (dit) \\ Ñandú", "François (dit) \\ Ñandú"),
        ("عليان", "(naam in een ander schrift)"),
        ("Brüssel €", "Brüssel €"),
    ],
)
def test_a_name_is_drawn_or_said_to_be_in_another_script(name: str, drawn: str) -> None:
    assert drawn in text(face(a_deed(involved=(("child", None, name),)), "copy"))


def test_a_name_of_two_hundred_characters_stays_on_the_page() -> None:
    said = text(face(a_deed(involved=(("child", None, "Mamam" * 40),)), "copy"))

    assert max(map(len, said.splitlines()[8:-2])) <= 60
    assert "".join(said.split()).count("Mamam" * 8) == 5


@pytest.mark.parametrize(
    ("day", "told"), [("1985-07-00", "07/1985"), ("1985-00-00", "1985"), ("1985-07-01", "1 juli 1985")]
)
def test_a_day_that_is_partly_unknown_says_what_is_known(day: str, told: str) -> None:
    lines = text(face(a_deed(happened_on=day), "copy")).splitlines()

    assert f"Geboortedatum {told}" in lines


def test_a_later_deed_says_that_it_corrects_one() -> None:
    assert "verbetert een eerdere akte" in text(face(a_deed().correction, "copy"))


def test_a_place_that_is_no_municipality_is_called_by_its_code() -> None:
    assert "99999" in text(face(a_deed(place="99999"), "copy"))


def test_a_page_that_bears_no_seal_says_that_it_is_a_demonstration() -> None:
    assert text(bare("DEMONSTRATION")).strip() == "DEMONSTRATION"
