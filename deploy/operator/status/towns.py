"""What each town waits for: its register, and the applications under way."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pymongo

from deploy.local.stack import Stack
from services.chassis.database import connect
from services.contracts.towns import Town
from services.intake.standing import Waiting, standing
from services.registry.sources.populations import Populations
from services.registry.store import held

PATIENCE_S = 4.0
"""For all towns together."""


def towns_facts(stack: Stack, towns: Mapping[str, Town]) -> dict[str, dict[str, Any]]:
    """By REFNIS code, as they are now. Raises pymongo's PyMongoError where the store does not answer."""
    now = datetime.now(UTC)
    with connect(stack.mongo_uri, appname="loket") as client, pymongo.timeout(PATIENCE_S):
        intake, registry = client[f"{stack.database}_intake"], client[f"{stack.database}_registry"]
        populations = Populations(registry)
        found = {}
        for refnis, town in towns.items():
            told = standing(intake, town=refnis)
            found[refnis] = {
                "name": town.name(town.languages[0]),
                "register": _register(populations.known(refnis), now) if stack.profile == "demo" else None,
                "waiting": told.waiting,
                "deferred": told.deferred,
                "untold": told.untold,
                "contradicted": held(registry, town=refnis),
                "departments": {
                    name: asdict(each) | {"age_s": round((now - each.since).total_seconds())}
                    for name, each in sorted(told.departments.items())
                },
                "oldest": _aged(told.oldest, now),
                "oldest_moving": _aged(told.oldest_moving, now),
            }
    return found


def _register(known: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """The demonstration's register, which stands in our own store: `there`, `paused` or `empty`."""
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
