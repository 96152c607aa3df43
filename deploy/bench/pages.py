"""What citizens' pages cost: how soon each is there, how soon one that is followed tells a move, and what many people
who follow theirs change in that and in the gateway's memory.

All of them are at one process of the gateway. They wait for the police, who are given more time than this takes.
"""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from deploy.bench.figures import Numbers, spread
from deploy.bench.one_round import Measured, measured
from deploy.bench.progress import Progress, each_of
from deploy.bench.shown import MET
from deploy.bench.tree import Tree
from deploy.bench.watchers import Followed, Watchers
from deploy.local.embedded.part import PartError

TIMES = 60
"""Each page, in turn."""

MOVES = 30

PLAIN_MS, LOOKED_UP_MS = 50.0, 150.0
"""The longest that 95 in a hundred may take: a page of what the gateway knows, and one that asks another service."""

DISTURBED = 1.5
"""Of a page's time with all who follow to that without, at most: what two looks at a quiet gateway may differ by."""

PLAIN = ("/", "/?q=wie+woont+er+bij+mij", "/products/household-composition", "/v")
LOOKED_UP = ("/products/household-composition/form", "/applications", "/applications/{}", "/certificates", "/me")

WAITING = {"product": "criminal-record-596-2", "fields": {"work-with-minors": "education"}}

ONE_PROCESS = {
    "LOKET_GATEWAY_WORKERS": "1",
    "LOKET_DEMO_POLICE_S": "86400",
    "LOKET_LIMIT_VERIFICATIONS": "1000000 per hour",
}


@dataclass(frozen=True, kw_only=True)
class Look:
    """At a gateway: milliseconds of each page, as p50 and p95, and of a move until who follows is told of it; mebibytes
    of its processes (PSS)."""

    pages_ms: dict[str, Numbers]
    move_ms: Numbers
    memory_mb: float


@dataclass(frozen=True, kw_only=True)
class PageCost:
    """Of a gateway where nobody follows anything, and where `watchers` do."""

    watchers: int
    idle: Look
    watched: Look

    @property
    def each_kb(self) -> float:
        """What one of those who follow adds to the memory."""
        return 1024 * (self.watched.memory_mb - self.idle.memory_mb) / self.watchers

    def disturbed(self, page: str) -> float:
        """The page's time (p50) with them, to that without."""
        return self.watched.pages_ms[page]["p50"] / self.idle.pages_ms[page]["p50"]

    @property
    def move_ratio(self) -> float:
        """The same of a move."""
        return self.watched.move_ms["p50"] / self.idle.move_ms["p50"]


def measure_pages(tree: Tree, var: Path, *, watchers: int, progress: Progress) -> PageCost:
    """On a stack of its own. Raises PartError."""
    more = {**ONE_PROCESS, "LOKET_MAX_STREAMS": str(watchers + MOVES + 1)}
    with measured(replace(tree, outside={**more, **tree.outside}), var, progress) as stack:
        reader = Reader(stack)
        idle = _look(stack, reader, "nobody follows")
        tokens = stack.people.tokens(watchers)
        told = each_of(watchers, "applications that wait", progress)
        followed = [_filed(stack, token, told) for token in tokens]
        with Watchers(stack.address, followed):
            watched = _look(stack, reader, f"{watchers} follow")
    return PageCost(watchers=watchers, idle=idle, watched=watched)


class Reader:
    """Somebody with one certificate."""

    def __init__(self, stack: Measured) -> None:
        (self.token,) = stack.people.tokens(1)
        self._client = httpx.Client(
            base_url=stack.address,
            headers={"Authorization": f"Bearer {self.token}", "Accept": "text/html"},
            timeout=30,
            trust_env=False,
        )
        body = {"product": "household-composition", "fields": {"purpose": "housing"}}
        self._application_id = _file(stack, self.token, body)
        stack.issued.until([self._application_id])

    def read(self, page: str) -> float:
        """Milliseconds until the whole of a page is there. Raises PartError where it is another."""
        began = time.monotonic()
        answer = self._client.get(page.format(self._application_id))
        took = 1000 * (time.monotonic() - began)
        if answer.status_code != httpx.codes.OK:
            raise PartError(f"{page} is answered with HTTP {answer.status_code}")
        return took


