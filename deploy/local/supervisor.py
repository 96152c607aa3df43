"""`python -m deploy.local.supervisor`: holds all processes of this deployment, by circus, until it is told to end."""

from services.chassis import lean  # noqa: F401 - first of all

# isort: split

import contextlib
import fcntl
import json
import logging
import os
import signal
import sys
import time
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TextIO

import structlog
from circus.arbiter import Arbiter
from circus.process import DEAD_OR_ZOMBIE, UNEXISTING
from circus.stream.redirector import Redirector
from circus.watcher import Watcher
from tornado import gen

from deploy.local.control import endpoint
from deploy.local.embedded.part import MARK, PartError, wait_until
from deploy.local.leftovers import forget_process, mark_of
from deploy.local.output import Output
from deploy.local.outside import ROOT
from deploy.local.pauses import Pauses
from deploy.local.programs import Program, programs
from deploy.local.scales import Scales
from deploy.local.stack import Stack, this_stack
from services.chassis import logs
from services.contracts.catalogue import digests
from services.contracts.schema import Unreadable
from services.contracts.version import VERSION

log = structlog.get_logger()

LOG_BYTES = 20_000_000
LOG_COPIES = 3
"""Older ones beside the newest: `intake.log.1` and so on."""

LOOK_S = 0.5
"""Between two looks whether a process has ended."""

THOROUGHLY_S = 10.0
"""Between two looks at each process by itself, which finds also one that somebody else has waited for."""

ASKED_S = 1.0
"""So long at most somebody who asks whether this deployment runs (Stack.is_supervised) has the lock."""

REMEMBERED_ENDS = 10
"""Of each program, for whoever asks whether it ends again and again."""


class Holder(Arbiter):  # type: ignore[misc]
    """circus' arbiter, without its complaint. It ends as soon as its `lock` is not where it was taken: with its folder
    gone nobody finds it, and another supervisor may stand in its place."""

    lock: TextIO | None = None
    _thoroughly_at = 0.0

    def manage_watchers(self) -> Any:
        """Look after all processes, unless an order is being carried out: that does so itself.

        Called every LOOK_S. circus itself raises a ConflictError here, which ends in the log as a traceback each time.
        """
        if self._exclusive_running_command is not None or self._restarting:
            return None
        if self.lock is not None and not self._stopping and not _is_at_its_place(self.lock):
            log.warning("folder_removed", what="this deployment's folder is gone: all of it ends")
            signal.raise_signal(signal.SIGTERM)  # as anybody else tells it to end
            return None
        if self._is_calm() and time.monotonic() < self._thoroughly_at:
            return None
        self._thoroughly_at = time.monotonic() + THOROUGHLY_S
        return super().manage_watchers()

    def _is_calm(self) -> bool:
        """None has ended and none is missing. circus would read five files of /proc for each process to see that."""
        if any(len(each.processes) < each.numprocesses for each in self.iter_watchers() if not each.is_stopped()):
            return False
        try:
            return os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None
        except ChildProcessError:
            return False


class Listening(Redirector):  # type: ignore[misc]
    """circus' redirector, for whom a descriptor that was just opened is free. Where something that had its number
    before was closed behind the back of whoever listened to it, circus raises ValueError at each look from then on,
    and no longer manages the process that it had just started.
    """

    _by_fd: ClassVar[dict[int, Redirector]] = {}

    def _start_one(self, fd: int, *about: Any) -> Any:
        former = self._by_fd.get(fd)
        if former is not None and former is not self:
            former.remove_fd(fd)
        self._by_fd[fd] = self
        return super()._start_one(fd, *about)


class Patient(Watcher):  # type: ignore[misc]
    """circus' watcher, which starts at once whatever has ended, with a pause for what ends again and again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.pauses = Pauses()

    @property
    def _redirector_class(self) -> type[Redirector]:
        return Listening

    def manage_processes(self) -> Any:
        """circus forgets without a word what ended between its two looks, and neither its end nor a pause is known."""
        for process in list(self.processes.values()):
            if process.status in (DEAD_OR_ZOMBIE, UNEXISTING):
                self.reap_process(process.pid)
        return super().manage_processes()

    @gen.coroutine
    def spawn_processes(self) -> Any:
        """Called for every look that finds one missing."""
        if self.pauses.is_over(time.monotonic()):
            yield super().spawn_processes()

    @gen.coroutine
    def _start(self) -> Any:
        """An order of an operator; its first start, too."""
        self.pauses.forget()
        yield super()._start()


class Ends:
    """Which processes ended without being told to: logged, and kept in the run folder for `loket status`."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._ends: dict[str, deque[dict[str, Any]]] = {}

    def note(self, watcher: Any, arbiter: Any, process_pid: int, exit_code: int | None, **_: Any) -> bool:
        """circus' hook `after_reap`."""
        forget_process(self._stack, process_pid)
        if arbiter._stopping or watcher.is_stopping() or watcher.is_stopped():
            return True
        pause, now = watcher.pauses.ended(process_pid, time.monotonic()), datetime.now(UTC)
        log.warning("process_ended", program=watcher.name, pid=process_pid, exit_code=exit_code, pause_s=pause)
        ends = self._ends.setdefault(watcher.name, deque(maxlen=REMEMBERED_ENDS))
        again_at = (now + timedelta(seconds=pause)).isoformat()
        ends.append({"at": now.isoformat(), "pid": process_pid, "exit_code": exit_code, "again_at": again_at})
        with contextlib.suppress(OSError):  # a full disk, which may have ended it: told with the next
            _write(self._stack, f"{watcher.name}.ends", list(ends))
        return True


