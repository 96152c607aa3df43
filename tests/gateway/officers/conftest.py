"""Officers before a gateway: intake's own rules and store answer about towns, over a real database."""

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from pymongo.database import Database

from services.contracts.documents import CertificatePicture, PreviewCertificate
from services.contracts.living_towns import LivingTowns
from services.contracts.notify import MailPicture, PreviewMail
from services.contracts.town_setups import (
    ChangedTown,
    ChangedTowns,
    ChangeTown,
    ReadTownHistory,
    ReadTowns,
    TakeTownBack,
    TownHistory,
)
from services.intake import handlers
from services.intake.town_store import TownStore
from tests.gateway.conftest import Browser
from tests.gateway.fakes import FakeServices, Provider, towns, write_logo
from tests.outbox import KeptInOutbox

PNG = b"\x89PNG\r\n\x1a\n"


class TownServices(FakeServices):
    """The fakes, but that what is asked about towns intake's handlers answer."""

    def __init__(self, database: Database[dict[str, Any]], folder: Path) -> None:
        super().__init__()
        self.towns = LivingTowns(towns(), folder=folder)
        self.refuses: Exception | None = None
        self.records = TownStore(database, relay=KeptInOutbox(), clock=lambda: datetime.now(UTC))

    def ask(self, question: Any, *, timeout_s: float | None = None) -> Any:
        if isinstance(question, ReadTowns) and not self.away:
            return self._ReadTowns(question)
        return super().ask(question, timeout_s=timeout_s)

    def _ReadTowns(self, asked: ReadTowns) -> ChangedTowns:
        return handlers.read_towns(asked, towns=self.towns)

    def _ReadTownHistory(self, asked: ReadTownHistory) -> TownHistory:
        return handlers.read_town_history(asked, towns=self.towns, records=self.records)

    def _ChangeTown(self, asked: ChangeTown) -> ChangedTown:
        if self.refuses:
            raise self.refuses
        return handlers.change_town(asked, towns=self.towns, records=self.records, now=datetime.now(UTC))

    def _TakeTownBack(self, asked: TakeTownBack) -> ChangedTown:
        return handlers.take_town_back(asked, towns=self.towns, records=self.records, now=datetime.now(UTC))

    def _PreviewCertificate(self, asked: PreviewCertificate) -> CertificatePicture:
        self.towns.if_served(asked.town, asked.setup)
        return CertificatePicture(png=base64.b64encode(PNG).decode())

    def _PreviewMail(self, asked: PreviewMail) -> MailPicture:
        town = self.towns.if_served(asked.town, asked.setup)
        return MailPicture(sender="a", subject="b", html=f"<p>{town.office.phone}</p>")


@pytest.fixture
def services(database: Database[dict[str, Any]], tmp_path: Path) -> TownServices:
    return TownServices(database, write_logo(tmp_path))


@pytest.fixture
def app(make_app: Callable[..., Flask], stored: dict[str, str]) -> Flask:
    return make_app(mongo_uri=stored["LOKET_MONGO_URI"], database=stored["LOKET_DATABASE"])


@pytest.fixture
def officer(app: Flask, provider: Provider) -> Callable[..., FlaskClient]:
    """Makes the browser of one who reads English: `officer("desk-2")`."""

    def make(name: str = "desk-1", *, town: str = "24001") -> FlaskClient:
        app.test_client_class = Browser
        browser = app.test_client()
        token = provider.token(None, town=town, loket_role="officer", sub=name)
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    return make


@pytest.fixture
def browser(officer: Callable[..., FlaskClient]) -> FlaskClient:
    return officer()
