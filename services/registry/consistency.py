"""What of one dossier can be true at all: days, their order, and words that a paper can show. Each raises Inconsistent.

Checked is what is put on paper, and what decides whether it is. Of what a day leaves unknown the benefit of the doubt
is taken: only a certain contradiction is one.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache, wraps
from itertools import permutations
from typing import Concatenate, ParamSpec, TypeVar

from services.contracts.address import Address
from services.contracts.boxes import is_house_number
from services.contracts.countries import COUNTRIES, EXCLUSIVE, NATIONALITIES
from services.contracts.extracts import LONGEST_TEXT, MOST_FIRST_NAMES
from services.contracts.former_states import is_heir, one_state
from services.contracts.municipalities import municipalities, official_languages, parts, postcodes
from services.contracts.naming import lacking
from services.contracts.national_number import is_bis
from services.contracts.partial_days import earliest, latest, whole
from services.contracts.text import is_meaningful, is_reordered, is_visible
from services.registry.addresses import as_read
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import Dossier, RegisterKind, Stay
from services.registry.origins import birth_country, nationality_codes

P = ParamSpec("P")
R = TypeVar("R")

WITHOUT_NAME = {
    "nl": Contradiction.ADDRESS_WITHOUT_NAME_IN_NL,
    "fr": Contradiction.ADDRESS_WITHOUT_NAME_IN_FR,
    "de": Contradiction.ADDRESS_WITHOUT_NAME_IN_DE,
}

ENTERED = frozenset({RegisterKind.POPULATION, RegisterKind.FOREIGNERS, RegisterKind.WAITING, RegisterKind.WAITING_EU})
"""The registers that a town keeps (Act of 19 July 1991, article 1, § 1)."""

SEXES = frozenset({"M", "F", "X", None})

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
    """Whether names and birthplace can be put on paper, and each name can be seen. Only first names may be none."""
    names = (*dossier.first_names, dossier.last_name)
    places = dossier.birth_place.names.values() if dossier.birth_place else ()
    _check_printable((*names, *places))
    if not all(map(is_visible, names)):
        raise Inconsistent(Contradiction.NAME_MISSING)
    if len(dossier.first_names) > MOST_FIRST_NAMES:
        raise Inconsistent(Contradiction.TOO_MANY_FIRST_NAMES)


@_of_its_dossier
def check_codes(dossier: Dossier, *, today: date) -> None:
    """Whether its codes stand for something, and its nationalities for what somebody can have together."""
    place, codes = dossier.birth_place, [nationality.code for nationality in dossier.nationalities]
    named = place is None or place.refnis is None or any(map(is_visible, place.names.values()))
    is_somewhere = named or (place is not None and place.refnis in municipalities())
    if not is_somewhere or dossier.birth_country not in COUNTRIES or dossier.sex not in SEXES:
        raise Inconsistent(Contradiction.CODE_UNKNOWN)
    if not set(codes) <= NATIONALITIES:
        raise Inconsistent(Contradiction.CODE_UNKNOWN)
    _check_each_once(codes)
    if len(codes) > 1 and EXCLUSIVE & set(codes):
        raise Inconsistent(Contradiction.NATIONALITIES_EXCLUSIVE)
    for nationality in dossier.nationalities:
        if nationality.since is not None:
            _check_past(nationality.since, today=today)
    birth_country(dossier)
    _check_each_once(nationality_codes(dossier))
    _check_none_outlived(nationality_codes(dossier))


@_of_its_dossier
def check_bonds(dossier: Dossier, *, today: date) -> None:
    """Whether marriage and cohabitation can have begun and ended then."""
    cohabitation = dossier.cohabitation
    for since in (dossier.civil_status.since, cohabitation.since if cohabitation else None):
        if since is not None:
            check_begun(since, dossier, today=today)
    if cohabitation is not None and cohabitation.until is not None:
        _check_past(cohabitation.until, today=today)
        _check_order(cohabitation.since, cohabitation.until)


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
    _check_order(dossier.registration.since, current.since)
    return current


def begun(since: str, dossier: Dossier, *, today: date) -> date:
    """The day since when something is so in somebody's life; on paper it stands whole."""
    with concerning(dossier.number):
        check_begun(since, dossier, today=today)
        day = whole(since)
        if day is None:
            raise Inconsistent(Contradiction.DATE_IMPOSSIBLE)
        return day


def check_address(address: Address, town: str) -> None:
    """Whether an address is one of the town and can be put on paper, in each of the town's own languages.

    The parts of a municipality have postal codes of their own, and may lend the address their name; a few codes are of
    several municipalities (1050 is of Ixelles and of Brussels).
    """
    for names in (address.street, address.municipality):
        if missing := lacking(names, official_languages(town)):
            raise Inconsistent(WITHOUT_NAME[missing[0]])
        _check_printable(names.values())
    _check_printable((address.house_number, address.box or "", address.postcode))
    if not (is_house_number(address.house_number) and is_visible(address.postcode)):
        raise Inconsistent(Contradiction.ADDRESS_INCOMPLETE)
    if address.postcode.strip() not in postcodes(town) or _names_another(address, town):
        raise Inconsistent(Contradiction.ADDRESS_OUTSIDE_TOWN)


def check_former_address(address: Address) -> None:
    """Whether an address that may be in any municipality, under a name of then, can be put on paper."""
    for names in (address.street, address.municipality):
        if not any(map(is_visible, names.values())):
            raise Inconsistent(Contradiction.ADDRESS_INCOMPLETE)
        _check_printable(names.values())
    _check_printable((address.house_number, address.box or "", address.postcode))
    if not (is_house_number(address.house_number) and is_visible(address.postcode)):
        raise Inconsistent(Contradiction.ADDRESS_INCOMPLETE)


def _names_another(address: Address, town: str) -> bool:
    """Is one of its names that of another municipality which has this postal code, too?"""
    named = set(map(as_read, address.municipality.values()))
    return not named <= _own_names(town) and bool(named & _names_beside(town, address.postcode.strip()))


@lru_cache(maxsize=1000)
def _own_names(town: str) -> frozenset[str]:
    here = (town, *(part.refnis for part in parts(town, date.min)))
    return frozenset(as_read(name) for refnis in here for name in municipalities()[refnis].names.values())


@lru_cache(maxsize=1000)
def _names_beside(town: str, postcode: str) -> frozenset[str]:
    """Of the others that share one of the town's own codes."""
    others = (each for each in municipalities().values() if each.refnis != town and each.until is None)
    return frozenset(
        as_read(name) for each in others if postcode in postcodes(each.refnis) for name in each.names.values()
    )


def _check_each_once(nationalities: Sequence[str]) -> None:
    if len(set(map(one_state, nationalities))) < len(nationalities):
        raise Inconsistent(Contradiction.NATIONALITY_TWICE)


def _check_none_outlived(nationalities: Sequence[str]) -> None:
    if any(is_heir(heir, of=former) for former, heir in permutations(nationalities, 2)):
        raise Inconsistent(Contradiction.NATIONALITY_OUTLIVED)


def check_begun(since: str, dossier: Dossier, *, today: date) -> None:
    """Whether something in somebody's life can have begun then."""
    _check_past(since, today=today)
    _check_order(dossier.born_on, since)


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
        if not is_meaningful(text) or is_reordered(text):
            raise Inconsistent(Contradiction.TEXT_UNPRINTABLE)
