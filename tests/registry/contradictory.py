"""Registers that contradict themselves, each in one way."""

from dataclasses import replace

from services.contracts.extracts import MOST_MEMBERS
from services.contracts.national_number import compose
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Household,
    LegalCohabitation,
    Membership,
    Nationality,
    Place,
    Registration,
    Standing,
    Stay,
    Voting,
)
from tests.registry.fakes import (
    CHILD,
    EARLIER,
    GROWN,
    HOME,
    NOBODY,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    FakeRegister,
    a_dossier,
    a_household,
    a_register,
    gone,
)

LIFE, RESIDENCE, HOUSEHOLD = "life", "residence", "household-composition"
CIVIL_STATUS, COHABITATION, VOTER = "civil-status", "legal-cohabitation", "voter"
OLD, BIS = compose(1985, 7, 30, 3), compose(1985, 7, 30, 5, bis=40)
FUTURE = "2026-07-01"
BORN = "1987-03-12"
GROWN_UP = a_dossier(GROWN, born_on="2006-01-01")
NAMELESS = replace(HOME, street={"fr": "Rue de l'Exemple"})
LONG_STREET = replace(HOME, street={"nl": "a" * 301})

Case = tuple[FakeRegister, str]
"""A register, and the product with which PARENT meets the contradiction."""


def lived(*stays: tuple[str, str | None]) -> Case:
    """PARENT, at HOME from and to these days."""
    return a_register(a_dossier(stays=tuple(Stay(address=HOME, since=since, until=until) for since, until in stays))), (
        RESIDENCE
    )


def registered(since: str) -> Case:
    return a_register(a_dossier(registration=Registration(standing=Standing.RESIDENT, since=since))), LIFE


def born(born_on: str) -> Case:
    return a_register(replace(a_dossier(), born_on=born_on)), LIFE


def partner(**changes: object) -> Case:
    """Another member of the household, otherwise than the household says."""
    return a_register(replace(a_dossier(PARTNER, born_on=BORN, children=(CHILD, TODDLER, GROWN)), **changes)), HOUSEHOLD


def joined(since: str) -> Case:
    household = a_household()
    members = tuple(replace(each, since=since) if each.number == PARTNER else each for each in household.members)
    return a_register(household=replace(household, members=members)), HOUSEHOLD


def listing(*members: tuple[str, str]) -> Case:
    """A household that lists these, in a register of the family."""
    return a_register(household=a_household(*members)), HOUSEHOLD


def subject(**changes: object) -> Case:
    return a_register(replace(a_dossier(), **changes)), LIFE  # type: ignore[arg-type]


def national(*codes: str) -> Case:
    return subject(nationalities=tuple(Nationality(code=code) for code in codes))


def living(**changes: object) -> Case:
    """PARENT, at an address that cannot be one of the town."""
    stay = Stay(address=replace(HOME, **changes), since="2019-04-15")  # type: ignore[arg-type]
    return a_register(a_dossier(stays=(stay,), household=None)), RESIDENCE


def since(day: str) -> Registration:
    return Registration(standing=Standing.RESIDENT, since=day)


def married(**how: str) -> Case:
    return a_register(a_dossier(civil_status=CivilStatus(state=CivilState.MARRIED, **how))), HOUSEHOLD


def beside(relation: str, born_on: str) -> Case:
    """PARENT and somebody who by the dossiers is neither child nor parent."""
    other = a_dossier(STRANGER, born_on=born_on, stays=(Stay(address=HOME, since="2019-04-15"),))
    household = a_household((PARENT, "reference-person"), (STRANGER, relation))
    return a_register(a_dossier(), other, household=household), HOUSEHOLD


def spouses(state: CivilState, theirs: CivilState | None, *, theirs_of: str | None = None, dead: bool = False) -> Case:
    """PARENT, in that state with PARTNER, who is married to nobody, or is or was to `theirs_of`."""
    status = CivilStatus(state=theirs or CivilState.UNMARRIED, partner=theirs_of)
    other = a_dossier(PARTNER, born_on=BORN, civil_status=status)
    if dead:
        other = replace(other, registration=gone(Standing.DECEASED))
    own = a_dossier(civil_status=CivilStatus(state=state, since="2012-06-02", partner=PARTNER))
    return a_register(own, other), CIVIL_STATUS


