"""The product files: complete in every language, and nothing a reader could trip over."""

import re
from dataclasses import replace
from importlib import resources

import pytest

from services.contracts.catalogue import products, read_product
from services.contracts.facts import POPULATION
from services.contracts.laws import read_law
from services.contracts.naming import LANGUAGES
from services.contracts.schema import Unreadable, told
from services.documents.sections import sections
from tests.intake.fakes import a_town

IDS = tuple(products())
TEXT = (resources.files("services.catalogue") / "life.yaml").read_text(encoding="utf-8")

FACTS = {
    "civil-status": ("identity", "civil-status"),
    "departure": ("identity", "departure"),
    "household-composition": ("identity", "household"),
    "last-wishes": ("identity", "last-wishes"),
    "legal-cohabitation": ("identity", "legal-cohabitation"),
    "life": ("identity", "life"),
    "nationality": ("identity", "nationality"),
    "register-extract": ("identity", "nationality", "civil-status", "legal-cohabitation", "residence", "household"),
    "residence": ("identity", "residence"),
    "residence-for-marriage": ("identity", "residence", "nationality", "civil-status"),
    "residence-history": ("identity", "residence-history"),
    "residence-of-a-minor-child": ("identity", "residence"),
    "voter": ("identity", "voter"),
}
"""Of the population: what each of its products gets to see."""

FOR_ABROAD = {
    "birth-abroad": (("identity", "birth-deed"), "birth"),
    "life-abroad": (("identity", "life"), "alive"),
    "residence-abroad": (("identity", "residence"), "domicile"),
}
"""A certificate with a multilingual form: from which facts, and which form."""

ONLY_ONESELF = {"last-wishes", "legal-cohabitation", "residence-for-marriage", "voter"}


def test_the_catalogue_has_these_products():
    assert set(FACTS) <= set(IDS)


@pytest.mark.parametrize("id", sorted(FACTS))
def test_a_product_asks_for_no_more_facts_than_it_prints(id: str):
    product = products()[id]

    assert product.facts == FACTS[id]
    assert product.gives.sections == product.facts


@pytest.mark.parametrize("id", sorted(FOR_ABROAD))
def test_a_certificate_for_abroad_asks_for_the_country_and_gives_a_form_from_the_same_facts(id: str):
    product = products()[id]

    assert (product.facts, product.gives.form) == FOR_ABROAD[id]
    assert product.gives.sections == product.facts
    assert [field.options_from for field in product.fields] == ["countries", "form-languages"]


def test_a_product_says_what_it_proves_where_the_regulation_covers_it():
    silent = {id for id in IDS if not products()[id].proves}

    assert silent == {
        "departure",
        "household-composition",
        "last-wishes",
        "lifeless-child-deed",
        "register-extract",
        "voter",
    }


def test_what_concerns_nobody_else_is_asked_by_oneself_and_a_childs_paper_by_a_parent():
    asked_by = {id: products()[id].capacities for id in FACTS}

    assert {id for id, capacities in asked_by.items() if capacities == ("self",)} == ONLY_ONESELF
    assert {id for id, capacities in asked_by.items() if capacities == ("parent",)} == {"residence-of-a-minor-child"}


@pytest.mark.parametrize("id", IDS)
def test_a_statement_is_for_a_case_that_a_section_knows(id: str):
    gives = products()[id].gives
    known = {case for name in gives.sections for case in sections()[name].cases}

    assert set(gives.statements) <= {"usual", *known}
    for by_language in gives.statements.values():
        for text in by_language.values():
            assert text.endswith(".")
            assert "  " not in text
            if products()[id].sources == {POPULATION}:
                assert (text % {"registers": "R"}).count("R") >= 1


def test_explanations_are_read_by_who_knows_no_kind_of_town():
    """They are shown as they are: only on paper `[gemeente|stad]` becomes one of the two."""
    assert not [id for id in IDS for text in products()[id].explanations.values() if "[" in text]


