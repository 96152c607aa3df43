"""A department that is let in, before a gateway with faked services."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.gateway.conftest import Browser
from tests.gateway.fakes import REFERENCE, FakeDepartment, FakeServices, an_event, department_token

Asking = Callable[..., Any]


@pytest.fixture
def police(services: FakeServices) -> FakeDepartment:
    """It hears of Aarschot alone, and was told three events."""
    told = tuple(an_event(number=number) for number in range(1, 4))
    services.departments["police"] = FakeDepartment(events=told, references=(REFERENCE,))
    return services.departments["police"]


@pytest.fixture
def anonymous(app: Flask) -> FlaskClient:
    """Nobody is let in yet."""
    app.test_client_class = Browser
    return app.test_client()


@pytest.fixture
def asking(anonymous: FlaskClient, police: FakeDepartment) -> Asking:
    """A request of the police, or with the token that is given."""

    def ask(path: str, *, token: str | None = None, method: str = "GET", **sent: Any) -> Any:
        headers = {"Authorization": f"Bearer {token or department_token()}"} | sent.pop("headers", {})
        return anonymous.open(f"/departments{path}", method=method, headers=headers, **sent)

    return ask
