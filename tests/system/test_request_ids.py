"""One request, found again by its id: in the logs of every service that it reached, and in the traces."""

import json
import uuid

import httpx
import pytest

from tests.gateway.contract import wrong_with
from tests.system.collector import Collector
from tests.system.conftest import Deployment
from tests.waiting import wait_for

SERVICES = {"gateway", "intake", "registry", "documents", "notify"}


def test_a_request_is_found_again_in_logs_and_traces(deployment: Deployment, collector: Collector) -> None:
    citizen, id = deployment.citizen("single"), str(uuid.uuid4())
    citizen.http.headers["X-Request-Id"] = id

    answer = citizen.file("life")
    del citizen.http.headers["X-Request-Id"]
    citizen.until(answer.json()["application_id"], "delivered")

    def logged() -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for file in deployment.stack.logs.glob("*.log"):
            for line in file.read_text(errors="replace").splitlines():
                if id in line and line.startswith("{"):
                    said = json.loads(line)
                    assert said["request_id"] == id
                    found.setdefault(said["service"], set()).add(said["event"])
        return found

    assert answer.headers["X-Request-Id"] == id
    wait_for(lambda: set(logged()) == SERVICES, what="all logs")
    found = logged()
    assert "request_answered" in found["gateway"]
    assert {"question_answered", "event_handled"} <= found["intake"]
    assert all("event_handled" in found[service] for service in ("registry", "documents", "notify"))
    wait_for(lambda: {service for of, service in collector.requests if of == id} == SERVICES, what="all traces")


@pytest.mark.parametrize("product", ["life", "household-composition"])
def test_the_stack_answers_as_its_document_says(deployment: Deployment, product: str) -> None:
    citizen = deployment.citizen("demo-citizen")
    document = citizen.http.get("/api/v1/openapi.json").json()

    def fits(schema: str, path: str) -> dict[str, object]:
        answer = citizen.http.get(path)
        assert answer.status_code == 200, answer.text
        assert wrong_with(document, answer.json(), "components", "schemas", schema) == [], path
        return dict(answer.json())

    receipt = citizen.file(product).json()
    assert wrong_with(document, receipt, "components", "schemas", "Receipt") == []
    citizen.until(receipt["application_id"], "delivered")
    fits("Application", receipt["links"]["self"])
    fits("ApplicationList", "/api/v1/applications?limit=1")
    fits("ProductDetail", f"/api/v1/products/{product}")
    fits("ProductList", "/api/v1/products")
    fits("Me", "/api/v1/me")
    (certificate,) = deployment.certificates_of(receipt["application_id"])
    fits("Verification", f"/api/v1/verifications/{certificate['code']}")
    problem = citizen.http.get("/api/v1/applications/nothing").json()
    assert wrong_with(document, problem, "components", "schemas", "Problem") == []
    address = document["components"]["securitySchemes"]["token"]["openIdConnectUrl"]
    assert httpx.get(address, trust_env=False).json()["issuer"] == deployment.towns["24001"].sign_in.issuer