def serve(stack: Stack) -> None:
    """Run everything until SIGTERM. Raises PartError where this deployment is supervised already."""
    os.chdir(ROOT)
    for folder in (stack.run, stack.logs, stack.mail):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    with (stack.run / "supervisor.lock").open("a") as lock:
        if not wait_until(lambda: _takes(lock), ASKED_S):
            raise PartError("this deployment is supervised already")
        _supervise(stack, lock)


def _supervise(stack: Stack, lock: TextIO) -> None:
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    logs.set_up("supervisor", "info")
    for library in ("circus", "tornado", "asyncio"):
        logging.getLogger(library).setLevel(logging.WARNING)
    known = {"at": datetime.now(UTC).isoformat(), "version": VERSION, "catalogue": digests()}
    _write(stack, "started", known)
    ends = Ends(stack)
    arbiter = Holder(
        [_watcher(program, stack, -place, ends) for place, program in enumerate(programs(stack))],
        endpoint(stack, "control"),
        endpoint(stack, "events"),
        check_delay=LOOK_S,
        multicast_endpoint="",
    )
    arbiter.lock = lock
    log.info("supervisor_started", programs=len(arbiter.watchers))
    arbiter.start()
    log.info("supervisor_stopped")


def _takes(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_at_its_place(lock: TextIO) -> bool:
    """Is the file still the one that others open by its name?"""
    try:
        return os.path.samestat(os.fstat(lock.fileno()), os.stat(lock.name))
    except FileNotFoundError:
        return False


def _watcher(program: Program, stack: Stack, priority: int, ends: Ends) -> Watcher:
    path, mark = str(stack.logs / f"{program.name}.log"), mark_of(stack)
    output = Output(mark=mark, filename=path, max_bytes=LOG_BYTES, backup_count=LOG_COPIES)  # one: it moves the file
    hooks: dict[str, Any] = {"after_reap": (ends.note, True), "after_spawn": (_note_start, True)}
    if program.name == "gateway":
        hooks["before_spawn"] = (_as_scaled(stack), True)
    return Patient.load_from_config(
        {
            "name": program.name,
            "cmd": "/usr/bin/setpriv",
            "args": ["--pdeathsig", "TERM", *program.argv],  # no process outlives its supervisor
            "env": program.environ | {MARK: mark},
            "working_dir": str(ROOT),
            "numprocesses": program.processes,
            "graceful_timeout": program.finishes_s,
            "max_retry": -1,
            "priority": priority,
            "stdout_stream": {"stream": output},
            "stderr_stream": {"stream": output},
            "hooks": hooks,
        }
    )


def _note_start(watcher: Any, pid: int, **_: Any) -> bool:
    """circus' hook `after_spawn`."""
    watcher.pauses.started(pid, time.monotonic())
    log.info("process_started", program=watcher.name, pid=pid)
    return True


def _as_scaled(stack: Stack) -> Any:
    """circus' hook `before_spawn`: a gateway that crashed comes back with as many workers as it was scaled to."""

    def scaled(watcher: Any, **_: Any) -> bool:
        workers = Scales(stack.var).workers(stack.outside.get("LOKET_GATEWAY_WORKERS"))
        watcher.env = watcher.env | {"LOKET_GATEWAY_WORKERS": str(workers)}
        return True

    return scaled


def _write(stack: Stack, name: str, told: Any) -> None:
    fresh = stack.run / f"{name}.new"
    fresh.write_text(json.dumps(told), encoding="utf-8")
    fresh.rename(stack.run / f"{name}.json")


if __name__ == "__main__":
    try:
        serve(this_stack())
    except (PartError, Unreadable) as error:
        sys.exit(str(error))
