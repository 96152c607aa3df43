"""What a product asks, and about whom its reader may ask it."""

from gateway.counter.choices import Choice
from gateway.counter.forms import asked_of, subjects_of
from services.chassis.asking import ServiceFailed
from services.contracts.registry import Person, ReadPrefill
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import CITIZEN, FakeServices


def test_a_form_is_in_the_readers_language_and_asks_nothing_of_the_register(
    reading: Reading, services: FakeServices
) -> None:
    with reading("de"):
        (purpose,) = asked_of("household-composition")

    assert (purpose.name, purpose.kind, purpose.required, purpose.max_length) == ("purpose", "choice", True, None)
    assert Choice(value="housing", title="Miete, Sozialwohnung oder Wohnungskredit") in purpose.options
    assert not services.asked


def test_countries_are_found_by_their_name(reading: Reading) -> None:
    with reading("fr"):
        asked = {each.name: each for each in asked_of("life-abroad")}

    titles = [each.title for each in asked["destination"].options]
    assert titles.index("Égypte") < titles.index("Espagne") < titles.index("Fidji")


def test_who_is_signed_in_is_told_about_whom_they_may_ask(reading: Reading, services: FakeServices) -> None:
    with reading():
        told = subjects_of("life")

    assert told is not None
    assert told.subjects == (Person(national_number=CITIZEN, name="Voornaam Naam", capacity="self"),)
    assert services.asked == [ReadPrefill(town="24001", citizen=CITIZEN, product="life")]


def test_of_nobody_the_register_is_asked_nothing(reading: Reading, services: FakeServices) -> None:
    with reading(signed_in=False):
        assert subjects_of("life") is None

    assert not services.asked


def test_a_register_that_fails_leaves_the_form_open(reading: Reading, services: FakeServices) -> None:
    services.fails = ServiceFailed("registry")

    with reading():
        told = subjects_of("life")

    assert told is not None
    assert (told.subjects, told.code) == ((), "register-unavailable")
    assert told.sentence is not None
    assert told.sentence.startswith("The register cannot answer right now.")
