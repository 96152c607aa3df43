"""All four services and their stores, in one process: a confirmation that takes weeks, and what is kept meanwhile."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.production.in_use import locked
from services.contracts.confirmations import AnswerConfirmation
from services.contracts.intake import ReadApplication
from services.contracts.plans import Plan, plan_of
from services.contracts.product import Product
from services.contracts.retention import ON_ITS_ROAD, on_its_road
from tests.intake.confirmed import CONFIRMED
from tests.registry.fakes import PARENT, TOWN
from tests.road import NOON, Road

BRIEFLY = replace(CONFIRMED, retention=replace(CONFIRMED.retention, request_days=1, document_days=120))


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    road = Road(mongo_client, database_prefix, now=NOON)
    offer(road, BRIEFLY)
    return road


def offer(road: Road, *offered: Product) -> None:
    for service in road.services.values():
        service.products = {product.id: product for product in offered}


def submit(road: Road) -> str:
    id = road.submit(product=CONFIRMED.id, fields={"purpose": "work"})
    assert set(road.carry()) == {"handled"}
    return id


def view(road: Road, id: str) -> Any:
    return road.ask(ReadApplication(town=TOWN, citizen=PARENT, application_id=id))


def answer(road: Road, id: str, asking: int = 1) -> None:
    asked = AnswerConfirmation(
        town=TOWN, department="police", reference=f"{id}-1", asking=asking, outcome="confirmed", by="officer 7"
    )
    road.ask(asked)


def test_after_weeks_nothing_of_it_was_emptied_and_it_ends_delivered(road: Road):
    id = submit(road)
    assert view(road, id).state == "awaiting-confirmation"
    for _ in range(11):
        road.later(days=5)
        road.services["intake"].sweep_deadlines()
        road.sweep()
        road.carry()
    assert road.now - NOON > ON_ITS_ROAD

    answer(road, id)
    outcomes = road.carry()

    assert set(outcomes) == {"handled"}
    assert view(road, id).state == "delivered"
    extract = road.collection("registry").find_one({"_id": id})
    assert (extract["asking"], extract["plan"]["gates"]) == (2, ["confirmation/police"])


def test_facts_that_changed_meanwhile_are_confirmed_anew(road: Road):
    id = submit(road)
    road.later(days=10)
    dossier = road.register.dossiers_[PARENT]
    road.register.dossiers_[PARENT] = replace(dossier, last_name="Anders")

    answer(road, id)
    road.carry()
    assert view(road, id).state == "awaiting-confirmation"
    answer(road, id, asking=2)
    road.carry()

    assert view(road, id).state == "delivered"


def test_what_was_promised_at_filing_holds_when_the_product_changes(road: Road):
    id = submit(road)
    offer(road, replace(BRIEFLY, facts=("identity", "residence"), gates=(), current_for_days=1))
    road.later(days=10)

    answer(road, id)
    road.carry()

    assert view(road, id).state == "delivered"
    kept = road.collection("intake").find_one({"_id": id})
    assert kept["plan"]["facts"] == list(CONFIRMED.facts)
    certificate = road.collection("documents").find_one({"_id": id})
    assert certificate["current_until"] > road.now + timedelta(days=60)


def test_the_keys_of_departments_are_in_use_as_long_as_it_waits(road: Road):
    id = submit(road)
    assert ("confirmations", "1") in set(locked(road.collection("intake").find_one({"_id": id})))

    answer(road, id)
    road.carry()

    assert ("confirmations", "1") not in set(locked(road.collection("intake").find_one({"_id": id})))


def test_how_long_things_lie_follows_the_longest_plan():
    assert on_its_road([CONFIRMED]) == ON_ITS_ROAD + timedelta(days=60 + 30)
    assert on_its_road([]) == ON_ITS_ROAD


def test_a_plan_names_what_binds():
    plan = plan_of(CONFIRMED)

    assert plan == Plan(
        digest=CONFIRMED.digest,
        facts=CONFIRMED.facts,
        capacities=CONFIRMED.capacities,
        current_for_days=CONFIRMED.current_for_days,
        gates=("confirmation/police",),
        gives="certificate",
    )
