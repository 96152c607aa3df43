"""What follows from a register, a standing, a civil state and a position: each code has its consequence."""

from dataclasses import replace
from typing import Any

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.register_codes import CIVIL_STATES, REGISTERS, RELATIONS
from services.registry.consequences import (
    ASKS_NOTHING,
    BY_CIVIL_STATE,
    BY_REGISTER,
    BY_STANDING,
    COLLECTIVE,
    Bond,
)
from services.registry.contradictions import Inconsistent
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    Household,
    LegalCohabitation,
    Nationality,
    Place,
    RegisterKind,
    Registration,
    Standing,
    Stay,
)
from services.registry.facts import declared, of_population
from services.registry.inquiry import Answer, inquire
from services.registry.sources.population.mapping import dossier_document, dossier_of
from tests.registry.fakes import (
    HOME,
    NOON,
    PARENT,
    PARTNER,
    TODDLER,
    TOWN,
    FakeRegister,
    a_dossier,
    a_household,
    a_product,
    a_register,
    gone,
)

EACH = pytest.mark.parametrize("register", RegisterKind)


def entered(register: RegisterKind, number: str = PARENT, **chosen: Any) -> Dossier:
    registration = Registration(standing=Standing.RESIDENT, since="2010-01-01", register=register)
    return a_dossier(number, registration=registration, **chosen)


def ask(register: FakeRegister, *facts: str, town: str = TOWN, subject: str = PARENT) -> Answer:
    return inquire(
        Request(applicant=PARENT, subject=subject, capacity="self" if subject == PARENT else "parent"),
        application_id="a1",
        town=town,
        product=a_product("identity", *facts),
        view=replace(register, town=town),
        now=NOON,
    )


def withheld(fact: str, register: RegisterKind) -> Refusal | None:
    (declared_,) = of_population(declared([fact]))
    return BY_REGISTER[register] or declared_.withheld.get(register)


def test_every_code_has_its_consequence():
    assert set(BY_REGISTER) == set(RegisterKind)
    assert set(BY_STANDING) == set(Standing)
    assert set(BY_CIVIL_STATE) == set(CivilState)
    assert set(COLLECTIVE) <= set(RELATIONS)


def test_the_registrys_codes_are_those_of_the_facts():
    assert tuple(RegisterKind) == REGISTERS
    assert tuple(each for each in CivilState if each is not CivilState.NOT_SAID) == CIVIL_STATES


@EACH
@pytest.mark.parametrize("fact", ["residence", "household", "life"])
def test_a_fact_that_a_register_does_not_bear_is_refused_and_any_other_given(register: RegisterKind, fact: str):
    alone = a_household((PARENT, "reference-person"))

    answer = ask(a_register(entered(register), household=alone), fact)

    refusal = withheld(fact, register)
    assert answer.refusal == refusal
    assert answer.facts is None if refusal else answer.facts is not None
    if answer.facts is not None:
        assert answer.facts.registers == (register.value,)


@pytest.mark.parametrize(
    ("register", "given"),
    [
        ("population", {"residence", "household", "life"}),
        ("foreigners", {"residence", "household", "life"}),
        ("waiting", {"residence", "household"}),
        ("waiting-eu", {"life"}),
        ("eu-officials", set()),
        ("protocol", set()),
        ("bis", set()),
    ],
)
def test_who_may_have_which_certificate(register: str, given: set[str]):
    kind = RegisterKind(register)

    assert {fact for fact in ("residence", "household", "life") if withheld(fact, kind) is None} == given


@pytest.mark.parametrize(
    ("register", "refusal"),
    [
        (RegisterKind.WAITING, None),
        (RegisterKind.FOREIGNERS, None),
        (RegisterKind.WAITING_EU, Refusal.RESIDENCE_UNVERIFIED),
        (RegisterKind.EU_OFFICIALS, Refusal.SPECIAL_REGISTER),
        (RegisterKind.PROTOCOL, Refusal.SPECIAL_REGISTER),
    ],
)
def test_a_member_whose_register_does_not_bear_the_household_withholds_it(
    register: RegisterKind, refusal: Refusal | None
):
    town = a_register(entered(register, PARTNER, born_on="1987-03-12"))

    composition = ask(town, "household")

    assert composition.refusal == refusal
    if composition.facts is not None:
        assert composition.facts.registers == ("population", register.value)
    residence = ask(town, "residence").facts
    assert residence is not None
    assert residence.registers == ("population",)


