"""What the last version stored is read, goes on to its end, and is written as this version writes it."""

import base64
from datetime import timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from services.contracts.documents import FetchCertificate, VerifyCode
from services.contracts.extracts import FACTS_VERSION
from services.contracts.intake import FindCertificate, ListApplications, ReadApplication
from services.contracts.naming import UNDETERMINED
from services.registry.sources.population.mapping import (
    DWELLING,
    dossier_document,
    dossier_of,
    household_document,
    household_of,
)
from services.registry.sources.population.populations import Populations
from tests.golden import stored
from tests.registry.fakes import PARENT, PARTNER, STRANGER, TOWN
from tests.road import AGGREGATES, NOON, Road, refused

BEFORE = {each["_id"]: each for each in stored.documents("intake.applications")}
CERTIFICATES = {each["_id"]: each for each in stored.documents("documents.certificates")}
CITIZENS = {"refused": STRANGER, "expired": PARTNER, "delivered-life": PARTNER}
STEPS = ["submitted", "looked-up", "cleared", "issued", "delivered"]


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    """This version, on the last one's databases, an hour later."""
    stored.put(mongo_client, database_prefix)
    return Road(mongo_client, database_prefix, now=NOON + timedelta(hours=1))


def view(road: Road, id: str) -> Any:
    return road.ask(ReadApplication(town=TOWN, citizen=CITIZENS.get(id, PARENT), application_id=id))


@pytest.mark.parametrize("id", sorted(BEFORE))
def test_each_application_is_what_it_was(road: Road, id: str):
    seen = view(road, id)

    before = BEFORE[id]
    assert (seen.state, seen.version, seen.certificate_id) == (
        before["state"],
        before["version"],
        before["certificate_id"],
    )
    assert [step.state for step in seen.timeline] == [step["state"] for step in before["timeline"]]


def test_what_waited_goes_on_to_its_end(road: Road):
    outcomes = road.carry()
    road.services["registry"].ask_again()
    outcomes += road.carry()

    assert set(outcomes) == {"handled"}
    for id in ("submitted", "deferred", "issued", "told", "looked-up", "cleared", "asked-again"):
        assert view(road, id).state == "delivered", id
    for id in ("delivered", "delivered-life", "refused", "withdrawn", "expired"):
        after = road.collection("intake").find_one({"_id": id})
        assert (after["state"], after["timeline"]) == (BEFORE[id]["state"], BEFORE[id]["timeline"]), id


def test_facts_that_the_last_version_locked_are_asked_for_anew(road: Road):
    road.carry()

    for id in ("looked-up", "cleared"):
        states = [step.state for step in view(road, id).timeline]
        assert states == [*STEPS[:3], *STEPS], id
    printed = {order.facts.application_id: order.facts.version for order in road.press.orders}
    assert printed == dict.fromkeys(("submitted", "looked-up", "cleared", "asked-again"), FACTS_VERSION)


def test_a_registry_of_the_last_version_that_is_still_at_work_is_not_asked_again_and_again(road: Road):
    road.now = NOON + timedelta(seconds=20)

    outcomes = road.carry()

    assert "later: facts-of-another-version" in outcomes
    assert view(road, "cleared").state == "cleared"


def test_what_a_wait_of_intake_has_to_bring_on_comes(road: Road):
    """Its order was lost on the road, which is what deadlines are for; or its facts grew too old."""
    road.carry()
    for _ in range(3):
        road.later(days=4)
        road.services["intake"].sweep_deadlines()
        road.carry()

    assert view(road, "reserved").state == "delivered"
    for id in ("postponed", "claimed", "untold"):
        assert view(road, id).state == "issued", id
    assert len([each for each in road.press.orders if each.facts.application_id == "reserved"]) == 1


