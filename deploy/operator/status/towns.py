"""What each town waits for: its register, and the applications under way."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pymongo
from pymongo.database import Database

from deploy.local.stack import Stack
from deploy.operator.registers import register_problem
from deploy.operator.status.sources import sources_facts
from services.chassis.database import connect
from services.chassis.kept_towns import COLLECTION as CHANGED
from services.contracts.catalogue import products
from services.contracts.populations import MAGDA
from services.contracts.schema import Unreadable
from services.contracts.towns import Town
from services.documents.standing import unprintable
from services.intake.left import left
from services.intake.standing import Waiting, standing
from services.registry.sources.population.populations import Populations
from services.registry.standing import standing as registry_standing

PATIENCE_S = 4.0
"""For all towns together."""


def towns_facts(stack: Stack, towns: Mapping[str, Town]) -> dict[str, dict[str, Any]]:
    """By REFNIS code, as they are now. Raises pymongo's PyMongoError where the store does not answer."""
    now = datetime.now(UTC)
    with connect(stack.mongo_uri, appname="loket") as client, pymongo.timeout(PATIENCE_S):
        owners = ("intake", "registry", "documents", "magda")
        intake, registry, documents, standin = (client[f"{stack.database}_{owner}"] for owner in owners)
        waiting, without_paper = _left(intake), unprintable(documents, now=now)
        served = {each["_id"]: each["served"] for each in intake[CHANGED].find({}, {"served": 1})}
        found = {}
        for refnis, town in towns.items():
            told, looked_up = standing(intake, town=refnis), registry_standing(registry, town=refnis)
            found[refnis] = {
                "name": town.name(town.languages[0]),
                "register": _register(stack, town, registry if not stack.asks_standin(town) else standin, now),
                "waiting": told.waiting,
                "deferred": told.deferred,
                "untold": told.untold,
                "contradicted": dict(looked_up.held),
                "sources": sources_facts(stack, town, looked_up.missed, registry),
                "left": waiting.get(refnis, []),
                "unprintable": asdict(without_paper[refnis]) if refnis in without_paper else None,
                "departments": {
                    name: asdict(each) | {"age_s": round((now - each.since).total_seconds())}
                    for name, each in sorted(told.departments.items())
                },
                "oldest": _aged(told.oldest, now),
                "served": served.get(refnis, 0),
                "oldest_moving": _aged(told.oldest_moving, now),
            }
    return found


def _left(intake: Database[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """By town, how many wait for which product in vain; nothing while the catalogue cannot be read."""
    try:
        catalogue = products()
    except Unreadable:
        return {}
    counts = Counter((each.town, each.product, each.lacking) for each in left(intake, products=catalogue))
    found: dict[str, list[dict[str, Any]]] = {}
    for (town, product, lacking), count in sorted(counts.items()):
        found.setdefault(town, []).append({"product": product, "lacking": lacking.value, "count": count})
    return found


def _register(stack: Stack, town: Town, database: Database[dict[str, Any]], now: datetime) -> dict[str, Any] | None:
    """None where it is not ours. What of the demonstration stands in our own store is `there`, `paused` or `empty`; one
    at MAGDA is `magda`, or `unusable` where its keys are: whether it answers, `loket register check` tells.
    """
    problem = register_problem(stack, town, now=now, reach=False)
    if problem and problem.stops:
        return {"state": "unusable", "residents": None, "until": None, "reason": problem.said}
    if stack.asks_standin(town) or (stack.profile == "demo" and town.population.source != MAGDA):
        return _population(Populations(database).known(town.refnis), now)
    if town.population.source != MAGDA:
        return None
    return {"state": "magda", "residents": None, "until": None, "reason": problem.said if problem else None}


def _population(known: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    away = known.get("away") or {}
    until = away.get("until")
    paused = bool(away) and (until is None or until > now)
    return {
        "state": "paused" if paused else "there" if known.get("current") else "empty",
        "residents": known.get("residents"),
        "until": until if paused else None,
        "reason": away.get("reason") if paused else None,
    }


def _aged(waiting: Waiting | None, now: datetime) -> dict[str, Any] | None:
    return asdict(waiting) | {"age_s": round((now - waiting.since).total_seconds())} if waiting else None
