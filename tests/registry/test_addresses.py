"""When two entries are of one address, and which addresses are the town's."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from services.contracts.address import Address
from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.national_number import compose
from services.registry.addresses import is_same_address
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Household, LegalCohabitation, Membership, Stay
from services.registry.inquiry import Answer, inquire
from tests.registry.fakes import (
    CHILD,
    HOME,
    NOBODY,
    NOON,
    PARENT,
    PARTNER,
    STRANGER,
    TOWN,
    FakeRegister,
    a_dossier,
    a_household,
    a_register,
)

CHURCH = replace(HOME, street={"nl": "Sint-Jansstraat", "fr": "Rue de l’Église"}, house_number="12A", box=None)


def ask(register: FakeRegister, product: str = "residence", *, town: str = TOWN, subject: str = PARENT) -> Answer:
    return inquire(
        Request(applicant=PARENT, subject=subject, capacity="self" if subject == PARENT else "parent"),
        application_id="a1",
        town=town,
        product=products()[product],
        view=replace(register, town=town),
        now=NOON,
    )


ALIKE: dict[str, dict[str, Any]] = {
    "capitals": {"street": {"nl": "SINT-JANSSTRAAT", "fr": "RUE DE L’ÉGLISE"}},
    "accents": {"street": {"nl": "Sint-Jansstraat", "fr": "Rue de l’Eglise"}},
    "accents of two signs": {"street": {"nl": "Sint-Jansstraat", "fr": "Rue de l’E\u0301glise"}},
    "capitals without accents": {"street": {"fr": "RUE DE L'EGLISE"}},
    "a straight apostrophe": {"street": {"fr": "Rue de l'Église"}},
    "no hyphen": {"street": {"nl": "Sint Jansstraat"}},
    "an empty box": {"box": ""},
    "a blank box": {"box": " "},
    "a dash for a box": {"box": "-"},
    "a space in the number": {"house_number": "12 A"},
    "a small letter": {"house_number": "12a"},
    "a hyphen in the number": {"house_number": "12-A"},
    "spaces around": {"postcode": " 3200 ", "house_number": " 12A"},
}
OTHERS: dict[str, dict[str, Any]] = {
    "another letter": {"house_number": "12B"},
    "no letter": {"house_number": "12"},
    "another number": {"house_number": "112A"},
    "a box": {"box": "1"},
    "another street": {"street": {"nl": "Sint-Jozefstraat", "fr": "Rue de l’Église"}},
}


@pytest.mark.parametrize("difference", ALIKE)
def test_what_people_read_as_one_address_is_one(difference: str):
    other = replace(CHURCH, **ALIKE[difference])

    assert is_same_address(CHURCH, other)


@pytest.mark.parametrize("difference", OTHERS)
def test_what_people_read_as_two_addresses_is_two(difference: str):
    assert not is_same_address(CHURCH, replace(CHURCH, **OTHERS[difference]))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("12-14", "1214", False),
        ("12-14", "12/14", False),
        ("12 14", "12-14", False),
        ("12–14", "12-14", True),
        ("12²", "122", False),
        ("12²", "12/2", False),
        ("12½", "121/2", False),
        ("12'", "12''", False),
        ("12’", "12'", True),
        ("-1", "1", False),
        ("-1", "+1", False),
        ("012", "12", False),
        ("１２", "12", True),
        ("1-214", "12-14", False),
        ("12bis", "12 BIS", True),
        ("12", "12-", True),
    ],
)
def test_a_number_of_two_houses_is_not_that_of_one(one: str, other: str, same: bool):
    assert is_same_address(replace(HOME, house_number=one), replace(HOME, house_number=other)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("3", "bus 3", True),
        ("3", "Bte. 3", True),
        ("3", " 3 ", True),
        ("1 A", "1-A", True),
        ("1 - A", "1A", True),
        ("1 - 2", "1-2", True),
        (None, "0000", True),
        (None, "geen", True),
        (None, "-1", False),
        ("1", "-1", False),
        ("-1", "+1", False),
        ("1.1", "11", False),
        ("1/A", "1A", False),
        ("101", "0101", False),
        ("1", "1²", False),
    ],
)
def test_a_box_is_what_it_says_without_the_word_for_one(one: str | None, other: str, same: bool):
    assert is_same_address(replace(HOME, box=one), replace(HOME, box=other)) is same
    assert is_same_address(replace(HOME, box=other), replace(HOME, box=one)) is same


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Laan 1 1", "Laan 11", False),
        ("Wijk 1-2", "Wijk 12", False),
        ("Wijk 1-2", "Wijk 1/2", False),
        ("Wijk 1–2", "wijk 1 - 2", True),
        ("Wijk 2²", "Wijk 22", False),
        ("Rue des Pêches", "Rue des Péchés", False),
        ("Rue des Pêches", "Rue des Peches", True),
        ("Rue des Péchés", "RUE DES PECHES", True),
        ("Rue de l’Église-Fraîche", "Rue de l'Eglise-Fraîche", True),
        ("Place du 11 Novembre", "Place du 11-Novembre", True),
        ("Sint-Jansstraat", "St.-Jansstraat", False),
        ("Œuvrestraat", "Oeuvrestraat", True),
    ],
)
def test_a_street_is_what_people_read(one: str, other: str, same: bool):
    assert is_same_address(replace(HOME, street={"nl": one}), replace(HOME, street={"nl": other})) is same
    assert is_same_address(replace(HOME, street={"nl": other}), replace(HOME, street={"nl": one})) is same


@pytest.mark.parametrize("number", ["0", "0000", "-", "NULL", "geen", " "])
def test_a_house_without_a_number_is_not_certified(number: str):
    address = replace(HOME, house_number=number)
    register = a_register(a_dossier(stays=(Stay(address=address, since="2019-04-15"),), household=None), family=False)

    with pytest.raises(Inconsistent, match=Contradiction.ADDRESS_INCOMPLETE):
        ask(register)


@pytest.mark.parametrize("product", ["residence", "household-composition"])
@pytest.mark.parametrize("difference", ALIKE)
def test_a_household_that_is_written_otherwise_is_at_the_same_address(difference: str, product: str):
    household = replace(a_household((PARENT, "reference-person")), address=replace(CHURCH, **ALIKE[difference]))
    register = a_register(
        a_dossier(stays=(Stay(address=CHURCH, since="2019-04-15"),)), household=household, family=False
    )

    facts = ask(register, product).facts

    assert facts is not None
    part = facts.parts.get("residence") or facts.parts.get("household")
    assert part is not None
    assert part.address == CHURCH


IXELLES = {"nl": "Elsene", "fr": "Ixelles"}
BRUSSELS = {"nl": "Brussel", "fr": "Bruxelles"}


@pytest.mark.parametrize(
    ("town", "municipality", "is_here"),
    [
        ("21009", IXELLES, True),
        ("21004", BRUSSELS, True),
        ("21009", BRUSSELS, False),
        ("21004", IXELLES, False),
        ("21004", {"nl": "ELSENE", "fr": "IXELLES"}, False),
        ("21009", {"nl": "ELSENE", "fr": "IXELLES "}, True),
        ("21004", {"nl": "Brussel", "fr": "Ixelles"}, False),
        ("21005", IXELLES, False),
    ],
)
def test_a_postal_code_of_two_towns_is_one_of_each_by_its_name(town: str, municipality: dict[str, str], is_here: bool):
    """1050 is Ixelles, and the Avenue Louise, which is the City of Brussels."""
    address = Address(
        street={"nl": "Louizalaan", "fr": "Avenue Louise"},
        house_number="1",
        box=None,
        postcode="1050",
        municipality=municipality,
    )
    register = a_register(a_dossier(stays=(Stay(address=address, since="2019-04-15"),), household=None), family=False)

    if is_here:
        assert ask(register, town=town).facts is not None
    else:
        with pytest.raises(Inconsistent, match=Contradiction.ADDRESS_OUTSIDE_TOWN):
            ask(register, town=town)


def home_of(*members: str, collective: bool = True) -> Household:
    return replace(a_household(*((number, "community-member") for number in members)), collective=collective)


WRONG: dict[str, Callable[[], FakeRegister]] = {
    "somebody whom nobody knows": lambda: a_register(household=home_of(PARENT, NOBODY), family=False),
    "somebody twice": lambda: a_register(a_dossier(STRANGER), household=home_of(PARENT, STRANGER, STRANGER)),
    "somebody of another household": lambda: a_register(
        a_dossier(STRANGER, household="h9"), household=home_of(PARENT, STRANGER)
    ),
    "somebody at another address": lambda: a_register(
        a_dossier(STRANGER, stays=(Stay(address=CHURCH, since="2019-04-15"),)), household=home_of(PARENT, STRANGER)
    ),
    "not all who live there": lambda: a_register(a_dossier(STRANGER), household=home_of(PARENT)),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_whom_else_a_care_home_or_prison_lists_wrongly_keeps_nobody_from_their_own_address(wrong: str):
    register = WRONG[wrong]()
    register.dossiers_.setdefault(PARENT, a_dossier())

    facts = ask(register).facts

    assert facts is not None
    assert facts.parts.get("household") is None


@pytest.mark.parametrize("wrong", WRONG)
def test_nor_is_anybody_certified_to_live_with_them(wrong: str):
    register = WRONG[wrong]()
    register.dossiers_.setdefault(PARENT, a_dossier())

    assert ask(register, "household-composition").refusal is Refusal.COLLECTIVE_HOUSEHOLD


@pytest.mark.parametrize(
    ("members", "kind"),
    [
        ((PARENT, PARENT), Contradiction.MEMBER_TWICE),
        ((STRANGER,), Contradiction.SUBJECT_NOT_IN_HOUSEHOLD),
    ],
)
def test_but_somebody_whom_it_lists_wrongly_is_not_certified_to_live_there(members: tuple[str, ...], kind: str):
    register = a_register(a_dossier(), a_dossier(STRANGER), household=home_of(*members), family=False)

    with pytest.raises(Inconsistent, match=kind):
        ask(register)


@pytest.mark.parametrize("wrong", ["somebody whom nobody knows", "not all who live there", "somebody twice"])
def test_a_minor_in_a_collective_household_is_sent_to_the_desk_whatever_it_lists(wrong: str):
    register = WRONG[wrong]()
    household = replace(
        register.household_,
        members=(
            *register.household_.members,
            Membership(number=CHILD, relation="community-member", since="2019-04-15"),
        ),
    )
    minor = a_dossier(CHILD, born_on="2015-05-04", parents=())
    register = a_register(a_dossier(), a_dossier(STRANGER), minor, household=household, family=False)

    answer = inquire(
        Request(applicant=CHILD, subject=CHILD, capacity="self"),
        application_id="a1",
        town=TOWN,
        product=products()["residence"],
        view=register,
        now=NOON,
    )

    assert answer.refusal is Refusal.COLLECTIVE_HOUSEHOLD


OLD = compose(1987, 3, 12, 4)


@pytest.mark.parametrize("listed", [PARTNER, OLD])
@pytest.mark.parametrize("named", [PARTNER, OLD])
@pytest.mark.parametrize(
    ("until", "kind"), [("2024-01-01", Contradiction.LEGAL_COHABITANT_AFTER_THE_END), (None, None)]
)
def test_a_cohabitation_with_somebody_under_an_old_number_ends_all_the_same(
    listed: str, named: str, until: str | None, kind: str | None
):
    """Whichever of the two numbers the household lists, and whichever the dossier of the other names."""
    household = a_household((PARENT, "reference-person"), (listed, "legal-cohabitant"))
    register = a_register(
        a_dossier(cohabitation=LegalCohabitation(partner=named, since="2019-04-15", until=until)),
        a_dossier(PARTNER, born_on="1987-03-12"),
        a_dossier(OLD, born_on="1987-03-12", replaced_by=PARTNER),
        household=household,
        family=False,
    )

    if kind:
        with pytest.raises(Inconsistent, match=kind):
            ask(register, "household-composition")
    else:
        facts = ask(register, "household-composition").facts
        assert facts is not None
        assert [member.relation for member in facts.parts["household"].members] == [
            "reference-person",
            "legal-cohabitant",
        ]


@pytest.mark.parametrize("named", [PARTNER, OLD])
def test_nor_does_an_old_number_hide_that_somebody_cohabits_with_another(named: str):
    household = a_household((PARENT, "reference-person"), (STRANGER, "legal-cohabitant"))
    register = a_register(
        a_dossier(cohabitation=LegalCohabitation(partner=named, since="2019-04-15")),
        a_dossier(STRANGER, born_on="1970-01-01"),
        a_dossier(PARTNER, born_on="1987-03-12", household="h9"),
        a_dossier(OLD, born_on="1987-03-12", replaced_by=PARTNER, household="h9"),
        household=household,
        family=False,
    )

    with pytest.raises(Inconsistent, match=Contradiction.SPOUSE_OF_ANOTHER):
        ask(register, "household-composition")
