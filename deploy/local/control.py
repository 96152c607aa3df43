"""Talking to this deployment's supervisor: start and end it, count its processes, ask each how it is."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import httpx
import psutil
from circus.client import CircusClient
from circus.exc import CallError

from deploy.local.embedded.part import Part, PartError, listens, wait_until
from deploy.local.outside import ROOT
from deploy.local.programs import SERVICES
from deploy.local.stack import Stack
from deploy.local.supervisor import endpoint

COUNTER = ("gateway", *SERVICES)
"""Those that work for citizens."""


NOT_SET = " is not set: "
"""So a process names each variable that it lacks."""

NOTHING_RUNS = "nothing runs here; start it with `loket up`"


class Control:
    """The supervisor of one deployment."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._supervisor: subprocess.Popen[bytes] | None = None

    def is_running(self) -> bool:
        """Is this deployment supervised?"""
        return self._stack.is_supervised()

    def require(self, part: str) -> None:
        """Before talking to an embedded part. Raises PartError: another deployment may be on the usual ports."""
        if self._stack.is_embedded(part) and not self.is_running():
            raise PartError(NOTHING_RUNS)

    def start(self) -> None:
        """Start the supervisor, which starts the rest. Raises PartError with the last line it wrote."""
        for folder in (self._stack.run, self._stack.logs):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        output = self._stack.logs / "supervisor.log"
        with output.open("ab") as log:
            process = self._supervisor = subprocess.Popen(  # kept, so that it is not thought forgotten
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "deploy.local.supervisor"],
                cwd=ROOT,
                env={**os.environ, "LOKET_VAR": str(self._stack.var)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        if not wait_until(lambda: process.poll() is not None or self._answers(), 30) or process.poll() is not None:
            raise PartError(f"the supervisor did not start: {last_line(output)}; read {output}")

    def stop(self, progress: Callable[[str], None] = lambda _: None) -> None:
        """End everything: the door first, then the services, which finish what they hold, then what they stand on."""
        progress("gateway")
        with contextlib.suppress(PartError):
            self._ask("stop", name="gateway", waiting=True, patience_s=60)
        progress("services")
        with contextlib.suppress(PartError):
            self._ask("stop", name=f"({'|'.join(SERVICES)})$", match="regex", waiting=True, patience_s=60)
        progress("the rest")
        with contextlib.suppress(PartError):
            self._ask("quit", waiting=True, patience_s=60)
        if not wait_until(lambda: not self.is_running(), 10):
            self._end()
        if self._supervisor is not None:
            self._supervisor.wait()

    def _end(self) -> None:
        """The supervisor hangs: without it everything it started is told to end, too."""
        pid = int((self._stack.run / "supervisor.lock").read_text(encoding="ascii"))
        psutil.Process(pid).kill()
        if not wait_until(lambda: not self.is_running(), 10):
            raise PartError(f"the supervisor, process {pid}, does not end; end it by hand")

    def pids(self) -> dict[str, list[int]]:
        """Program to its processes."""
        names = self._ask("list")["watchers"]
        return {name: self._ask("list", name=name)["pids"] for name in names}

    def wanted(self, name: str) -> int:
        """How many processes it should have."""
        return int(self._ask("get", name=name, keys=["numprocesses"])["options"]["numprocesses"])

    def scale(self, name: str, processes: int) -> None:
        """More or fewer processes, live: one that has to go first finishes what it holds."""
        self._ask("set", name=name, options={"numprocesses": processes}, waiting=True, patience_s=90)

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a program's processes."""
        self._ask("signal", name=name, signum=number)

    def _answers(self) -> bool:
        try:
            self._ask("numwatchers", patience_s=1)
        except PartError:
            return False
        return True

    def _ask(self, command: str, *, patience_s: float = 10, **properties: Any) -> dict[str, Any]:
        """The supervisor's answer. What it must do alone it refuses while it is at another such thing: ask again."""
        end = time.monotonic() + patience_s
        while True:
            answer = self._ask_once(command, max(1.0, end - time.monotonic()), properties)
            if answer.get("status") == "ok" or "watchers" in answer or "pids" in answer:
                return answer
            if time.monotonic() > end or not str(answer.get("reason", "")).startswith("arbiter is "):
                raise PartError(f"the supervisor refused {command}: {answer.get('reason', answer)}")
            time.sleep(0.2)

    def _ask_once(self, command: str, patience_s: float, properties: dict[str, Any]) -> dict[str, Any]:
        if not (self._stack.run / "control").exists():
            raise PartError(NOTHING_RUNS)
        client = CircusClient(endpoint=endpoint(self._stack, "control"), timeout=patience_s)
        try:
            answer: dict[str, Any] = client.send_message(command, **properties)
        except CallError as error:
            raise PartError(f"the supervisor does not answer to {command} ({error}); try `loket down`") from None
        finally:
            client.stop()
        return answer


def last_line(path: Any) -> str:
    """What a log said last, in one line, or why there is nothing."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except FileNotFoundError:
        lines = []
    since = max((number for number, line in enumerate(lines) if line.startswith("{")), default=-1)  # it ran at last
    if missing := [line.partition(NOT_SET)[0] for line in lines[since + 1 :] if NOT_SET in line]:
        return f"set {', '.join(dict.fromkeys(missing))}"
    return _plain(lines[-1]) if lines else "it wrote nothing"


def _plain(line: str) -> str:
    try:
        told = json.loads(line)
    except ValueError:
        return line
    if isinstance(told, dict) and told.get("event") == "waiting_for":
        return f"it waits for the {told.get('what')} ({told.get('error')})"
    return line


def processes(stack: Stack, name: str, pids: list[int]) -> list[dict[str, Any]]:
    """What each process of a program says about itself."""
    if name == "gateway":
        return _gateway_workers(stack, pids)
    return [_process(stack, name, pid) for pid in pids]


def _process(stack: Stack, name: str, pid: int) -> dict[str, Any]:
    found: dict[str, Any] = {"pid": pid, **_vitals(pid)}
    if name not in SERVICES:
        return found | {"ready": _part_answers(stack, name)}
    try:
        told = json.loads((stack.run / f"{name}-{pid}.json").read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return found | {"ready": False}
    return found | {"health_port": told["health_port"], "ready": _is_ready(f"http://127.0.0.1:{told['health_port']}")}


def _gateway_workers(stack: Stack, pids: list[int]) -> list[dict[str, Any]]:
    ready = bool(pids) and _is_ready(stack.address)
    workers = []
    for pid in pids:
        with contextlib.suppress(psutil.NoSuchProcess):
            workers += [child.pid for child in psutil.Process(pid).children()]
    return [{"pid": pid, **_vitals(pid), "ready": ready} for pid in workers]


def _part_answers(stack: Stack, name: str) -> bool:
    parts: tuple[Part, ...] = (*stack.brokers(), stack.store())
    for part in parts:
        if part.name == name:
            return part.answers()
    if name == "sign-in":
        return _answers_well(f"{stack.issuer}/.well-known/openid-configuration")
    return listens(stack.ports.smtp)


def _is_ready(address: str) -> bool:
    return _answers_well(f"{address}/readyz")


def _answers_well(address: str) -> bool:
    try:
        return httpx.get(address, timeout=3, trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False


def _vitals(pid: int) -> dict[str, Any]:
    """`rss_mb` counts the children of the process too: those of documents print."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        rss = sum(each.memory_info().rss for each in family)
        return {"rss_mb": round(rss / 2**20, 1), "started_at": process.create_time()}
    except psutil.NoSuchProcess:
        return {}
