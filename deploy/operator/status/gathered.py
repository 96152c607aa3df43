"""All that `loket status` tells, gathered at once; what does not answer in time, asked twice, is told as away."""

import os
import platform
import shutil
import socket
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from typing import Any, TypeVar
from urllib.parse import urlsplit

from pymongo.errors import PyMongoError

from deploy.broker.alarms import alarm
from deploy.broker.queues import Queues
from deploy.local.control import Control, last_line
from deploy.local.embedded.part import PartError
from deploy.local.leftovers import orphans, strays
from deploy.local.processes import is_settling, processes
from deploy.local.running import wanted_of
from deploy.local.scales import COUNTER
from deploy.local.stack import Stack
from deploy.operator.status.catalogue import catalogue_facts
from deploy.operator.status.departments import departments_facts
from deploy.operator.status.elsewhere import versions
from deploy.operator.status.ends import ends_of, paused_until, started
from deploy.operator.status.faults import faults_on
from deploy.operator.status.keys import etc_of, keys_facts
from deploy.operator.status.sources import resting
from deploy.operator.status.towns import towns_facts
from deploy.operator.status.wrong import troubles
from services.contracts.schema import Unreadable
from services.contracts.topology import SERVICES
from services.contracts.version import VERSION

T = TypeVar("T")

PATIENCE_S = 5.0
"""For all that is asked together: a part that hangs holds nobody up longer than that."""

ANSWERS_S = 3.0

EARLIER = "before 0.9"
"""The version of a process that does not say which it is."""


def status(stack: Stack) -> dict[str, Any]:
    """How everything is, as facts in stable keys. Whatever is away is told as such, nothing of it is raised."""
    control = Control(stack)
    runs = control.is_running()
    questions: dict[str, Callable[[], Any]] = {"outside": lambda: _outside(stack)}
    if runs or not stack.is_embedded("broker"):
        questions["queues"] = lambda: Queues(stack.amqp_uri)
        questions["alarm"] = lambda: alarm(stack.amqp_uri)
    if runs or not stack.is_embedded("store"):
        questions["towns"] = lambda: _towns(stack)
        questions["faults"] = lambda: faults_on(stack)
        questions["departments"] = lambda: departments_facts(stack)
    if not runs and stack.profile == "production":
        questions["versions"] = lambda: versions(etc_of(stack))
    questions["programs" if runs else "orphans"] = (lambda: _programs(stack, control)) if runs else lambda: _left(stack)
    told = answers(questions)
    told["keys"] = Asked(lambda: _keys(stack, runs)).answer(
        time.monotonic() + PATIENCE_S
    )  # work, and none waits for it
    facts = _facts(stack, runs, told)
    facts["wrong"] = [each.told() for each in troubles(stack, facts)]
    facts["ready"] = not any(each["blocks"] for each in facts["wrong"])
    return {"ready": facts.pop("ready"), "wrong": facts.pop("wrong"), **facts}