def _look(stack: Measured, reader: Reader, what: str) -> Look:
    pages = (*PLAIN, *LOOKED_UP)
    told = each_of(TIMES, f"{what}: pages", stack.progress)
    took: dict[str, list[float]] = {page: [] for page in pages}
    for _ in range(TIMES):
        for page in pages:
            took[page].append(reader.read(page))
        told()
    return Look(
        pages_ms={page: spread(found) for page, found in took.items()},
        move_ms=spread(_moves(stack, each_of(MOVES, f"{what}: moves", stack.progress))),
        memory_mb=stack.processes.pss_mb()["gateway"],
    )


def _moves(stack: Measured, told: Callable[[], None]) -> list[float]:
    """From taking an application back until its page says so."""
    found = []
    for token in stack.people.tokens(MOVES):
        followed = _filed(stack, token, told)
        with Watchers(stack.address, [followed]) as watchers:
            seen = len(watchers.at[followed.application_id])
            began = time.monotonic()
            _sent(stack, token, f"/{followed.application_id}/withdrawal", None)
            found.append(1000 * (watchers.told(followed.application_id, seen + 1) - began))
    return found


def _filed(stack: Measured, token: str, told: Callable[[], None]) -> Followed:
    told()
    return Followed(application_id=_file(stack, token, WAITING), token=token)


def _file(stack: Measured, token: str, body: dict[str, Any]) -> str:
    return str(_sent(stack, token, "", body)["application_id"])


def _sent(stack: Measured, token: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex}
    answer = httpx.post(
        f"{stack.address}/api/v1/applications{path}", json=body, headers=headers, timeout=30, trust_env=False
    )
    if not answer.is_success:
        raise PartError(f"the gateway answers HTTP {answer.status_code}: {answer.text[:200]}")
    found: dict[str, Any] = answer.json()
    return found


def rows(cost: PageCost) -> list[list[str]]:
    """A table for people: each figure beside its limit."""
    found = []
    for page, limit in _limits().items():
        p95 = cost.idle.pages_ms[page]["p95"]
        found.append([f"{page}: p95", f"{p95:.0f} ms", f"≤ {limit:.0f} ms", MET[p95 <= limit]])
    for page in _limits():
        allowed = DISTURBED * cost.idle.pages_ms[page]["p50"]
        p50 = cost.watched.pages_ms[page]["p50"]
        found.append(
            [f"{page} while {cost.watchers} follow: p50", f"{p50:.0f} ms", f"≤ {allowed:.0f} ms", MET[p50 <= allowed]]
        )
    allowed, p50 = DISTURBED * cost.idle.move_ms["p50"], cost.watched.move_ms["p50"]
    found.append(["a move until its page tells: p50", f"{cost.idle.move_ms['p50']:.0f} ms", "", ""])
    found.append(
        [f"the same while {cost.watchers} follow", f"{p50:.0f} ms", f"≤ {allowed:.0f} ms", MET[p50 <= allowed]]
    )
    found.append(["memory of the gateway", f"{cost.idle.memory_mb:.0f} MB", "", ""])
    found.append([f"the same while {cost.watchers} follow", f"{cost.watched.memory_mb:.0f} MB", "", ""])
    found.append(["what each adds to that", f"{cost.each_kb:.0f} kB", "", ""])
    return found


def facts(cost: PageCost) -> dict[str, Any]:
    """What `rows` tells, for programs."""
    late = [page for page, limit in _limits().items() if cost.idle.pages_ms[page]["p95"] > limit]
    disturbed = [page for page in _limits() if cost.disturbed(page) > DISTURBED]
    return {
        "watchers": cost.watchers,
        "idle": _told(cost.idle),
        "watched": _told(cost.watched),
        "each_kb": cost.each_kb,
        "move_ratio": cost.move_ratio,
        "aims": {
            "pages": {"aim": f"p95 ≤ {PLAIN_MS:g} ms, with a look-up ≤ {LOOKED_UP_MS:g} ms", "met": not late},
            "undisturbed": {
                "aim": f"≤ {DISTURBED:g} of the time without those who follow",
                "met": not disturbed and cost.move_ratio <= DISTURBED,
            },
        },
    }


def _told(look: Look) -> dict[str, Any]:
    return {"pages_ms": look.pages_ms, "move_ms": look.move_ms, "memory_mb": look.memory_mb}


def _limits() -> Numbers:
    return dict.fromkeys(PLAIN, PLAIN_MS) | dict.fromkeys(LOOKED_UP, LOOKED_UP_MS)
