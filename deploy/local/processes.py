"""What each process of a deployment says about itself."""

import contextlib
import json
from pathlib import Path
from typing import Any

import httpx
import psutil

from deploy.local.embedded.part import Part
from deploy.local.embedded.ports import listens
from deploy.local.probing import probed
from deploy.local.scales import COUNTER
from deploy.local.stack import SOURCES, Stack

SETTLES_S = 20.0
"""So long a process may take until it has reached all it needs, on a machine that has much to do."""

PROBE_S = 3.0
"""A process that takes longer to say that it is ready is not."""


def processes(stack: Stack, name: str, pids: list[int]) -> list[dict[str, Any]]:
    """Each process of a program: `pid`, `ready`, and what is known of `rss_mb`, `started_at`, `health_port`, `checks`,
    `version` (what it was started with; None where it does not say, as those before 0.9 did not).

    Those of the gateway are its workers; gunicorn's master holds the port where they are asked.
    """
    if name == "gateway":
        return [each for pid in pids for each in _gateway_workers(stack, pid)]
    if name in COUNTER:
        return [{"pid": pid, **_vitals(pid), **_told(stack.run / f"{name}-{pid}.json")} for pid in pids]
    return [{"pid": pid, **_vitals(pid), "ready": _part_answers(stack, name)} for pid in pids]


def is_settling(told: list[dict[str, Any]], pids: list[int], *, now: float) -> bool:
    """Has one of a program's processes ended or begun just now? What is seen of it then is of several moments.

    `told` is what `processes` found, `now` in seconds since the epoch.
    """
    began = [each["started_at"] for each in told if "started_at" in each]
    return any(now - each < SETTLES_S for each in began) or not all(map(_vitals, pids))


def _told(run_file: Path) -> dict[str, Any]:
    """`checks` are the parts that it needs, and whether it reaches them; None while it does not answer."""
    try:
        written = json.loads(run_file.read_text(encoding="utf-8"))
        port = int(written["health_port"])
    except (OSError, ValueError, KeyError, TypeError):
        return {"ready": False, "checks": None}
    known = {"health_port": port, "version": written.get("version")}
    try:
        answer = probed(f"http://127.0.0.1:{port}/readyz", timeout_s=PROBE_S)
        checks = {part: bool(well) for part, well in answer.json().items() if part != "ready"}
    except (httpx.HTTPError, ValueError, AttributeError):
        return {**known, "ready": False, "checks": None}
    return {**known, "ready": answer.status_code == 200, "checks": checks}


def _gateway_workers(stack: Stack, master: int) -> list[dict[str, Any]]:
    told = _told(stack.run / f"gateway-{master}.json")
    workers: list[int] = []
    with contextlib.suppress(psutil.Error):
        workers += [child.pid for child in psutil.Process(master).children()]
    return [{"pid": pid, **_vitals(pid), **told} for pid in sorted(workers)]


def _part_answers(stack: Stack, name: str) -> bool:
    parts: tuple[Part, ...] = (*stack.brokers(), stack.store())
    for part in parts:
        if part.name == name:
            return part.answers()
    if name == "magda":
        return listens(stack.ports.magda)
    if name == "sign-in":
        return _answers_well(f"{stack.issuer}/.well-known/openid-configuration")
    if name in SOURCES:
        return listens(getattr(stack.ports, SOURCES[name]))
    return listens(stack.ports.smtp)


def _answers_well(address: str) -> bool:
    try:
        return probed(address, timeout_s=PROBE_S).status_code == 200
    except httpx.HTTPError:
        return False


def _vitals(pid: int) -> dict[str, Any]:
    """`rss_mb` counts the children of the process too: those of documents print. Nothing of one that has ended."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return {}
        family = [process, *process.children(recursive=True)]
        rss = sum(each.memory_info().rss for each in family)
        return {"rss_mb": round(rss / 2**20, 1), "started_at": process.create_time()}
    except psutil.NoSuchProcess:
        return {}