def answers(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    """All asked together, and what of them did not answer once more: a busy machine is slow, and not broken."""
    told = _asked_together(questions)
    again = {name: ask for name, ask in questions.items() if name in NEEDED and not NEEDED[name](told[name])}
    return told | _asked_together(again)


def _asked_together(questions: Mapping[str, Callable[[], Any]]) -> dict[str, Any]:
    asked = {name: Asked(ask) for name, ask in questions.items()}
    end = time.monotonic() + PATIENCE_S
    return {name: each.answer(end) for name, each in asked.items()}


def _all_answer(programs: dict[str, Any] | None) -> bool:
    each = [one for program in (programs or {}).values() for one in program["processes"]]
    return programs is not None and all(one["ready"] or one.get("checks") for one in each)


NEEDED: dict[str, Callable[[Any], bool]] = {
    "queues": lambda told: told is not None and told.broker_version is not None,
    "towns": lambda told: told is not None and told["by_code"] is not None,
    "programs": _all_answer,
}
"""What blocks where it does not answer, and whether it did."""


class Asked:
    """One answer that is waited for while others are."""

    def __init__(self, ask: Callable[[], Any]) -> None:
        self._answer: Any = None
        self._failed: Exception | None = None
        self._thread = threading.Thread(target=self._run, args=(ask,), daemon=True)
        self._thread.start()

    def answer(self, end: float) -> Any:
        """None where what is asked is away, or does not answer before `end` (of time.monotonic)."""
        self._thread.join(max(0.0, end - time.monotonic()))
        if self._failed is not None:
            raise self._failed
        return None if self._thread.is_alive() else self._answer

    def _run(self, ask: Callable[[], Any]) -> None:
        try:
            self._answer = ask()
        except (PartError, PyMongoError, OSError):
            self._answer = None
        except Exception as error:  # noqa: BLE001 - a mistake of ours is told by whoever waits, not by this thread
            self._failed = error


def _facts(stack: Stack, runs: bool, told: dict[str, Any]) -> dict[str, Any]:
    queues: Queues | None = told.get("queues")
    programs: dict[str, Any] = told.get("programs") or {}
    towns = told.get("towns") or {"unreadable": None, "by_code": None}
    services = {name: _service(programs[name], name, queues) for name in COUNTER if name in programs}
    if not runs and queues and queues.broker_version:
        said = told.get("versions") or {}
        services = {name: _service(_elsewhere(queues, name, said.get(name)), name, queues) for name in SERVICES}
    parts = {name: each for name, each in programs.items() if name not in COUNTER}
    by_code = towns["by_code"]
    return {
        "profile": stack.profile,
        "folder": str(stack.var),
        "address": stack.address,
        "supervised": runs,
        "answers": not runs or told.get("programs") is not None,
        **(told.get("orphans") or {"orphans": [], "strays": []}),
        "broker": _is_there(queues is not None and queues.broker_version is not None, runs, stack, "broker"),
        "broker_alarm": told.get("alarm"),
        "topology_current": queues.is_current if queues else None,
        "store": _is_there(by_code is not None, runs, stack, "store"),
        "relay": told["outside"]["relay"] if told.get("outside") else None,
        "towns": by_code,
        "towns_unreadable": towns["unreadable"],
        "faults": told.get("faults") or [],
        "departments": told.get("departments"),
        "town_files": _town_files(stack, runs),
        "catalogue": catalogue_facts(stack, runs=runs),
        "keys": told.get("keys"),
        "services": services,
        "parts": parts,
        "held": {code: each["contradicted"] for code, each in (by_code or {}).items() if each["contradicted"]},
        "parked": (queues.astray if queues else 0)
        + sum(queue["parked"] or 0 for each in services.values() for queue in each["queues"]),
        "astray": queues.astray if queues else 0,
        "delayed": queues.delayed if queues else 0,
        "disk_free_mb": told["outside"]["disk_free_mb"] if told.get("outside") else None,
        "load": {"processes": round(os.getloadavg()[0], 1), "cores": os.cpu_count() or 1},
        "versions": {
            "loket": VERSION,
            "running": started(stack).get("version") if runs else None,
            "python": platform.python_version(),
            "nameko": version("nameko"),
            "broker": queues.broker_version if queues else None,
        },
    }


def _left(stack: Stack) -> dict[str, list[int]]:
    """Processes whose supervisor is gone, and supervisors that nobody finds by their files."""
    return {"orphans": [each.pid for each in orphans(stack)], "strays": [each.pid for each in strays(stack)]}


def _is_there(answers: bool, runs: bool, stack: Stack, part: str) -> bool | None:
    """None where it is ours and not started."""
    return answers if runs or not stack.is_embedded(part) else None


def _towns(stack: Stack) -> dict[str, Any]:
    try:
        towns = stack.towns()
    except Unreadable as error:
        return {"unreadable": error.what, "by_code": towns_facts(stack, {})}
    return {"unreadable": None, "by_code": towns_facts(stack, towns)}


def _keys(stack: Stack, runs: bool) -> dict[str, Any] | None:
    try:
        return keys_facts(stack, runs=runs)
    except Unreadable:
        return None  # told of the towns


def _town_files(stack: Stack, runs: bool) -> dict[str, list[str]]:
    """Every process has the towns of the start: which files are not so now, which could not be started with, and what
    the next start would take away."""
    edited = stack.edited_towns() if runs else []
    return {
        "edited": edited,
        "wrong": stack.wrong_towns() if edited else [],
        "gone": stack.gone_towns() if edited else [],
        "lost_hosts": stack.lost_hosts() if edited else [],
    }


def _outside(stack: Stack) -> dict[str, Any]:
    """The relay is asked for a connection only; None where it is ours, and so among the parts."""
    relay = None
    if uri := stack.outside.get("LOKET_SMTP_URI"):
        try:
            parts = urlsplit(uri)
            socket.create_connection((parts.hostname or "", parts.port or 25), ANSWERS_S).close()
            relay = True
        except (OSError, ValueError):
            relay = False
    there = next(folder for folder in (stack.var, *stack.var.parents) if folder.exists())
    return {"relay": relay, "disk_free_mb": shutil.disk_usage(there).free // 2**20}


def _programs(stack: Stack, control: Control) -> dict[str, dict[str, Any]]:
    """Asked side by side, since a process that hangs takes its time. Raises PartError where the supervisor hangs."""
    pids = control.pids()
    asked = {name: Asked(lambda name=name, its=its: _processes(stack, name, its)) for name, its in pids.items()}  # type: ignore[misc]
    end = time.monotonic() + PATIENCE_S - 0.5
    found = {}
    for name, its in pids.items():
        told = each if (each := asked[name].answer(end)) is not None else [{"pid": p, "ready": False} for p in its]
        wanted = wanted_of(stack, control, name)
        ends = ends_of(stack, name, since=datetime.now(UTC) - timedelta(minutes=5))
        found[name] = {
            "ready": len(told) >= max(1, wanted) and all(one["ready"] for one in told),
            "wanted": wanted,
            "processes": told,
            "settling": is_settling(told, its, now=time.time()),
            "ends": ends,
            "paused_until": paused_until(ends, now=datetime.now(UTC)),
            "last_words": last_line(stack.logs / f"{name}.log") if ends else None,
        }
    return found


def _processes(stack: Stack, name: str, pids: list[int]) -> list[dict[str, Any]]:
    """Those of the registry say which sources they leave alone, too."""
    found = processes(stack, name, pids)
    if name != "registry":
        return found
    return [each | {"resting": resting(each["health_port"])} if "health_port" in each else each for each in found]


def _elsewhere(queues: Queues, name: str, version: str | None) -> dict[str, Any]:
    """A service that others supervise: it is there if somebody takes from all its queues. `wanted` is None.

    `version` is that of its process on this machine, where there is one that tells.
    """
    taken = all(each["consumers"] for each in queues.of_service(name)) and not queues.unanswered(name)
    return {
        "ready": taken,
        "wanted": None,
        "processes": [],
        "versions": [version] if version else [],
        "settling": False,
        "ends": [],
        "paused_until": None,
        "last_words": None,
    }


def versions_of(processes: list[dict[str, Any]]) -> list[str]:
    """What they say they run; who has not written its run file yet says nothing."""
    return sorted({each["version"] or EARLIER for each in processes if "version" in each})


def _service(program: dict[str, Any], name: str, queues: Queues | None) -> dict[str, Any]:
    return {
        "versions": versions_of(program["processes"]),
        **program,
        "queues": queues.of_service(name) if queues else [],
        "unanswered": queues.unanswered(name) if queues else [],
    }
