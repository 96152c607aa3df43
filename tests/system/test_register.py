"""What the register says reaches the citizen: refusals in a plain sentence, and an outage that is no refusal."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import product as product_of

import pytest

from deploy.demo.generator import outcomes as written
from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.operator.status.gathered import status
from services.contracts.catalogue import products
from services.registry.sources.population.populations import Populations
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

EVERY = ("household-composition", "life", "residence")
"""With these, whoever is refused something is refused it here, too; tests/registry has all facts."""


def outcome(key: str, product: str) -> str:
    return written.outcome(key, products()[product].facts)


def outcomes() -> list[tuple[str, str, str]]:
    """Every documented resident with one product, and the refusal or `delivered` that is to come."""
    found = []
    for key in HARD_CASES:
        special = any(outcome(key, product) for product in EVERY)
        for product in EVERY if special else EVERY[:1]:
            expected = outcome(key, product)
            if not expected.startswith(written.CONTRADICTED):
                found.append((key, product, expected or "delivered"))
    return found


@pytest.fixture(scope="module")
def filed(deployment: Deployment) -> dict[tuple[str, str], tuple[Citizen, str]]:
    """All of them at once, since some answers of the register take long."""
    citizens = {key: deployment.citizen(key) for key in HARD_CASES}
    return {(key, product): (citizens[key], citizens[key].filed(product)) for key, product, _ in outcomes()}


@pytest.mark.parametrize(("key", "product", "expected"), outcomes())
def test_every_documented_resident_gets_what_the_table_says(
    deployment: Deployment,
    filed: dict[tuple[str, str], tuple[Citizen, str]],
    key: str,
    product: str,
    expected: str,
) -> None:
    citizen, application_id = filed[key, product]

    application = citizen.until(application_id, "delivered", "refused", seconds=120)

    assert (application["code"] or application["state"]) == expected
    assert application["sentence"]
    if expected != "delivered":
        assert application["certificate_id"] is None
        assert deployment.certificates_of(application["application_id"]) == []


def test_a_register_outage_is_no_refusal_and_completes_itself(deployment: Deployment) -> None:
    citizen = deployment.citizen("widowed", town="63023")
    populations = Populations(deployment.database("registry"))
    populations.pause("63023", until=datetime.now(UTC) + timedelta(hours=1), reason="test")

    application_id = citizen.filed("residence")
    waiting = citizen.until(application_id, "deferred")
    assert waiting["code"] == "register-unavailable"
    assert waiting["timeline"][-1]["expected_by"]
    assert waiting["sentence"]
    populations.resume("63023")
    application = citizen.until(application_id, "delivered")

    assert [step["state"] for step in application["timeline"]] == [
        "submitted",
        "deferred",
        "looked-up",
        "cleared",
        "issued",
        "delivered",
    ]
    assert len(deployment.certificates_of(application_id)) == 1
    assert len(deployment.mails_about(application_id)) == 1


def test_what_the_register_contradicts_waits_for_the_town_and_goes_on_once_mended(deployment: Deployment) -> None:
    """In several ways at once; operators see how many wait, nothing is parked, and each look is in the access log."""
    registry = deployment.database("registry")
    filed = {}
    kinds: Counter[str] = Counter()
    for key, product in product_of(HARD_CASES, EVERY):
        expected = outcome(key, product)
        if expected.startswith(written.CONTRADICTED):
            citizen = deployment.citizen(key, town="63023")
            filed[key, product] = citizen, citizen.filed(product)
            kinds[expected.removeprefix(written.CONTRADICTED)] += 1
    for citizen, application_id in filed.values():
        waiting = citizen.until(application_id, "deferred")
        assert waiting["code"] == "register-contradicted"
        assert waiting["timeline"][-1]["expected_by"] is None
        (look,) = registry.accesses.find({"application_id": application_id})
        assert (look["outcome"], citizen.number in look["about"]) == ("register-contradicted", True)
    told = status(deployment.stack)
    assert told["held"]["63023"] == dict(kinds)
    assert told["parked"] == 0

    citizen, application_id = filed.pop(("no-address", "residence"))
    registry.dossiers.update_one({"town": "63023", "number": citizen.number}, {"$set": {"stays.1.until": None}})
    registry.extracts.update_one({"_id": application_id}, {"$set": {"due_at": datetime.now(UTC)}})  # a day later

    assert citizen.until(application_id, "delivered")["code"] is None
    assert len(deployment.certificates_of(application_id)) == len(deployment.mails_about(application_id)) == 1
    for citizen, application_id in filed.values():
        assert citizen.http.post(f"/api/v1/applications/{application_id}/withdrawal").json()["state"] == "withdrawn"
    wait_for(lambda: "63023" not in status(deployment.stack)["held"])


def test_a_merge_hides_nothing_of_what_was_filed_before_it(deployment: Deployment) -> None:
    """Filed under the old number; then the register merges it; found, downloaded and superseded under the current."""
    old, current = (deployment.citizen(key, town="63023") for key in ("single", "student"))
    before = old.until(old.filed("life"), "delivered")
    dossiers = deployment.database("registry").dossiers
    dossiers.update_one({"town": "63023", "number": old.number}, {"$set": {"replaced_by": current.number}})
    try:
        after = current.until(current.filed("life"), "delivered")
        for citizen in (old, current):
            listed = citizen.http.get("/api/v1/applications").json()["applications"]
            assert {before["application_id"], after["application_id"]} <= {each["application_id"] for each in listed}
            for application in (before, after):
                file = citizen.http.get(f"/api/v1/certificates/{application['certificate_id']}")
                assert (file.status_code, file.headers["Content-Type"]) == (200, "application/pdf")
        code = deployment.certificates_of(before["application_id"])[0]["code"]
        verified = current.http.get(f"/api/v1/verifications/{code}").json()
        assert verified["verdict"] == "superseded"
        stranger = deployment.citizen("divorced", town="63023")
        assert stranger.http.get(f"/api/v1/applications/{before['application_id']}").status_code == 404
    finally:
        dossiers.update_one({"town": "63023", "number": old.number}, {"$set": {"replaced_by": None}})


def test_what_waits_for_the_register_can_be_withdrawn(deployment: Deployment) -> None:
    citizen = deployment.citizen("student", town="63023")
    populations = Populations(deployment.database("registry"))
    populations.pause("63023", reason="test")
    application_id = citizen.filed("life")
    citizen.until(application_id, "deferred")

    withdrawn = citizen.http.post(f"/api/v1/applications/{application_id}/withdrawal")
    populations.resume("63023")

    assert withdrawn.json()["state"] == "withdrawn"
    other = citizen.until(citizen.filed("life"), "delivered")
    assert citizen.application(application_id)["state"] == "withdrawn"
    assert deployment.certificates_of(application_id) == []
    assert citizen.http.post(f"/api/v1/applications/{other['application_id']}/withdrawal").status_code == 409