@pytest.mark.parametrize("id", IDS)
def test_every_text_is_a_whole_sentence_or_a_title(id: str):
    product = products()[id]

    for text in (*product.explanations.values(), *map(product.legal_basis, LANGUAGES)):
        assert text == text.strip()
        assert text.endswith(".")
        assert "  " not in text
    for title in product.titles.values():
        assert not title.endswith(".")


@pytest.mark.parametrize("id", sorted(FACTS))
@pytest.mark.parametrize(
    ("registers", "decrees"),
    [
        (("population",), {"1992"}),
        (("foreigners",), {"1992"}),
        (("waiting",), set()),
        (("waiting-eu",), set()),
        (("population", "waiting"), {"1992"}),
    ],
)
def test_the_legal_basis_follows_the_registers(id: str, registers: tuple[str, ...], decrees: set[str]):
    """The decree of 16 July 1992 is about the population registers and that of foreigners alone."""
    for language in LANGUAGES:
        text = products()[id].legal_basis(language, registers)
        assert set(re.findall(r"\b(?:19|20)\d\d\b", text)) == {"1991"} | decrees


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("[waiting, waiting-eu]", "[waiting, population]", "decrees"),
        ("[waiting, waiting-eu]", "[waiting, guests]", "decrees"),
        ("  nl: >-\n    Wet", "  xx: >-\n    Wet", "statute.nl"),
        ('fr: "pour le registre', 'xx: "pour le registre', "decrees.1.texts.fr"),
    ],
)
def test_a_law_with_a_mistake_is_named_with_its_place(old: str, new: str, path: str):
    text = (resources.files("services.catalogue") / "laws" / "population-registers.yaml").read_text(encoding="utf-8")
    assert old in text

    with pytest.raises(Unreadable) as found:
        read_law("population-registers.yaml", text.replace(old, new))

    assert path in found.value.problems


def test_whoever_asks_who_lives_together_says_what_for_and_may_say_something_else():
    (purpose,) = products()["household-composition"].fields

    assert (purpose.name, purpose.kind, purpose.required) == ("purpose", "choice", True)
    assert purpose.options[-1].value == "other"
    assert [each.name for each in products()["register-extract"].fields] == ["purpose"]
    assert not products()["residence"].fields
    assert not products()["life"].fields


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("id: life", "id: lives", "id"),
        ("  de: Lebensbescheinigung\n", "", "titles.de"),
        ("[identity, life]", "[identity, income]", "facts"),
        ("law: pop", "prise: 4\nlaw: pop", "prise"),
        ("law: population-registers", "law: of-the-jungle", "law"),
        ("[self, parent]", "[anybody]", "for"),
        ("[self, parent]", "[self, anyone]", "for"),
        ("[self, parent]", "[self, ascendant]", "for"),
        ("  statements:", "  sections: [identity, life, life]\n  statements:", "gives.sections"),
        ("retention: certificate", "retention: for-ever", "retention"),
        ("proves: alive", "proves: alike", "proves"),
        ("kind: certificate", "kind: form", "gives.form"),
        ("kind: certificate", "kind: certificate\n  form: alive", "gives.form"),
        ("kind: certificate", "kind: form\n  form: alive", "asks"),
        ("kind: certificate", "kind: form\n  form: birth", "proves"),
        ("kind: certificate", "kind: form\n  form: beard", "gives.form"),
        ("current_for: 30 days", "current_for: 365 days", "current_for"),
        ("current_for: 30 days", "current_for: 30", "current_for"),
        ("    usual:", "    other:", "gives.statements"),
        ("  statements:", "  usual_for: [usual]\n  statements:", "gives.usual_for"),
        ("  statements:", "  answers: [purpose]\n  statements:", "gives.answers"),
        ("law: pop", "still_true: perhaps\nlaw: pop", "still_true"),
        ("law: pop", "still_true: true\ngates: [{confirmation: police}]\nlaw: pop", "still_true"),
    ],
)
def test_a_file_with_a_mistake_is_named_with_its_place(old: str, new: str, path: str):
    assert old in TEXT

    with pytest.raises(Unreadable) as found:
        read_product("life.yaml", TEXT.replace(old, new))

    assert path in found.value.problems


