"""The catalogue as a whole, as an operator has it checked and shown."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deploy.local.stack import Stack
from deploy.operator import catalogue_lint
from deploy.operator.catalogue_lint import lint
from deploy.operator.catalogue_shown import whole
from deploy.operator.commands.catalogue import catalogue
from deploy.operator.product_lint import Fault
from services.contracts.catalogue import products
from services.contracts.department_events import department_events
from services.contracts.forms import Entry, forms, words
from services.contracts.naming import LANGUAGES
from services.contracts.product import Gives, Product, Retention
from services.contracts.schema import Unreadable
from services.registry.sources import source_kinds


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    made = Stack(var=tmp_path, outside={})
    made.write_towns()
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: made)
    return made


def saying(product: Product, case: str, text: str) -> Product:
    statements = product.gives.statements | {case: dict.fromkeys(LANGUAGES, text)}
    return replace(product, gives=replace(product.gives, statements=statements))


def lacking(case: str, product: Product, *covered: str) -> Product:
    statements = {each: texts for each, texts in product.gives.statements.items() if each != case}
    return replace(product, gives=replace(product.gives, statements=statements, usual_for=covered))


def test_a_case_of_a_section_has_a_statement_or_the_word_that_the_usual_one_is_true_of_it(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a certificate above a table of convictions says that there are none."""
    known, id = products(), "criminal-record-595"

    monkeypatch.setattr(catalogue_lint, "products", lambda: {**known, id: lacking("convictions", known[id])})
    (fault,) = lint(stack.towns())
    covered = lacking("convictions", known[id], "convictions")
    monkeypatch.setattr(catalogue_lint, "products", lambda: {**known, id: covered})

    assert (fault.file, fault.place) == (f"{id}.yaml", "gives.statements.convictions")
    assert "`usual_for: [convictions]` where `usual` is true of it as well" in fault.told
    assert lint(stack.towns()) == []