def a_voter(nationality: str, *, registered_for: tuple[str, ...]) -> Case:
    voting = Voting(registered_for=registered_for)
    return a_register(a_dossier(nationalities=(Nationality(code=nationality),), voting=voting)), VOTER


def cohabitants(partner: str) -> Case:
    """PARENT, by a declaration of which the other's dossier says nothing."""
    return a_register(a_dossier(cohabitation=LegalCohabitation(partner=partner, since="2012-06-02"))), COHABITATION


def wed(
    relation: str,
    *,
    one: bool,
    other: bool,
    state: CivilState = CivilState.MARRIED,
    born_on: str = BORN,
    cohabiting: bool = False,
) -> Case:
    """PARENT and STRANGER, both of them married, where `one` and `other` to each other."""

    def status(names: bool, number: str) -> CivilStatus:
        return CivilStatus(state=state, since="2021-05-01", partner=number if names else None)

    def cohabitation(number: str) -> LegalCohabitation | None:
        return LegalCohabitation(partner=number, since="2020-01-01") if cohabiting else None

    return a_register(
        a_dossier(civil_status=status(one, STRANGER), cohabitation=cohabitation(STRANGER)),
        a_dossier(STRANGER, born_on=born_on, civil_status=status(other, PARENT), cohabitation=cohabitation(PARENT)),
        household=a_household((PARENT, "reference-person"), (STRANGER, relation)),
        family=False,
    ), HOUSEHOLD


def _family(*more: tuple[str, str], without: str = "") -> tuple[tuple[str, str], ...]:
    usual = ((PARENT, "reference-person"), (PARTNER, "spouse"), (CHILD, "child"), (TODDLER, "child"), (GROWN, "child"))
    return (*(each for each in usual if each[0] != without), *more)


def _moved_out(household: Household) -> FakeRegister:
    return a_register(household=replace(household, address=EARLIER))


