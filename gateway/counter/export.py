"""All that a counter can tell its reader of themselves, for another program (GDPR, articles 15 and 20)."""

from dataclasses import asdict
from typing import Any

from gateway.counter.applications import own_applications
from gateway.counter.drafts import begun, draft_of
from gateway.counter.looks import own_looks
from gateway.counter.me import me
from services.contracts.intake import Position
from services.contracts.registry import LookPlace

MOST_PAGES = 40
"""Of a list: thousands; nobody has as many."""


def export() -> dict[str, Any]:
    """In this town. Raises what `ask` and `require_citizen` raise."""
    return {
        "me": asdict(me()),
        "begun": [asdict(draft) for each in begun() if (draft := draft_of(each.product))],
        "applications": _applications(),
        "looks": _looks(),
    }


def _applications() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    after: Position | None = None
    for _ in range(MOST_PAGES):
        page = own_applications(after=after)
        told += map(asdict, page.applications)
        after = page.last
        if after is None:
            break
    return told


def _looks() -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = []
    after: LookPlace | None = None
    for _ in range(MOST_PAGES):
        page = own_looks(after=after)
        told += map(asdict, page.looks)
        after = page.last
        if after is None:
            break
    return told
