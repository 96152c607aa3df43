"""What an answer says, in the shape that the platform's simulator has: each part in the ways that it can be there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from services.contracts.address import Address
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.national_number import compose
from services.registry.askable import askable
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import CivilState, Dossier, Parent, RegisterKind, SourceUnavailable, Standing
from services.registry.inquiry import Answer, inquire
from services.registry.sources.magda.asking import Ask
from services.registry.sources.magda.population import MagdaSource, MagdaView
from services.registry.sources.magda.questions import Identification, Service
from tests.registry.fakes import a_product
from tests.registry.magda.canned import Canned
from tests.registry.magda.writing import a_message, a_person, an_answer, an_exception, members, not_found, unsigned

TOWN, NOW = "24055", datetime(2026, 11, 26, 12, tzinfo=UTC)
ONE, OTHER, SMALL = "85673000291", compose(1987, 3, 12, 2), compose(2020, 5, 4, 1)


def asked(*people: str, households: dict[str, str] | None = None, **more: dict[str, str]) -> MagdaView:
    """A view of what the platform says of each, by the number in its answer."""
    answers: dict[Service, dict[str, bytes]] = {service: {"notfound": not_found(service)} for service in Service}
    for person in people:
        number = person.partition("<INSZ>")[2].partition("<")[0]
        answers[Service.PERSON][number] = a_message(Service.PERSON, an_answer(person))
    for number, found in (households or {}).items():
        answers[Service.HOUSEHOLD][number] = a_message(Service.HOUSEHOLD, an_answer(found))
    for service, found in more.items():
        answers[Service[service]] |= {number: a_message(Service[service], each) for number, each in found.items()}
    return over(answers)


def over(answers: dict[Service, dict[str, bytes]], *, is_test: bool = True) -> MagdaView:
    ask = Ask(
        Canned(answers),  # type: ignore[arg-type]
        signer=unsigned(),
        asker=Identification(identification="town.example"),
        is_test=is_test,
        town=TOWN,
    )
    return MagdaSource(ask, clock=lambda: NOW, at_once=1).view(town=TOWN)


def the(**parts: str) -> Dossier:
    found = asked(a_person(ONE, **parts)).dossier(ONE)
    assert found is not None
    return found


def contradiction(**parts: str) -> str:
    with pytest.raises(Inconsistent) as found:
        asked(a_person(ONE, **parts)).dossier(ONE)
    return found.value.what


def inquired(view: MagdaView, *facts: str, subject: str = ONE, applicant: str = ONE, capacity: str = "self") -> Answer:
    return inquire(
        Request(applicant=applicant, subject=subject, capacity=capacity),
        application_id="a1",
        town=TOWN,
        product=a_product("identity", *facts),
        view=view,
        now=NOW,
    )


def test_a_dossier_as_the_platform_has_it():
    found = the()

    assert (found.number, found.first_names, found.last_name, found.sex) == (ONE, ("An", "Bea"), "De Mets", "F")
    assert (found.born_on, found.birth_country) == ("1985-07-30", "BE")
    assert found.birth_place is not None
    assert found.birth_place.refnis == "24062"
    assert [(each.code, each.since) for each in found.nationalities] == [("BE", "1985-07-30")]
    registration = found.registration
    assert (registration.standing, registration.since) == (Standing.RESIDENT, "2010-02-01")
    assert registration.register is RegisterKind.POPULATION
    assert found.current_stay is not None
    assert found.current_stay.since == "2014-05-23"
    assert found.current_stay.address == Address(
        street={"nl": "Dorpsstraat"}, house_number="12", box="A", postcode="3070", municipality={"nl": "Kortenberg"}
    )
    assert found.civil_status.state is CivilState.UNMARRIED
    assert not found.has_all_stays


NAMED: dict[str, tuple[dict[str, str], Callable[[Dossier], Any], Any]] = {
    "no first names": ({"Voornamen": ""}, lambda found: found.first_names, ()),
    "unknown first name": ({"Voornamen": "<Voornaam>Onbekend</Voornaam>"}, lambda found: found.first_names, ()),
    "several last names": (
        {"Achternamen": "<Achternaam>De</Achternaam><Achternaam>Mets</Achternaam>"},
        lambda found: found.last_name,
        "De Mets",
    ),
    "a pseudonym is not the name": (
        {"more": "<Pseudoniem><Achternamen><Achternaam>Ster</Achternaam></Achternamen></Pseudoniem>"},
        lambda found: found.last_name,
        "De Mets",
    ),
    "born in an unknown month": ({"born": "1985-00-00"}, lambda found: found.born_on, "1985-00-00"),
    "born nowhere that is said": ({"Plaats": ""}, lambda found: (found.birth_place, found.birth_country), (None, "XX")),
    "born abroad": (
        {
            "Plaats": "<Gemeente><Naam>Annapolis</Naam></Gemeente><Land><NISCode>402</NISCode>"
            "<ISOCode>USA</ISOCode></Land>"
        },
        lambda found: (found.birth_place.names, found.birth_country),
        ({"und": "Annapolis"}, "US"),
    ),
    "born in a state that is no more": (
        {"Plaats": "<Land><NISCode>172</NISCode><ISOCode>SUN</ISOCode></Land>"},
        lambda found: found.birth_country,
        "SUHH",
    ),
    "born in the Belgian Congo, which ISO calls Congo": (
        {"Plaats": "<Land><NISCode>359</NISCode><ISOCode>COD</ISOCode></Land>"},
        lambda found: found.birth_country,
        "XBCD",
    ),
    "undetermined nationality": (
        {"nationality": "711"},
        lambda found: found.nationalities[0].code,
        "XU",
    ),
    "a recognised refugee": ({"nationality": "822"}, lambda found: found.nationalities[0].code, "XR"),
    "a code of which only the text tells": (
        {"nationality": "262", "text": "Turkije"},
        lambda found: found.nationalities[0].code,
        "TR",
    ),
    "such a code without its text": ({"nationality": "262"}, lambda found: found.nationalities[0].code, "nis-262"),
    "no civil state": ({"civil": ""}, lambda found: found.civil_status.state, CivilState.NOT_SAID),
    "separated": ({"civil": "51"}, lambda found: found.civil_status.state, CivilState.SEPARATED),
    "a cohabitation with somebody who is not named": (
        {"more": '<WettelijkeSamenwoning DatumBegin="2011-08-22"/>'},
        lambda found: (found.cohabitation.partner, found.cohabitation.since, found.cohabitation.until),
        ("", "2011-08-22", None),
    ),
    "one that a marriage ended": (
        {
            "more": '<WettelijkeSamenwoning DatumBegin="2011-08-22" DatumEinde="2012-01-01"><Beeindiging/>'
            "</WettelijkeSamenwoning>"
        },
        lambda found: found.cohabitation.until,
        "2012-01-01",
    ),
    "a street that somebody typed": (
        {
            "Straatnaam": "",
            "typed": "<NietGestandaardiseerdeStraatnaam><String>Kouter(V. 14.12.1999 Oude Baan)</String>"
            "</NietGestandaardiseerdeStraatnaam>",
        },
        lambda found: found.current_stay.address.street,
        {"und": "Kouter"},
    ),
    "a municipality by its code alone": (
        {"Gemeentenaam": ""},
        lambda found: found.current_stay.address.municipality["nl"],
        "Kortenberg",
    ),
    "a reference address": (
        {"typed": "<ReferentieAdres><Begindatum>2024-01-01</Begindatum></ReferentieAdres>"},
        lambda found: found.reference_address,
        True,
    ),
    "one that has ended": (
        {"typed": "<ReferentieAdres><Einddatum>2024-02-01</Einddatum></ReferentieAdres>"},
        lambda found: found.reference_address,
        False,
    ),
    "a mark on the address": ({"typed": "<AdresNietMededelen/>"}, lambda found: found.protected_address, True),
    "a mark on the person": ({"more": "<Afscherming/>"}, lambda found: found.protected_address, True),
    "no mark": ({}, lambda found: found.protected_address, False),
    "parents by descent": (
        {"more": "<Afstammingen>{}</Afstammingen>"},
        lambda found: found.parents,
        (),
    ),
}


@pytest.mark.parametrize("way", NAMED)
def test_each_part_in_its_ways(way: str):
    parts, part, expected = NAMED[way]

    assert part(the(**parts)) == expected


def descent(kind: str, *numbers: str) -> str:
    parents = "".join(f"<Ouder><INSZ>{number}</INSZ></Ouder>" for number in numbers)
    return f"<Afstamming><Type><Code>{kind}</Code></Type><Ouders>{parents}</Ouders></Afstamming>"


@pytest.mark.parametrize(
    ("found", "more", "authority"),
    [
        ((descent("00", OTHER),), "", {OTHER: True}),
        ((descent("24", OTHER),), "", {OTHER: False}),
        ((descent("66", OTHER),), "", {OTHER: False}),
        ((descent("00", OTHER), descent("15", ONE)), "", {OTHER: False, ONE: True}),
        ((descent("00", OTHER),), "<Voogdij/>", {OTHER: False}),
        ((descent("00", "00000100000"),), "", {}),
    ],
)
def test_who_holds_parental_authority(found: tuple[str, ...], more: str, authority: dict[str, bool]):
    child = the(more=f"<Afstammingen>{''.join(found)}</Afstammingen>{more}")

    assert child.parents == tuple(Parent(number=number, authority=holds) for number, holds in authority.items())


STANDINGS = {
    "992": Standing.EMIGRATED,
    "00992": Standing.EMIGRATED,
    "99990": Standing.DECEASED,
    "99991": Standing.STRUCK_OFF,
    "99992": Standing.STRUCK_OFF_ABROAD,
    "99996": Standing.DECLARED_ABSENT,
    "99997": Standing.RESIDENCE_LOST,
    "21099": Standing.ELSEWHERE,
}


@pytest.mark.parametrize("code", STANDINGS)
def test_a_status_goes_before_whatever_else_is_there(code: str):
    told = f'<Statussen><Status DatumBegin="2020-01-01"><Code>{code}</Code></Status></Statussen>'

    assert the(more=told).registration.standing is STANDINGS[code]


def test_a_status_that_has_ended_is_none():
    told = '<Statussen><Status DatumBegin="2012-01-01" DatumEinde="2013-01-01"><Code>992</Code></Status></Statussen>'

    assert the(more=told).registration.standing is Standing.RESIDENT


@pytest.mark.parametrize(
    ("parts", "standing"),
    [
        ({"more": "<Overlijden><Datum>2024-01-01</Datum></Overlijden>"}, Standing.DECEASED),
        ({"administration": "44021", "NISCodeGemeente": "44021"}, Standing.ELSEWHERE),
        ({"administration": "99993"}, Standing.ELSEWHERE),
        ({"administration": "", "NISCodeGemeente": "44021"}, Standing.ELSEWHERE),
        ({"administration": ""}, Standing.RESIDENT),
        ({"administration": "USA"}, Standing.EMIGRATED),
    ],
)
def test_where_somebody_stands_for_this_town(parts: dict[str, str], standing: Standing):
    assert the(**parts).registration.standing is standing


REGISTERS = {
    "02": RegisterKind.POPULATION,
    "1": RegisterKind.FOREIGNERS,
    "3": RegisterKind.EU_OFFICIALS,
    "4": RegisterKind.PROTOCOL,
    "5": RegisterKind.WAITING,
    "06": RegisterKind.WAITING_EU,
    "BIS": RegisterKind.BIS,
    "RR": RegisterKind.POPULATION,
    "": RegisterKind.POPULATION,
}


@pytest.mark.parametrize("code", REGISTERS)
def test_in_which_register_a_belgian_is(code: str):
    assert the(register=code).registration.register is REGISTERS[code]


CONTRADICTED: dict[str, tuple[dict[str, str], Contradiction]] = {
    "a register of no table": ({"register": "BLABLA"}, Contradiction.REGISTER_UNKNOWN),
    "a foreigner in a register that is not said": (
        {"register": "RR", "nationality": "128"},
        Contradiction.REGISTER_UNKNOWN,
    ),
    "a status of no table": (
        {"more": "<Statussen><Status><Code>88888</Code></Status></Statussen>"},
        Contradiction.STANDING_UNKNOWN,
    ),
    "nowhere": ({"administration": "", "address": "none"}, Contradiction.STANDING_UNKNOWN),
    "a civil state of no table": ({"civil": "A3"}, Contradiction.CODE_UNKNOWN),
    "an address in another municipality than administers": (
        {"NISCodeGemeente": "44021"},
        Contradiction.ADDRESS_OUTSIDE_TOWN,
    ),
    "a residence abroad that goes on": (
        {
            "abroad": '<VerblijfplaatsBuitenland DatumBegin="2019-01-01"><Land><ISOCode>SWE</ISOCode></Land>'
            "</VerblijfplaatsBuitenland>"
        },
        Contradiction.RESIDENT_AT_TWO_ADDRESSES,
    ),
}


@pytest.mark.parametrize("way", CONTRADICTED)
def test_what_decides_and_cannot_be_read_is_a_contradiction_by_name(way: str):
    parts, kind = CONTRADICTED[way]

    assert contradiction(**parts) == kind


def test_two_civil_states_at_once_are_one_too_many():
    second = '<BurgerlijkeStaat DatumBegin="2001-01-01"><Code>20</Code></BurgerlijkeStaat>'
    person = a_person(ONE).replace("</BurgerlijkeStaten>", f"{second}</BurgerlijkeStaten>")

    with pytest.raises(Inconsistent, match="several-civil-states"):
        asked(person).dossier(ONE)


def test_an_abroad_before_the_address_here_is_over():
    land = "<Land><ISOCode>SWE</ISOCode></Land>"
    back = f'<VerblijfplaatsBuitenland DatumBegin="2001-01-01">{land}</VerblijfplaatsBuitenland>'

    assert the(abroad=back).registration.standing is Standing.RESIDENT


@pytest.mark.parametrize(
    ("code", "node", "kind"),
    [
        ("30042", "Inhoud/Persoon/Beheerder", Contradiction.ANSWER_DOUBTED),
        ("30042", "Inhoud/Persoon/Identiteitsbewijzen", None),
        ("30042", "", Contradiction.ANSWER_DOUBTED),
        ("99984", "Persoon/Register/Code", None),
        ("30030", "", Contradiction.ANSWER_DOUBTED),
        ("12345", "", Contradiction.ANSWER_DOUBTED),
    ],
)
def test_what_the_platform_says_of_its_own_answer(code: str, node: str, kind: Contradiction | None):
    told = an_answer(a_person(ONE), an_exception(code, "WAARSCHUWING", node))
    view = over(
        {
            service: {"notfound": not_found(service), ONE: a_message(service, told)}
            if service is Service.PERSON
            else {"notfound": not_found(service)}
            for service in Service
        }
    )

    if kind is None:
        assert view.dossier(ONE) is not None
    else:
        with pytest.raises(Inconsistent, match=kind):
            view.dossier(ONE)


@pytest.mark.parametrize(
    ("code", "reason"),
    [("99994", "magda-99994"), ("99986", "magda-99986"), ("60013", "magda-60013"), ("40003", "magda-40003")],
)
@pytest.mark.parametrize("whole", [True, False])
def test_an_exception_instead_of_an_answer(code: str, reason: str, whole: bool):
    failed = an_exception(code, "FOUT")
    inside = f"<Uitzonderingen>{failed}</Uitzonderingen>" if whole else an_answer("", failed)
    answers = {service: {"notfound": not_found(service)} for service in Service}
    answers[Service.PERSON][ONE] = a_message(Service.PERSON, inside)

    with pytest.raises(SourceUnavailable, match=reason):
        over(answers).dossier(ONE)


def test_a_test_number_is_nobodys_but_in_a_test_environment():
    answers = {service: {"notfound": not_found(service)} for service in Service}
    answers[Service.PERSON][ONE] = a_message(Service.PERSON, an_answer(a_person(ONE)))

    assert over(answers, is_test=True).dossier(ONE) is not None
    assert over(answers, is_test=False).dossier(ONE) is None
    assert inquired(over(answers, is_test=False), "life").refusal is Refusal.UNKNOWN_PERSON


HEAD = "<Referentiepersoon><INSZ>{}</INSZ></Referentiepersoon>"


def a_couple(*, woonvorm: str = "00", relation: str = "21") -> MagdaView:
    home = members((ONE, "01", "2014-05-23", "00"), (OTHER, relation, "2015-01-01", woonvorm))
    people = (
        a_person(ONE, more=f"<Gezinsleden><Gezinslid><INSZ>{OTHER}</INSZ></Gezinslid></Gezinsleden>"),
        a_person(OTHER, more=HEAD.format(ONE), born="1987-03-12"),
    )
    return asked(*people, households={ONE: home})


def test_a_household_is_composed_from_the_platforms_list_and_the_dossier_of_each():
    answer = inquired(a_couple(), "residence", "household")

    assert answer.facts is not None
    assert [each.relation for each in answer.facts.parts["household"].members] == ["reference-person", "partner"]


@pytest.mark.parametrize("chosen", [{"woonvorm": "01"}, {"relation": "77"}])
def test_a_household_with_care_living_or_an_odd_position_is_composed_by_nobody(chosen: dict[str, str]):
    with pytest.raises(Inconsistent, match="relation-unknown"):
        inquired(a_couple(**chosen), "household")

    assert inquired(a_couple(**chosen), "residence").facts is not None


def test_who_is_in_one_list_and_not_in_the_other_is_missed():
    home = members((ONE, "01", "2014-05-23", "00"))
    person = a_person(ONE, more=f"<Gezinsleden><Gezinslid><INSZ>{OTHER}</INSZ></Gezinslid></Gezinsleden>")

    with pytest.raises(Inconsistent, match="household-lacks-resident"):
        inquired(asked(person, a_person(OTHER, born="1987-03-12"), households={ONE: home}), "household")


def test_a_protected_member_protects_the_household():
    home = members((ONE, "01", "2014-05-23", "00"), (OTHER, "21", "2015-01-01", "00"))
    people = (
        a_person(ONE, more=f"<Gezinsleden><Gezinslid><INSZ>{OTHER}</INSZ></Gezinslid></Gezinsleden>"),
        a_person(OTHER, more=HEAD.format(ONE) + "<Bescherming/>", born="1987-03-12"),
    )

    assert inquired(asked(*people, households={ONE: home}), "household").refusal is Refusal.PROTECTED_ADDRESS


def test_a_member_whose_dossier_cannot_be_had_keeps_the_household_shut():
    home = members((ONE, "01", "2014-05-23", "00"), (OTHER, "21", "2015-01-01", "00"))
    person = a_person(ONE, more="<Gezinsleden><Gezinslid/></Gezinsleden>")

    with pytest.raises(Inconsistent, match="member-without-dossier"):
        inquired(asked(person, households={ONE: home}), "household")


def test_what_the_platform_does_not_tell_is_refused_by_name():
    """Nobody is told that there are no last wishes because no answer was read for them."""
    view = asked(a_person(ONE))

    assert inquired(view, "last-wishes").refusal is Refusal.NOT_TOLD
    assert askable(ONE, town=TOWN, product=a_product("voter"), view=view, now=NOW) == ([], Refusal.NOT_TOLD)


def test_a_reference_address_is_certified_as_nobodys_residence():
    person = a_person(ONE, typed="<ReferentieAdres/>", more="<Gezinsleden><Gezinslid/></Gezinsleden>")
    view = asked(person, households={ONE: members((ONE, "01", "2014-05-23", "00"))})

    assert inquired(view, "residence").refusal is Refusal.REFERENCE_ADDRESS


def a_child(*, at_home: bool) -> MagdaView:
    ancestry = f"<Afstammingen>{descent('00', ONE)}</Afstammingen>"
    head = ONE if at_home else OTHER
    people = (
        a_person(
            ONE, more=f"<Gezinsleden><Gezinslid><INSZ>{SMALL if at_home else ONE}</INSZ></Gezinslid></Gezinsleden>"
        ),
        a_person(SMALL, more=HEAD.format(head) + ancestry, born="2020-05-04"),
        a_person(OTHER, more="<Gezinsleden><Gezinslid/></Gezinsleden>", born="1987-03-12"),
    )
    homes = {
        ONE: members((ONE, "01", "2014-05-23", "00"), *([(SMALL, "03", "2020-05-04", "00")] if at_home else [])),
        OTHER: members((OTHER, "01", "2014-05-23", "00"), (SMALL, "03", "2020-05-04", "00")),
    }
    return asked(*people, households=homes)


def test_a_parent_asks_about_the_child_at_home():
    answer = inquired(a_child(at_home=True), "life", subject=SMALL, capacity="parent")

    assert answer.facts is not None


def test_a_parent_who_lives_apart_and_a_minor_alone_are_told_nothing_where_nobody_knows_who_lives_there():
    """The platform lists no address' residents: a protection there could not be seen."""
    for facts in ("life", "residence"):
        answer = inquired(a_child(at_home=False), facts, subject=SMALL, capacity="parent")
        assert answer.refusal is Refusal.NOT_ENTITLED

    alone = inquired(a_child(at_home=True), "residence", subject=SMALL, applicant=SMALL)
    assert alone.refusal is Refusal.NOT_ENTITLED


