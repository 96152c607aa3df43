"""Version 0.9 knew no gates: what it stored and said lives on, and what it does beside this version clears nothing."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.contracts.delivery import TryLater
from services.contracts.envelope import Envelope
from services.contracts.events import EVENTS
from services.contracts.intake import ApplicationCleared, ReadApplication, State
from services.contracts.plans import plan_of
from services.contracts.schema import dump, load
from services.documents.handlers.issuing import VERSIONS_DIFFER_FOR, has_passed
from services.intake.domain.application import reconciled
from services.intake.domain.gate import GateState
from services.intake.store import _body as written
from services.intake.store import state_of
from tests.golden import stored
from tests.intake.confirmed import CONFIRMED, ConfirmedRoad, facts_at
from tests.intake.fakes import PRODUCTS
from tests.intake.test_moving import ID, facts_expired
from tests.registry.fakes import PARENT, TOWN
from tests.road import NOON, Road

SAID = sorted(stored.NEWER.glob("events/*.json"))


def test_what_was_on_its_road_goes_on_to_its_end(mongo_client: MongoClient[dict[str, Any]], database_prefix: str):
    before = stored.put_newer(mongo_client, database_prefix)
    road = Road(mongo_client, database_prefix, now=NOON + timedelta(hours=1))
    assert sorted(each["state"] for each in before) == ["cleared", "deferred", "submitted"]
    assert not any("gates" in each for each in before)

    outcomes = road.carry()
    road.services["registry"].ask_again()
    outcomes += road.carry()

    assert set(outcomes) == {"handled"}
    for each in before:
        view = road.ask(ReadApplication(town=TOWN, citizen=PARENT, application_id=each["_id"]))
        assert view.state == "delivered"
        kept = road.collection("intake").find_one({"_id": each["_id"]})
        askings = 2 if each["state"] == "cleared" else 1  # what the last version locked is asked anew
        assert [(gate["kind"], gate["state"], gate["asking"]) for gate in kept["gates"]] == [("facts", "met", askings)]


@pytest.mark.parametrize("path", SAID, ids=lambda path: str(path.stem))
def test_what_it_said_is_read(path: Any):
    envelope = Envelope.from_json(path.read_bytes())

    event = load(EVENTS[envelope.type], envelope.data)

    said = json.loads(path.read_bytes())["data"]
    assert {name: value for name, value in dump(event).items() if name in said} == said


def test_it_reads_what_waits_for_a_department_as_deferred():
    road = ConfirmedRoad()
    road.hear(facts_at(NOON))

    document = written(road.applications.kept[ID])

    assert (document["state"], document["awaits"]) == ("deferred", "awaiting-confirmation")
    assert state_of(document) is State.AWAITING_CONFIRMATION
    assert state_of({**document, "state": "withdrawn"}) is State.WITHDRAWN  # it takes one back, and leaves `awaits`


def cleared(**said: Any) -> ApplicationCleared:
    return ApplicationCleared(
        application_id=ID,
        product=CONFIRMED.id,
        language="nl",
        facts="",
        contact="",
        facts_expire_at=NOON + timedelta(hours=1),
        cleared_at=NOON,
        **said,
    )


def test_documents_issues_nothing_on_its_word_alone():
    with pytest.raises(TryLater):
        has_passed(cleared(), CONFIRMED, now=NOON)

    assert not has_passed(cleared(), CONFIRMED, now=NOON + VERSIONS_DIFFER_FOR)
    assert has_passed(cleared(), PRODUCTS["life"], now=NOON)


def test_documents_issues_where_the_gates_of_the_plan_were_met():
    plan = plan_of(CONFIRMED)

    assert has_passed(cleared(plan=plan, met=plan.gates), CONFIRMED, now=NOON)
    assert not has_passed(cleared(plan=plan, met=()), CONFIRMED, now=NOON + VERSIONS_DIFFER_FOR)
    assert has_passed(cleared(met=()), CONFIRMED, now=NOON)  # filed before the product had any: its plan binds


@pytest.mark.parametrize("way", ["facts expired", "sweep"])
def test_what_it_cleared_past_its_gates_is_asked_for_after_all(way: str):
    road = ConfirmedRoad()
    kept = road.applications.kept[ID]
    as_it_does = replace(
        kept.to(State.LOOKED_UP, at=NOON).to(State.CLEARED, at=NOON),
        facts="sealed facts",
        facts_expire_at=NOON + timedelta(hours=24),
        deadline=NOON + timedelta(days=3, hours=12),
    )
    road.applications.kept[ID] = reconciled(as_it_does)
    assert road.applications.kept[ID].facts_gate.state is GateState.MET

    if way == "sweep":
        road.sweep(NOON + timedelta(days=4))
    else:
        road.hear(facts_expired(NOON + timedelta(hours=25)), now=NOON + timedelta(hours=25))
    assert road.view.state == "submitted"
    road.hear(facts_at(NOON + timedelta(days=4)), now=NOON + timedelta(days=4))

    assert road.view.state == "awaiting-confirmation"
