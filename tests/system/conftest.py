"""The whole stack, as an operator starts it, in a folder and on ports of its own."""

import email
import email.policy
import json
import os
import signal
import time
import uuid
from collections.abc import Iterator
from dataclasses import asdict
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from pymongo import MongoClient

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.seeding import seed
from deploy.demo.tokens import citizen_token
from deploy.local.control import Control
from deploy.local.embedded.ports import Claims
from deploy.local.ports import Ports
from deploy.local.prepare import prepare
from deploy.local.probing import probed
from deploy.local.running import declare_topology
from deploy.local.stack import Stack
from services.contracts.catalogue import products
from tests.conftest import OPT
from tests.ports import free_ports
from tests.system.collector import Collector
from tests.waiting import wait_for

LANGUAGES = {"24001": "nl", "21005": "fr", "63023": "de", "24055": "nl"}
HOSTS = {
    "24001": "aarschot.localhost",
    "21005": "etterbeek.localhost",
    "63023": "eupen.localhost",
    "24055": "kortenberg.localhost",
}
AT_MAGDA = frozenset({"24055"})
"""Towns whose people are the stand-in's."""


class Citizen:
    """One resident in front of the API of one town."""

    def __init__(
        self,
        deployment: "Deployment",
        key: str,
        *,
        town: str = "24001",
        language: str | None = None,
        number: str | None = None,
    ) -> None:
        self.number = number or HARD_CASES[key].number
        self.town = town
        token = citizen_token(deployment.stack, deployment.towns[town], self.number)
        self.http = httpx.Client(
            base_url=deployment.stack.address,
            headers={
                "Authorization": f"Bearer {token}",
                "Host": HOSTS[town],
                "Accept-Language": language or LANGUAGES[town],
            },
            timeout=30,
            trust_env=False,
        )

    def file(self, product: str, *, key: str | None = None, **body: Any) -> httpx.Response:
        """POST /applications as it is answered."""
        known = products().get(product)
        asked = {field.name for field in known.fields} if known else set()
        given = {name: value for name, value in (("purpose", "other"), ("destination", "GR")) if name in asked}
        fields = {"fields": given} if given else {}
        return self.http.post(
            "/api/v1/applications",
            json={"product": product, **fields, **body},
            headers={"Idempotency-Key": f'"{key or uuid.uuid4()}"'},
        )

    def filed(self, product: str, **body: Any) -> str:
        """The id of an application that was accepted."""
        answer = self.file(product, **body)
        assert answer.status_code == 202, answer.text
        return str(answer.json()["application_id"])

    def filed_patiently(self, product: str, **body: Any) -> str:
        """As `filed`, by a patient citizen: the same key again and again until it is accepted, each time after as long
        as the last answer asked for."""
        key = str(uuid.uuid4())

        def accepted() -> str | None:
            try:
                answer = self.file(product, key=key, **body)
            except httpx.HTTPError:
                return None
            assert answer.status_code in (202, 503), answer.text
            if answer.status_code == 503:
                time.sleep(min(5, int(answer.headers["Retry-After"])))
                return None
            return str(answer.json()["application_id"])

        return str(wait_for(accepted, seconds=120, what=f"{product} to be accepted"))

    def application(self, application_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/v1/applications/{application_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def until(self, application_id: str, *states: str, seconds: float = 60) -> dict[str, Any]:
        """The application once it is in one of the states; an answer that is no 200 is waited out."""

        def there() -> dict[str, Any] | None:
            try:
                answer = self.http.get(f"/api/v1/applications/{application_id}")
            except httpx.HTTPError:
                return None
            return answer.json() if answer.status_code == 200 and answer.json()["state"] in states else None

        found: dict[str, Any] = wait_for(there, seconds=seconds, what=f"{application_id} to be {states}")
        return found

    def certificate(self, application: dict[str, Any]) -> bytes:
        answer = self.http.get(f"/api/v1/certificates/{application['certificate_id']}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def certificate_patiently(self, application: dict[str, Any]) -> bytes:
        """As `certificate`, by a patient citizen: asked for again while a part of the stack is away."""

        def downloaded() -> bytes | None:
            try:
                answer = self.http.get(f"/api/v1/certificates/{application['certificate_id']}")
            except httpx.HTTPError:
                return None
            assert answer.status_code in (200, 503), answer.text
            return answer.content if answer.status_code == 200 else None

        return bytes(wait_for(downloaded, seconds=120, what=f"{application['certificate_id']} to be downloaded"))


class Deployment:
    """A running stack of its own."""

    def __init__(self, var: Path, **outside: str) -> None:
        self.crashes = var / "crashes"
        self.crashes.mkdir(parents=True)
        self.outside = {
            "LOKET_CRASH_DIR": str(self.crashes),
            "LOKET_SWEEP_S": "0.3",
            "LOKET_SMTP_TIMEOUT_S": "3",
            "LOKET_LIMIT_APPLICATIONS": "100000 per hour",
            "LOKET_LIMIT_VERIFICATIONS": "100000 per hour",
            "LOKET_LIMIT_CHANGES": "100000 per hour",
            "LOKET_DATABASE": "loket",
            **outside,
        }
        names = list(asdict(Ports()))
        with Claims() as until_it_starts:
            ports = free_ports(len(names), until_it_starts)
        (var / "ports.json").write_text(json.dumps(dict(zip(names, ports, strict=True))))
        (var / "opt").mkdir()
        (var / "opt" / "store").symlink_to(OPT)
        self.stack = Stack(var=var, outside=self.outside)
        self.control = Control(self.stack)
        self._mongo: MongoClient[dict[str, Any]] = MongoClient(
            self.stack.mongo_uri, tz_aware=True, connect=False, serverSelectionTimeoutMS=120_000
        )  # after several kills the supervisor pauses for half a minute
        self._citizens: list[Citizen] = []

    def start(self, *, residents: int = 300) -> None:
        self.launch()
        for town in LANGUAGES:
            owner = "magda" if town in AT_MAGDA else "registry"
            seed(self.database(owner), town=town, residents=residents, seed=1)

    def launch(self) -> None:
        """Start everything, and wait until it is ready."""
        prepare(self.stack)
        self.towns = self.stack.towns()
        os.environ.update(self.outside)
        try:
            with Claims() as claims:
                self.stack.choose_ports(claims)
                self.control.start(claims)
            declare_topology(self.stack)
        finally:
            for name in self.outside:
                os.environ.pop(name)
        wait_for(self.is_ready, seconds=90, what="the stack")

    def is_ready(self) -> bool:
        try:
            return probed(f"{self.stack.address}/readyz", timeout_s=2).is_success and all(
                self.service_is_ready(name) for name in ("intake", "registry", "documents", "notify")
            )
        except (httpx.HTTPError, FileNotFoundError):  # of one that died, as the next one begins
            return False

    def service_is_ready(self, name: str) -> bool:
        for file in self.stack.run.glob(f"{name}-*.json"):
            told = json.loads(file.read_text())
            if psutil.pid_exists(told["pid"]):
                return probed(f"http://127.0.0.1:{told['health_port']}/readyz", timeout_s=2).is_success
        return False

    def stop(self) -> None:
        for client in self._citizens:
            client.http.close()
        self._mongo.close()
        self.control.stop()

    def citizen(self, key: str, **where: Any) -> Citizen:
        citizen = Citizen(self, key, **where)
        self._citizens.append(citizen)
        return citizen

    def citizens(self) -> list[Citizen]:
        """All who came so far."""
        return list(self._citizens)

    def database(self, service: str) -> Any:
        return self._mongo[f"loket_{service}"]

    def mails(self, holding: str = "") -> list[EmailMessage]:
        """Every mail that was caught with these characters, oldest first."""
        files = sorted(self.stack.mail.rglob("*.eml"), key=lambda path: path.stat().st_mtime_ns)
        wanted = (octets for octets in (path.read_bytes() for path in files) if holding.encode() in octets)
        return [email.message_from_bytes(octets, policy=email.policy.default) for octets in wanted]

    def mails_about(self, application_id: str) -> list[EmailMessage]:
        return [mail for mail in self.mails(application_id) if application_id in str(mail["Message-ID"])]

    def kill(self, program: str) -> None:
        """kill -9 of every process of a program; the supervisor starts it again."""
        for pid in self.control.pids()[program]:
            os.kill(pid, signal.SIGKILL)

    def pid(self, program: str) -> int:
        return int(self.control.pids()[program][0])

    def arm(self, point: str, target: str = "self") -> None:
        """Have the first process that comes to this crash point kill itself, or the process with this pid."""
        fresh = self.crashes / f".{point}.new"
        fresh.write_text(target)
        fresh.rename(self.crashes / point)

    def is_armed(self, point: str) -> bool:
        return (self.crashes / point).exists()

    def issued(self) -> int:
        """Certificates that are stored."""
        return int(self.database("documents").certificates.count_documents({"issued_at": {"$ne": None}}))

    def certificates_of(self, application_id: str) -> list[dict[str, Any]]:
        return list(self.database("documents").certificates.find({"_id": application_id}))


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    """Who is told the traces of `deployment`."""
    collector = Collector()
    yield collector
    collector.close()


@pytest.fixture(scope="package")
def deployment(tmp_path_factory: pytest.TempPathFactory, collector: Collector) -> Iterator[Deployment]:
    """One stack for the tests that do not break it."""
    deployment = Deployment(tmp_path_factory.mktemp("stack") / "var", LOKET_OTLP_ENDPOINT=collector.address)
    deployment.start()
    yield deployment
    deployment.stop()
