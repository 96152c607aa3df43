"""What each fact of the population says, of whom, and of whom not."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Facts, Request
from services.contracts.facts.civil_status import CivilStatus as CivilStatusPart
from services.contracts.facts.departure import Departure
from services.contracts.facts.last_wishes import LastWishes as LastWishesPart
from services.contracts.facts.legal_cohabitation import LegalCohabitation as LegalCohabitationPart
from services.contracts.facts.nationality import HeldNationality
from services.contracts.facts.nationality import Nationality as NationalityPart
from services.contracts.facts.residence_history import Stay as PastStay
from services.contracts.facts.voter import Voter
from services.contracts.national_number import compose
from services.contracts.register_codes import ELECTIONS
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    LastWishes,
    LegalCohabitation,
    Nationality,
    RegisterKind,
    Registration,
    Standing,
    Stay,
    Voting,
)
from services.registry.inquiry import Answer, inquire
from tests.registry.fakes import (
    EARLIER,
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
    a_product,
    a_register,
    gone,
)

OLD = compose(1987, 3, 12, 7)
KIND = Contradiction
ENDED = (CivilState.DIVORCED, CivilState.MARRIAGE_ANNULLED, CivilState.MARRIAGE_DISSOLVED)


def ask(register: FakeRegister, fact: str) -> Answer:
    return inquire(
        Request(applicant=PARENT, subject=PARENT, capacity="self"),
        application_id="a1",
        town=TOWN,
        product=a_product("identity", fact, capacities=("self",)),
        view=register,
        now=NOON,
    )


def part(fact: str, *others: Dossier, **subject: Any) -> Any:
    facts = ask(a_register(a_dossier(**subject), *others), fact).facts
    assert isinstance(facts, Facts)
    return facts.parts[fact]


def refusal(fact: str, *others: Dossier, **subject: Any) -> Refusal | None:
    return ask(a_register(a_dossier(**subject), *others), fact).refusal


def contradiction(fact: str, *others: Dossier, **subject: Any) -> str:
    with pytest.raises(Inconsistent) as found:
        ask(a_register(a_dossier(**subject), *others), fact)
    return found.value.what


def wed(state: CivilState = CivilState.MARRIED, partner: str | None = PARTNER) -> CivilStatus:
    return CivilStatus(state=state, since="2012-06-02", partner=partner)


def cohabiting(partner: str = PARTNER, until: str | None = None) -> LegalCohabitation:
    return LegalCohabitation(partner=partner, since="2012-06-02", until=until)


def the_other(number: str = PARTNER, **chosen: Any) -> Dossier:
    return a_dossier(number, **{"born_on": "1987-03-12", "first_names": ("Andere",), **chosen})


def test_a_history_has_all_addresses_the_last_one_first():
    history = part("residence-history")

    assert history.stays == (
        PastStay(address=HOME, since="2019-04-15"),
        PastStay(address=EARLIER, since="2010-01-01", until="2019-04-15"),
    )


def test_a_history_goes_back_beyond_the_town():
    elsewhere = replace(EARLIER, postcode="1000", municipality={"fr": "Bruxelles"}, street={"fr": "Rue de l'Exemple"})
    stays = (Stay(address=elsewhere, since="2001-00-00", until="2010-01-01"), *a_dossier().stays)

    history = part("residence-history", stays=stays)

    assert history.stays[-1] == PastStay(address=elsewhere, since="2001-00-00", until="2010-01-01")


def test_a_protected_resident_has_no_history_on_paper():
    assert refusal("residence-history", protected_address=True) is Refusal.PROTECTED_ADDRESS


def test_an_earlier_address_that_says_nothing_is_the_towns_to_mend():
    nowhere = replace(EARLIER, street={"nl": " "})
    stays = (Stay(address=nowhere, since="2010-01-01", until="2019-04-15"), a_dossier().stays[-1])

    assert contradiction("residence-history", stays=stays) == KIND.ADDRESS_INCOMPLETE


def test_nationalities_are_told_with_the_day_since_when_where_it_is_known():
    held = (Nationality(code="MA"), Nationality(code="BE", since="2015-02-03"))

    assert part("nationality", nationalities=held) == NationalityPart(
        held=(HeldNationality(code="MA"), HeldNationality(code="BE", since="2015-02-03")), sex="M"
    )


@pytest.mark.parametrize("state", [state for state in CivilState if state is not CivilState.NOT_SAID])
def test_a_civil_status_is_told_as_it_is_recorded(state: CivilState):
    status = CivilStatus(state=state, since="2012-00-00")

    assert part("civil-status", civil_status=status) == CivilStatusPart(state=state.value, since="2012-00-00", sex="M")


def test_a_civil_status_that_the_register_does_not_say_is_not_told():
    assert refusal("civil-status", civil_status=CivilStatus(state=CivilState.NOT_SAID)) is Refusal.NOT_TOLD


@pytest.mark.parametrize(
    ("own", "theirs", "kind"),
    [
        (wed(), {"registration": gone(Standing.DECEASED)}, KIND.MARRIED_TO_THE_DECEASED),
        (wed(), {"registration": gone(Standing.DECLARED_ABSENT)}, KIND.MARRIED_TO_THE_DECEASED),
        (wed(), {"civil_status": wed(CivilState.DIVORCED, PARENT)}, KIND.MARRIAGE_ON_ONE_SIDE),
        (wed(), {"civil_status": wed(CivilState.UNMARRIED, None)}, KIND.MARRIAGE_ON_ONE_SIDE),
        (wed(), {"civil_status": wed(partner=NOBODY)}, KIND.MARRIAGE_ON_ONE_SIDE),
        (wed(CivilState.SEPARATED), {"civil_status": wed(CivilState.DIVORCED)}, KIND.MARRIAGE_ON_ONE_SIDE),
        (wed(CivilState.WIDOWED), {}, KIND.WIDOWED_OF_THE_LIVING),
        *((wed(ended), {"civil_status": wed(partner=PARENT)}, KIND.MARRIAGE_ON_ONE_SIDE) for ended in ENDED),
        (
            wed(CivilState.DIVORCED),
            {"civil_status": wed(CivilState.SEPARATED, PARENT)},
            KIND.MARRIAGE_ON_ONE_SIDE,
        ),
    ],
)
def test_a_marriage_that_the_other_dossier_refutes_is_not_certified(
    own: CivilStatus, theirs: dict[str, Any], kind: Contradiction
):
    assert contradiction("civil-status", the_other(**theirs), civil_status=own) == kind


@pytest.mark.parametrize(
    ("own", "theirs"),
    [
        (wed(), {"civil_status": wed(partner=PARENT)}),
        (wed(), {"civil_status": wed(partner=None)}),
        (wed(), {"civil_status": wed(CivilState.UNDETERMINED, None)}),
        (wed(), {"civil_status": wed(CivilState.UNMARRIED, None), "registration": gone(Standing.MOVED_OUT)}),
        (wed(CivilState.WIDOWED), {"registration": gone(Standing.DECEASED)}),
        (wed(CivilState.DIVORCED), {"civil_status": wed(partner=NOBODY)}),
        (wed(CivilState.DIVORCED), {"civil_status": wed(partner=None)}),
        (wed(CivilState.DIVORCED), {"civil_status": wed(CivilState.DIVORCED, PARENT)}),
        (wed(CivilState.DIVORCED), {"civil_status": wed(partner=PARENT), "registration": gone(Standing.MOVED_OUT)}),
        (wed(CivilState.UNDETERMINED), {"civil_status": wed(partner=PARENT)}),
        (wed(partner=NOBODY), {}),
    ],
)
def test_a_marriage_that_the_other_dossier_does_not_refute_is(own: CivilStatus, theirs: dict[str, Any]):
    assert part("civil-status", the_other(**theirs), civil_status=own).state == own.state.value


def test_a_spouse_under_an_old_number_is_the_same_spouse():
    old = the_other(OLD, replaced_by=PARTNER)

    assert contradiction("civil-status", old, the_other(), civil_status=wed(partner=OLD)) == KIND.MARRIAGE_ON_ONE_SIDE
    married = the_other(civil_status=wed(partner=PARENT))
    assert part("civil-status", old, married, civil_status=wed(partner=OLD)).state == "married"


@pytest.mark.parametrize("state", [CivilState.MARRIED, CivilState.DIVORCED])
@pytest.mark.parametrize("number", [PARENT, OLD])
def test_nobody_is_or_was_married_to_themselves(state: CivilState, number: str):
    old = the_other(OLD, replaced_by=PARENT)

    assert contradiction("civil-status", old, civil_status=wed(state, number)) == KIND.BOUND_TO_ONESELF


def test_no_legal_cohabitation_is_told_as_none():
    assert part("legal-cohabitation") == LegalCohabitationPart(state="none")


def test_a_legal_cohabitation_is_told_with_whom():
    assert part("legal-cohabitation", the_other(cohabitation=cohabiting(PARENT)), cohabitation=cohabiting()) == (
        LegalCohabitationPart(
            state="current", partner_first_names=("Andere",), partner_last_name="Naam", since="2012-06-02"
        )
    )


def test_of_one_that_ended_with_somebody_unknown_here_the_name_is_left_out():
    told = part("legal-cohabitation", cohabitation=cohabiting(NOBODY, until="2020-01-31"))

    assert told == LegalCohabitationPart(state="ended", since="2012-06-02", until="2020-01-31")


@pytest.mark.parametrize(
    ("partner", "theirs", "kind"),
    [
        (NOBODY, {}, KIND.COHABITANT_WITHOUT_DOSSIER),
        (PARTNER, {}, KIND.COHABITATION_ON_ONE_SIDE),
        (PARTNER, {"cohabitation": cohabiting(PARENT, until="2020-01-31")}, KIND.COHABITATION_ON_ONE_SIDE),
        (PARTNER, {"cohabitation": cohabiting(NOBODY)}, KIND.COHABITATION_ON_ONE_SIDE),
        (
            PARTNER,
            {"cohabitation": cohabiting(PARENT), "registration": gone(Standing.DECEASED)},
            KIND.COHABITATION_ON_ONE_SIDE,
        ),
        (PARENT, {}, KIND.BOUND_TO_ONESELF),
        *(
            (PARTNER, {"cohabitation": cohabiting(PARENT), "civil_status": wed(*whom)}, KIND.COHABITATION_INTO_MARRIAGE)
            for whom in ((CivilState.MARRIED, PARENT), (CivilState.MARRIED, NOBODY), (CivilState.SEPARATED, None))
        ),
    ],
)
def test_a_legal_cohabitation_that_the_other_dossier_refutes_is_not_certified(
    partner: str, theirs: dict[str, Any], kind: Contradiction
):
    assert contradiction("legal-cohabitation", the_other(**theirs), cohabitation=cohabiting(partner)) == kind


@pytest.mark.parametrize("number", [PARENT, OLD])
@pytest.mark.parametrize("until", [None, "2020-01-31"])
def test_nobody_cohabits_or_did_with_themselves(number: str, until: str | None):
    old = the_other(OLD, replaced_by=PARENT)

    found = contradiction("legal-cohabitation", old, cohabitation=cohabiting(number, until=until))

    assert found == KIND.BOUND_TO_ONESELF


@pytest.mark.parametrize("partner", [PARTNER, NOBODY, None])
def test_a_legal_cohabitation_of_who_is_married_is_not_certified(partner: str | None):
    theirs = the_other(cohabitation=cohabiting(PARENT))

    found = contradiction("legal-cohabitation", theirs, cohabitation=cohabiting(), civil_status=wed(partner=partner))

    assert found == KIND.COHABITATION_INTO_MARRIAGE


def test_one_that_ended_before_the_marriage_is():
    theirs = the_other(cohabitation=cohabiting(PARENT, until="2020-01-31"), civil_status=wed(partner=PARENT))

    told = part("legal-cohabitation", theirs, cohabitation=cohabiting(until="2020-01-31"), civil_status=wed())

    assert told.state == "ended"


@pytest.mark.parametrize(
    ("theirs", "is_refuted"),
    [
        ({"cohabitation": cohabiting(PARENT)}, True),
        ({"cohabitation": cohabiting(PARENT), "registration": gone(Standing.MOVED_OUT)}, False),
        ({"cohabitation": cohabiting(NOBODY)}, False),
        ({}, False),
    ],
)
def test_one_that_ended_is_not_certified_where_it_goes_on_by_the_other_dossier(
    theirs: dict[str, Any], is_refuted: bool
):
    own = {"cohabitation": cohabiting(until="2020-01-31")}

    if is_refuted:
        assert contradiction("legal-cohabitation", the_other(**theirs), **own) == KIND.COHABITATION_ON_ONE_SIDE
    else:
        assert part("legal-cohabitation", the_other(**theirs), **own).state == "ended"


FIRST, SECOND = (PARENT, "reference-person"), (PARTNER, "legal-cohabitant")


@pytest.mark.parametrize(
    ("members", "own", "is_refuted"),
    [
        ((FIRST, SECOND), None, True),
        (((PARTNER, "reference-person"), (PARENT, "legal-cohabitant")), None, True),
        (((OLD, "reference-person"), SECOND), None, True),
        ((FIRST, SECOND), cohabiting(NOBODY, until="2020-01-31"), True),
        ((FIRST, SECOND), cohabiting(PARTNER, until="2020-01-31"), False),
        ((FIRST, (PARTNER, "partner")), None, False),
        (((STRANGER, "reference-person"), SECOND, (PARENT, "child")), None, False),
    ],
)
def test_that_there_is_none_is_held_against_the_household(
    members: tuple[tuple[str, str], ...], own: LegalCohabitation | None, is_refuted: bool
):
    register = a_register(
        a_dossier(cohabitation=own), the_other(OLD, replaced_by=PARENT), household=a_household(*members)
    )

    if is_refuted:
        with pytest.raises(Inconsistent) as found:
            ask(register, "legal-cohabitation")
        assert (found.value.what, found.value.household) == (KIND.LEGAL_COHABITATION_UNDECLARED, "h1")
    else:
        assert ask(register, "legal-cohabitation").facts is not None
    assert (PARTNER in register.asked) is (own is not None and own.partner == PARTNER)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ({"last_name": ""}, KIND.NAME_MISSING),
        ({"last_name": "\u200b"}, KIND.NAME_MISSING),
        ({"last_name": "Naam\ue000"}, KIND.TEXT_UNPRINTABLE),
        ({"first_names": ("Andere" * 60,)}, KIND.TEXT_TOO_LONG),
    ],
)
@pytest.mark.parametrize("until", [None, "2020-01-31"])
def test_the_other_has_a_name_that_can_stand_on_paper(name: dict[str, Any], kind: Contradiction, until: str | None):
    theirs = the_other(cohabitation=cohabiting(PARENT, until=until), **name)

    with pytest.raises(Inconsistent) as found:
        ask(a_register(a_dossier(cohabitation=cohabiting(until=until)), theirs), "legal-cohabitation")

    assert (found.value.what, found.value.about) == (kind, (PARTNER,))


def test_last_wishes_are_told_and_that_there_are_none():
    wishes = LastWishes(mode="cremation-columbarium", declared_on="2020-05-00")

    assert part("last-wishes", last_wishes=wishes) == LastWishesPart(
        mode="cremation-columbarium", declared_on="2020-05-00"
    )
    assert part("last-wishes") == LastWishesPart(mode=None)


@pytest.mark.parametrize(
    ("wishes", "kind"),
    [
        (LastWishes(mode="rocket"), KIND.CODE_UNKNOWN),
        (LastWishes(mode="burial", declared_on="2026-06-02"), KIND.DATE_IN_THE_FUTURE),
        (LastWishes(mode="burial", declared_on="1985-07-29"), KIND.DATES_OUT_OF_ORDER),
    ],
)
def test_last_wishes_that_cannot_be_are_the_towns_to_mend(wishes: LastWishes, kind: Contradiction):
    with pytest.raises(Inconsistent) as found:
        ask(a_register(a_dossier(last_wishes=wishes)), "last-wishes")

    assert (found.value.what, tuple(found.value.about)) == (kind, (PARENT,))


def nationals(code: str) -> tuple[Nationality, ...]:
    return (Nationality(code=code),)


@pytest.mark.parametrize(
    ("born_on", "nationality", "voting", "elections"),
    [
        ("1985-07-30", "BE", None, ELECTIONS),
        ("2008-06-01", "BE", None, ELECTIONS),
        ("2008-06-02", "BE", None, ("european",)),
        ("2008-06-00", "BE", None, ("european",)),
        ("2010-06-01", "BE", None, ("european",)),
        ("2010-06-02", "BE", None, None),
        ("1985-07-30", "BE", Voting(is_excluded=True), None),
        ("1985-07-30", "FR", None, None),
        ("1985-07-30", "FR", Voting(registered_for=("municipal",)), ("municipal",)),
        ("1985-07-30", "FR", Voting(registered_for=("municipal", "european")), ("european", "municipal")),
        ("1985-07-30", "MA", Voting(registered_for=("municipal",)), ("municipal",)),
        ("1985-07-30", "MA", Voting(registered_for=("municipal",), is_excluded=True), None),
    ],
)
def test_a_voter_is_told_for_which_elections(
    born_on: str, nationality: str, voting: Voting | None, elections: tuple[str, ...] | None
):
    subject: dict[str, Any] = {"born_on": born_on, "nationalities": nationals(nationality), "voting": voting}

    if elections is None:
        assert refusal("voter", **subject) is Refusal.NOT_A_VOTER
    else:
        assert part("voter", **subject) == Voter(elections=elections)


def test_an_election_that_there_is_not_is_the_towns_to_mend():
    assert contradiction("voter", voting=Voting(registered_for=("pope",))) == KIND.CODE_UNKNOWN


@pytest.mark.parametrize(
    ("nationality", "election"),
    [*((code, each) for code in ("FR", "MA") for each in ("chamber", "parliaments")), ("MA", "european")],
)
def test_an_election_that_is_not_for_a_foreigner_is_the_towns_to_mend(nationality: str, election: str):
    entered = Voting(registered_for=("municipal", election))

    assert contradiction("voter", nationalities=nationals(nationality), voting=entered) == KIND.VOTER_NOT_ENTITLED
    assert part("voter", nationalities=nationals("BE"), voting=entered) == Voter(elections=ELECTIONS)


def left(standing: Standing, destination: str | None = "FR") -> dict[str, Any]:
    stays = (Stay(address=HOME, since="2010-01-01", until="2024-01-01"),)
    return {
        "registration": Registration(standing=standing, since="2024-01-01", destination=destination),
        "stays": stays,
        "household": None,
    }


@pytest.mark.parametrize("standing", [Standing.EMIGRATED, Standing.STRUCK_OFF_ABROAD])
@pytest.mark.parametrize("destination", ["FR", None])
def test_who_was_written_off_to_abroad_has_it_certified(standing: Standing, destination: str | None):
    assert part("departure", **left(standing, destination)) == Departure(
        since="2024-01-01", country=destination, last_address=HOME
    )


def test_nobody_else_has():
    others = set(Standing) - {Standing.EMIGRATED, Standing.STRUCK_OFF_ABROAD, Standing.RESIDENT}

    assert refusal("departure") is Refusal.STILL_REGISTERED
    assert all(refusal("departure", **left(standing)) is not None for standing in others)


def test_a_protection_outlives_the_departure():
    assert refusal("departure", protected_address=True, **left(Standing.EMIGRATED)) is Refusal.PROTECTED_ADDRESS
    old = the_other(OLD, replaced_by=PARENT, protected_address=True)
    assert refusal("departure", old, **left(Standing.EMIGRATED)) is Refusal.PROTECTED_ADDRESS


def test_a_destination_that_there_is_not_is_the_towns_to_mend():
    assert contradiction("departure", **left(Standing.EMIGRATED, "QQ")) == KIND.CODE_UNKNOWN


@pytest.mark.parametrize("fact", ["nationality", "civil-status", "legal-cohabitation", "life"])
def test_what_was_only_declared_is_for_a_desk_to_see(fact: str):
    registration = Registration(standing=Standing.RESIDENT, since="2010-01-01", register=RegisterKind.WAITING)

    assert refusal(fact, registration=registration) is Refusal.IDENTITY_DECLARED


@pytest.mark.parametrize("fact", ["residence-history", "civil-status", "nationality", "last-wishes", "voter"])
@pytest.mark.parametrize("standing", [each for each in Standing if each is not Standing.RESIDENT])
def test_of_who_is_gone_nothing_current_is_told(fact: str, standing: Standing):
    assert refusal(fact, **left(standing)) is not None


def test_a_day_that_is_not_over_everywhere_counts_as_the_belgian_one():
    born = {"born_on": "2008-06-02", "nationalities": nationals("BE")}
    late = NOON.replace(hour=22, minute=30)  # half past midnight in Belgium

    answer = inquire(
        Request(applicant=PARENT, subject=PARENT, capacity="self"),
        application_id="a1",
        town=TOWN,
        product=a_product("identity", "voter", capacities=("self",)),
        view=a_register(a_dossier(**born)),
        now=late,
    )

    assert answer.facts is not None
    assert answer.facts.parts["voter"] == Voter(elections=ELECTIONS)
    assert late - NOON < timedelta(days=1)
