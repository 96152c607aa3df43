"""`python -m deploy.local.supervisor`: holds all processes of this deployment, by circus, until it is told to end."""

import fcntl
import os
import sys
from typing import Any

from circus import get_arbiter

from deploy.local.embedded.part import PartError
from deploy.local.outside import ROOT
from deploy.local.programs import Program, programs
from deploy.local.stack import Stack, this_stack
from services.contracts.schema import Unreadable

LOG_BYTES = 20_000_000


def endpoint(stack: Stack, name: str) -> str:
    """A socket in the folder that only its owner enters; relative where that is shorter (a socket's path is short)."""
    path = stack.run / name
    return "ipc://" + min(str(path), os.path.relpath(path), key=len)


def serve(stack: Stack) -> None:
    """Run everything until SIGTERM. Raises PartError where this deployment is supervised already."""
    os.chdir(ROOT)
    for folder in (stack.run, stack.logs, stack.mail):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
    lock = (stack.run / "supervisor.lock").open("a")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise PartError("this deployment is supervised already") from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    for stale in stack.run.glob("*.json"):
        stale.unlink()
    arbiter = get_arbiter(
        [_watcher(program, stack, -place) for place, program in enumerate(programs(stack))],
        controller=endpoint(stack, "control"),
        pubsub_endpoint=endpoint(stack, "events"),
        multicast_endpoint="",
        check_delay=0.5,
    )
    arbiter.start()


def _watcher(program: Program, stack: Stack, priority: int) -> dict[str, Any]:
    log = {
        "class": "FileStream",
        "filename": str(stack.logs / f"{program.name}.log"),
        "max_bytes": LOG_BYTES,
        "backup_count": 3,
    }
    return {
        "name": program.name,
        "cmd": "/usr/bin/setpriv",
        "args": ["--pdeathsig", "TERM", *program.argv],  # no process outlives its supervisor
        "env": program.environ,
        "working_dir": str(ROOT),
        "numprocesses": program.processes,
        "graceful_timeout": program.finishes_s,
        "max_retry": -1,
        "priority": priority,
        "stdout_stream": log,
        "stderr_stream": log,
    }


if __name__ == "__main__":
    try:
        serve(this_stack())
    except (PartError, Unreadable) as error:
        sys.exit(str(error))