@pytest.mark.parametrize(
    ("old", "new", "path", "mend"),
    [
        ("law: pop", "laws: pop", "laws", "no such field here; was law meant?"),
        ("law: pop", "zebra: 4\nlaw: pop", "zebra", "no such field here; there are id, titles"),
        ("  kind: cer", "  kinds: cer", "gives.kinds", "no such field here; was kind meant?"),
        ("group: identity\n", "", "group", "is missing; write a text"),
        ("group: identity", "group:", "group", "holds nothing; write a text"),
        ("group: identity", "group: 3", "group", "write a text, in quotes where it looks like a number"),
        ("[self, parent]", "self", "for", "write a list: `for: [one, another]`"),
        ("law: pop", "still_true: maybe\nlaw: pop", "still_true", "write true or false"),
        ("desk_minutes: 10", "desk_minutes: ten", "desk_minutes", "write a whole number"),
        ("id: life\n", "id: lives\n", "id", "lower-case words with hyphens, the same as the file's name: life"),
        ("nl: Attest van leven", f"nl: {'x' * 93}", "titles.nl", "at most 80 characters, and it has 93"),
        (
            "    usual:",
            "    other:",
            "gives.statements",
            "`usual` is missing: write what a certificate says under `usual: {",
        ),
        ("titles:\n", "titles: {nl: Wat, fr: [Quoi, en: What}\nspare:\n", "yaml", "line 2, column 23: what"),
        ("fresh_for: 12 h\n", "", "fresh_for", "is missing; write a number and a unit: `30 min`"),
        ("  de: Lebensbescheinigung\n", "", "titles.de", "its text in de is missing; write one in each of nl, fr, de"),
        ("  de: Lebensbescheinigung\n", "  de: A\n  es: B\n", "titles.es", "no language of nl, fr, de, en"),
        ("[identity, life]", "[identity, live]", "facts", "unknown: live; was life meant?"),
        ("[self, parent]", "[zebra, parents]", "for", "unknown: parents; was parent meant?; unknown: zebra; choose"),
    ],
)
def test_a_mistake_is_told_with_what_to_write(old: str, new: str, path: str, mend: str):
    assert old in TEXT

    with pytest.raises(Unreadable) as found:
        read_product("life.yaml", TEXT.replace(old, new, 1))

    assert [each for each in told(found.value.problems) if each.startswith(f"{path}: {mend}")]
    assert "law" not in found.value.problems  # what was meant is not missing, too


def test_none_of_ours_is_asked_about_again_unless_a_town_says_so():
    town = a_town()

    assert not [id for id, product in products().items() if product.still_true or product.is_still_true_in(town)]
    assert products()["residence"].is_still_true_in(replace(town, still_true=("residence",)))
    assert not products()["life"].is_still_true_in(replace(town, still_true=("residence",)))


def test_a_product_may_have_it_on_and_a_town_off():
    product = read_product("life.yaml", TEXT + "still_true: true\n")

    assert product.is_still_true_in(a_town())
    assert not product.is_still_true_in(replace(a_town(), still_true=()))


@pytest.mark.parametrize("id", IDS)
def test_only_what_the_population_alone_says_can_be_asked_about_again(id: str):
    """Of a criminal record or a deed even a change would tell what nobody but its subject may know."""
    of_the_population = products()[id].sources == {POPULATION}

    assert products()[id].is_asked_again == of_the_population
    assert products()[id].is_still_true_in(replace(a_town(), still_true=IDS)) == of_the_population


@pytest.mark.parametrize("id", [id for id in IDS if products()[id].sources != {POPULATION}][:3])
def test_a_file_that_has_it_on_for_another_source_is_refused(id: str):
    text = (resources.files("services.catalogue") / f"{id}.yaml").read_text(encoding="utf-8")

    with pytest.raises(Unreadable) as found:
        read_product(f"{id}.yaml", text + "still_true: true\n")

    assert "still_true" in found.value.problems
