"""Which source of a town does not answer, since when, and how many applications wait for it."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families
from pymongo.database import Database

from deploy.local.probing import probed
from deploy.local.stack import Stack
from deploy.operator.registers import sources_of
from deploy.operator.status.trouble import Trouble
from services.contracts.facts import POPULATION
from services.contracts.schema import Unreadable
from services.contracts.towns import Town
from services.registry.standing import Missed

RESTING = "loket_source_resting_since"
"""The metric of a registry process (services/registry/sources/resting.py)."""

ANSWERS_S = 2.0

OURS = frozenset({"paused", "empty", "unusable"})
"""States of a register in which it is clear why it does not answer, and is told as such."""

_QUIET = {"problem": None, "stops": False, "waiting": 0, "since": None, "reason": None}


def sources_facts(
    stack: Stack, town: Town, missed: Mapping[str, Missed], database: Database[dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """By name, the population and those that the town's file names: `problem` (what its files lack) and whether that
    `stops` it; `waiting` applications, `since` when and for what `reason` the last of them was not answered.
    """
    found: dict[str, dict[str, Any]] = {}
    for name in (POPULATION, *sorted({*town.sources, *missed} - {POPULATION})):
        found[name] = {**_QUIET, **(asdict(missed[name]) if name in missed else {})}
    try:
        with sources_of(stack, {town.refnis: town}, database) as sources:
            problems = {name: source.check() for name, source in sources.items()}
    except Unreadable as wrong:
        for name in town.sources:
            found[name] |= {"problem": str(next(iter(wrong.problems.values()))), "stops": True}
        return found
    for name, problem in problems.items():
        if problem:  # also of what the town has chosen by another name than a source's
            found[name] = {**found.get(name, _QUIET), "problem": problem.said, "stops": problem.stops}
    return found


def resting(port: int) -> list[dict[str, Any]]:
    """What a registry process leaves alone since its breaker opened: `source`, `town` and `since`; none where it does
    not answer."""
    try:
        told = probed(f"http://127.0.0.1:{port}/metrics", timeout_s=ANSWERS_S).text
        samples = [each for family in text_string_to_metric_families(told) for each in family.samples]
    except (httpx.HTTPError, ValueError):
        return []
    return [
        {**each.labels, "since": datetime.fromtimestamp(each.value, UTC)}
        for each in samples
        if each.name == RESTING and each.value > 0
    ]


def resting_of(facts: Mapping[str, Any], town: str) -> dict[str, datetime]:
    """Since when the sources of a town are left alone by any process."""
    found: dict[str, datetime] = {}
    for process in facts["services"].get("registry", {"processes": []})["processes"]:
        for each in process.get("resting", []):
            if each["town"] == town:
                found[each["source"]] = min(each["since"], found.get(each["source"], each["since"]))
    return found


def in_sources(code: str, town: Mapping[str, Any], left_alone: Mapping[str, datetime]) -> Iterator[Trouble]:
    """Nothing where all is well."""
    for name, each in town["sources"].items():
        about = f"the register of {town['name']}" if name == POPULATION else f"{name} of {town['name']}"
        if each["problem"]:
            waits = f", {_applications(each['waiting'])}" if each["waiting"] else ""
            yield Trouble(
                code="source-unusable" if each["stops"] else "source-ends",
                about=f"{code}/{name}",
                sentence=f"{about} cannot be asked: {each['problem']}{waits}"
                if each["stops"]
                else f"{about}: {each['problem']}",
                blocks=each["stops"],
            )
        if each["problem"] and each["stops"]:
            continue
        if name == POPULATION and (town["register"] or {"state": "there"})["state"] in OURS:
            continue
        moments = [moment for moment in (each["since"], left_alone.get(name)) if moment]
        if moments:
            why = f" ({each['reason']})" if each["reason"] else ""
            rests = "; it is left alone and asked now and then" if name in left_alone else ""
            yield Trouble(
                code="source-away",
                about=f"{code}/{name}",
                sentence=f"{about} has not answered since {min(moments):%d.%m. %H:%M} UTC{why},"
                f" {_applications(each['waiting'])}{rests}: `loket register check --town {code}` tells what can be"
                " mended here; what waits goes on by itself once it answers",
            )


def _applications(count: int) -> str:
    return {0: "no application waits for it", 1: "1 application waits for it"}.get(
        count, f"{count} applications wait for it"
    )