def test_who_asks_for_protection_is_on_paper_by_the_identity_that_was_declared():
    own = ask(a_register(entered(RegisterKind.WAITING)), "residence").facts
    assert own is not None
    assert own.parts["identity"].declared

    shared = ask(a_register(entered(RegisterKind.WAITING, PARTNER, born_on="1987-03-12")), "household").facts
    assert shared is not None
    assert not shared.parts["identity"].declared
    assert [member.declared for member in shared.parts["household"].members].count(True) == 1


def test_a_protected_address_is_refused_before_a_register_is_named():
    town = a_register(entered(RegisterKind.WAITING_EU, protected_address=True))

    assert ask(town, "residence").refusal is Refusal.PROTECTED_ADDRESS


@pytest.mark.parametrize(
    ("standing", "refusal"),
    [
        (Standing.DECEASED, "deceased"),
        (Standing.DECLARED_ABSENT, "declared-absent"),
        (Standing.MOVED_OUT, "moved-out"),
        (Standing.EMIGRATED, "emigrated"),
        (Standing.STRUCK_OFF, "struck-off"),
        (Standing.STRUCK_OFF_ABROAD, "struck-off"),
        (Standing.RESIDENCE_LOST, "residence-lost"),
    ],
)
def test_who_is_gone_is_told_how(standing: Standing, refusal: str):
    assert ask(a_register(a_dossier(registration=gone(standing))), "life").refusal == refusal


@pytest.mark.parametrize("standing", Standing)
def test_a_parent_asks_unless_a_judge_or_death_ended_it(standing: Standing):
    town = a_register(a_dossier(registration=gone(standing)))

    refused = ask(town, "life", subject=TODDLER).refusal is Refusal.NOT_ENTITLED

    assert refused == (standing in ASKS_NOTHING)


def test_a_household_with_a_member_of_a_community_is_collective():
    convent = a_household((PARENT, "reference-person"), (PARTNER, "community-member"))

    assert ask(a_register(household=convent), "household").refusal is Refusal.COLLECTIVE_HOUSEHOLD


@pytest.mark.parametrize("state", CivilState)
def test_a_spouse_of_someone_whose_marriage_has_ended_is_a_contradiction(state: CivilState):
    town = a_register(a_dossier(civil_status=CivilStatus(state=state, partner=PARTNER)))

    if BY_CIVIL_STATE[state] is Bond.ENDED:
        with pytest.raises(Inconsistent, match="spouse-after-the-end"):
            ask(town, "household")
    else:
        assert ask(town, "household").facts is not None


def test_so_is_a_spouse_whose_own_marriage_has_ended():
    divorced = CivilStatus(state=CivilState.DIVORCED, partner=PARENT)

    with pytest.raises(Inconsistent, match="spouse-after-the-end"):
        ask(a_register(a_dossier(PARTNER, born_on="1987-03-12", civil_status=divorced)), "household")


@pytest.mark.parametrize("until", [None, "2024-07-01"])
def test_a_legal_cohabitant_of_someone_whose_cohabitation_has_ended_is_a_contradiction(until: str | None):
    cohabitation = LegalCohabitation(partner=PARTNER, since="2020-01-01", until=until)
    together = a_household((PARENT, "reference-person"), (PARTNER, "legal-cohabitant"))
    town = a_register(a_dossier(cohabitation=cohabitation), household=together)

    if until:
        with pytest.raises(Inconsistent, match="legal-cohabitant-after-the-end"):
            ask(town, "household")
    else:
        assert ask(town, "household").facts is not None


@pytest.mark.parametrize("fact", ["residence", "household"])
@pytest.mark.parametrize(
    ("street", "kind"),
    [
        ({"nl": "Kerkstraat", "fr": "Rue de l'Église"}, None),
        ({"nl": "Kerkstraat"}, "address-without-name-in-fr"),
        ({"fr": "Rue de l'Église"}, "address-without-name-in-nl"),
        ({"und": "Kerkstraat"}, "address-without-name-in-nl"),
    ],
)
def test_an_address_of_brussels_has_both_names_or_is_a_contradiction(
    fact: str, street: dict[str, str], kind: str | None
):
    address = replace(HOME, street=street, postcode="1040", municipality={"nl": "Etterbeek", "fr": "Etterbeek"})
    home = Household(id="h1", address=address, members=a_household((PARENT, "reference-person")).members)
    town = a_register(a_dossier(stays=(Stay(address=address, since="2019-04-15"),)), household=home)

    if kind:
        with pytest.raises(Inconsistent, match=kind):
            ask(town, fact, town="21005")
    else:
        facts = ask(town, fact, town="21005").facts
        assert facts is not None
        part = facts.parts.get("residence") or facts.parts.get("household")
        assert part is not None
        assert part.address.street == street


