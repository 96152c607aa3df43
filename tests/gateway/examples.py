"""The road that leads to the examples of the OpenAPI document: the same things, asked of the faked services."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from gateway.api.examples import FORM
from services.contracts.documents import Rechecked, Verification
from services.contracts.facts.life import Life
from services.contracts.intake import Step
from services.contracts.registry import DepartmentFacts, LookView
from tests.gateway.fakes import CONFIRMATION, NOW, REFERENCE, FakeDepartment, FakeServices, a_waiting, an_event

FILED = NOW - timedelta(minutes=10)
ID = "5f0c7a3e9d1b4c2f8e6a0b9d7c5e3f1a"
CERTIFICATE = "b1946ac92492d2347c6235b4d2611184"
PRODUCT = "household-composition"
PDF = b"%PDF-1.7\n"
WEBHOOK = "4f1e2d3c"


def arrange(services: FakeServices) -> None:
    """One application that is delivered, one that waits for the register, and a certificate that is checked."""
    states = ("submitted", "looked-up", "cleared", "issued", "delivered")
    services.put(
        ID,
        product=PRODUCT,
        state="delivered",
        version=4,
        submitted_at=FILED,
        certificate_id=CERTIFICATE,
        timeline=tuple(Step(at=FILED + timedelta(seconds=number), state=state) for number, state in enumerate(states)),
    )
    later, waits = FILED + timedelta(minutes=5), {"state": "deferred", "code": "register-unavailable"}
    promised = later + timedelta(hours=4)
    services.put(
        "c0ffee00c0ffee00c0ffee00c0ffee00",
        product="life",
        version=2,
        submitted_at=later,
        deadline=datetime(2026, 12, 24, 23, tzinfo=UTC),
        timeline=(Step(at=later, state="submitted"), Step(at=later, expected_by=promised, **waits)),
        **waits,
    )
    services.looks = (
        LookView(
            at=FILED + timedelta(seconds=1),
            by="you",
            product=PRODUCT,
            facts=("identity", "household"),
            purpose="extract",
            sources=("population",),
            outcome="given",
            application_id=ID,
        ),
        LookView(
            at=FILED + timedelta(seconds=1),
            by="department",
            product=None,
            facts=(),
            purpose="department",
            sources=(),
            outcome="given",
            department="Police zone 5387",
            reason="to find whoever moved",
        ),
        LookView(
            at=FILED, by="you", product=None, facts=(), purpose="numbers", sources=("population",), outcome="given"
        ),
    )
    services.verification = Verification(
        verdict="authentic",
        product=PRODUCT,
        number="24001-2026-482 913 057",
        issued_at=FILED + timedelta(seconds=3),
        current_through=date(2027, 2, 22),
        is_current=True,
        still_true=Rechecked(state="current", asked_at=FILED + timedelta(minutes=45)),
    )
    services.departments["police"] = FakeDepartment(
        events=(an_event(number=1), an_event("application-refused", number=2)),
        references=(REFERENCE,),
        webhooks=(WEBHOOK,),
        deliveries=2,
        waiting=(a_waiting(),),
    )
    services.department_facts = DepartmentFacts(
        product="life", looked_at=NOW, facts={"life": Life(alive_on=date(2026, 11, 24))}
    )
    services.file_verification = replace(services.verification, verdict="untouched")


ASKED: dict[str, tuple[str, str, dict[str, Any]]] = {
    "readMe": ("GET", "/api/v1/me", {}),
    "listLooks": ("GET", "/api/v1/me/looks?limit=1", {}),
    "listProducts": ("GET", "/api/v1/products", {}),
    "readProduct": ("GET", f"/api/v1/products/{PRODUCT}", {}),
    "readWay": ("GET", "/api/v1/abroad?country=GR&product=life", {}),
    "fileApplication": (
        "POST",
        "/api/v1/applications",
        {"json": FORM, "headers": {"Idempotency-Key": '"7f3c1e9a"'}},
    ),
    "listApplications": ("GET", "/api/v1/applications?limit=1", {}),
    "readApplication": ("GET", f"/api/v1/applications/{ID}", {}),
    "withdrawApplication": ("POST", "/api/v1/applications/c0ffee00c0ffee00c0ffee00c0ffee00/withdrawal", {}),
    "readVerification": ("GET", "/api/v1/verifications/E5WK-A1RF-6XMB-2SGM", {}),
    "verifyUpload": ("POST", "/api/v1/verifications", {"data": PDF, "headers": {"Content-Type": "application/pdf"}}),
    "listEvents": ("GET", "/departments/events?limit=1", {}),
    "readFacts": ("GET", f"/departments/facts/{REFERENCE}", {}),
    "readDepartment": ("GET", "/departments/me", {}),
    "listDeliveries": ("GET", f"/departments/webhooks/{WEBHOOK}/deliveries?limit=1", {}),
    "replayDeliveries": (
        "POST",
        f"/departments/webhooks/{WEBHOOK}/replays",
        {"json": {"since": "2026-11-24T08:00:00+01:00", "parked_only": False}},
    ),
    "switchWebhook": ("POST", f"/departments/webhooks/{WEBHOOK}/switch", {"json": {"is_disabled": True}}),
    "rotateWebhookKey": (
        "POST",
        f"/departments/webhooks/{WEBHOOK}/keys",
        {"json": {"signature": "v1a", "overlap_hours": 24}},
    ),
    "listConfirmations": ("GET", "/departments/confirmations", {}),
    "readConfirmation": ("GET", f"/departments/confirmations/{CONFIRMATION}", {}),
    "answerConfirmation": (
        "POST",
        f"/departments/confirmations/{CONFIRMATION}/answers",
        {"json": {"asking": 1, "outcome": "confirmed"}},
    ),
    "tellSandbox": ("POST", "/departments/sandbox/events", {"json": {"events": ["certificate-issued"]}}),
}
"""Operation to the request that gets its example, in this order."""


def token_for(path: str, *, citizen: str, department: str) -> str:
    """Of whoever may ask there."""
    return department if path.startswith("/departments/") else citizen
