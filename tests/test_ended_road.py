"""All four services and their stores, in one process: a product is lost while its applications are on their road."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pymongo import MongoClient

from services.contracts.catalogue import products
from services.contracts.documents import CertificateIssued, FactsExpired
from services.contracts.errors import ApplicationOver, StillBeingMade
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationView,
    EndApplication,
    ExtractRequested,
    ReadApplication,
)
from services.contracts.product import PASSED_THROUGH, Gives, Product
from tests.registry.fakes import PARENT, TOWN
from tests.road import NOON, Road

RESIDENCE = products()["residence"]
GONE: dict[str, Product] = {}
PASSED = {"residence": replace(RESIDENCE, gives=Gives(kind=PASSED_THROUGH))}
"""The register still answers for what was filed for as a certificate; nothing is there to print."""


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    return Road(mongo_client, database_prefix, now=NOON)


def offer(road: Road, catalogue: dict[str, Product]) -> None:
    for service in road.services.values():
        service.products = catalogue


def end(road: Road, id: str) -> ApplicationView:
    view: ApplicationView = road.ask(EndApplication(town=TOWN, application_id=id))
    return view


def view(road: Road, id: str) -> ApplicationView:
    found: ApplicationView = road.ask(ReadApplication(town=TOWN, citizen=PARENT, application_id=id))
    return found


def said(road: Road, event: Any) -> int:
    return sum(json.loads(body)["type"] == event.TYPE for body in road.said)


def cleared_and_parked(road: Road, catalogue: dict[str, Product]) -> str:
    """Its product was lost between the facts and the certificate."""
    id = road.submit()
    road.carry(unless=lambda type: type == ApplicationCleared.TYPE)
    offer(road, catalogue)
    (outcome,) = road.carry()
    assert outcome.startswith("parked: ")
    return id


def test_one_that_was_made_unheard_becomes_issued_and_is_not_ended(road: Road) -> None:
    id = road.submit()
    road.carry(unless=lambda type: type == CertificateIssued.TYPE)
    offer(road, GONE)
    road.later(hours=25)

    with pytest.raises(StillBeingMade, match="asked-anew"):
        end(road, id)
    road.carry()

    with pytest.raises(ApplicationOver, match="delivered"):
        end(road, id)
    assert (said(road, CertificateIssued), said(road, ApplicationExpired)) == (2, 0)
    assert len(road.channel.sent) == 1
    assert road.collection("documents").count_documents({"issued_at": {"$ne": None}}) == 1


@pytest.mark.parametrize("catalogue", [GONE, PASSED])
def test_one_that_was_not_made_is_ended_once_documents_has_said_so(road: Road, catalogue: dict[str, Product]) -> None:
    id = cleared_and_parked(road, catalogue)
    with pytest.raises(StillBeingMade, match="2026-11-25"):
        end(road, id)
    road.later(hours=25)

    with pytest.raises(StillBeingMade, match="asked-anew"):
        end(road, id)
    road.carry()
    waiting = view(road, id)
    ended = end(road, id)
    outcomes = road.carry()

    assert (waiting.state, ended.state, ended.code) == ("submitted", "expired", "no-longer-given")
    assert (said(road, FactsExpired), said(road, ExtractRequested)) == (1, 0)
    assert set(outcomes) == {"handled"}
    assert len(road.channel.sent) == 1
    road.later(days=4)
    assert road.services["intake"].sweep_deadlines() is None
    assert road.carry() == []


@pytest.mark.parametrize("catalogue", [GONE, PASSED])
def test_an_order_with_the_lost_file_that_comes_after_its_end_makes_nothing(
    road: Road, catalogue: dict[str, Product]
) -> None:
    """It was parked, and is replayed with the file put back."""
    id = cleared_and_parked(road, catalogue)
    (parked,) = [body for body in road.said if json.loads(body)["type"] == ApplicationCleared.TYPE]
    road.later(hours=25)
    with pytest.raises(StillBeingMade):
        end(road, id)
    road.carry()
    end(road, id)
    offer(road, {"residence": RESIDENCE})

    assert road.deliver(parked) == ["seen-before"]
    road.carry()

    assert said(road, CertificateIssued) == 0
    assert view(road, id).state == "expired"


@pytest.mark.parametrize("catalogue", [GONE, PASSED])
def test_one_whose_file_is_put_back_goes_on_by_itself(road: Road, catalogue: dict[str, Product]) -> None:
    id = cleared_and_parked(road, catalogue)
    for _ in range(2):
        road.later(hours=85)
        road.services["intake"].sweep_deadlines()
        road.carry()
        offer(road, {"residence": RESIDENCE})

    assert view(road, id).state == "delivered"


@pytest.mark.parametrize("catalogue", [GONE, PASSED])
def test_one_that_nobody_ends_expires_with_its_last_deadline(road: Road, catalogue: dict[str, Product]) -> None:
    id = cleared_and_parked(road, catalogue)

    for _ in range(10):
        road.later(hours=85)
        road.services["intake"].sweep_deadlines()
        road.carry()

    assert view(road, id).state == "expired"
    assert (said(road, CertificateIssued), said(road, ApplicationExpired)) == (0, 1)
