"""What the supervisor sees of the processes it holds."""

import asyncio
from typing import Any

import psutil
from circus.process import Process

from deploy.local.supervisor import Patient
from tests.waiting import wait_for


def test_what_ended_between_two_looks_of_circus_is_told_all_the_same() -> None:
    told: list[Any] = []
    watcher = Patient("short", "/bin/true", numprocesses=0)
    watcher._status = "active"
    watcher.hooks["after_reap"] = lambda process_pid, exit_code, **_: told.append((process_pid, exit_code))
    process = Process("short", 1, "/bin/sh", args=["-c", "exit 7"])
    watcher.processes = {process.pid: process}
    wait_for(lambda: psutil.Process(process.pid).status() == psutil.STATUS_ZOMBIE)

    asyncio.run(looked(watcher))

    assert told == [(process.pid, 7)]
    assert watcher.processes == {}


async def looked(watcher: Patient) -> None:
    await watcher.manage_processes()
