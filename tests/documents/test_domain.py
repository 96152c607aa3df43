"""Codes, numbers, and what facts a certificate may state."""

import hashlib
import itertools
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.contracts.catalogue import products
from services.contracts.codes import CROCKFORD, grouped
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import Facts
from services.contracts.facts.civil_status import CivilStatus
from services.contracts.facts.criminal_record import CriminalRecord
from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.facts.life import Life
from services.contracts.facts.nationality import HeldNationality, Nationality
from services.contracts.facts.residence import Residence
from services.contracts.product import Product
from services.contracts.restoring import LostTime
from services.documents.domain import (
    current_through,
    hour_of,
    new_code,
    new_number,
)
from services.documents.sections import case_of
from services.documents.stating import check, stated
from tests.documents.examples import ADDRESS, CONVICTIONS, an_identity, facts_for, members, printed_products, with_part

BRUSSELS = ZoneInfo("Europe/Brussels")


def counting() -> "itertools.count[int]":
    return itertools.count(3, 7)


def a_code() -> str:
    numbers = counting()
    return new_code(lambda limit: next(numbers) % limit)


def test_a_number_names_town_and_year_and_no_order() -> None:
    assert new_number("24001", 2026, lambda limit: 42, hour=5) == f"24001-2026-000 {42 * 8784 + 5:07,}".replace(
        ",", " "
    )


def test_a_code_is_sixteen_characters_in_groups_of_four() -> None:
    code = a_code()

    assert len(code) == 16
    assert set(code) <= set(CROCKFORD)
    assert grouped(code) == "-".join((code[:4], code[4:8], code[8:12], code[12:]))


def said(facts: Facts) -> dict[str, Any]:
    return stated(facts, product=products()[facts.product], official=("nl", "fr"))


def checked(facts: Facts, product: str | Product = "life", language: str = "nl") -> None:
    check(
        facts,
        application_id="application-1",
        town="21005",
        product=products()[product] if isinstance(product, str) else product,
        language=language,
        official=("nl", "fr"),
    )


CONVICTED = facts_for(
    "criminal-record-595",
    parts={
        "criminal-record": CriminalRecord(
            model="595", asked_for="work", consulted_on="2026-11-24", convictions=CONVICTIONS
        )
    },
)


def without(case: str, product: str, **changes: Any) -> Product:
    """The product, its file without a statement for the case."""
    gives = products()[product].gives
    statements = {each: texts for each, texts in gives.statements.items() if each != case}
    return replace(products()[product], gives=replace(gives, statements=statements, **changes))


@pytest.mark.parametrize("of", ["convictions", "usual"])
def test_nothing_is_certified_of_a_case_that_the_products_file_has_no_statement_for(of: str) -> None:
    """The usual one would say of somebody with two convictions that there are none."""
    checked(CONVICTED, "criminal-record-595")

    with pytest.raises(Unacceptable, match=f"statement-missing: criminal-record-595: {of}"):
        checked(CONVICTED, without(of, "criminal-record-595"))


def test_nothing_is_certified_where_two_sections_tell_of_a_case_each() -> None:
    """One statement is printed: that on living alone would say of a convicted person what is true of others."""
    product, parts = products()["household-composition"], facts_for("household-composition", of=members(1)).parts
    gives = replace(product.gives, sections=(*product.gives.sections, "criminal-record"))
    statements = {"convictions": gives.statements["usual"], **gives.statements}
    both = replace(product, gives=replace(gives, statements=statements))
    parts = {**parts, "criminal-record": CONVICTED.parts["criminal-record"]}

    with pytest.raises(Unacceptable, match="statement-missing: household-composition: alone and convictions together"):
        case_of(both, parts)
    assert case_of(replace(both, gives=replace(both.gives, usual_for=("alone",))), parts) == "convictions"


def test_the_usual_statement_is_made_where_somebody_said_that_it_is_true_of_the_case_too() -> None:
    checked(CONVICTED, without("convictions", "criminal-record-595", usual_for=("convictions",)))


def test_facts_of_another_application_are_refused() -> None:
    facts = facts_for("life")

    for other in ({"application_id": "other"}, {"town": "11001"}, {"product": "residence"}):
        with pytest.raises(Unacceptable, match="facts-of-another-application"):
            checked(replace(facts, **other), "life")


def test_facts_that_the_product_declares_must_be_there() -> None:
    facts = replace(facts_for("life"), parts={"identity": an_identity()})

    with pytest.raises(Unacceptable, match="facts-missing: life"):
        checked(facts, "life")


@pytest.mark.parametrize(
    "facts",
    [
        facts_for("life", identity=an_identity(last_name="x" * 301)),
        facts_for("life", identity=an_identity(first_names=("x",) * 21)),
        facts_for("life", identity=an_identity(last_name="lone \ud800 surrogate")),
        facts_for("life", identity=an_identity(last_name="private \ue000 use")),
        facts_for("life", fields={"purpose": "x" * 301}),
    ],
)
def test_facts_without_bounds_or_meaning_are_refused(facts) -> None:
    with pytest.raises(Unacceptable, match=r"facts-too-large|facts-unprintable"):
        checked(facts, "life")


def test_a_household_has_bounds() -> None:
    facts = facts_for("household-composition", of=members(151))

    with pytest.raises(Unacceptable, match="facts-too-large"):
        checked(facts, "household-composition")


