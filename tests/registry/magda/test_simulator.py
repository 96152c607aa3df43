"""Every answer of the platform's public simulator, where they are at hand, through the adapter and the whole inquiry.

Its people's data were mixed by whoever made them anonymous, so that many contradict themselves: each such answer has to
be told by name. Whatever is given has to be what the file says, read here in another way than the adapter reads it.
MAGDA_ANSWERS names another folder of the same kind.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from services.contracts.catalogue import products
from services.contracts.extracts import Request
from services.contracts.municipalities import municipalities
from services.registry.contradictions import Inconsistent
from services.registry.domain import SourceUnavailable
from services.registry.inquiry import Answer, inquire
from services.registry.sources.magda.asking import Ask
from services.registry.sources.magda.population import MagdaSource, MagdaView
from services.registry.sources.magda.questions import Identification, Service
from tests.registry.magda.canned import NOT_FOUND, Canned, folder_of_answers
from tests.registry.magda.writing import unsigned

ROOT = Path(__file__).parents[3]
_PLACES = [each / "shared/data/magda" for each in (ROOT, *ROOT.parents)][:3]
FOLDER = Path(os.environ.get("MAGDA_ANSWERS") or next((each for each in _PLACES if each.is_dir()), _PLACES[0]))

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the simulator's answers are not at hand")

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUSEHOLD, LIFE, RESIDENCE = "household-composition", "life", "residence"

EXPECTED: dict[tuple[str, str, str], str] = {
    (
        "!address-outside-town",
        "!address-outside-town",
        "!address-outside-town",
    ): "65672099842 78651914619 85661720577 97640559690",
    ("!address-outside-town", "FACTS", "!address-outside-town"): (
        "00600099734 00631499723 24712199852 31620499765 41620999728 57611399545 67690899771 67722499106 "
        "67722499896 70622299555 71622899887 71680299836 77682199679 78620499782 78680699368 78680699566 "
        "82701699855 86630100182 86630822239 87610699809 96622497873 99600099747 99722099716 "
    ),
    ("!address-outside-town", "identity-declared", "!address-outside-town"): "59650551163 60600166911 60650651352",
    ("!address-without-name-in-fr", "FACTS", "!address-without-name-in-fr"): "89670465412",
    (
        "!address-without-name-in-nl",
        "FACTS",
        "!address-without-name-in-nl",
    ): "63671545316 73610338530 73691536537 85660604285",
    ("!answer-doubted", "!answer-doubted", "!answer-doubted"): "65600073184 65690538255 73691539804 80642515955",
    ("!code-unknown", "!code-unknown", "!code-unknown"): "86630100479",
    ("!dates-out-of-order", "!dates-out-of-order", "!dates-out-of-order"): "77620399791",
    ("!dates-out-of-order", "FACTS", "!dates-out-of-order"): (
        "00721999733 61622495639 61622499401 61622499894 62672599724 73661548392 75701000118 77700333632 "
        "91701399744 99721999350 99721999548 "
    ),
    (
        "!household-at-another-address",
        "FACTS",
        "!household-at-another-address",
    ): "01651899805 05691199737 67722499797 71690499880 97670999874",
    ("!register-unknown", "!register-unknown", "!register-unknown"): "79611034583 89651174486",
    (
        "!resident-at-two-addresses",
        "!resident-at-two-addresses",
        "!resident-at-two-addresses",
    ): "62680599650 62690599459 62712199676 62810599842",
    ("!resident-with-bis-number", "!resident-with-bis-number", "!resident-with-bis-number"): "67266666610",
    ("!resident-without-address", "FACTS", "!resident-without-address"): "85691526006",
    ("!resident-without-household", "identity-declared", "FACTS"): (
        "00651200126 06721400144 06721500114 06721600181 59650450502 60650549503 60650843768 70650939794 "
        "70651039566 70651144781 80651126387 80651239522 80651439361 90651205785 "
    ),
    ("!standing-unknown", "!standing-unknown", "!standing-unknown"): "15652014554 22611300340 86630100380",
    ("!subject-not-in-household", "FACTS", "!subject-not-in-household"): "71690999827",
    ("?answer-about-another", "?answer-about-another", "?answer-about-another"): "10630345934 67642516864",
    ("?magda-99994", "?magda-99994", "?magda-99994"): "13662188822 74612515905",
    ("?magda-99996", "?magda-99996", "?magda-99996"): "91610100176",
    ("deceased", "deceased", "deceased"): "00630300188 63661548178 63661548772 74610536115 81702299452 94683199837",
    ("emigrated", "emigrated", "emigrated"): (
        "00630299891 05620999678 06680899872 62611799728 62612399148 62612399346 63620199751 70062199581 "
        "73661548194 85650399192 88622499780 99720599679 99720599877 "
    ),
    ("in-no-register", "in-no-register", "in-no-register"): "70062199383 70062199779 77902199738",
    ("not-a-resident", "not-a-resident", "not-a-resident"): "74612515806 79652599875",
    ("not-entitled", "FACTS", "not-entitled"): (
        "11630346945 12630346966 12630352312 12710295950 13630346987 13632545919 13671415797 14722315381 "
        "15610210623 15631596945 16651602029 16661094171 18610219594 19610219518 "
    ),
    ("residence-lost", "residence-lost", "residence-lost"): "99662299810",
    ("residence-unverified", "FACTS", "residence-unverified"): "85701002906",
    ("special-register", "special-register", "special-register"): "00640499838 79450615983",
    ("struck-off", "struck-off", "struck-off"): "63691543746 80722500769",
    ("unknown-person", "unknown-person", "unknown-person"): "04651999966 20652674825",
}
"""What becomes of household composition, life and residence, for whom: generated once, then compared with the files by
hand. `!` is a contradiction, `?` asks again. Whoever is not here has a dossier, and no household, which the simulator
has for few."""


@cache
def answers() -> dict[Service, dict[str, bytes]]:
    return folder_of_answers(FOLDER)


def numbers() -> list[str]:
    return sorted(set(answers()[Service.PERSON]) - {NOT_FOUND}) if FOLDER.is_dir() else []


def person_of(number: str) -> etree._Element | None:
    return etree.fromstring(answers()[Service.PERSON][number]).find(".//Persoon")


def town_of(number: str) -> str:
    """The one that would be asked."""
    person = person_of(number)
    paths = ("Beheerder/Plaats/Gemeente/NISCode", "Adressen/Hoofdverblijfplaats/NISCodeGemeente")
    found = (person.findtext(path) for path in paths) if person is not None else iter(())
    return next((each for each in found if each in municipalities()), "24055")


def view_of(number: str) -> MagdaView:
    town = town_of(number)
    asker = Identification(identification="town.example")
    ask = Ask(Canned(answers()), signer=unsigned(), asker=asker, is_test=True, town=town)  # type: ignore[arg-type]
    return MagdaSource(ask, clock=lambda: NOW, at_once=1).view(town=town)


def asked(number: str, product: str) -> Answer:
    return inquire(
        Request(applicant=number, subject=number, capacity="self"),
        application_id="a1",
        town=town_of(number),
        product=products()[product],
        view=view_of(number),
        now=NOW,
    )


def outcome(number: str, product: str) -> str:
    try:
        answer = asked(number, product)
    except Inconsistent as found:
        return f"!{found.what}"
    except SourceUnavailable as away:
        return f"?{away.reason}"
    return answer.refusal.value if answer.refusal else "FACTS"


@pytest.mark.parametrize("number", numbers())
def test_each_gets_a_right_dossier_or_a_named_no(number: str):
    found = tuple(outcome(number, product) for product in (HOUSEHOLD, LIFE, RESIDENCE))

    expected = next((kinds for kinds, whose in EXPECTED.items() if number in whose.split()), None)
    usual = [("!resident-without-household", "FACTS", "FACTS")]
    if "MAGDA_ANSWERS" not in os.environ:
        assert found in ([expected] if expected else usual)


@pytest.mark.parametrize("number", numbers())
def test_whatever_is_given_is_what_the_file_says(number: str):
    for product in products():
        if outcome(number, product) == "FACTS":
            facts, person = asked(number, product).facts, person_of(number)
            assert facts is not None
            assert person is not None
            assert not list(gone(person))
            if "identity" in facts.parts:
                names = [each.text for each in person.findall("Naam/Voornamen/Voornaam")]
                assert list(facts.parts["identity"].first_names) == names
                last = [each.text or "" for each in person.findall("Naam/Achternamen/Achternaam")]
                assert facts.parts["identity"].last_name == " ".join(last)
                assert facts.parts["identity"].born_on == person.findtext("Geboorte/Datum")
                assert facts.parts["identity"].national_number == person.findtext("INSZ") == number
            if "residence" in facts.parts:
                residence = person.find("Adressen/Hoofdverblijfplaats")
                assert residence is not None
                address = facts.parts["residence"].address
                assert facts.parts["residence"].since.isoformat() == residence.get("DatumBegin")
                assert address.house_number == residence.findtext("Huisnummer")
                assert address.box == (residence.findtext("Busnummer") or None)
                assert address.postcode == residence.findtext("Postcode")
                coded, typed = (residence.findtext(f"{kind}/String") or "" for kind in _STREETS)
                assert next(iter(address.street.values())) in (coded or typed)


_STREETS = ("Straatnaam", "NietGestandaardiseerdeStraatnaam")


def gone(person: etree._Element) -> Iterator[etree._Element]:
    """What says that somebody is not there any more."""
    yield from person.findall("Overlijden")
    yield from (each for each in person.findall("Statussen/Status") if each.get("DatumEinde") is None)
    begin = max((each.get("DatumBegin") or "" for each in person.findall("Adressen/Hoofdverblijfplaats")), default="")
    abroad = person.findall("Adressen/VerblijfplaatsBuitenland")
    yield from (each for each in abroad if each.get("DatumEinde") is None and (each.get("DatumBegin") or "") >= begin)


@pytest.mark.parametrize(
    "number", sorted(set(answers()[Service.PERSON_HISTORY]) - {NOT_FOUND}) if FOLDER.is_dir() else []
)
def test_a_history_gives_all_stays_or_a_named_no(number: str):
    with suppress(Inconsistent, SourceUnavailable):
        dossier = view_of(number).dossier(number) if number in answers()[Service.PERSON] else None
        if dossier is not None:
            assert view_of(number).in_full(dossier).has_all_stays
