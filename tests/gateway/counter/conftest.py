"""What a reader sees, without a page or program in between."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest
from flask import Flask

from tests.gateway.conftest import HOST
from tests.gateway.fakes import Provider

Reading = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def reading(app: Flask, provider: Provider) -> Reading:
    """Be a citizen in Aarschot who reads a language, or nobody that is known; with another `app` for another town."""

    @contextmanager
    def reader(language: str = "en", *, signed_in: bool = True, app: Flask = app) -> Iterator[None]:
        headers = {"Host": HOST} | ({"Authorization": f"Bearer {provider.token()}"} if signed_in else {})
        with app.test_request_context(f"/?lang={language}", headers=headers):
            assert app.preprocess_request() is None
            yield

    return reader
