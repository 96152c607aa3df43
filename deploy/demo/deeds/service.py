"""What the demonstration's database of deeds answers."""

import base64
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from deploy.demo.deeds.archive import ABSENT, CORRECTED, MIGRATING, TOO_LARGE, Archive, Kept
from deploy.demo.deeds.migrations import Migrations
from deploy.demo.deeds.paper import sealed
from deploy.demo.far.authorities import DEEDS, EXPIRED, STRANGER
from deploy.demo.far.page import bare

STRANGER_NUMBER = "70010100190"
_SEALS = {"expired-seal": EXPIRED, "stranger-seal": STRANGER}
MOST_KNOWN = 10_000


class DeedsService:
    """See far.server.Answers."""

    def __init__(
        self, archive: Archive, migrations: Migrations, *, folder: Path, clock: Callable[[], datetime]
    ) -> None:
        self._archive = archive
        self._migrations = migrations
        self._folder = folder
        self._clock = clock
        self._corrections: dict[str, Kept] = {}
        self._sealed = lru_cache(maxsize=64)(self._seal)

    def __call__(self, method: str, path: str, asked: dict[str, Any], fault: str | None) -> dict[str, Any] | None:
        """The answer, or None for a path that there is not."""
        match method, path:
            case "POST", "/deeds":
                return self._deed(asked, fault)
            case "GET", "/migrations/done":
                done = [f"m-{each}" for each in self._migrations.done()]
                return {"references": done * 2 if fault == "twice" else done}
            case "POST", "/migrations/heard":
                self._migrations.heard([str(each).removeprefix("m-") for each in asked.get("references", [])])
                return {}
        return None

    def _deed(self, asked: dict[str, Any], fault: str | None) -> dict[str, Any]:
        request = "another-question" if fault == "other-question" else asked["request"]
        deed = self._find(asked)
        fate = ABSENT if deed is None else deed.fate
        if deed is None or fate == ABSENT:
            return {"request": request, "outcome": "absent"}
        if fate == TOO_LARGE:
            return {"request": request, "outcome": "too-large"}
        if fate == MIGRATING and (ready_at := self._migrations.ready_at(deed.reference)) > self._clock():
            reference = f"m-{deed.reference}"
            return {"request": request, "outcome": "migrating", "reference": reference, "by": ready_at.isoformat()}
        told = self._told(deed, str(asked["form"]), fault)
        if fate == CORRECTED:
            if len(self._corrections) >= MOST_KNOWN:
                self._corrections.clear()
            self._corrections[deed.correction.reference] = deed.correction
            told["corrected_by"] = deed.correction.reference
        return {"request": request, "outcome": "found", "deed": told}

    def _find(self, asked: dict[str, Any]) -> Kept | None:
        of, kind = asked["of"], asked["kind"]
        if "reference" in of:
            return self._corrections.get(of["reference"])
        if "national_numbers" in of:
            narrowed = {name: of[name] for name in ("place", "year", "number") if name in of}
            return self._archive.by_person(
                kind, of["national_numbers"], narrowed, asked_by=str(asked.get("by", {}).get("municipality", ""))
            )
        return self._archive.old(kind, of)

    def _told(self, deed: Kept, form: str, fault: str | None) -> dict[str, Any]:
        pdf = self._sealed(deed, form, fault)
        content = pdf[: len(pdf) // 2] if fault == "half-document" else pdf
        involved = [{"role": role, "national_number": number} for role, number, _ in deed.involved]
        if fault == "another":
            involved = [{"role": each["role"], "national_number": STRANGER_NUMBER} for each in involved]
        return {
            "reference": deed.reference,
            "original": deed.corrects or deed.reference,
            "kind": deed.kind,
            "form": form,
            "place": deed.place,
            "year": deed.year,
            "number": deed.number,
            "drawn_up_on": deed.drawn_up_on.isoformat(),
            "happened_on": deed.happened_on,
            "involved": involved,
            "sha256": sha256(pdf).hexdigest(),
            "pdf": base64.b64encode(content).decode(),
        }

    def _seal(self, deed: Kept, form: str, fault: str | None) -> bytes:
        if fault == "unsealed":
            return bare("DEMONSTRATION")
        pdf = sealed(deed, form, folder=self._folder, by=_SEALS.get(fault or "", DEEDS))
        if fault == "altered-document":
            place = pdf.index(b"DEMONSTRATION") if b"DEMONSTRATION" in pdf else 200
            pdf = pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
        return pdf