def test_the_same_statement_at_another_time_for_another_purpose_is_the_same() -> None:
    today = facts_for("life")
    tomorrow = replace(
        today,
        application_id="application-2",
        compiled_at=today.compiled_at + timedelta(days=1),
        fields={"purpose": "work"},
        parts=today.parts | {"life": Life(alive_on=date(2026, 11, 25))},
    )

    assert said(today) == said(tomorrow)
    assert said(today) != said(with_part(today, an_identity(last_name="Andere")))


def test_a_certificate_from_before_words_followed_the_sex_says_the_same() -> None:
    before = facts_for("household-composition", identity=an_identity(sex=None), of=members(3, sex=None))
    after = facts_for("household-composition", identity=an_identity(sex="F"), of=members(3, sex="M"))

    assert said(before) == said(after)
    assert "sex" not in str(said(after))


def test_a_certificate_is_current_for_the_days_its_product_says() -> None:
    issued = datetime(2026, 11, 24, tzinfo=UTC)

    assert products()["life"].current_for_days == 30
    assert current_through(issued, products()["life"]) == date(2026, 12, 24)


def test_facts_whose_address_has_no_name_in_the_certificates_language_are_refused() -> None:
    facts = facts_for("residence")
    dutch = replace(ADDRESS, street={"nl": "Voorbeeldstraat"})
    half = with_part(facts, Residence(address=dutch, since=date(2015, 3, 1)))

    checked(facts, "residence", "fr")
    checked(half, "residence", "nl")
    for language in ("fr", "en"):
        with pytest.raises(Unacceptable, match="facts-without-name: an address has none in fr"):
            checked(half, "residence", language)


@pytest.mark.parametrize("registers", [(), ("bis",), ("population", "other")])
def test_facts_from_no_register_are_refused(registers: tuple[str, ...]) -> None:
    with pytest.raises(Unacceptable, match="facts-without-register"):
        checked(facts_for("life", registers=registers))


AS_THE_LAST_VERSION_SAID = {
    "residence": "40810df3828d94d7c37dbaf97fb8a8510944c9637c51ff883d4d9be8658a079a",
    "life": "a8fad331752041c6886f1312b7411345989f78288d3c1c5a5b8e4dfc2b6f5080",
    "household-composition": "5692427b3c6870a6eb76c01355ba34bfb3eb3b2f94bfd1a19d54b9845ccb04c5",
}


def digest_of(facts: Facts) -> str:
    canonical = json.dumps(said(facts), sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


@pytest.mark.parametrize("product", sorted(AS_THE_LAST_VERSION_SAID))
def test_what_is_stated_is_what_the_last_version_stated(product: str) -> None:
    """To the letter, made by version 0.9: certificates that it issued stay current."""
    assert digest_of(facts_for(product, of=members(2))) == AS_THE_LAST_VERSION_SAID[product]


def test_another_register_and_a_declared_identity_are_stated_as_the_last_version_did() -> None:
    declared = an_identity(declared=True, former_numbers=("85073003427",))

    facts = facts_for("residence", identity=declared, registers=("waiting",))

    assert digest_of(facts) == "8f3548ee4b2f8fe60f63c114f1de687dfefecbb7574de96a1f5a120081ec53be"


@pytest.mark.parametrize("product", printed_products())
def test_what_any_certificate_states_can_be_compared(product: str) -> None:
    """Plain values, without what no paper shows."""
    canonical = json.dumps(said(facts_for(product)), sort_keys=True, default=str)

    assert "former_numbers" not in canonical
    assert '"sex"' not in canonical
    assert "Names" not in canonical


def test_a_change_of_any_printed_part_supersedes() -> None:
    facts = facts_for("register-extract")
    changed = (
        CivilStatus(state="divorced", since="2026-01-01", sex="M"),
        Nationality(held=(HeldNationality(code="BE"),), sex="M"),
        LegalCohabitation(state="none"),
        Residence(address=replace(ADDRESS, house_number="14"), since=date(2015, 3, 1)),
    )

    assert len({digest_of(facts), *(digest_of(with_part(facts, part)) for part in changed)}) == 5


def test_no_number_of_an_hour_that_is_lost_is_drawn_again() -> None:
    noon = datetime(2026, 11, 24, 12, 20, tzinfo=UTC)
    lost = (LostTime(since=noon - timedelta(hours=2), until=noon),)

    def numbers(moment: datetime, *lost: LostTime) -> set[str]:
        hour = hour_of(moment, lost)
        return {new_number("24001", 2026, lambda limit, n=n: n % limit, hour=hour) for n in range(2000)}

    before = set.union(*(numbers(noon - timedelta(minutes=m)) for m in (0, 60, 120)))
    assert not before & numbers(noon, *lost)
    assert not before & numbers(noon + timedelta(minutes=5), *lost)
    assert numbers(noon + timedelta(hours=3), *lost) == numbers(noon + timedelta(hours=3))
    assert len(numbers(noon)) == 2000


@pytest.mark.parametrize("year", [2026, 2028])
def test_each_hour_of_a_year_has_numbers_of_its_own(year: int) -> None:
    begin = datetime(year, 1, 1, tzinfo=BRUSSELS).astimezone(UTC)
    hours = int((datetime(year + 1, 1, 1, tzinfo=BRUSSELS).astimezone(UTC) - begin) / timedelta(hours=1))

    drawn = {
        new_number("24001", year, lambda limit: limit - 1, hour=hour_of(begin + timedelta(hours=n)))
        for n in range(hours)
    }

    assert len(drawn) == hours
    assert {len(each) for each in drawn} == {22}
