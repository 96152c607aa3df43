"""Which deeds there are: made up from dossiers, the same at each asking, and of old ones from their number alone."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from deploy.demo.far.people import People
from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.national_number import is_valid
from services.contracts.partial_days import earliest
from services.registry.domain import CivilState, Dossier, Standing

FOUND, MIGRATING, ABSENT, CORRECTED, TOO_LARGE = "found", "migrating", "absent", "corrected", "too-large"

SHOWN = {
    ("demo-citizen", "birth"): FOUND,
    ("several-nationalities", "birth"): MIGRATING,
    ("lives-with-merged", "birth"): CORRECTED,
    ("no-household", "birth"): ABSENT,
    ("two-reference-persons", "birth"): TOO_LARGE,
    ("merged-into", "birth"): FOUND,
}
"""What becomes of a deed of somebody with a story (HARD_CASES.md); of everybody else chance decides."""

_FATES = (*[MIGRATING] * 4, *[ABSENT] * 2, *[CORRECTED] * 4, TOO_LARGE)
_STORIES = {case.number: key for key, case in HARD_CASES.items()}

OLDEST_NUMBER = 400
"""So many deeds of a kind there are in each old year of a municipality."""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A deed in the archive. `involved` are roles, numbers where there are any, and names; `sex` is that of a child,
    where it is known (contracts.facts)."""

    kind: str
    place: str
    year: int
    number: str
    drawn_up_on: date
    happened_on: str
    involved: tuple[tuple[str, str | None, str], ...]
    fate: str = FOUND
    corrects: str | None = None
    sex: str | None = None

    @property
    def reference(self) -> str:
        """The archive's own name for it."""
        stem = f"{self.kind}-{self.place}-{self.year}-{self.number}"
        return stem if self.corrects is None else f"{stem}-corrected"

    @property
    def correction(self) -> "Kept":
        """The later deed that counts instead."""
        later = date(self.drawn_up_on.year, 12, 31)
        return replace(self, drawn_up_on=max(self.drawn_up_on, later), fate=FOUND, corrects=self.reference)


