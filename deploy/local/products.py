"""Which products a deployment had at its last start: what is no longer there leaves what was filed for it untitled."""

import json
from collections.abc import Collection
from pathlib import Path

from services.contracts.rooms import EXTENSIONS


def keep(var: Path, products: Collection[str], extensions: str) -> None:
    """At a start: the ids, and what LOKET_EXTENSIONS was, empty where it was not set. `down` keeps it."""
    kept = {"products": sorted(products), "extensions": extensions}
    _file(var).write_text(json.dumps(kept), encoding="utf-8")


def gone(var: Path, products: Collection[str], extensions: str) -> str | None:
    """In words which of those of the last start are not there, and why where the variable tells; None: all are."""
    try:
        kept = json.loads(_file(var).read_text(encoding="utf-8"))
        before, named = set(map(str, kept["products"])), str(kept["extensions"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    return told(before - set(products), before=named, now=extensions)


def told(lacking: Collection[str], *, before: str, now: str) -> str | None:
    """The same of ids and of the variable at the start and here."""
    if not lacking:
        return None
    ids = ", ".join(sorted(lacking))
    if before and before != now:
        here = f"is {now} here" if now else "is not set here"
        return f"{ids} ({EXTENSIONS} was {before} at the start and {here})"
    return ids


def _file(var: Path) -> Path:
    return var / "products.json"
