"""A new version takes the place of the last one, service by service, while citizens file; and the last comes back.

deploy/production/UPGRADING.md tells operators to do what is done here.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from circus.client import CircusClient

from deploy.local.embedded.broker import SCRIPTS
from deploy.local.outside import ROOT, TOWNS
from deploy.local.probing import probed
from deploy.local.programs import programs
from deploy.local.running import declare_topology
from deploy.local.supervisor import endpoint
from deploy.operator.dead_letters import DeadLetters
from tests.ports import free_ports
from tests.system.conftest import HOSTS, Citizen, Deployment
from tests.waiting import wait_for

LAST = "82acd7dd23431a776ec853eb7de21ecb0d90e133"
"""What ran before this version: this one declares all that it declares, and more."""

FORTH = ("registry", "documents", "intake", "notify", "gateway")
BACK = ("gateway", "notify", "intake", "registry", "documents")
"""What the registry compiles only documents of its own version prints: both ways it is changed first."""

NEW_PORTS = ("magda", "deeds", "criminal_record")
"""The last version knows no such parts, and reads no names that it does not know."""

NEW_FIELDS = re.compile(r"^(?:sources|still_true|federal_attests):.*\n(?: .*\n)*", re.MULTILINE)
"""The last version knows none of these; a town writes them once all its services are of this version."""

BETWEEN_S = 1.0
"""One application after the other, and no backlog of printing on a busy machine: what is tried is the change."""

STATES = ["submitted", "looked-up", "cleared", "issued", "delivered"]

pytestmark = [pytest.mark.rolling, pytest.mark.timeout(1800)]


class Rolled(Deployment):
    """A stack that the last version's own `loket up` started."""

    def __init__(self, var: Path, tree: Path) -> None:
        super().__init__(var)
        self._tree = tree
        self._mine: dict[str, subprocess.Popen[bytes]] = {}
        self.addresses = [self.stack.address]

    def launch(self) -> None:
        environ = {name: value for name, value in os.environ.items() if not name.startswith("LOKET_")}
        environ |= self.outside | {"LOKET_VAR": str(self.stack.var), "PYTHONPATH": str(self._tree)}
        ports = self.stack.var / "ports.json"
        ours = json.loads(ports.read_text())
        ports.write_text(json.dumps({name: port for name, port in ours.items() if name not in NEW_PORTS}))
        told = subprocess.run(
            [sys.executable, "-m", "deploy.operator.cli", "up"],
            cwd=self._tree, env=environ, check=False, timeout=150,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout
        ports.write_text(json.dumps(ours | json.loads(ports.read_text())))
        self.addresses = [self.stack.address]
        self._declare()
        theirs, ours = self.stack.var / "towns", self.stack.var / "towns-of-this-version"
        kept = shutil.copytree(theirs, self.stack.var / "towns-of-the-last")
        self.stack.write_towns()
        shutil.copytree(theirs, ours)
        shutil.rmtree(theirs)
        shutil.copytree(kept, theirs)
        self.towns = self.stack.towns()
        self._programs = {program.name: program for program in programs(self.stack)}

    def _declare(self) -> None:
        """What this version needs of the broker, rights first, beside what the last one uses."""
        (broker,) = self.stack.brokers()
        imported = broker.folder / "definitions.json"
        imported.write_text(json.dumps(broker._definitions()), encoding="ascii")
        subprocess.run(
            [str(SCRIPTS / "rabbitmqctl"), "import_definitions", str(imported)],
            env=broker.environ(), check=True, timeout=90, capture_output=True,
        )  # fmt: skip
        declare_topology(self.stack)

    def upgrade(self, name: str) -> None:
        """This version's process beside the last one's, which then ends as an operator ends it."""
        environ = {**self._programs[name].environ, **self.outside}
        environ |= {"LOKET_TOWNS": str(self.stack.var / "towns-of-this-version")}
        if name == "gateway":
            environ["LOKET_GATEWAY_BIND"] = f"127.0.0.1:{free_ports(1)[0]}"
        with (self.stack.logs / f"{name}-of-this-version.log").open("ab") as log:
            self._mine[name] = process = subprocess.Popen(
                self._programs[name].argv, env=environ, cwd=ROOT, stdout=log, stderr=log
            )
        if name == "gateway":
            self.addresses.append(f"http://{environ['LOKET_GATEWAY_BIND']}")
            wait_for(lambda: _answers(self.addresses[-1]), seconds=90, what="the gateway of this version")
        else:
            run = self.stack.run / f"{name}-{process.pid}.json"
            wait_for(lambda: run.exists() and self._is_ready(run), seconds=90, what=f"{name} of this version")
        self._ask("stop", name)

    def go_back(self, name: str) -> None:
        """The last version's process again, beside this one's, which then ends."""
        before = set(self.stack.run.glob(f"{name}-*.json"))
        self._ask("start", name)
        if name == "gateway":
            wait_for(lambda: _answers(self.addresses[0]), seconds=90, what="the gateway of the last version")
        else:
            wait_for(
                lambda: any(map(self._is_ready, set(self.stack.run.glob(f"{name}-*.json")) - before)),
                seconds=90,
                what=f"{name} of the last version",
            )
        self._end(name)

    def stop(self) -> None:
        for name in list(self._mine):
            self._end(name)
        super().stop()

    def _end(self, name: str) -> None:
        process = self._mine.pop(name)
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0

    @staticmethod
    def _is_ready(run: Path) -> bool:
        try:
            port = httpx.Response(200, content=run.read_bytes()).json()["health_port"]
            return probed(f"http://127.0.0.1:{port}/readyz", timeout_s=2).is_success
        except (httpx.HTTPError, ValueError, OSError):
            return False

    def _ask(self, command: str, name: str) -> None:
        client = CircusClient(endpoint=endpoint(self.stack, "control"), timeout=90)
        try:
            answer = client.send_message(command, name=name, waiting=True)
        finally:
            client.stop()
        assert answer["status"] == "ok", answer


class Filing(threading.Thread):
    """Citizens who file one after the other, at whichever gateway answers, as a proxy before them would."""

    def __init__(self, rolled: Rolled, citizens: list[Citizen]) -> None:
        super().__init__()
        self._rolled = rolled
        self._citizens = citizens
        self._stopping = threading.Event()
        self.filed: list[tuple[Citizen, str]] = []
        self.strange: list[str] = []

    def run(self) -> None:
        while not self._stopping.is_set():
            for citizen in self._citizens:
                self.filed.append((citizen, self._file(citizen)))
                self._stopping.wait(BETWEEN_S)

    def _file(self, citizen: Citizen) -> str:
        key = f'"{uuid.uuid4()}"'
        found: str = wait_for(lambda: self._attempt(citizen, key), seconds=60, what="an application to be accepted")
        return found

    def _attempt(self, citizen: Citizen, key: str) -> str | None:
        for address in self._rolled.addresses:
            try:
                answer = citizen.http.post(
                    f"{address}/api/v1/applications",
                    json={"product": "residence"},
                    headers={"Idempotency-Key": key, "Host": HOSTS[citizen.town]},
                )
            except httpx.HTTPError:
                continue
            if answer.status_code == 202:
                return str(answer.json()["application_id"])
            if answer.status_code not in (503, 502):
                self.strange.append(answer.text)
        return None

    def went_on(self) -> None:
        """Until three more are filed."""
        now = len(self.filed)
        wait_for(lambda: len(self.filed) >= now + 3 or not self.is_alive(), what="more applications")

    def __enter__(self) -> "Filing":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self.join()


def _answers(address: str) -> bool:
    try:
        return probed(f"{address}/readyz", timeout_s=2).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The last version's code."""
    folder = tmp_path_factory.mktemp("last")
    packed = subprocess.run(["git", "archive", LAST], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        pytest.skip(f"this clone has no history: {LAST} is not in it")
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed.stdout, check=True)
    for file in (folder / "deploy" / "towns").glob("*.*"):  # they are mended first, in words that both versions know
        if (TOWNS / file.name).exists():
            file.write_text(NEW_FIELDS.sub("", (TOWNS / file.name).read_text(encoding="utf-8")), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory, tree: Path) -> Iterator[Rolled]:
    rolled = Rolled(tmp_path_factory.mktemp("rolled") / "var", tree)
    rolled.start()
    yield rolled
    rolled.stop()


def test_every_service_is_upgraded_under_load_and_goes_back(rolled: Rolled) -> None:
    filing = Filing(rolled, [rolled.citizen(key) for key in ("demo-citizen", "demo-spouse", "single")])
    with filing:
        filing.went_on()
        for name in FORTH:
            rolled.upgrade(name)
            filing.went_on()
        upgraded = len(filing.filed)
        for name in BACK:
            rolled.go_back(name)
            filing.went_on()

    assert filing.strange == []
    assert upgraded < len(filing.filed)
    _all_came_through(rolled, filing.filed)


def _all_came_through(rolled: Rolled, filed: list[tuple[Citizen, str]]) -> None:
    codes: set[Any] = set()
    for citizen, application_id in filed:
        # facts of the other version wait for documents to change too: on a busy machine until the delay of five minutes
        application = citizen.until(application_id, "delivered", seconds=600)
        assert [step["state"] for step in application["timeline"]] == STATES
        (certificate,) = rolled.certificates_of(application_id)
        assert citizen.certificate(application).startswith(b"%PDF-")
        codes.add(certificate["code"])
    assert len(codes) == len(filed) == rolled.issued()
    told = sorted(str(mail["Message-ID"]).split(".")[1].split("@")[0] for mail in rolled.mails())
    assert told == sorted(application_id for _, application_id in filed)
    assert DeadLetters(rolled.stack.amqp_uri, audit=rolled.stack.logs / "audit.jsonl").list() == []