def test_since_when_the_reference_person_is_a_member_the_history_tells():
    home = members((ONE, "01", "", "00"))
    history = members((ONE, "01", "2014-05-23", "00"))
    inside = f"<Gezinssamenstelling>{history}</Gezinssamenstelling>"
    told = f"<HistoriekGezinssamenstelling>{inside}</HistoriekGezinssamenstelling>"
    person = a_person(ONE, more="<Gezinsleden><Gezinslid/></Gezinsleden>")

    known = inquired(asked(person, households={ONE: home}, HOUSEHOLD_HISTORY={ONE: an_answer(told)}), "household")

    assert known.facts is not None
    with pytest.raises(Inconsistent, match="date-impossible"):
        inquired(asked(person, households={ONE: home}), "household")


def test_whose_household_it_is_the_household_says_where_the_person_does_not():
    view = asked(
        a_person(ONE), households={ONE: members((OTHER, "01", "2014-05-23", "00"), (ONE, "21", "2015-01-01", "00"))}
    )

    found = view.dossier(ONE)

    assert found is not None
    assert found.household == OTHER


def test_all_stays_come_from_the_history_which_has_to_agree():
    dossier = the()
    stay = a_person(ONE).partition("<Adressen>")[2].partition("</Adressen>")[0]
    earlier = stay.replace('DatumBegin="2014-05-23"', 'DatumBegin="2010-02-01"').replace(">12<", ">7<")
    told = (
        f"<HistoriekPersoon><INSZ>{ONE}</INSZ><HistoriekAdressen><HistoriekHoofdverblijfplaats>{stay}{earlier}"
        "</HistoriekHoofdverblijfplaats></HistoriekAdressen></HistoriekPersoon>"
    )
    view = asked(a_person(ONE), PERSON_HISTORY={ONE: an_answer(told)})

    full = view.in_full(dossier)

    assert [(each.since, each.until, each.address.house_number) for each in full.stays] == [
        ("2010-02-01", "2014-05-23", "7"),
        ("2014-05-23", None, "12"),
    ]
    assert full.has_all_stays
    moved = replace(dossier, stays=(replace(dossier.stays[0], since="2020-01-01"),))
    with pytest.raises(Inconsistent, match="answer-doubted"):
        view.in_full(moved)
