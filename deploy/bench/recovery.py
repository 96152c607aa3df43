"""How soon the stack is at work again after its broker or its store was killed, again and again, while citizens file.

What is the part's own start, and what the services add to it, are told apart: the first ends when the part answers
anybody, the second when the next certificate is sealed and stored.
"""

import contextlib
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
from pymongo.errors import PyMongoError

from deploy.bench.deployments import running
from deploy.bench.figures import middle
from deploy.bench.load import BODY
from deploy.bench.people import people_of
from deploy.bench.processes import Processes
from deploy.bench.progress import Progress, each_of
from deploy.bench.tree import Tree
from deploy.broker.queues import Queues
from deploy.local.control import Control
from deploy.local.embedded.part import Part, PartError, wait_until
from deploy.local.stack import Stack
from services.chassis.database import connect
from services.contracts.topology import SERVICES

PARTS = ("broker", "store")
CLIENTS = 3
PATIENCE_S = 180.0
REFUSED_S = 3.0
"""Until a citizen tries again: as often as one key may be sent (gateway/limits.py)."""

WORKS_S = 2.0
"""How long the stack works between two kills: `every few seconds`."""


@dataclass(frozen=True, kw_only=True)
class Outage:
    """One kill, in seconds since it: the part answers again; an application is accepted; a certificate is stored."""

    part: str
    own_start_s: float
    accepted_s: float
    issued_s: float


@dataclass(frozen=True, kw_only=True)
class Recovery:
    """All kills of a run, and what became of all that was accepted meanwhile; `drained_s` after the last recovery."""

    outages: tuple[Outage, ...]
    accepted: int
    issued: int
    parked: int
    drained_s: float

    def of(self, part: str, figure: str) -> list[float]:
        """One figure of every kill of a part."""
        return [getattr(each, figure) for each in self.outages if each.part == part]


class Crowd:
    """Patient citizens: each files one application after another, with the same key until it is accepted."""

    def __init__(self, address: str, tokens: Sequence[str]) -> None:
        self._address = address
        self._tokens = tokens
        self._ends = threading.Event()
        self.accepted: list[tuple[float, str]] = []
        self._threads = [threading.Thread(target=self._file, args=(n,), daemon=True) for n in range(CLIENTS)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        for thread in self._threads:
            thread.join()

    def _file(self, number: int) -> None:
        headers = {"Authorization": f"Bearer {self._tokens[number % len(self._tokens)]}"}
        with httpx.Client(base_url=self._address, timeout=30, trust_env=False, headers=headers) as client:
            key = uuid.uuid4().hex
            pause = 0.2
            while not self._ends.wait(pause):
                pause = REFUSED_S
                with contextlib.suppress(httpx.HTTPError):
                    answer = client.post("/api/v1/applications", json=BODY, headers={"Idempotency-Key": key})
                    if answer.status_code == httpx.codes.ACCEPTED:
                        self.accepted.append((time.monotonic(), answer.json()["application_id"]))
                        key, pause = uuid.uuid4().hex, 0.2


def measure_recovery(tree: Tree, var: Path, *, rounds: int, progress: Progress) -> Recovery:
    """Kills under load on a stack of its own. Raises PartError where it does not come back."""
    progress("starting", 0, 1)
    with running(tree, var):
        people = people_of(tree, var, Processes(var).variables())
        told = each_of(rounds * len(PARTS), "killed and back", progress)
        stack = Stack(var=var, outside=tree.outside)
        return recover(stack, people.tokens(CLIENTS), rounds=rounds, told=told)


def recover(stack: Stack, tokens: Sequence[str], *, rounds: int, told: Callable[[], None]) -> Recovery:
    """Kill each of PARTS `rounds` times. Raises PartError where the stack does not come back."""
    control = Control(stack)
    certificates = connect(stack.mongo_uri, appname="bench")[f"{stack.database}_documents"].certificates
    outages = []
    with Crowd(stack.address, tokens) as crowd:
        _until(lambda: bool(crowd.accepted), "an application is accepted")
        for _ in range(rounds):
            for name in PARTS:
                time.sleep(WORKS_S)
                outages.append(_kill(control, name, _part(stack, name), crowd, certificates))
                told()
    recovered = time.monotonic()
    ids = [application_id for _, application_id in crowd.accepted]
    _until(lambda: _issued(certificates, {"_id": {"$in": ids}}) == len(ids), "everything accepted is issued")
    queues = Queues(stack.amqp_uri)
    return Recovery(
        outages=tuple(outages),
        accepted=len(ids),
        issued=_issued(certificates, {"_id": {"$in": ids}}),
        parked=sum(queue["parked"] or 0 for service in SERVICES for queue in queues.of_service(service)),
        drained_s=time.monotonic() - recovered,
    )


def rows(recovery: Recovery) -> list[list[str]]:
    """A table for people: medians, and the longest."""
    words = {
        "own_start_s": "answers again by itself",
        "accepted_s": "next application accepted",
        "issued_s": "next certificate stored",
    }
    found = [
        [f"{part} killed: {said}", f"{middle(values):.1f} s", f"{max(values):.1f} s"]
        for part in PARTS
        for figure, said in words.items()
        for values in (recovery.of(part, figure),)
    ]
    added = [each.issued_s - each.own_start_s for each in recovery.outages]
    found.append(["what the services add to the part's own start", f"{middle(added):.1f} s", f"{max(added):.1f} s"])
    done = f"{recovery.issued} of {recovery.accepted}, {recovery.parked} parked"
    return [*found, ["accepted meanwhile and issued", done, f"{recovery.drained_s:.1f} s after the last"]]


def _kill(control: Control, name: str, part: Part, crowd: Crowd, certificates: Any) -> Outage:
    (pid,) = control.pids()[name]
    psutil.Process(pid).kill()
    at = time.monotonic()
    _until(lambda: not part.answers(), f"the {name} is gone")
    _until(part.answers, f"the {name} answers again")
    own_start = time.monotonic()
    up = datetime.now(UTC)
    _until(lambda: _issued(certificates, {"issued_at": {"$gt": up}}) > 0, "a certificate is stored")
    issued = time.monotonic()
    _until(lambda: crowd.accepted[-1][0] > at, "an application is accepted")
    accepted = min(when for when, _ in crowd.accepted if when > at)
    return Outage(part=name, own_start_s=own_start - at, accepted_s=accepted - at, issued_s=issued - at)


def _part(stack: Stack, name: str) -> Part:
    return stack.brokers()[0] if name == "broker" else stack.store()


def _issued(certificates: Any, query: dict[str, Any]) -> int:
    try:
        return int(certificates.count_documents({"issued_at": {"$ne": None}, **query}))
    except PyMongoError:
        return 0


def _until(happened: Callable[[], bool], what: str) -> None:
    if not wait_until(happened, PATIENCE_S):
        raise PartError(f"waited {PATIENCE_S:.0f} s in vain until {what}; see the logs of the bench")
