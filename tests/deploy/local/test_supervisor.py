"""What the supervisor sees of the processes it holds."""

import asyncio
import fcntl
import json
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest
from circus.process import Process

from deploy.local import supervisor
from deploy.local.programs import Program
from deploy.local.stack import Stack
from deploy.local.supervisor import Ends, Patient
from tests.waiting import wait_for


@pytest.mark.filterwarnings("ignore:Using fork")  # circus forks, and becomes the program at once
def test_what_ended_between_two_looks_of_circus_is_told_all_the_same() -> None:
    told: list[Any] = []

    async def looked_at() -> tuple[int, Patient]:
        watcher = Patient("short", "/bin/true", numprocesses=0)
        watcher._status = "active"
        watcher.hooks["after_reap"] = lambda process_pid, exit_code, **_: told.append((process_pid, exit_code))
        process = Process("short", 1, "/bin/sh", args=["-c", "exit 7"])
        watcher.processes = {process.pid: process}
        wait_for(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)
        await watcher.manage_processes()
        return process.pid, watcher

    pid, watcher = asyncio.run(looked_at())

    assert told == [(pid, 7)]
    assert watcher.processes == {}


def test_an_end_that_finds_no_room_on_the_disk_is_told_with_the_next(tmp_path: Path) -> None:
    stack = Stack(var=tmp_path, outside={})
    stack.run.mkdir()
    full = stack.run / "short.ends.new"
    full.symlink_to("/dev/full")

    async def noted() -> None:
        ends, watcher = Ends(stack), Patient("short", "/bin/true")
        watcher._status = "active"
        for pid in (4_200_001, 4_200_002):
            assert ends.note(watcher, Running(), process_pid=pid, exit_code=1)
            full.unlink(missing_ok=True)

    asyncio.run(noted())

    told = json.loads((stack.run / "short.ends.json").read_text())
    assert [each["pid"] for each in told] == [4_200_001, 4_200_002]


class Running:
    """An arbiter that is not being stopped."""

    _stopping = False


def test_what_a_process_writes_on_either_stream_is_in_its_log_also_after_a_rotation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "LOG_BYTES", 30)
    stack = Stack(var=tmp_path, outside={})
    stack.logs.mkdir()
    program = Program(name="notify", argv=("true",), environ={}, processes=1)
    watcher = supervisor._watcher(program, stack, 0, Ends(stack))

    for number in range(6):
        for name, stream in (("stdout", watcher.stdout_stream), ("stderr", watcher.stderr_stream)):
            stream({"data": f"{number} {name}\n".encode(), "pid": 1, "name": name})
    watcher.stdout_stream.close()

    files = [stack.logs / name for name in ("notify.log.3", "notify.log.2", "notify.log.1", "notify.log")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    assert lines == [f"{number} {name}" for number in range(6) for name in ("stdout", "stderr")]


def test_who_asks_whether_it_runs_is_in_nobodys_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stack = Stack(var=tmp_path, outside={})
    stack.run.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(supervisor.logs, "set_up", lambda *_: None)

    def reached(_: Stack) -> list[Program]:
        raise RuntimeError("it has the lock")

    monkeypatch.setattr(supervisor, "programs", reached)

    with (stack.run / "supervisor.lock").open("a") as asking:
        fcntl.flock(asking, fcntl.LOCK_SH)
        assert not stack.is_supervised()
        threading.Timer(0.2, fcntl.flock, (asking, fcntl.LOCK_UN)).start()
        with pytest.raises(RuntimeError, match="it has the lock"):
            supervisor.serve(stack)
