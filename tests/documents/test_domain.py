"""Codes, numbers, and what facts a certificate may state."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.contracts.catalogue import products
from services.contracts.codes import CROCKFORD, grouped
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import Facts
from services.contracts.facts.life import Life
from services.contracts.restoring import LostTime
from services.documents.domain import (
    current_through,
    hour_of,
    new_code,
    new_number,
)
from services.documents.stating import check, stated
from tests.documents.examples import an_identity, facts_for, members

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


def checked(facts: Facts, product: str = "life", language: str = "nl") -> None:
    check(
        facts,
        application_id="application-1",
        town="21005",
        product=products()[product],
        language=language,
        official=("nl", "fr"),
    )


def test_facts_of_another_application_are_refused() -> None:
    facts = facts_for("life")

    for other in ({"application_id": "other"}, {"town": "11001"}, {"product": "residence"}):
        with pytest.raises(Unacceptable, match="facts-of-another-application"):
            checked(replace(facts, **other), "life")


def test_facts_that_the_product_declares_must_be_there() -> None:
    facts = replace(facts_for("life"), life=None)

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
        life=Life(alive_on=date(2026, 11, 25)),
    )

    assert stated(today, official=("nl", "fr")) == stated(tomorrow, official=("nl", "fr"))
    assert stated(today, official=("nl", "fr")) != stated(
        replace(today, identity=an_identity(last_name="Andere")), official=("nl", "fr")
    )


def test_a_certificate_from_before_words_followed_the_sex_says_the_same() -> None:
    before = facts_for("household-composition", identity=an_identity(sex=None), of=members(3, sex=None))
    after = facts_for("household-composition", identity=an_identity(sex="F"), of=members(3, sex="M"))

    assert stated(before, official=("nl", "fr")) == stated(after, official=("nl", "fr"))
    assert "sex" not in str(stated(after, official=("nl", "fr")))


def test_a_certificate_is_current_for_the_days_its_product_says() -> None:
    issued = datetime(2026, 11, 24, tzinfo=UTC)

    assert products()["life"].current_for_days == 30
    assert current_through(issued, products()["life"]) == date(2026, 12, 24)


def test_facts_whose_address_has_no_name_in_the_certificates_language_are_refused() -> None:
    facts = facts_for("residence")
    assert facts.residence is not None
    dutch = replace(facts.residence.address, street={"nl": "Voorbeeldstraat"})
    half = replace(facts, residence=replace(facts.residence, address=dutch))

    checked(facts, "residence", "fr")
    checked(half, "residence", "nl")
    for language in ("fr", "en"):
        with pytest.raises(Unacceptable, match="facts-without-name: an address has none in fr"):
            checked(half, "residence", language)


@pytest.mark.parametrize("registers", [(), ("bis",), ("population", "other")])
def test_facts_from_no_register_are_refused(registers: tuple[str, ...]) -> None:
    with pytest.raises(Unacceptable, match="facts-without-register"):
        checked(facts_for("life", registers=registers))


def test_what_is_stated_is_what_the_last_version_stated() -> None:
    """Names in the town's own language, and no word of the usual register: certificates then issued stay current."""
    facts = facts_for("household-composition")

    said = stated(facts, official=("nl", "fr"))

    assert said["identity"]["birth_place"] == "Brussel"
    assert said["household"]["address"] == {
        "street": "Voorbeeldstraat",
        "house_number": "12",
        "box": "3",
        "postcode": "1040",
        "municipality": "Voorbeeld",
    }
    assert "registers" not in said
    assert stated(replace(facts, registers=("foreigners",)), official=("nl", "fr"))["registers"] == ("foreigners",)


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
