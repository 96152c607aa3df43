"""Every documented resident gets what the document says, in every product."""

import unicodedata
from functools import cache, partial
from pathlib import Path

import pytest

import deploy.demo
from deploy.demo.generator.hard_cases import DEMO_CITIZEN, HARD_CASES, document
from deploy.demo.generator.in_memory import GeneratedTown
from deploy.demo.generator.outcomes import CONTRADICTED, outcomes
from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.facts import POPULATION
from services.contracts.national_number import is_valid
from services.registry.askable import askable
from services.registry.contradictions import Inconsistent
from services.registry.facts import known_facts
from services.registry.inquiry import Answer, inquire
from services.registry.merges import find
from services.registry.ports import Promised
from tests.registry.fakes import NOON, a_product
from tests.registry.test_asking_for_deeds import FakeSource


@cache
def a_town(seed: int = 1) -> GeneratedTown:
    return GeneratedTown(town="24001", residents=200, seed=seed)


def ask(key: str, product: str, *, about: str | None = None, town: GeneratedTown | None = None) -> Answer:
    request = Request(
        applicant=HARD_CASES[key].number,
        subject=HARD_CASES[about or key].number,
        capacity="parent" if about else "self",
    )
    return inquire(
        request, application_id="a1", town="24001", product=products()[product], view=town or a_town(), now=NOON
    )


def test_the_table_has_a_line_for_each_case_and_a_column_for_each_fact():
    assert list(outcomes()) == list(HARD_CASES)
    assert {fact for by_fact in outcomes().values() for fact in by_fact} == {
        name for name, fact in known_facts().items() if fact.source == POPULATION and name != "identity"
    }


@pytest.mark.parametrize(
    ("key", "fact", "outcome"),
    [(key, fact, outcome) for key, by_fact in outcomes().items() for fact, outcome in by_fact.items()],
)
def test_every_hard_case_gets_what_the_table_says(key: str, fact: str, outcome: str):
    number = HARD_CASES[key].number
    ask = partial(
        inquire,
        Request(applicant=number, subject=number, capacity="self"),
        application_id="a1",
        town="24001",
        product=a_product("identity", fact),
        view=a_town(),
        now=NOON,
    )

    if outcome.startswith(CONTRADICTED):
        with pytest.raises(Inconsistent) as found:
            ask()
        assert found.value.what == outcome.removeprefix(CONTRADICTED)
    else:
        answer = ask()
        assert (answer.refusal.value if answer.refusal else "") == outcome
        assert (answer.facts is not None) == (not outcome)


PROMISED = Promised(by=NOON, reference="r", code=Refusal.DEED_MIGRATING)


@pytest.mark.parametrize("product", sorted(products()))
def test_whoever_a_form_offers_is_not_refused_and_who_is_not_refused_is_offered(product: str):
    town = a_town()
    for number, dossier in town.people.items():
        try:
            people, refusal = askable(number, town="24001", product=products()[product], view=town, now=NOON)
        except Inconsistent:
            continue
        offered = {subject.number: capacity for subject, capacity in people}
        assert (refusal is None) == bool(people), number
        for subject in {number, *dossier.children, *offered}:
            capacity = offered.get(subject, "self" if subject == number else "parent")
            request = Request(applicant=number, subject=subject, capacity=capacity)
            try:
                answer = inquire(
                    request,
                    application_id="a1",
                    town="24001",
                    product=products()[product],
                    view=town,
                    sources=dict.fromkeys(products()[product].sources, FakeSource(PROMISED)),
                    now=NOON,
                )
            except Inconsistent:
                continue
            current = find(subject, town).number
            assert (current in offered) == (answer.refusal is None), (number, subject, answer.refusal)


def test_the_document_is_the_table():
    file = Path(deploy.demo.__file__ or "").with_name("HARD_CASES.md")

    assert file.read_text(encoding="utf-8") == document()


def test_numbers_are_valid_and_of_one_person():
    numbers = [case.number for case in HARD_CASES.values()]

    assert all(map(is_valid, numbers))
    assert len(set(numbers)) == len(numbers)


def test_they_are_the_same_for_every_seed():
    for case in HARD_CASES.values():
        assert a_town(1).people[case.number] == a_town(2).people[case.number]


@pytest.mark.parametrize(
    ("applicant", "child"),
    [
        ("demo-citizen", "demo-child"),
        ("demo-spouse", "demo-toddler"),
        ("parent-of-a-minor", "minor"),
        ("parent-in-town", "child-of-two-towns"),
        ("parent-from-elsewhere", "child-of-two-towns"),
        ("unknown-birth-day", "minor-unknown-birth-day"),
    ],
)
def test_parents_who_may_ask(applicant: str, child: str):
    assert ask(applicant, "residence", about=child).facts is not None


@pytest.mark.parametrize(
    ("applicant", "child", "refusal"),
    [
        ("parent-without-authority", "minor", "not-entitled"),
        ("demo-citizen", "just-of-age", "not-entitled"),
        ("single", "demo-child", "not-entitled"),
        ("parent-of-protected", "child-at-protected-address", "not-entitled"),
    ],
)
def test_parents_who_may_not(applicant: str, child: str, refusal: str):
    assert ask(applicant, "residence", about=child).refusal == refusal


def test_the_demo_citizen_lives_with_a_spouse_and_two_minors():
    facts = ask("demo-citizen", "household-composition").facts

    assert facts is not None
    assert facts.parts["identity"].national_number == DEMO_CITIZEN
    assert [member.relation for member in facts.parts["household"].members] == [
        "reference-person",
        "spouse",
        "child",
        "child",
    ]


def test_a_household_of_twelve():
    facts = ask("twelve-members", "household-composition").facts

    assert facts is not None
    assert len(facts.parts["household"].members) == 12
    assert {"parent", "child-in-law", "grandchild"} <= {member.relation for member in facts.parts["household"].members}


def test_names_are_as_hard_as_they_say():
    def name(key: str) -> tuple[tuple[str, ...], str]:
        dossier = a_town().people[HARD_CASES[key].number]
        return dossier.first_names, dossier.last_name

    first, last = name("long-name")
    assert len(" ".join((*first, last))) == 200
    assert name("one-name")[0] == name("no-first-name")[0] == ()
    assert " " not in name("one-name")[1]
    assert " " in name("no-first-name")[1]
    for key in ("arabic-name", "hebrew-name"):
        assert {unicodedata.bidirectional(letter) for letter in name(key)[1] if letter.isalpha()} <= {"R", "AL"}
    decomposed = name("combining-characters")[1]
    assert any(unicodedata.combining(letter) for letter in decomposed)
    assert unicodedata.normalize("NFC", decomposed) != decomposed


@pytest.mark.parametrize("old", ["merged", "merged-twice"])
def test_a_merged_number_is_answered_from_the_current_dossier(old: str):
    facts = ask(old, "life").facts

    assert facts is not None
    assert facts.parts["identity"].national_number == HARD_CASES["merged-into"].number


def test_unknown_parts_of_a_birth_date_stay_unknown():
    people = a_town().people

    assert people[HARD_CASES["unknown-birth-day"].number].born_on == "1972-04-00"
    assert people[HARD_CASES["unknown-birth-month"].number].born_on == "1966-00-00"
