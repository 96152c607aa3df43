"""Talking to this deployment's supervisor: start and end it, count its processes."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from circus.client import CircusClient
from circus.exc import CallError

from deploy.local.embedded.part import SUPERVISES, PartError, wait_until
from deploy.local.embedded.ports import Claims
from deploy.local.leftovers import mark_of
from deploy.local.outside import ROOT
from deploy.local.stack import Stack
from services.contracts.topology import SERVICES

NOT_SET = " is not set: "
"""So a process names each variable that it lacks."""

LAST_BYTES = 65_536
"""Of a log, in which its last lines are looked for."""

HANGS_S = 10.0
"""A supervisor that has not answered for so long will not. While it ends a process it still answers."""

ENDS_S = 10.0
"""What a supervisor that has given up its lock may take to be gone."""

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

    def start(self, claims: Claims) -> None:
        """Start the supervisor, which starts the rest. Raises PartError with the last line it wrote.

        It holds the ports until it ends: of a part that begins anew nobody takes the port meanwhile.
        """
        for folder in (self._stack.run, self._stack.logs):
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o700)
        output = self._stack.logs / "supervisor.log"
        with output.open("ab") as log:
            process = self._supervisor = subprocess.Popen(  # kept, so that it is not thought forgotten
                [sys.executable, "-W", "ignore::DeprecationWarning", "-m", "deploy.local.supervisor"],
                cwd=ROOT,
                env={**os.environ, "LOKET_VAR": str(self._stack.var), SUPERVISES: mark_of(self._stack)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=claims.descriptors(),
            )
        if not wait_until(lambda: process.poll() is not None or self.answers(1), 30) or process.poll() is not None:
            raise PartError(f"the supervisor did not start: {last_line(output)}; read {output}")

    def stop(self, progress: Callable[[str], None] = lambda _: None) -> None:
        """End everything: the door first, then the services, which finish what they hold, then what they stand on.

        A supervisor that does not answer is killed, which tells all it started to end, too.
        """
        holder = self._holder()
        if self.answers(HANGS_S):
            self._stop_in_order(progress)
        if not wait_until(lambda: not self.is_running(), 10):
            self._end()
        psutil.wait_procs(holder, timeout=ENDS_S)  # it gives up its lock, and ends a moment later
        if self._supervisor is not None:
            self._supervisor.wait()

    def _stop_in_order(self, progress: Callable[[str], None]) -> None:
        progress("gateway")
        with contextlib.suppress(PartError):
            self._ask("stop", name="gateway", waiting=True, patience_s=60)
        progress("services")
        with contextlib.suppress(PartError):
            self._ask("stop", name=f"({'|'.join(SERVICES)})$", match="regex", waiting=True, patience_s=60)
        progress("the rest")
        with contextlib.suppress(PartError):
            self._ask("quit", waiting=True, patience_s=60)

    def _holder(self) -> list[psutil.Process]:
        """The supervisor, where its lock says which process it is."""
        with contextlib.suppress(OSError, ValueError, psutil.NoSuchProcess):
            return [psutil.Process(int((self._stack.run / "supervisor.lock").read_text(encoding="ascii")))]
        return []

    def _end(self) -> None:
        """The supervisor hangs: without it everything it started is told to end, too. Raises PartError."""
        pid = int((self._stack.run / "supervisor.lock").read_text(encoding="ascii"))
        with contextlib.suppress(psutil.NoSuchProcess):
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
        if processes:
            self._ask("start", name=name, waiting=True)  # circus has stopped a program that began with none

    def signal(self, name: str, number: int) -> None:
        """Send a signal to a program's processes."""
        self._ask("signal", name=name, signum=number)

    def answers(self, patience_s: float) -> bool:
        """Does the supervisor do what it is told?"""
        try:
            self._ask("numwatchers", patience_s=patience_s)
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


def endpoint(stack: Stack, name: str) -> str:
    """A socket in the folder that only its owner enters; relative where that is shorter (a socket's path is short)."""
    path = stack.run / name
    return "ipc://" + min(str(path), os.path.relpath(path), key=len)


def last_line(path: Any) -> str:
    """What a log said last, in one line, or why there is nothing."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    except FileNotFoundError:
        lines = []
    since = max((number for number, line in enumerate(lines) if line.startswith("{")), default=-1)  # it ran at last
    if missing := [line.partition(NOT_SET)[0] for line in lines[since + 1 :] if NOT_SET in line]:
        return f"set {', '.join(dict.fromkeys(missing))}"
    told = [line for line in lines if '"service_stop' not in line] or lines  # that it stopped, whoever asks knows
    return _plain(told[-1]) if told else "it wrote nothing"


def noting(path: Path) -> str | None:
    """How far the registry is with noting where people live, where that is what its log told last."""
    with contextlib.suppress(FileNotFoundError), path.open("rb") as log:
        log.seek(-min(LAST_BYTES, path.stat().st_size), os.SEEK_END)
        for line in reversed(log.read().decode("utf-8", errors="replace").splitlines()):
            if '"waiting_for"' not in line:  # another process of it, perhaps
                return _plain(line) if '"noting_dwellings"' in line else None
    return None


def _plain(line: str) -> str:
    try:
        told = json.loads(line)
    except ValueError:
        return line
    if not isinstance(told, dict) or "event" not in told:
        return line
    if told["event"] == "waiting_for":
        return f"it waits for the {told.get('what')} ({told.get('error')})"
    if told["event"] == "noting_dwellings":
        so_far = told.get("so_far")
        return (
            f"it notes anew where people live, once after an upgrade ({so_far} so far): it goes on, see `loket status`"
        )
    if told["event"] == "cannot_start":
        return str(told.get("mend"))
    known = {name: told[name] for name in ("error", "reason") if name in told}
    return " ".join([str(told["event"]), *(f"{name}={value}" for name, value in known.items())])
