"""An id for each request: in its answer, and in what is asked and logged for it."""

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from services.chassis import request_ids
from services.chassis.request_ids import is_request_id
from tests.gateway.fakes import FakeServices

OWN = "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11"


@pytest.mark.parametrize(
    "path",
    ["/", "/healthz", "/nothing", "/v/ABCD", "/api/v1/me", "/api/v1/products", "/api/v1/nothing", "/assets/logo"],
)
def test_every_answer_has_one(client: FlaskClient, path: str) -> None:
    first, second = client.get(path), client.get(path)

    assert is_request_id(first.headers["X-Request-Id"])
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]


def test_of_an_unknown_host_too(client: FlaskClient) -> None:
    answer = client.get("/api/v1/me", base_url="http://nowhere.example")

    assert answer.status_code == 421
    assert is_request_id(answer.headers["X-Request-Id"])


def test_a_clients_own_is_kept_asked_with_and_logged(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    asked_for: list[str | None] = []
    services.on_ask = lambda _question: asked_for.append(request_ids.current())

    with capture_logs() as logs:
        answer = client.get("/api/v1/applications/mine", headers=citizen | {"X-Request-Id": OWN})

    assert answer.headers["X-Request-Id"] == OWN
    assert answer.json["instance"] == f"urn:uuid:{OWN}"
    assert set(asked_for) == {OWN}
    assert [each["request_id"] for each in logs if each["event"] == "request_answered"] == [OWN]
    assert request_ids.current() is None


@pytest.mark.parametrize("given", ["85.07.30-033.28", "85073003328", "x" * 36, OWN + " " + OWN, "<script>", ""])
def test_one_that_might_say_something_is_replaced(client: FlaskClient, given: str) -> None:
    answer = client.get("/api/v1/me", headers={"X-Request-Id": given})

    assert is_request_id(answer.headers["X-Request-Id"])
    assert answer.headers["X-Request-Id"] != given
