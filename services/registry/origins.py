"""Of which states somebody can have been born and become a national. Each raises Inconsistent.

Of a day that is not wholly known the benefit of the doubt is taken; of `CS`, which was two states', none is.
"""

from collections.abc import Callable
from datetime import date

from services.contracts.countries import canonical
from services.contracts.former_states import CZECHOSLOVAKIA, SERBIA_AND_MONTENEGRO, SPANS, began_after, stood_for
from services.contracts.partial_days import earliest, latest
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import Dossier, Nationality

GIVEN_TWICE = "CS"
"""Czechoslovakia's until 1992; from 2003, Serbia and Montenegro's."""

YUGOSLAV = frozenset({"BA", "HR", "ME", "MK", "RS", "SI", "XK", "YUCS", SERBIA_AND_MONTENEGRO})
"""Beside one of these, `CS` may be the later of the two."""


def birth_country(dossier: Dossier) -> str:
    """The code of the country that there was at the birth."""
    code = dossier.birth_country
    told = _country(code, dossier.born_on)
    if began_after(told, _day(dossier.born_on, latest)):
        raise Inconsistent(Contradiction.STATE_NOT_YET_BEGUN)
    if code == GIVEN_TWICE and canonical(told) == CZECHOSLOVAKIA and _is_yugoslav(dossier):
        raise Inconsistent(Contradiction.CODE_AMBIGUOUS)
    return told


def nationality_codes(dossier: Dossier) -> tuple[str, ...]:
    """Those of the states that there were when each nationality was acquired, or at the birth.

    Who was born before the end of a state has its nationality for as long as the register says so; and whoever was
    born before its beginning became its national with the state.
    """
    return tuple(_nationality(each, dossier) for each in dossier.nationalities)


def _nationality(nationality: Nationality, dossier: Dossier) -> str:
    told = _country(nationality.code, dossier.born_on, nationality.since)
    if nationality.code == GIVEN_TWICE and canonical(told) == CZECHOSLOVAKIA:
        became_one = nationality.since is not None and _day(nationality.since, latest) <= SPANS[CZECHOSLOVAKIA].last
        if not became_one or canonical(dossier.birth_country) in YUGOSLAV or _is_yugoslav(dossier):
            raise Inconsistent(Contradiction.CODE_AMBIGUOUS)
    return told


def _is_yugoslav(dossier: Dossier) -> bool:
    """Has somebody a nationality of former Yugoslavia, certainly?"""
    told = (_country(each.code, dossier.born_on, each.since) for each in dossier.nationalities)
    return any(canonical(code) in YUGOSLAV for code in told)


def _country(code: str, born_on: str, since: str | None = None) -> str:
    days = [day for day in (born_on, since) if day is not None]
    first, last = (max(_day(day, known) for day in days) for known in (earliest, latest))
    stood = stood_for(code, first=first, last=last)
    if stood is None:
        raise Inconsistent(Contradiction.STATE_ENDED)
    return stood


def _day(text: str, known: Callable[[str], date | None]) -> date:
    if (day := known(text)) is None:
        raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)
    return day