@pytest.mark.parametrize(
    ("place", "born_on", "names"),
    [
        (Place(refnis="46003"), "1985-07-30", dict.fromkeys(("nl", "fr", "de", "en"), "Beveren")),
        (Place(refnis="46003"), "2024-12-31", dict.fromkeys(("nl", "fr", "de", "en"), "Beveren")),
        (Place(refnis="46003"), "2025-01-01", dict.fromkeys(("nl", "fr", "de", "en"), "Beveren-Kruibeke-Zwijndrecht")),
        (Place(refnis="62063"), "1985-00-00", {"nl": "Luik", "fr": "Liège", "de": "Lüttich", "en": "Liège"}),
        (Place(refnis="21004"), "1985-00-00", {"nl": "Brussel", "fr": "Bruxelles", "de": "Brüssel", "en": "Brussels"}),
        (
            Place(refnis="21009"),
            "1985-00-00",
            {"nl": "Elsene", "fr": "Ixelles", "de": "Ixelles", "en": "Elsene / Ixelles"},
        ),
        (Place(refnis="99999", names={"und": "Deurne"}), "1950-01-01", {"und": "Deurne"}),
        (Place(names={"und": "Casablanca"}), "1985-07-30", {"und": "Casablanca"}),
        (None, "1985-07-30", None),
    ],
)
def test_a_place_of_birth_has_the_name_it_had_that_day(place: Place | None, born_on: str, names: Any):
    facts = ask(a_register(a_dossier(birth_place=place, born_on=born_on)), "life").facts

    assert facts is not None
    assert facts.parts["identity"].birth_place == names


@pytest.mark.parametrize(
    ("nationality", "born_on", "told"),
    [
        (Nationality(code="CS", since="1992-12-31"), "1992-12-31", "CS"),
        (Nationality(code="CS", since="1992-00-00"), "1992-00-00", "CS"),
        (Nationality(code="CSHH"), "1992-12-31", "CSHH"),
        (Nationality(code="CS", since="2004-05-01"), "1970-01-01", "CSXX"),
        (Nationality(code="CS"), "2004-05-01", "CSXX"),
        (Nationality(code="CSXX"), "1995-01-01", "CSXX"),
        (Nationality(code="YU"), "2003-02-03", "YU"),
        (Nationality(code="SU", since="1985-01-01"), "1970-01-01", "SU"),
        (Nationality(code="ZR"), "1997-00-00", "ZR"),
        (Nationality(code="ZR"), "1950-05-05", "ZR"),
        (Nationality(code="DD", since="1940-05-05"), "1940-05-05", "DD"),
    ],
)
def test_a_nationality_of_a_former_state_is_told_of_who_can_have_it(nationality: Nationality, born_on: str, told: str):
    facts = ask(a_register(a_dossier(nationalities=(nationality,), born_on=born_on)), "life").facts

    assert facts is not None
    assert facts.parts["identity"].nationalities == (told,)


@pytest.mark.parametrize(
    ("born_on", "told"),
    [
        ("1990-10-02", "DD"),
        ("1990-00-00", "DD"),
        ("1949-10-07", "DD"),
        ("1949-00-00", "DD"),
        ("1971-10-00", "ZR"),
        ("1985-05-05", "CS"),
        ("2005-05-05", "CSXX"),
    ],
)
def test_a_former_country_of_birth_is_told_of_who_was_born_there(born_on: str, told: str):
    code = "CS" if told == "CSXX" else told
    facts = ask(a_register(a_dossier(birth_country=code, born_on=born_on)), "life").facts

    assert facts is not None
    assert facts.parts["identity"].birth_country == told


def test_a_dossier_is_stored_with_its_register_and_place():
    dossier = entered(RegisterKind.WAITING, birth_place=Place(refnis="24062", names={"nl": "Leuven"}))

    assert dossier_of(dossier_document(dossier)) == dossier


def test_a_dossier_of_before_is_in_the_population_register():
    document = dossier_document(a_dossier())
    del document["registration"]["register"]

    assert dossier_of(document).registration.register is RegisterKind.POPULATION
