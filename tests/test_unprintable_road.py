"""All four services and their stores, in one process: what the register holds cannot be put on paper."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.restorations import pass_over
from services.contracts.delivery import Unacceptable
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.intake import ApplicationCleared, ApplicationRefused, ApplicationView, ReadApplication
from services.notify.domain import Kind
from tests.registry.fakes import PARENT, TOWN
from tests.road import AGGREGATES, NOON, Road

CODE = "character-unprintable"


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    road = Road(mongo_client, database_prefix, now=NOON)
    road.press.draws = lambda _: False
    return road


def view(road: Road, id: str) -> ApplicationView:
    found: ApplicationView = road.ask(ReadApplication(town=TOWN, citizen=PARENT, application_id=id))
    return found


def bodies(road: Road, event: Any) -> list[bytes]:
    return [body for body in road.said if json.loads(body)["type"] == event.TYPE]


def feed(road: Road) -> list[str]:
    """What departments hear, by name."""
    return [each["name"] for each in road.databases["notify"]["department_events"].find()]


def is_refused_once(road: Road, id: str) -> bool:
    told = view(road, id)
    states = [step.state for step in told.timeline]
    mails = [letter.kind for letter in road.channel.sent if letter.application_id == id]
    return (
        (told.state, told.code, told.certificate_id) == ("refused", CODE, None)
        and states.count("refused") == 1
        and "issued" not in states
        and mails == [Kind.REFUSED]
        and road.collection("documents").count_documents({"_id": id, "issued_at": {"$ne": None}}) == 0
    )


def test_its_citizen_is_told_and_so_are_departments(road: Road) -> None:
    id = road.submit()

    outcomes = road.carry()

    assert set(outcomes) == {"handled"}
    assert is_refused_once(road, id)
    assert feed(road) == ["application-refused"]
    assert [len(bodies(road, each)) for each in (CertificateUnprintable, ApplicationRefused)] == [1, 1]
    assert road.databases["documents"]["files.files"].find_one() is None


def test_what_is_said_of_it_holds_no_character_and_nobody(road: Road) -> None:
    road.submit()
    road.carry()

    (said,) = bodies(road, CertificateUnprintable)
    assert set(json.loads(said)["data"]) == {"application_id", "code", "found_at"}
    (kept,) = road.collection("documents").find()
    assert set(kept["no_paper"]) == {"code", "reason", "detail", "found_at"}
    assert not [kept[each] for each in ("subject_key", "facts_key", "sha256", "seal") if kept[each]]


def test_said_twice_it_is_told_once(road: Road) -> None:
    id = road.submit()
    road.carry()
    again = [*road.said, *road.said]

    outcomes = {outcome for body in again for outcome in road.deliver(body)}

    assert outcomes == {"seen-before"}
    assert is_refused_once(road, id)


def test_whoever_has_a_font_by_now_prints_nothing_for_who_was_told(road: Road) -> None:
    """The order is sent again, by an operator or after a deadline, or comes late."""
    id = road.submit()
    road.carry(unless=lambda type_: type_ == CertificateUnprintable.TYPE)
    road.press.draws = lambda _: True
    road.later(days=4)
    road.services["intake"].sweep_deadlines()

    road.carry()

    assert road.press.orders == []
    assert is_refused_once(road, id)
    assert len(bodies(road, ApplicationCleared)) == len(bodies(road, CertificateUnprintable)) == 2
    assert not bodies(road, FactsExpired)


def test_who_applies_again_with_the_font_there_has_the_certificate(road: Road) -> None:
    refused = road.submit()
    road.carry()
    road.press.draws = lambda _: True

    again = road.submit(key="again")
    road.carry()

    assert view(road, again).state == "delivered"
    assert is_refused_once(road, refused)
    numbers = [each["number"] for each in road.collection("documents").find()]
    assert len(set(numbers)) == 2


@pytest.mark.parametrize("hours", [1, 25, 24 * 20])
def test_one_that_the_last_version_parked_has_its_end_when_it_is_sent_again(road: Road, hours: int) -> None:
    """That version left no trace of it in its store, and intake has its order as a dead letter."""
    id = parked_by_the_last_version(road)
    (parked,) = bodies(road, ApplicationCleared)
    road.later(hours=hours)

    road.deliver(parked)
    road.carry()

    assert is_refused_once(road, id)


def test_one_that_the_last_version_parked_has_its_end_also_when_nobody_sends_it_again(road: Road) -> None:
    id = parked_by_the_last_version(road)
    (parked,) = bodies(road, ApplicationCleared)
    road.later(days=4)
    road.services["intake"].sweep_deadlines()

    road.carry()

    assert is_refused_once(road, id)
    assert road.deliver(parked) == ["seen-before"]


def parked_by_the_last_version(road: Road) -> str:
    road.press.draws, road.press.fails = (lambda _: False), Unacceptable("no-font")
    id = road.submit()
    assert "parked: no-font" in road.carry()
    assert view(road, id).state == "cleared"
    return id


def test_facts_that_grew_too_old_are_looked_up_first_and_may_be_mended_by_then(road: Road) -> None:
    id = road.submit()
    road.carry(unless=lambda type_: type_ == ApplicationCleared.TYPE)
    road.later(hours=25)
    road.press.draws = lambda order: order.facts.compiled_at > NOON + timedelta(hours=1)

    road.carry()

    assert view(road, id).state == "delivered"
    assert not bodies(road, CertificateUnprintable)


def test_after_a_restoring_of_intake_it_is_told_again_and_moves_it_once(road: Road) -> None:
    id = road.submit()
    road.carry(unless=lambda type_: type_ == CertificateUnprintable.TYPE)
    before = road.collection("intake").find_one({"_id": id})
    road.carry()
    road.collection("intake").replace_one({"_id": id}, before)
    pass_over({name: road.collection(name) for name in AGGREGATES})
    road.press.draws = lambda _: True
    road.later(days=4)

    road.services["intake"].sweep_deadlines()
    road.carry()

    told = view(road, id)
    assert (told.state, told.code) == ("refused", CODE)
    assert (len(road.channel.sent), road.press.orders) == (1, [])


def test_a_restored_documents_that_forgot_it_has_no_order_to_issue_on(road: Road) -> None:
    id = road.submit()
    road.carry()
    road.press.draws = lambda _: True
    road.collection("documents").delete_many({})
    road.later(days=40)

    for _ in range(3):
        road.services["intake"].sweep_deadlines()
        road.carry()

    assert view(road, id).state == "refused"
    assert not bodies(road, CertificateIssued)


def test_it_is_emptied_with_the_certificates_of_its_day_and_acknowledges_what_comes(road: Road) -> None:
    id = road.submit()
    road.carry()
    product = road.services["documents"].products["residence"]
    short = replace(product, retention=replace(product.retention, document_days=30))
    road.services["documents"].products = {**road.services["documents"].products, "residence": short}
    seen = []

    for _ in range(2):
        road.later(days=20)
        road.sweep()
        seen.append("emptied_at" in road.collection("documents").find_one({"_id": id}))

    assert seen == [False, True]
    (order,) = bodies(road, ApplicationCleared)
    assert road.deliver(order) == ["seen-before"]