def test_an_answer_that_goes_nowhere_is_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither printed, nor what a fact, a gate or a form is made of."""
    known, id = products(), "household-composition"
    silent = replace(known[id], gives=replace(known[id].gives, answers=()))

    monkeypatch.setattr(catalogue_lint, "products", lambda: {**known, id: silent})

    told = "the answer to purpose goes nowhere: print it (`answers: [purpose]`), or do not ask it"
    assert lint(stack.towns()) == [Fault(file=f"{id}.yaml", place="gives.answers", told=told)]


def test_ours_has_no_fault(stack: Stack) -> None:
    assert lint(stack.towns()) == []
    assert CliRunner().invoke(catalogue, ["lint"]).output.strip() == "nothing is wrong"


@pytest.mark.parametrize(
    ("change", "place", "told"),
    [
        (lambda it: replace(it, facts=("identity", "shoe-size")), "facts", "no source gives shoe-size"),
        (lambda it: replace(it, facts=("birth-deed", "death-deed")), "facts", "deeds is asked for one of them"),
        (
            lambda it: replace(it, gives=replace(it.gives, sections=("identity", "shoe-size"))),
            "gives.sections",
            "nothing prints shoe-size",
        ),
        (
            lambda it: replace(it, gives=replace(it.gives, sections=("identity", "household"))),
            "gives.sections",
            "none of the product's facts",
        ),
        (
            lambda it: saying(it, "alone", "Alone."),
            "gives.statements.alone",
            "no section of the product has such a case",
        ),
        (
            lambda it: replace(it, gives=replace(it.gives, usual_for=("alone",))),
            "gives.usual_for.alone",
            "no section of the product has such a case",
        ),
        (
            lambda it: saying(it, "usual", "By %(registry)s."),
            "gives.statements.usual.nl",
            "%(registry)s stands for nothing",
        ),
        (lambda it: saying(it, "usual", "100 % sure."), "gives.statements.usual.nl", "% stands for nothing"),
    ],
)
def test_a_fault_of_a_product_is_named_with_its_place(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, change: Callable[[Product], Product], place: str, told: str
) -> None:
    wrong = {**products(), "life": change(products()["life"])}
    monkeypatch.setattr(catalogue_lint, "products", lambda: wrong)
    monkeypatch.setattr(Product, "sources", frozenset({"population"}))

    faults = [each for each in lint(stack.towns()) if each.file == "life.yaml"]

    assert any(each.place == place and told in each.told for each in faults), faults


@pytest.mark.parametrize(
    ("id", "change", "place", "told"),
    [
        (
            "criminal-record-595",
            lambda it: replace(it, fields=()),
            "asks",
            "the answer to record-purpose decides what criminal-record says: ask it",
        ),
        (
            "birth-deed-extract",
            lambda it: replace(it, fields=tuple(each for each in it.fields if each.name != "deed-place")),
            "asks",
            "who asks as anyone names no deed without deed-place: ask it",
        ),
        (
            "life",
            lambda it: replace(it, fields=products()["life-abroad"].fields[:1]),
            "gives.answers",
            "the answer to destination goes nowhere: do not ask it",
        ),
        (
            "departure",
            lambda it: replace(it, facts=(*it.facts, "life")),
            "facts",
            "identity, departure, life are told of nobody together; make a product of each",
        ),
        (
            "life",
            lambda it: replace(it, titles={**it.titles, "de": "Leben 漢"}),
            "titles.de",
            "paper may have no letter for 漢; write it otherwise",
        ),
        (
            "life",
            lambda it: saying(it, "usual", "✈"),
            "gives.statements.usual.nl",
            "paper may have no letter for ✈; write it otherwise",
        ),
    ],
)
def test_what_no_citizen_could_have_rightly_is_named(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, id: str, change: Callable[[Product], Product], place: str, told: str
) -> None:
    """A record that says not what for, a deed that cannot be named, a question for nothing, facts of nobody, a letter
    that no font draws."""
    monkeypatch.setattr(catalogue_lint, "products", lambda: {**products(), id: change(products()[id])})

    assert Fault(file=f"{id}.yaml", place=place, told=told) in lint(stack.towns())


def test_sections_that_may_each_be_a_case_at_once_are_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or who lives alone, and was convicted, has a paper that says the one thing, and the usual one of the other."""
    known, id = products(), "household-composition"
    both = saying(known[id], "convictions", "Convicted.")
    both = replace(both, gives=replace(both.gives, sections=(*known[id].gives.sections, "criminal-record")))

    monkeypatch.setattr(catalogue_lint, "products", lambda: {**known, id: both})
    faults = [each for each in lint(stack.towns()) if each.place == "gives.statements"]
    covered = replace(both, gives=replace(lacking("convictions", both, "convictions").gives))
    monkeypatch.setattr(catalogue_lint, "products", lambda: {**known, id: covered})

    assert [each.told[:60] for each in faults] == ["household and criminal-record may each be a case of its own "]
    assert [each for each in lint(stack.towns()) if each.place == "gives.statements"] == []


def test_what_nobody_refers_to_is_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A question, a group, a law, a period of keeping, a fact."""
    other = Retention(request_days=1, document_days=9, source="x")
    few = {"life": replace(products()["life"], retention=other, law="population-registers")}
    monkeypatch.setattr(catalogue_lint, "products", lambda: few)

    told = {(each.file, each.told) for each in lint(stack.towns())}

    assert ("questions/purpose.yaml", "no product refers to it; take it out") in told
    assert ("groups/abroad.yaml", "no product refers to it; take it out") in told
    assert ("retention/certificate.yaml", "no product refers to it; take it out") in told
    assert ("contracts/facts/household.py", "no product states household") in told


def test_what_is_wrong_with_a_form_is_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that no section tells, a form that nobody gives, a word of no form, a language of no country."""
    alive = forms()["alive"]
    asking = replace(alive, entries=(*alive.entries, Entry(code="9", word="surname", value="life.colour")))
    spare = replace(alive, id="spare")
    monkeypatch.setattr(catalogue_lint, "forms", lambda: {**forms(), "alive": asking, "spare": spare})
    said = {**words(), "el": {**words()["el"], "spare": "λέξη"}, "ru": words()["en"]}
    monkeypatch.setattr(catalogue_lint, "words", lambda: said)

    told = {(each.file, each.place, each.told) for each in lint(stack.towns())}

    assert ("forms/alive.yaml", "entries", "life.colour is told by no section of life-abroad") in told
    assert ("forms/spare.yaml", "", "no product gives it; take it out") in told
    assert ("forms/words/el.yaml", "spare", "no form says it; take it out") in told
    assert ("forms/words/ru.yaml", "", "no country of the union takes a form in it") in told