def test_certificates_are_fetched_verified_and_superseded_by_nothing_that_says_the_same(road: Road):
    pdfs = {each["files_id"]: each["data"] for each in stored.documents("documents.files.chunks")}
    road.submit(key="new")
    road.carry()

    for id, kept in CERTIFICATES.items():
        if kept["issued_at"]:
            ids = {"application_id": id, "certificate_id": kept["certificate_id"]}
            file = road.ask(FetchCertificate(town=TOWN, **ids))
            assert base64.b64decode(file.pdf) == pdfs[kept["sha256"]]
            assert road.ask(VerifyCode(town=TOWN, code=kept["code"])).verdict == "authentic", id


def test_whatever_is_sent_again_finds_it_done(road: Road):
    road.carry()
    printed = len(road.press.orders)

    outcomes = {outcome for body in road.said for outcome in road.deliver(body)}

    assert outcomes == {"seen-before"}
    assert len(road.press.orders) == printed


def test_what_it_numbered_by_service_alone_is_counted_on(road: Road):
    road.carry()

    for service in AGGREGATES:
        for document in road.collection(service).find({"_id": {"$in": ["deferred", "told", "cleared", "asked-again"]}}):
            if document["version"] > 2 and "/" in str(document["heard"]):
                assert all(key.endswith(f"/{document['_id']}") for key in document["heard"])
    heard = road.collection("intake").find_one({"_id": "told"})["heard"]
    assert heard == {"registry/told": 1, "documents/told": 1, "notify/told": 1}


def test_its_idempotency_keys_hold(road: Road):
    assert road.submit(key="key of delivered") == "delivered"
    assert {"delivered", "cleared"} <= {
        each.application_id for each in road.ask(ListApplications(town=TOWN, citizen=PARENT)).applications
    }


def test_all_of_it_is_emptied_in_time(road: Road):
    road.carry()
    road.services["registry"].ask_again()
    road.carry()
    for _ in range(12):
        road.later(days=46)
        road.services["intake"].sweep_deadlines()
        road.carry()
        road.services["registry"].ask_again()
        road.carry()
    road.later(days=366)
    for _ in range(2):
        road.sweep()

    left = {
        service: [each["_id"] for each in road.collection(service).find({"emptied_at": {"$exists": False}})]
        for service in AGGREGATES
    }
    # One waits for an event that somebody parked; the other is a number that was never issued.
    assert left == {"intake": ["early"], "registry": [], "documents": ["reserved"], "notify": []}
    assert road.databases["documents"]["files.files"].find_one() is None
    assert road.databases["documents"]["files.chunks"].find_one() is None
    kept = CERTIFICATES["delivered"]
    about = {"town": TOWN, "citizen": PARENT, "certificate_id": kept["certificate_id"]}
    assert refused(lambda: road.ask(FindCertificate(**about))) == "not-found"


ADDED = ("register", "last_wishes", "voting", DWELLING, "reference_address")
"""Fields that the last version did not write."""


def as_before(written: Any) -> Any:
    """What this version writes of a dossier, in the last one's shape: one name each, and no register."""
    if isinstance(written, dict) and set(written) == {UNDETERMINED}:
        return written[UNDETERMINED]
    if isinstance(written, dict) and set(written) == {"refnis", "names"}:
        return as_before(written["names"])
    if isinstance(written, dict):
        return {key: as_before(value) for key, value in written.items() if key not in ADDED}
    return [as_before(value) for value in written] if isinstance(written, list) else written


def test_the_population_is_read_and_means_what_it_meant(
    mongo_client: MongoClient[dict[str, Any]], database_prefix: str
):
    stored.put(mongo_client, database_prefix)
    populations = Populations(mongo_client[f"{database_prefix}_registry"])
    populations.ensure_indexes()
    beside = {"_id", "town", "population", "answers"}

    for document in populations.dossiers.find():
        kept = {key: value for key, value in document.items() if key not in beside}
        written = dossier_document(dossier_of(document))
        assert dossier_of(written) == dossier_of(document)
        assert as_before(written) == kept
    for document in populations.households.find():
        kept = {key: value for key, value in document.items() if key not in beside}
        written = household_document(household_of(document))
        assert household_of(written) == household_of(document)
        assert as_before(written) == kept
    assert populations.begin("21005") == 2
