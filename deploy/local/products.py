"""Which products a deployment had at its last start, and what each gave: what is no longer there leaves what was filed
for it untitled."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path

from services.contracts.rooms import EXTENSIONS


def keep(var: Path, kinds: Mapping[str, str], extensions: str) -> None:
    """At a start: what each product gives (product.OUTPUTS), by id, and what LOKET_EXTENSIONS was, empty where it was
    not set. `down` keeps it."""
    kept = {"products": dict(sorted(kinds.items())), "extensions": extensions}
    _file(var).write_text(json.dumps(kept), encoding="utf-8")


def gone(var: Path, products: Collection[str], extensions: str) -> str | None:
    """In words which of those of the last start are not there, and why where the variable tells; None: all are."""
    before, named = _kept(var)
    return told(set(before) - set(products), before=named, now=extensions)


def are_others(var: Path, kinds: Mapping[str, str]) -> bool:
    """Whether a product of the last start is gone, or gives something else now, as far as that is known."""
    before, _ = _kept(var)
    return any(kinds.get(id) != (kind or kinds.get(id, "gone")) for id, kind in before.items())


def told(lacking: Collection[str], *, before: str, now: str) -> str | None:
    """The same of ids and of the variable at the start and here."""
    if not lacking:
        return None
    ids = ", ".join(sorted(lacking))
    if before and before != now:
        here = f"is {now} here" if now else "is not set here"
        return f"{ids} ({EXTENSIONS} was {before} at the start and {here})"
    return ids


def _kept(var: Path) -> tuple[dict[str, str], str]:
    """By id what each gave, empty where the last version wrote the ids alone; and the variable."""
    try:
        kept = json.loads(_file(var).read_text(encoding="utf-8"))
        found = kept["products"]
        kinds = found if isinstance(found, dict) else dict.fromkeys(map(str, found), "")
        return {str(id): str(kind) for id, kind in kinds.items()}, str(kept["extensions"])
    except (OSError, ValueError, TypeError, KeyError):
        return {}, ""


def _file(var: Path) -> Path:
    return var / "products.json"