class Archive:
    """Deeds of people, and old ones."""

    def __init__(self, people: People, *, today: date) -> None:
        self._people = people
        self._today = today

    def by_person(self, kind: str, numbers: list[str], narrowed: dict[str, Any], *, asked_by: str) -> Kept | None:
        """The last one of this kind about somebody."""
        for number in numbers:
            found = self._people(number, asked_by) if is_valid(number) else None
            for deed in self._of(kind, *found) if found else ():
                if all(getattr(deed, name) == value for name, value in narrowed.items()):
                    return deed
        return None

    def old(self, kind: str, of: dict[str, Any]) -> Kept | None:
        """One that a citizen names, of somebody who has no number any more."""
        place, year = str(of["place"]), int(of["year"])
        written = str(of.get("number") or "")
        if written:
            number = int(written) if written.isdecimal() else 0
            if not 1 <= number <= OLDEST_NUMBER:
                return None
        else:
            number = _chance(kind, place, of.get("name"), of.get("date")) % OLDEST_NUMBER + 1
        chance = _chance(kind, place, year, number)
        day = date(year, 1, 1) + timedelta(days=chance % 360)
        if of.get("date"):
            day = date.fromisoformat(str(of["date"]))
        name = str(of.get("name") or f"Voorbeeld {number}")
        role = _ROLE[kind]
        drawn_up = day if kind in _ON_THE_SPOT else min(day + timedelta(days=2), date(day.year, 12, 31))
        if drawn_up.year != year:
            return None
        return Kept(
            kind=kind,
            place=place,
            year=year,
            number=str(number),
            drawn_up_on=drawn_up,
            happened_on=day.isoformat(),
            involved=(
                (role, None, name),
                *((role, None, _made_up(number)) for _ in _OF_TWO & {kind}),
                *((_PARENT, None, parent) for parent in _parents(kind, chance)),
            ),
            fate=_fate(chance),
            sex="FM"[chance % 2] if kind == "birth" else None,
        )

    def _of(self, kind: str, town: str, dossier: Dossier) -> Iterator[Kept]:
        told = _EVENTS[kind](self, dossier)
        if told is None:
            return
        day, place, others = told
        happened = earliest(day)
        if happened is None or happened > self._today:
            return
        later = timedelta() if kind in _ON_THE_SPOT else timedelta(days=2)
        drawn_up = min(happened + later, date(happened.year, 12, 31), self._today)
        chance = _chance(dossier.number, kind)
        key = _STORIES.get(dossier.number, "")
        yield Kept(
            kind=kind,
            place=place or town,
            year=drawn_up.year,
            number=str(chance % OLDEST_NUMBER + 1),
            drawn_up_on=drawn_up,
            happened_on=day,
            involved=(
                (_ROLE[kind], dossier.number, _name(dossier)),
                *((role, number, self._name_of(number, town)) for role, number in others),
                *((_ROLE[kind], None, _made_up(chance)) for _ in _OF_TWO & {kind} if not others),
                *((_PARENT, None, parent) for parent in _parents(kind, chance, dossier.last_name) if not others),
            ),
            sex=dossier.sex if kind == "birth" else None,
            fate=SHOWN.get((key, kind)) or (FOUND if key else _fate(chance)),
        )

    def _name_of(self, number: str, town: str) -> str:
        found = self._people(number, town)
        return _name(found[1]) if found else "…"

    def _birth(self, dossier: Dossier) -> "_Told":
        if dossier.birth_country != "BE":
            return None
        place = dossier.birth_place.refnis if dossier.birth_place else None
        return dossier.born_on, place, [(_PARENT, each.number) for each in dossier.parents]

    def _marriage(self, dossier: Dossier) -> "_Told":
        status = dossier.civil_status
        if status.state not in _MARRIED or status.partner is None:
            return None
        since = status.since if status.state is CivilState.MARRIED else None
        year = int(dossier.born_on[:4]) + 27
        day = since or f"{min(year, self._today.year - 1)}-06-01"
        return day, None, [("spouse", status.partner)]

    def _death(self, dossier: Dossier) -> "_Told":
        if dossier.registration.standing is not Standing.DECEASED:
            return None
        return dossier.registration.since, None, []

    def _divorce(self, dossier: Dossier) -> "_Told":
        status = dossier.civil_status
        if status.state is not CivilState.DIVORCED or status.since is None:
            return None
        return status.since, None, [("spouse", status.partner)] if status.partner else []

    def _acknowledgement(self, dossier: Dossier) -> "_Told":
        if not dossier.parents or _chance(dossier.number, "acknowledged") % 3:
            return None
        return dossier.born_on, None, [(_PARENT, dossier.parents[0].number)]

    def _nationality(self, dossier: Dossier) -> "_Told":
        became = [each.since for each in dossier.nationalities if each.code == "BE"]
        if not became or became[0] is None or became[0] == dossier.born_on:
            return None
        return became[0], None, []

    def _adoption(self, dossier: Dossier) -> "_Told":
        if _STORIES.get(dossier.number) != "demo-citizen" and _chance(dossier.number, "adopted") % 100:
            return None
        return f"{int(dossier.born_on[:4]) + 3}-03-01", None, []

    def _lifeless_child(self, dossier: Dossier) -> "_Told":
        if _chance(dossier.number, "lifeless") % 100:
            return None
        return f"{int(dossier.born_on[:4]) + 28}-11-05", None, []


_Told = tuple[str, str | None, list[tuple[str, str]]] | None
"""When something happened, where (None: in the town), and who else stands in the deed."""

_ON_THE_SPOT = frozenset({"marriage"})
"""Deeds that are drawn up while it happens."""

_OF_TWO = frozenset({"marriage", "divorce"})
"""Deeds about two people; where nobody knows the other any more, a name is made up."""

_PARENT = "parent"
_MARRIED = frozenset({CivilState.MARRIED, CivilState.SEPARATED, CivilState.DIVORCED, CivilState.WIDOWED})
_ROLE = {
    "birth": "child",
    "marriage": "spouse",
    "death": "deceased",
    "divorce": "spouse",
    "acknowledgement": "child",
    "nationality": "person",
    "adoption": "child",
    "lifeless-child": "parent",
}
_EVENTS: dict[str, Any] = {
    "birth": Archive._birth,
    "marriage": Archive._marriage,
    "death": Archive._death,
    "divorce": Archive._divorce,
    "acknowledgement": Archive._acknowledgement,
    "nationality": Archive._nationality,
    "adoption": Archive._adoption,
    "lifeless-child": Archive._lifeless_child,
}


def _name(dossier: Dossier) -> str:
    return " ".join((*dossier.first_names, dossier.last_name))


def _made_up(chance: int) -> str:
    return f"Voorbeeld {chance % OLDEST_NUMBER + OLDEST_NUMBER + 1}"


def _parents(kind: str, chance: int, name: str = "") -> tuple[str, ...]:
    """Those of a child whose parents nobody knows any more, made up; the first has its name."""
    return (f"{_made_up(chance)} {name}".strip(), _made_up(chance + 1)) if kind == "birth" else ()


def _fate(chance: int) -> str:
    place = chance // OLDEST_NUMBER % 100
    return _FATES[place] if place < len(_FATES) else FOUND


def _chance(*of: Any) -> int:
    return int.from_bytes(sha256("/".join(map(str, of)).encode()).digest()[:8], "big")
