"""What of one dossier can be true at all: days, their order, and words that a paper can show. Each raises Inconsistent.

Checked is what is put on paper, and what decides whether it is. Of what a day leaves unknown the benefit of the doubt
is taken: only a certain contradiction is one.
"""

import unicodedata
from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from services.contracts.facts import LONGEST_TEXT, MOST_FIRST_NAMES, Address
from services.contracts.municipalities import official_languages
from services.contracts.naming import lacking
from services.contracts.national_number import is_bis
from services.contracts.partial_days import earliest, latest, whole
from services.contracts.text import is_meaningful, printable
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import Dossier, RegisterKind, Stay

P = ParamSpec("P")
R = TypeVar("R")

WITHOUT_NAME = {
    "nl": Contradiction.ADDRESS_WITHOUT_NAME_IN_NL,
    "fr": Contradiction.ADDRESS_WITHOUT_NAME_IN_FR,
    "de": Contradiction.ADDRESS_WITHOUT_NAME_IN_DE,
}

ENTERED = frozenset({RegisterKind.POPULATION, RegisterKind.FOREIGNERS, RegisterKind.WAITING, RegisterKind.WAITING_EU})
"""The registers that a town keeps (Act of 19 July 1991, article 1, § 1)."""

OLDEST = 125
"""Years. Nobody on record reached 123 (Jeanne Calment, 122): somebody's death was not written down."""


def _of_its_dossier(check: Callable[Concatenate[Dossier, P], R]) -> Callable[Concatenate[Dossier, P], R]:
    @wraps(check)
    def checked(dossier: Dossier, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with concerning(dossier.number):
            return check(dossier, *args, **kwargs)

    return checked


@_of_its_dossier
def check_standing(dossier: Dossier, *, today: date) -> None:
    """Whether what it says of number, birth and registration can be true today."""
    check_number(dossier)
    check_birth(dossier, today=today)
    _check_past(dossier.registration.since, today=today)
    _check_order(dossier.born_on, dossier.registration.since)


@_of_its_dossier
def check_number(dossier: Dossier) -> None:
    """Whether somebody in a register has the number of one.

    Who is entered in the population, the foreigners' or the waiting register gets a national number (Act of 8 August
    1983 on the National Register, article 2). A BIS number is the social security's, for who is in none (Act of
    15 January 1990, article 8, § 1, 2°); who is entered later keeps it as a former number only.
    """
    if dossier.registration.register in ENTERED and dossier.is_resident and is_bis(dossier.number):
        raise Inconsistent(Contradiction.RESIDENT_WITH_BIS_NUMBER)


@_of_its_dossier
def check_birth(dossier: Dossier, *, today: date) -> None:
    """Whether somebody can have been born then."""
    _check_past(dossier.born_on, today=today)
    last = latest(dossier.born_on)
    if last is not None and last.year < today.year - OLDEST:
        raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)


@_of_its_dossier
def check_words(dossier: Dossier) -> None:
    """Whether names, birthplace and nationalities can be put on paper, and there is a name at all."""
    names = (*dossier.first_names, dossier.last_name)
    visible = any(unicodedata.category(char)[0] not in "CZ" for name in names for char in printable(name))
    if not visible:
        raise Inconsistent(Contradiction.NAME_MISSING)
    if len(dossier.first_names) > MOST_FIRST_NAMES:
        raise Inconsistent(Contradiction.TOO_MANY_FIRST_NAMES)
    codes = (dossier.birth_country, *(nationality.code for nationality in dossier.nationalities))
    places = dossier.birth_place.names.values() if dossier.birth_place else ()
    _check_printable((*names, *places, *codes))


@_of_its_dossier
def current_stay(dossier: Dossier, *, today: date) -> Stay:
    """Where the resident lives, if all stays together can be true."""
    for stay in dossier.stays:
        _check_past(stay.since, today=today)
        _check_order(dossier.born_on, stay.since)
        if stay.until is not None:
            _check_past(stay.until, today=today)
            _check_order(stay.since, stay.until)
    for before, after in zip(dossier.stays, dossier.stays[1:], strict=False):
        if before.until is None:
            raise Inconsistent(Contradiction.RESIDENT_AT_TWO_ADDRESSES)
        _check_order(before.until, after.since)
    if (current := dossier.current_stay) is None:
        raise Inconsistent(Contradiction.RESIDENT_WITHOUT_ADDRESS)
    return current


def begun(since: str, dossier: Dossier, *, today: date) -> date:
    """The day since when something is so in somebody's life; on paper it stands whole."""
    with concerning(dossier.number):
        _check_past(since, today=today)
        _check_order(dossier.born_on, since)
        day = whole(since)
        if day is None:
            raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)
        return day


def check_address(address: Address, town: str) -> None:
    """Whether an address of the town can be put on paper, in each of the town's own languages."""
    for names in (address.street, address.municipality):
        if missing := lacking(names, official_languages(town)):
            raise Inconsistent(WITHOUT_NAME[missing[0]])
        _check_printable(names.values())
    _check_printable((address.house_number, address.box or "", address.postcode))


def _check_past(text: str, *, today: date) -> None:
    first = earliest(text)
    if first is None:
        raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)
    if first > today:
        raise Inconsistent(Contradiction.DATE_IN_THE_FUTURE)


def _check_order(before: str, after: str) -> None:
    first, last = earliest(before), latest(after)
    if first is None or last is None:
        raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)
    if last < first:
        raise Inconsistent(Contradiction.DATES_OUT_OF_ORDER)


def _check_printable(texts: Iterable[str]) -> None:
    for text in texts:
        if len(text) > LONGEST_TEXT:
            raise Inconsistent(Contradiction.TEXT_TOO_LONG)
        if not is_meaningful(text):
            raise Inconsistent(Contradiction.TEXT_UNPRINTABLE)
