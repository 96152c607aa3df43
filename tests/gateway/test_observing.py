"""Whether the gateway lives and is ready, and who is told so."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient


def test_whoever_shares_the_load_asks_under_any_host(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7:8080"})

    assert (answer.status_code, answer.get_json()) == (200, {"ok": True})


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "193.190.1.1"])
def test_metrics_are_not_where_citizens_come(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_without_a_broker_the_gateway_is_not_ready(make_app: Callable[..., Flask]) -> None:
    client = make_app(amqp_uri="amqp://127.0.0.1:9/").test_client()

    assert client.get("/readyz").status_code == 503
