"""A register that contradicts itself is an answer: nothing false is certified, the town is told, and it heals."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.catalogue import products
from services.contracts.delivery import AlreadyHandled
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.intake import ExtractRequested
from services.contracts.registry import UNSOUND_DOCUMENTS, ExtractCompiled, ExtractContradicted, ExtractDeferred
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import SourceUnavailable, Stay
from services.registry.extract import UNTIL_MENDED, State
from services.registry.handlers import ask_again, compile_extract
from services.registry.inquiry import inquire
from services.registry.standing import standing
from services.registry.store import ExtractStore
from tests.outbox import KeptInOutbox
from tests.registry.contradictory import contradictions
from tests.registry.fakes import (
    HOME,
    NOON,
    OTHER_TOWN,
    PARENT,
    TOWN,
    Desk,
    a_cause,
    a_dossier,
    a_household,
    a_register,
    an_extract,
)

WAYS = pytest.mark.parametrize("way", contradictions())


def contradicted(way: str = "no stay") -> Desk:
    """A desk that asked once, and was contradicted."""
    _, (register, product) = contradictions()[way]
    desk = Desk(register)
    compile_extract(desk.submitted(product), a_cause(), **desk.ports())
    return desk


@WAYS
def test_it_is_told_by_its_kind_and_nothing_is_parked(way: str):
    kind = contradictions()[way][0].value

    desk = contradicted(way)

    assert desk.emitted() == [ExtractContradicted(application_id="a1", kind=kind, found_at=NOON, asking=1)]
    extract = desk.extracts.only()
    assert (extract.state, extract.code, extract.due_at) == (State.CONTRADICTED, kind, NOON + timedelta(days=1))


@WAYS
def test_the_look_is_logged(way: str):
    desk = contradicted(way)

    assert desk.accesses.only().outcome == Refusal.REGISTER_CONTRADICTED
    assert set(desk.accesses.only().about) >= {
        number for number in desk.register.asked if desk.register.dossiers_.get(number)
    }


def test_what_is_not_the_registers_fault_is_known_by_its_kind():
    sealed = {kind for kind in Contradiction if "-seal-" in kind.value}

    assert {kind for kind in Contradiction if kind.value.startswith("attest-")} | sealed == UNSOUND_DOCUMENTS


def test_every_kind_is_met_in_some_way():
    elsewhere = {Contradiction.ADDRESS_WITHOUT_NAME_IN_FR, Contradiction.ADDRESS_WITHOUT_NAME_IN_DE}
    elsewhere |= {  # what a source says of itself: tests/registry/magda
        Contradiction.ANSWER_DOUBTED,
        Contradiction.STANDING_UNKNOWN,
        Contradiction.REGISTER_UNKNOWN,
        Contradiction.SEVERAL_CIVIL_STATES,
    }
    of_sources = {kind for kind in Contradiction if kind.value.startswith(("deed", "record-", "attest-"))}
    assert {kind for kind, _ in contradictions().values()} == set(Contradiction) - elsewhere - of_sources


@pytest.mark.parametrize(
    ("town", "names", "kind"),
    [
        ("21005", {"nl": "Voorbeeldstraat"}, Contradiction.ADDRESS_WITHOUT_NAME_IN_FR),
        ("63023", {"fr": "Rue de l'Exemple"}, Contradiction.ADDRESS_WITHOUT_NAME_IN_DE),
    ],
)
def test_an_address_has_a_name_in_each_of_the_towns_own_languages(
    town: str, names: dict[str, str], kind: Contradiction
):
    address = replace(HOME, street=names)
    register = a_register(a_dossier(stays=(Stay(address=address, since="2019-04-15"),), household=None))
    register.town = town

    with pytest.raises(Inconsistent, match=kind):
        inquire(
            Request(applicant=PARENT, subject=PARENT, capacity="self"),
            application_id="a1",
            town=town,
            product=products()["residence"],
            view=register,
            now=NOON,
        )


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        ({"nl": "A"}, {"nl": "A"}, True),
        ({"nl": "A"}, {"nl": "B"}, False),
        ({"nl": "A", "fr": "B"}, {"nl": "A"}, True),
        ({"nl": "A", "fr": "B"}, {"nl": "A", "fr": "C"}, False),
        ({"und": "A"}, {"nl": "A"}, True),
        ({"und": "A"}, {"nl": "B"}, False),
    ],
)
def test_an_address_is_the_same_by_the_names_that_both_entries_have(
    one: dict[str, str], other: dict[str, str], agree: bool
):
    household = replace(a_household((PARENT, "reference-person")), address=replace(HOME, street=one))
    dossier = a_dossier(stays=(Stay(address=replace(HOME, street=other), since="2019-04-15"),))
    desk = Desk(a_register(dossier, household=household, family=False))

    compile_extract(desk.submitted("residence"), a_cause(), **desk.ports())

    assert (desk.extracts.only().state is State.COMPILED) == agree


@WAYS
def test_the_register_is_asked_again_daily_and_every_look_is_logged(way: str):
    desk = contradicted(way)
    desk.emitted()

    for _ in range(3 * 24):
        desk.later(hours=1)
        ask_again(towns=[TOWN], **desk.ports())

    assert [entry.at for entry in desk.accesses.entries.values()] == [NOON + timedelta(days=day) for day in range(4)]
    assert desk.emitted() == []
    assert desk.extracts.only().state is State.CONTRADICTED


@WAYS
def test_once_it_is_mended_the_extract_compiles_by_itself(way: str):
    desk = contradicted(way)
    desk.emitted()
    desk.register = a_register()

    desk.later(days=1)
    ask_again(towns=[TOWN], **desk.ports())

    assert [type(event) for event in desk.emitted()] == [ExtractCompiled]
    assert desk.extracts.only().state is State.COMPILED


def test_a_mended_register_that_is_away_is_asked_again_soon_and_promises_nothing():
    desk = contradicted()
    desk.emitted()
    desk.later(days=1)
    desk.register = a_register()
    desk.register.away = SourceUnavailable("paused")
    ask_again(towns=[TOWN], **desk.ports())
    away = desk.emitted()
    desk.register.away = None

    desk.later(seconds=3)
    ask_again(towns=[TOWN], **desk.ports())

    assert away == []
    assert [type(event) for event in desk.emitted()] == [ExtractCompiled]


def test_one_that_shows_after_an_outage_is_told_too():
    desk = Desk(contradictions()["no stay"][1][0])
    desk.register.away = SourceUnavailable("paused")
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None

    desk.later(seconds=5)
    stuck = ask_again(towns=[TOWN], **desk.ports())

    assert [type(event) for event in desk.emitted()] == [ExtractDeferred, ExtractContradicted]
    assert stuck == []


def test_asked_anew_it_is_told_anew():
    desk = contradicted()
    again = desk.requested(desk.submitted(), "overdue")

    compile_extract(again, a_cause(2, type=ExtractRequested.TYPE), **desk.ports())

    assert [type(event) for event in desk.emitted()] == [ExtractContradicted, ExtractContradicted]


def test_a_redelivered_event_is_contradicted_once():
    desk = Desk(contradictions()["no stay"][1][0])
    event = desk.submitted()
    compile_extract(event, a_cause(), **desk.ports())

    with pytest.raises(AlreadyHandled):
        compile_extract(event, a_cause(), **desk.ports())

    assert len(desk.emitted()) == len(desk.accesses.entries) == 1


@pytest.mark.parametrize(
    ("mislay", "reason"),
    [(lambda desk: desk.requests.forget(), "cannot-unlock"), (lambda desk: desk.products.clear(), "unknown-product")],
)
def test_what_no_asking_helps_is_named_to_operators_daily_and_goes_on_once_mended(mislay: Any, reason: str):
    desk = Desk(a_register())
    desk.register.away = SourceUnavailable("paused")
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None
    kept = dict(desk.products), dict(desk.requests.contents)
    mislay(desk)

    named = []
    for _ in range(2 * 24 * 6):
        desk.later(minutes=10)
        named += [(each.application_id, each.code, each.state) for each in ask_again(towns=[TOWN], **desk.ports())]
    asked = list(desk.register.asked)
    desk.products, desk.requests.contents = kept
    desk.later(days=1)
    ask_again(towns=[TOWN], **desk.ports())

    assert named == [("a1", reason, State.STUCK)] * 2
    assert asked == []
    assert [type(event) for event in desk.emitted()] == [ExtractDeferred, ExtractCompiled]


def test_a_key_that_is_not_here_is_named_and_asked_for_again_within_ten_minutes():
    """Somebody gave registry only one of two keys: the restart with both is not followed by a day of waiting."""
    desk = Desk(a_register())
    desk.register.away = SourceUnavailable("paused")
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None
    desk.requests.lacks = "2026b"
    desk.later(minutes=10)

    (stuck,) = ask_again(towns=[TOWN], **desk.ports())
    desk.requests.lacks = None
    desk.later(minutes=10)
    ask_again(towns=[TOWN], **desk.ports())

    assert (stuck.state, stuck.code) == (State.STUCK, "key-not-here: requests 2026b")
    assert [type(event) for event in desk.emitted()] == [ExtractDeferred, ExtractCompiled]


def test_one_that_breaks_its_asker_is_asked_less_and_less_often_and_stops_nobody():
    desk = Desk(a_register())
    desk.register.away = SourceUnavailable("paused")
    compile_extract(desk.submitted(), a_cause(), **desk.ports())
    desk.register.away = None
    desk.register.breaks["dossier"] = ZeroDivisionError()

    broken = 0
    for _ in range(24 * 60):
        desk.later(minutes=1)
        try:
            ask_again(towns=[TOWN], **desk.ports())
        except ZeroDivisionError:
            broken += 1

    assert 24 * 6 <= broken < 24 * 6 + 10
    assert desk.extracts.only().state is State.WAITING


def test_operators_see_how_many_wait_for_people_by_town_and_kind(database: Database[dict[str, Any]]):
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    for number, (town, kind) in enumerate(
        [(TOWN, "one"), (TOWN, "one"), (TOWN, "two"), (OTHER_TOWN, "one"), (TOWN, None)]
    ):
        extract = an_extract(f"a{number}", town=town)
        kept = extract.contradicted(kind, now=NOON)[0] if kind else extract.put_off(now=NOON, until=None)[0]
        store.save(kept, ())
    stuck = an_extract("a9", town=TOWN).stuck("cannot-unlock", now=NOON)
    store.save(stuck, ())
    ended = an_extract("a8", town=TOWN).contradicted("one", now=NOON)[0].ended(now=NOON)
    store.save(ended, ())

    assert standing(database, town=TOWN).held == {"one": 2, "two": 1, "cannot-unlock": 1}
    assert standing(database, town=OTHER_TOWN).held == {"one": 1}


def test_what_waits_for_people_is_due_a_day_later(database: Database[dict[str, Any]]):
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    extract = an_extract("a1", town=TOWN)

    store.save(*extract.contradicted("one", now=NOON))

    assert store.due(towns=[TOWN], now=NOON + UNTIL_MENDED - timedelta(seconds=1)) == []
    (due,) = store.due(towns=[TOWN], now=NOON + UNTIL_MENDED)
    assert (due.state, due.code, due.request) == (State.CONTRADICTED, "one", "locked")
