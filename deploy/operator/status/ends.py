"""What the supervisor wrote down: when it began, and which processes ended without being told to."""

import json
from datetime import datetime
from typing import Any

from deploy.local.stack import Stack


def started(stack: Stack) -> dict[str, Any]:
    """`at` and `version`; empty where nobody wrote it."""
    told = _read(stack, "started")
    return told if isinstance(told, dict) else {}


def ends_of(stack: Stack, program: str, *, since: datetime) -> list[dict[str, Any]]:
    """Of each, of the last ten, the oldest first: `at`, `pid`, `exit_code` (negative for a signal), and `again_at`,
    before which no other is started in its place."""
    told = _read(stack, f"{program}.ends")
    if not isinstance(told, list):
        return []
    return [each for each in told if datetime.fromisoformat(each["at"]) >= since]


def paused_until(ends: list[dict[str, Any]], *, now: datetime) -> datetime | None:
    """When the next process of a program is started that ends again and again; None where that is now."""
    again_at = datetime.fromisoformat(ends[-1].get("again_at", ends[-1]["at"])) if ends else now
    return again_at if again_at > now else None


def _read(stack: Stack, name: str) -> Any:
    try:
        return json.loads((stack.run / f"{name}.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