def _crowd() -> FakeRegister:
    numbers = [compose(1990, 1 + n % 12, 1 + n // 12, 1) for n in range(MOST_MEMBERS)]
    household = Household(
        id="h1",
        address=HOME,
        members=(
            Membership(number=PARENT, relation="reference-person", since="2019-04-15"),
            *(Membership(number=number, relation="unrelated", since="2019-04-15") for number in numbers),
        ),
    )
    people = [a_dossier(number, born_on="1990-01-01") for number in numbers]
    return a_register(a_dossier(), *people, household=household, family=False)


def contradictions() -> dict[str, tuple[Contradiction, Case]]:
    """By what is wrong: the kind, and a register in which it is so."""
    kind = Contradiction
    elsewhere = a_dossier(PARTNER, born_on=BORN, household="h2", stays=(Stay(address=EARLIER, since="2019-04-15"),))
    unreadable = a_register()
    unreadable.breaks["dossiers"] = Inconsistent(kind.DOSSIER_UNREADABLE)
    ring = a_register(a_dossier(replaced_by=STRANGER), a_dossier(STRANGER, replaced_by=PARENT))
    return {
        "merged in a ring": (kind.MERGES_WITHOUT_END, (ring, LIFE)),
        "merged into itself": (kind.MERGES_WITHOUT_END, (a_register(a_dossier(replaced_by=PARENT)), LIFE)),
        "a member merged in a ring": (
            kind.MERGES_WITHOUT_END,
            partner(replaced_by=PARTNER),
        ),
        "merged into a dossier that is not there": (
            kind.MERGED_INTO_NOBODY,
            (a_register(a_dossier(replaced_by=NOBODY)), LIFE),
        ),
        "a member merged into a dossier that is not there": (kind.MERGED_INTO_NOBODY, partner(replaced_by=NOBODY)),
        "a dossier of another make": (kind.DOSSIER_UNREADABLE, (unreadable, HOUSEHOLD)),
        "no name": (kind.NAME_MISSING, (a_register(a_dossier(first_names=(), last_name="\u200b ")), LIFE)),
        "a name too long": (kind.TEXT_TOO_LONG, (a_register(a_dossier(last_name="a" * 301)), LIFE)),
        "too many names": (kind.TOO_MANY_FIRST_NAMES, (a_register(a_dossier(first_names=("A",) * 21)), LIFE)),
        "a name for private use": (kind.TEXT_UNPRINTABLE, partner(last_name="\ue000")),
        "a name that reads backwards": (kind.TEXT_UNPRINTABLE, partner(last_name="\u202enaaM")),
        "a name with an isolate, on an identity": (
            kind.TEXT_UNPRINTABLE,
            (a_register(a_dossier(first_names=("\u2067Voornaam\u2069",))), LIFE),
        ),
        "an address too long": (
            kind.TEXT_TOO_LONG,
            (
                a_register(
                    a_dossier(
                        stays=(Stay(address=replace(HOME, street={"nl": "a" * 301}), since="2019-04-15"),),
                        household=None,
                    )
                ),
                RESIDENCE,
            ),
        ),
        "a member under a BIS number": (
            kind.RESIDENT_WITH_BIS_NUMBER,
            (
                a_register(
                    a_dossier(BIS, household="h1"),
                    household=a_household((PARENT, "reference-person"), (BIS, "partner")),
                ),
                HOUSEHOLD,
            ),
        ),
        "born on no day": (kind.DATE_IMPOSSIBLE, born("1985-02-30")),
        "born in no month": (kind.DATE_IMPOSSIBLE, born("1985-13-01")),
        "born on a day of no month": (kind.DATE_IMPOSSIBLE, born("1985-00-12")),
        "born in words": (kind.DATE_IMPOSSIBLE, born("30/07/1985")),
        "born never": (kind.DATE_IMPOSSIBLE, born("")),
        "born with other digits": (kind.DATE_IMPOSSIBLE, born("१९८५-०७-३०")),
        "born too long ago": (kind.DATE_IMPOSSIBLE, born("1885-07-30")),
        "born in the future": (kind.DATE_IN_THE_FUTURE, born(FUTURE)),
        "a member born in the future": (kind.DATE_IN_THE_FUTURE, partner(born_on=FUTURE)),
        "registered on no day": (kind.DATE_IMPOSSIBLE, registered("2010-06-31")),
        "registered in the future": (kind.DATE_IN_THE_FUTURE, registered(FUTURE)),
        "registered before birth": (kind.DATES_OUT_OF_ORDER, registered("1985-07-29")),
        "died in the future": (
            kind.DATE_IN_THE_FUTURE,
            (a_register(a_dossier(registration=Registration(standing=Standing.DECEASED, since=FUTURE))), LIFE),
        ),
        "moved in on no day": (kind.DATE_IMPOSSIBLE, lived(("2019-04-31", None))),
        "moved in on a day unknown": (kind.DATE_IMPOSSIBLE, lived(("2019-04-00", None))),
        "moved in in the future": (kind.DATE_IN_THE_FUTURE, lived((FUTURE, None))),
        "moved in before birth": (kind.DATES_OUT_OF_ORDER, lived(("1980-01-01", None))),
        "moved out on no day": (kind.DATE_IMPOSSIBLE, lived(("2010-01-01", "2011"), ("2019-04-15", None))),
        "moved out before moving in": (
            kind.DATES_OUT_OF_ORDER,
            lived(("2012-01-01", "2010-01-01"), ("2019-04-15", None)),
        ),
        "moved in before moving out": (
            kind.DATES_OUT_OF_ORDER,
            lived(("2010-01-01", "2020-01-01"), ("2019-04-15", None)),
        ),
        "to move out in the future": (kind.DATE_IN_THE_FUTURE, lived(("2019-04-15", FUTURE))),
        "two stays that go on": (kind.RESIDENT_AT_TWO_ADDRESSES, lived(("2010-01-01", None), ("2019-04-15", None))),
        "no stay": (kind.RESIDENT_WITHOUT_ADDRESS, lived()),
        "no stay, and a household": (kind.RESIDENT_WITHOUT_ADDRESS, (lived()[0], HOUSEHOLD)),
        "a last stay that ended": (kind.RESIDENT_WITHOUT_ADDRESS, lived(("2010-01-01", "2020-01-01"))),
        "no household": (kind.RESIDENT_WITHOUT_HOUSEHOLD, (a_register(a_dossier(household=None)), HOUSEHOLD)),
        "a household that is not there": (
            kind.RESIDENT_WITHOUT_HOUSEHOLD,
            (a_register(a_dossier(household="h9")), HOUSEHOLD),
        ),
        "not in the own household": (
            kind.SUBJECT_NOT_IN_HOUSEHOLD,
            (
                a_register(
                    a_dossier(), household=a_household((PARTNER, "reference-person"), *_family(without=PARENT)[1:])
                ),
                HOUSEHOLD,
            ),
        ),
        "not in the own household, for a residence": (
            kind.SUBJECT_NOT_IN_HOUSEHOLD,
            (a_register(a_dossier(), household=a_household((PARTNER, "reference-person"))), RESIDENCE),
        ),
        "a household elsewhere": (kind.HOUSEHOLD_AT_ANOTHER_ADDRESS, (_moved_out(a_household()), HOUSEHOLD)),
        "a household elsewhere, for a residence": (
            kind.HOUSEHOLD_AT_ANOTHER_ADDRESS,
            (_moved_out(a_household()), RESIDENCE),
        ),
        "a resident whom the household does not list": (
            kind.HOUSEHOLD_LACKS_RESIDENT,
            (
                a_register(a_dossier(GROWN, born_on="2006-01-01"), household=a_household(*_family(without=GROWN))),
                HOUSEHOLD,
            ),
        ),
        "two reference persons": (
            kind.HOUSEHOLD_WITHOUT_ONE_REFERENCE_PERSON,
            listing(*_family((PARTNER, "reference-person"), without=PARTNER)),
        ),
        "no reference person": (
            kind.HOUSEHOLD_WITHOUT_ONE_REFERENCE_PERSON,
            listing(*_family((PARENT, "sibling"), without=PARENT)),
        ),
        "a crowd": (kind.HOUSEHOLD_TOO_LARGE, (_crowd(), HOUSEHOLD)),
        "a member whom nobody knows": (kind.MEMBER_WITHOUT_DOSSIER, listing(*_family((NOBODY, "child")))),
        "a member twice": (kind.MEMBER_TWICE, listing(*_family((PARTNER, "spouse")))),
        "the subject twice": (kind.MEMBER_TWICE, listing(*_family((PARENT, "child")))),
        "a member twice, once under an old number": (
            kind.MEMBER_TWICE,
            (
                a_register(a_dossier(OLD, replaced_by=PARTNER), household=a_household(*_family((OLD, "sibling")))),
                HOUSEHOLD,
            ),
        ),
        "a dead husband whose membership was not closed": (
            kind.MEMBERSHIP_NOT_CLOSED,
            partner(registration=gone(Standing.DECEASED)),
        ),
        "a member who moved out": (kind.MEMBERSHIP_NOT_CLOSED, partner(registration=gone(Standing.MOVED_OUT))),
        "a member of another household": (kind.MEMBER_OF_ANOTHER_HOUSEHOLD, (a_register(elsewhere), HOUSEHOLD)),
        "a member of no household": (kind.MEMBER_OF_ANOTHER_HOUSEHOLD, partner(household=None)),
        "a member who lives elsewhere": (
            kind.MEMBER_AT_ANOTHER_ADDRESS,
            partner(stays=(Stay(address=EARLIER, since="2019-04-15"),)),
        ),
        "a member without an address": (kind.MEMBER_AT_ANOTHER_ADDRESS, partner(stays=())),
        "a spouse after a divorce": (
            kind.SPOUSE_AFTER_THE_END,
            partner(civil_status=CivilStatus(state=CivilState.DIVORCED)),
        ),
        "a legal cohabitant after the end": (
            kind.LEGAL_COHABITANT_AFTER_THE_END,
            (
                a_register(
                    a_dossier(cohabitation=LegalCohabitation(partner=PARTNER, since="2019-04-15", until="2024-01-01")),
                    household=a_household(*_family((PARTNER, "legal-cohabitant"), without=PARTNER)),
                ),
                HOUSEHOLD,
            ),
        ),
        "an address without a name in the town's language": (
            kind.ADDRESS_WITHOUT_NAME_IN_NL,
            (
                a_register(a_dossier(stays=(Stay(address=NAMELESS, since="2019-04-15"),), household=None)),
                RESIDENCE,
            ),
        ),
        "a first name that is not seen": (kind.NAME_MISSING, subject(first_names=("A", " "))),
        "a last name that is not seen": (kind.NAME_MISSING, subject(first_names=("-",), last_name="\u200b")),
        "a street that is blank": (kind.ADDRESS_WITHOUT_NAME_IN_NL, living(street={"nl": " "})),
        "no house number": (kind.ADDRESS_INCOMPLETE, living(house_number="")),
        "a blank postal code": (kind.ADDRESS_INCOMPLETE, living(postcode=" ")),
        "another town": (kind.ADDRESS_OUTSIDE_TOWN, living(postcode="1000", municipality={"nl": "Brussel"})),
        "a country of no table": (kind.CODE_UNKNOWN, subject(birth_country="QQ")),
        "no country": (kind.CODE_UNKNOWN, subject(birth_country="")),
        "born in no municipality": (kind.CODE_UNKNOWN, subject(birth_place=Place(refnis="99999"))),
        "a sex of no table": (kind.CODE_UNKNOWN, subject(sex="Q")),
        "a nationality in small letters": (kind.CODE_UNKNOWN, national("be")),
        "a continent": (kind.CODE_UNKNOWN, national("001")),
        "a union": (kind.CODE_UNKNOWN, national("EU")),
        "a member's nationality": (kind.CODE_UNKNOWN, partner(nationalities=(Nationality(code="ZZ"),))),
        "a nationality twice": (kind.NATIONALITY_TWICE, national("BE", "FR", "BE")),
        "a nationality by both its codes": (kind.NATIONALITY_TWICE, national("SU", "SUHH")),
        "a nationality by its state's former name": (kind.NATIONALITY_TWICE, national("ZR", "CD")),
        "a nationality of a state that another took in": (kind.NATIONALITY_TWICE, national("DE", "DDDE")),
        "a Moroccan who is entered as a voter for the European Parliament": (
            kind.VOTER_NOT_ENTITLED,
            a_voter("MA", registered_for=("european",)),
        ),
        "a Yugoslav who is a Serb": (kind.NATIONALITY_OUTLIVED, national("YU", "RS")),
        "a Croat who is a Yugoslav, and Belgian": (kind.NATIONALITY_OUTLIVED, national("BE", "HR", "YUCS")),
        "a Serb who is of Serbia and Montenegro": (
            kind.NATIONALITY_OUTLIVED,
            subject(nationalities=(Nationality(code="RS"), Nationality(code="CS", since="2004-05-01"))),
        ),
        "a Soviet Lithuanian, each since their day": (
            kind.NATIONALITY_OUTLIVED,
            subject(
                nationalities=(
                    Nationality(code="SU", since="1985-07-30"),
                    Nationality(code="LT", since="1990-03-11"),
                )
            ),
        ),
        "a Czechoslovak Slovak": (kind.NATIONALITY_OUTLIVED, national("CSHH", "SK")),
        "a Czechoslovak born after Czechoslovakia": (
            kind.STATE_ENDED,
            subject(born_on="1993-01-01", nationalities=(Nationality(code="CS"),)),
        ),
        "who became Soviet after the Soviet Union": (
            kind.STATE_ENDED,
            subject(nationalities=(Nationality(code="SU", since="1995-03-01"),)),
        ),
        "a Czechoslovak since before the birth": (
            kind.STATE_ENDED,
            subject(born_on="1995-01-01", nationalities=(Nationality(code="CS", since="1990-01-01"),)),
        ),
        "born in a country after its end": (kind.STATE_ENDED, subject(born_on="1990-10-03", birth_country="DD")),
        "born in a country before it began": (
            kind.STATE_NOT_YET_BEGUN,
            subject(born_on="1950-05-05", birth_country="ZR"),
        ),
        "born in what Yugoslavia became": (
            kind.STATE_NOT_YET_BEGUN,
            subject(born_on="1985-05-05", birth_country="CSXX", nationalities=(Nationality(code="CSXX"),)),
        ),
        "the later CS beside the earlier": (
            kind.CODE_AMBIGUOUS,
            subject(
                born_on="1985-05-05", birth_country="CS", nationalities=(Nationality(code="CS", since="2004-05-01"),)
            ),
        ),
        "born in CS, and a Serb": (
            kind.CODE_AMBIGUOUS,
            subject(born_on="1985-05-05", birth_country="CS", nationalities=(Nationality(code="RS"),)),
        ),
        "a national of one CS or the other": (
            kind.CODE_AMBIGUOUS,
            subject(born_on="1985-05-05", nationalities=(Nationality(code="CS"),)),
        ),
        "a national of CS, born in Yugoslavia": (
            kind.CODE_AMBIGUOUS,
            subject(
                born_on="1985-05-05", birth_country="YU", nationalities=(Nationality(code="CS", since="1985-05-05"),)
            ),
        ),
        "a member of a state that had ended": (
            kind.STATE_ENDED,
            partner(born_on="1999-01-01", nationalities=(Nationality(code="ZR"),)),
        ),
        "stateless and Belgian": (kind.NATIONALITIES_EXCLUSIVE, national("XS", "BE")),
        "at the address before the registration": (
            kind.DATES_OUT_OF_ORDER,
            (a_register(a_dossier(registration=since("2025-01-01"))), RESIDENCE),
        ),
        "married in the future": (kind.DATE_IN_THE_FUTURE, married(since=FUTURE)),
        "a member registered in the future": (kind.DATE_IN_THE_FUTURE, partner(registration=since(FUTURE))),
        "a member with two stays": (
            kind.RESIDENT_AT_TWO_ADDRESSES,
            partner(stays=(Stay(address=EARLIER, since="2010-01-01"), Stay(address=HOME, since="2019-04-15"))),
        ),
        "a member who came later": (
            kind.MEMBER_LIVED_ELSEWHERE,
            partner(stays=(Stay(address=HOME, since="2024-01-01"),)),
        ),
        "two spouses": (kind.SEVERAL_SPOUSES, listing(*_family((GROWN, "spouse"), without=GROWN))),
        "a spouse and a legal cohabitant": (
            kind.SEVERAL_SPOUSES,
            listing(*_family((GROWN, "legal-cohabitant"), without=GROWN)),
        ),
        "a spouse who is married to another": (
            kind.SPOUSE_OF_ANOTHER,
            partner(civil_status=CivilStatus(state=CivilState.MARRIED, partner=STRANGER)),
        ),
        "the spouse of who is married to another": (kind.SPOUSE_OF_ANOTHER, married(partner=NOBODY)),
        "a legal cohabitant who declared nothing": (
            kind.LEGAL_COHABITATION_UNDECLARED,
            listing(*_family((PARTNER, "legal-cohabitant"), without=PARTNER)),
        ),
        "a spouse of five": (kind.SPOUSE_TOO_YOUNG, listing((PARENT, "reference-person"), (TODDLER, "spouse"))),
        "an own child for a spouse": (
            kind.RELATION_AGAINST_DESCENT,
            listing((PARENT, "reference-person"), (GROWN, "spouse")),
        ),
        "a child as old as its parent": (kind.RELATION_AGAINST_AGE, beside("child", "1985-07-30")),
        "a child nine years younger": (kind.RELATION_AGAINST_AGE, beside("child", "1995-07-29")),
        "a child in its parent's tenth year, as far as is known": (
            kind.RELATION_AGAINST_AGE,
            beside("child", "1994-00-00"),
        ),
        "a parent six years older": (kind.RELATION_AGAINST_AGE, beside("parent", "1979-01-01")),
        "a grandchild nineteen years younger": (kind.RELATION_AGAINST_AGE, beside("grandchild", "2005-07-29")),
        "a grandparent nineteen years older": (kind.RELATION_AGAINST_AGE, beside("grandparent", "1965-07-31")),
        "a great-grandchild of twenty-nine years less": (
            kind.RELATION_AGAINST_AGE,
            beside("great-grandchild", "2015-07-29"),
        ),
        "a great-grandparent of twenty-nine years more": (
            kind.RELATION_AGAINST_AGE,
            beside("great-grandparent", "1955-07-31"),
        ),
        **{
            f"an own child as {word}": (
                kind.RELATION_AGAINST_DESCENT,
                listing((PARENT, "reference-person"), (GROWN, word)),
            )
            for word in ("stepchild", "foster-child", "unrelated", "partner")
        },
        "an own parent as unrelated": (
            kind.RELATION_AGAINST_DESCENT,
            listing((GROWN, "reference-person"), (PARENT, "unrelated")),
        ),
        **{
            f"a spouse as {word}": (kind.RELATION_AGAINST_MARRIAGE, wed(word, one=True, other=True))
            for word in ("unrelated", "partner")
        },
        "a spouse as child": (kind.RELATION_AGAINST_MARRIAGE, wed("child", one=True, other=True, born_on="2000-01-01")),
        "a spouse as unrelated, whom one of the two does not name": (
            kind.RELATION_AGAINST_MARRIAGE,
            wed("unrelated", one=True, other=False),
        ),
        "separated from bed and board as unrelated": (
            kind.RELATION_AGAINST_MARRIAGE,
            wed("unrelated", one=True, other=True, state=CivilState.SEPARATED),
        ),
        "a legal cohabitation that went on into marriage": (
            kind.RELATION_AGAINST_MARRIAGE,
            wed("legal-cohabitant", one=True, other=True, cohabiting=True),
        ),
        "married to somebody who died": (kind.MARRIED_TO_THE_DECEASED, spouses(CivilState.MARRIED, None, dead=True)),
        "widowed of somebody who lives": (kind.WIDOWED_OF_THE_LIVING, spouses(CivilState.WIDOWED, None)),
        "married to somebody who is not": (kind.MARRIAGE_ON_ONE_SIDE, spouses(CivilState.MARRIED, CivilState.DIVORCED)),
        "cohabiting with nobody known": (kind.COHABITANT_WITHOUT_DOSSIER, cohabitants(NOBODY)),
        "cohabiting with somebody who does not": (kind.COHABITATION_ON_ONE_SIDE, cohabitants(PARTNER)),
        "divorced from somebody who is married to them still": (
            kind.MARRIAGE_ON_ONE_SIDE,
            spouses(CivilState.DIVORCED, CivilState.MARRIED, theirs_of=PARENT),
        ),
        "married to themselves": (
            kind.BOUND_TO_ONESELF,
            (
                a_register(a_dossier(civil_status=CivilStatus(state=CivilState.MARRIED, partner=PARENT))),
                CIVIL_STATUS,
            ),
        ),
        "cohabiting with themselves": (kind.BOUND_TO_ONESELF, cohabitants(PARENT)),
        "cohabiting and married": (
            kind.COHABITATION_INTO_MARRIAGE,
            (wed("spouse", one=True, other=True, cohabiting=True)[0], COHABITATION),
        ),
        "an older grandchild": (kind.RELATION_AGAINST_AGE, beside("grandchild", "1950-00-00")),
        "a younger parent": (kind.RELATION_AGAINST_AGE, beside("parent", "2006-01-01")),
        "the subject twice, for a residence": (
            kind.MEMBER_TWICE,
            (a_register(household=a_household(*_family((PARENT, "child")))), RESIDENCE),
        ),
        "the subject under an old number as well, for a residence": (
            kind.MEMBER_TWICE,
            (
                a_register(a_dossier(OLD, replaced_by=PARENT), household=a_household(*_family((OLD, "child")))),
                RESIDENCE,
            ),
        ),
        "a resident who is not listed, for a residence": (
            kind.HOUSEHOLD_LACKS_RESIDENT,
            (a_register(GROWN_UP, household=a_household(*_family(without=GROWN))), RESIDENCE),
        ),
        "a relation that is none": (kind.RELATION_UNKNOWN, listing(*_family((PARTNER, "friend"), without=PARTNER))),
        "joined on no day": (kind.DATE_IMPOSSIBLE, joined("2019-02-29")),
        "joined on a day unknown": (kind.DATE_IMPOSSIBLE, joined("2019-00-00")),
        "joined in the future": (kind.DATE_IN_THE_FUTURE, joined(FUTURE)),
        "joined before birth": (kind.DATES_OUT_OF_ORDER, joined("1987-03-11")),
    }