@pytest.mark.parametrize("reader", ["destinations", "ways", "words"])
def test_data_for_abroad_that_cannot_be_read_are_a_fault(
    stack: Stack, monkeypatch: pytest.MonkeyPatch, reader: str
) -> None:
    def broken() -> Any:
        raise Unreadable("countries.yaml", {"union": "GR: no language"})

    monkeypatch.setattr(catalogue_lint, reader, broken)

    assert lint(stack.towns()) == [Fault(file="countries.yaml", place="union", told="GR: no language")]


def test_a_product_called_like_what_only_a_desk_gives_is_named(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader of the list could not tell them apart."""
    monkeypatch.setattr(catalogue_lint, "at_desk", lambda: {"life": None})

    assert lint(stack.towns()) == [
        Fault(file="at-desk/life.yaml", place="", told="a product is called the same; call one otherwise")
    ]


def test_what_no_town_offers_is_named(stack: Stack) -> None:
    towns = {refnis: replace(town, products_off=("life",)) for refnis, town in stack.towns().items()}

    assert lint(towns) == [Fault(file="life.yaml", place="", told="no town offers it", remark=True)]


def test_what_no_town_offers_is_a_remark_where_one_could_and_wrong_where_none_ever_can(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    towns = {refnis: replace(town, products_off=("life",)) for refnis, town in stack.towns().items()}
    monkeypatch.setattr(Stack, "towns", lambda _: towns)

    told = CliRunner().invoke(catalogue, ["lint", "--json"])
    deeds = {"deeds": source_kinds()["deeds"]}
    monkeypatch.setattr(catalogue_lint, "source_kinds", lambda: deeds)
    without_deeds = {refnis: replace(town, sources={}) for refnis, town in towns.items()}
    remarks = {each.file: each.remark for each in lint(without_deeds) if each.told.startswith("no town offers it")}

    said = {"file": "life.yaml", "place": "", "told": "no town offers it"}
    assert (told.exit_code, json.loads(told.output)) == (0, {"faults": [], "remarks": [said]})
    assert (remarks["birth-deed-extract.yaml"], remarks["criminal-record-595.yaml"]) == (True, False)


def test_an_extract_for_work_with_minors_waits_for_the_police(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    id = "criminal-record-596-2"
    found = products()
    monkeypatch.setattr(catalogue_lint, "products", lambda: {**found, id: replace(found[id], gates=())})

    (fault,) = lint(stack.towns())

    assert (fault.file, fault.place, fault.remark) == (f"{id}.yaml", "gates", False)
    assert fault.told.startswith("criminal-record-minors may not be stated without a confirmation: write `gates:")


def test_a_file_that_cannot_be_read_is_the_only_fault(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> Any:
        raise Unreadable("life.yaml", {"titles": "a text in each"})

    monkeypatch.setattr(catalogue_lint, "products", broken)

    told = CliRunner().invoke(catalogue, ["lint", "--json"])

    assert told.exit_code == 1
    assert json.loads(told.output)["faults"] == [{"file": "life.yaml", "place": "titles", "told": "a text in each"}]


def test_one_product_is_shown_as_a_whole(stack: Stack) -> None:
    told = CliRunner().invoke(catalogue, ["show", "voter", "--lang", "nl", "--json"])

    (shown,) = json.loads(told.output)["products"]
    assert (shown["id"], shown["title"]) == ("voter", products()["voter"].titles["nl"])
    assert (shown["facts"], shown["sources"]) == (["identity", "voter"], ["population"])
    assert len(shown["towns"]) == len(stack.towns())
    assert shown["still_true_in"] == []


def test_a_product_is_shown_with_what_it_asks_states_and_waits_for(stack: Stack) -> None:
    """A clerk who reads no YAML sees the choices, the statements and the terms of a gate in words."""
    product = products()["criminal-record-596-2"]
    (asked,), (police,) = product.fields, product.gates

    (shown,) = json.loads(CliRunner().invoke(catalogue, ["show", product.id, "--lang", "fr", "--json"]).output)[
        "products"
    ]
    printed = " ".join(CliRunner().invoke(catalogue, ["show", product.id, "--lang", "fr"]).output.split())

    assert [(each["value"], each["title"]) for each in shown["questions"][0]["choices"]] == [
        (each.value, each.titles["fr"]) for each in asked.options
    ]
    assert shown["statements"] == {case: texts["fr"] for case, texts in product.gives.statements.items()}
    assert (shown["gates"][0]["id"], shown["gates"][0]["open_for_days"]) == ("police", police.open_for)
    for said in (
        asked.titles["fr"],
        *(f"{each.value}: {each.titles['fr']}" for each in asked.options),
        product.gives.statements["convictions"]["fr"],
        f"{police.names['fr']}: answers within {police.answers_within} days",
        product.retention.source,
        product.digest,
    ):
        assert " ".join(said.split()) in printed


def test_what_departments_hear_of_a_product_and_which_answers_it_prints_are_shown(stack: Stack) -> None:
    departure = CliRunner().invoke(catalogue, ["show", "departure"]).output
    household = CliRunner().invoke(catalogue, ["show", "household-composition"]).output
    life = CliRunner().invoke(catalogue, ["show", "life"]).output

    said = department_events()["departure-certified"]
    assert "departure-certified" in departure
    assert said.purposes["en"] in departure
    assert "identity, household, the answer to purpose" in household
    assert "department event purpose" not in life


def test_every_field_of_a_product_is_shown(stack: Stack) -> None:
    """A field that is added to what a product is does not stay unseen: its value leads to what is shown."""
    shown = whole(products()["life"], "en")
    called = {
        "capacities": "for",
        "fields": "questions",
        "titles": "title",
        "explanations": "explanation",
        "retention": "retention_source",
        "kind": "gives",
    }

    names = [field.name for cls in (Product, Gives) for field in fields(cls)]

    assert [each for each in names if called.get(each, each) not in shown] == []


def test_it_is_shown_where_a_product_is_asked_about_again(stack: Stack) -> None:
    told = CliRunner().invoke(catalogue, ["show", "residence", "--json"])

    (shown,) = json.loads(told.output)["products"]
    assert shown["still_true_in"] == [
        t.name("nl") for t in stack.towns().values() if "residence" in (t.still_true or ())
    ]
    assert shown["still_true_in"]


def test_all_are_listed_and_an_unknown_one_is_told(stack: Stack) -> None:
    assert len(json.loads(CliRunner().invoke(catalogue, ["show", "--json"]).output)["products"]) == len(products())
    assert "there is no product lives" in CliRunner().invoke(catalogue, ["show", "lives"]).output


@pytest.mark.parametrize("words", [["show"], ["show", "birth-deed-copy"], ["show", "criminal-record-595"]])
def test_what_is_shown_can_be_read_in_a_file(stack: Stack, words: list[str]) -> None:
    lines = CliRunner().invoke(catalogue, words).output.splitlines()

    assert max(map(len, lines)) <= 135
    assert all(any(line.startswith(id) for line in lines) for id in products()) or len(words) > 1
