"""A stack whose services live at another time than ours: Debian's faketime, started anew at each."""

import os
import signal
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from circus.client import CircusClient

from deploy.local.outside import ROOT
from deploy.local.probing import probed
from deploy.local.programs import programs
from deploy.local.supervisor import endpoint
from services.contracts.topology import SERVICES
from tests.system.conftest import Deployment
from tests.waiting import wait_for

LIBRARY = next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
"""Of the package `faketime`."""

LIFE = ROOT / "services" / "catalogue" / "life.yaml"


def extensions(folder: Path) -> Path:
    """A deployment's own folder with one product, the life certificate's, that the police have to confirm."""
    catalogue = folder / "catalogue"
    catalogue.mkdir(parents=True)
    text = LIFE.read_text(encoding="utf-8").replace("id: life\n", "id: confirmed-life\n", 1)
    (catalogue / "confirmed-life.yaml").write_text(f"{text}gates: [{{confirmation: police}}]\n", encoding="utf-8")
    return folder


class Aged(Deployment):
    """The supervisor's services until the first `at`; from then on ours, at that many days from now."""

    def __init__(self, var: Path, **outside: str) -> None:
        super().__init__(var, **outside)
        self._mine: dict[str, subprocess.Popen[bytes]] = {}
        self.days = 0

    @property
    def now(self) -> datetime:
        """As the services have it."""
        return datetime.now(UTC) + timedelta(days=self.days)

    def at(self, days: int) -> None:
        """End all services, and start them again at that day."""
        if LIBRARY is None:
            pytest.skip("the package faketime is not installed")
        self.days = days
        for name in SERVICES:
            self.end(name)
        for name in SERVICES:
            self.begin(name)
        wait_for(lambda: all(map(self.serves, SERVICES)), seconds=120, what=f"the services at day {days}")

    def be_at(self, days: int) -> None:
        """As `at`, where they are not there yet."""
        if self.days != days:
            self.at(days)

    def begin(self, name: str) -> None:
        """One service, at the day of the others."""
        (program,) = (each for each in programs(self.stack) if each.name == name)
        environ = {**program.environ, **self.outside, "LD_PRELOAD": str(LIBRARY), "FAKETIME": f"+{self.days}d"}
        environ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1"  # waiting is counted on a clock that runs as ever
        with (self.stack.logs / f"{name}-aged.log").open("ab") as log:
            self._mine[name] = subprocess.Popen(program.argv, env=environ, cwd=ROOT, stdout=log, stderr=log)

    def end(self, name: str) -> None:
        """As an operator ends it."""
        process = self._mine.pop(name, None)
        if process is None:
            self._ask("stop", name)
            return
        process.send_signal(signal.SIGTERM)
        process.wait(60)

    def serves(self, name: str) -> bool:
        """Is ours ready?"""
        process = self._mine.get(name)
        run = self.stack.run / f"{name}-{process.pid}.json" if process else None
        if run is None or not run.exists():
            return False
        try:
            port = httpx.Response(200, content=run.read_bytes()).json()["health_port"]
            return probed(f"http://127.0.0.1:{port}/readyz", timeout_s=2).is_success
        except (httpx.HTTPError, ValueError, OSError):
            return False

    def died(self, name: str) -> bool:
        """Has it ended without being told to?"""
        process = self._mine[name]
        return process.poll() is not None or not psutil.pid_exists(process.pid)

    def stop(self) -> None:
        for name in list(self._mine):
            self.end(name)
        super().stop()

    def loket(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The operator's command."""
        clean = {key: value for key, value in os.environ.items() if not key.startswith("LOKET_")}
        told = {"LOKET_VAR": str(self.stack.var), "LOKET_EXTENSIONS": self.outside["LOKET_EXTENSIONS"]}
        return subprocess.run(
            [str(ROOT / ".venv/bin/python"), "-m", "deploy.operator.cli", *words],
            cwd=ROOT, env=clean | told, capture_output=True, text=True, timeout=90, check=False,
        )  # fmt: skip

    def _ask(self, command: str, name: str) -> Any:
        client = CircusClient(endpoint=endpoint(self.stack, "control"), timeout=90)
        try:
            return client.send_message(command, name=name, waiting=True)
        finally:
            client.stop()
