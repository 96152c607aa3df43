"""Where somebody stands, for one town, by what MAGDA says of the whole country."""

from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import RegisterKind, Registration, Standing
from services.registry.sources.magda import codes
from services.registry.sources.magda.places import BELGIUM, municipality_of
from services.registry.sources.magda.xml import Element, begin, current, text

_MERGED_MUNICIPALITY = "1"
"""The administration changed because municipalities merged: whoever lived there went on living there."""


def registration(person: Element, *, town: str, is_bis: bool, on: str) -> Registration:
    """Raises Inconsistent where the answer does not say where somebody stands, or says it in a code of no table."""
    if person.find("Overlijden") is not None:
        return Registration(standing=Standing.DECEASED, since=_death(person), register=_register_of(person, is_bis))
    residences = current(person, "Adressen/Hoofdverblijfplaats", on=on)
    if (gone := _gone(person, on=on)) is not None:
        standing, since = gone
        destination = _abroad(person, on=on) if standing is Standing.EMIGRATED else None
        register = _register_of(person, is_bis)
        return Registration(standing=standing, since=since, destination=destination, register=register)
    administrations = current(person, "Beheerder", on=on)
    if len(administrations) > 1:
        raise Inconsistent(Contradiction.ANSWER_DOUBTED)
    if administrations:
        return _administered(person, administrations[0], residences, town=town, is_bis=is_bis, on=on)
    if residences and (refnis := municipality_of(residences[0])):
        return _settled(person, refnis == town, begin(person.find("Register")) or begin(residences[0]), is_bis, on=on)
    if abroad := current(person, "Adressen/VerblijfplaatsBuitenland", on=on):
        return Registration(standing=Standing.EMIGRATED, since=begin(abroad[0]), destination=_abroad(person, on=on))
    return _nowhere(person, is_bis=is_bis)


def _abroad(person: Element, *, on: str) -> str | None:
    """The country of who lives abroad, where the answer says it."""
    found = current(person, "Adressen/VerblijfplaatsBuitenland", on=on)
    return codes.country(text(found[-1], "Land/NISCode"), text(found[-1], "Land/ISOCode")) if found else None


def _nowhere(person: Element, *, is_bis: bool) -> Registration:
    kind = _register_of(person, is_bis)
    special = (RegisterKind.BIS, RegisterKind.EU_OFFICIALS, RegisterKind.PROTOCOL)
    if _told_register(person) in special or (is_bis and not _register_code(person)):
        since = begin(person.find("Register")) or text(person, "Geboorte/Datum")
        return Registration(standing=Standing.RESIDENT, since=since, register=kind)
    raise Inconsistent(Contradiction.STANDING_UNKNOWN)


def _death(person: Element) -> str:
    return text(person, "Overlijden/Datum") or begin(person.find("Overlijden"))


def _gone(person: Element, *, on: str) -> tuple[Standing, str] | None:
    """The strongest status that holds, and since when."""
    found: dict[Standing, str] = {}
    for each in current(person, "Statussen/Status", on=on):
        standing = codes.status(text(each, "Code"))
        if standing is None:
            raise Inconsistent(Contradiction.STANDING_UNKNOWN)
        found[standing] = begin(each)
    return next(((each, found[each]) for each in codes.STRONGEST if each in found), None)


def _administered(
    person: Element, administration: Element, residences: list[Element], *, town: str, is_bis: bool, on: str
) -> Registration:
    """By a municipality; by a diplomatic post, which is named by its country; or by none, which a code says."""
    refnis, since = text(administration, "Plaats/Gemeente/NISCode"), begin(administration)
    if (standing := codes.status(refnis)) is not None:
        return Registration(standing=standing, since=since, register=_register_of(person, is_bis))
    nis, iso = text(administration, "Plaats/Land/NISCode"), text(administration, "Plaats/Land/ISOCode")
    country = codes.country(nis, iso)
    if not refnis and (nis or iso) and country != BELGIUM:
        register = _register_of(person, is_bis)
        return Registration(standing=Standing.EMIGRATED, since=since, destination=country, register=register)
    if not refnis:
        raise Inconsistent(Contradiction.STANDING_UNKNOWN)
    if refnis == town and any(municipality_of(each) not in ("", town) for each in residences):
        raise Inconsistent(Contradiction.ADDRESS_OUTSIDE_TOWN)
    merged = text(administration, "Fusie/Code") == _MERGED_MUNICIPALITY
    begins = [begin(each) for each in residences] if merged else []
    first = min((each for each in (since, *begins) if each), default="")
    return _settled(person, refnis == town, first, is_bis, on=on)


def _settled(person: Element, is_here: bool, since: str, is_bis: bool, *, on: str) -> Registration:
    standing = Standing.RESIDENT if is_here else Standing.ELSEWHERE
    if is_here and _left_since(person, on=on):
        raise Inconsistent(Contradiction.RESIDENT_AT_TWO_ADDRESSES)
    if is_here and _told_register(person) is None and not _is_belgian(person, on=on):
        raise Inconsistent(Contradiction.REGISTER_UNKNOWN)
    if is_here and _register_code(person) not in ("", codes.NATIONAL_REGISTER) and _told_register(person) is None:
        raise Inconsistent(Contradiction.REGISTER_UNKNOWN)
    return Registration(standing=standing, since=since, register=_register_of(person, is_bis))


def _left_since(person: Element, *, on: str) -> bool:
    """Does a residence abroad go on that began after the one here?"""
    here = max((begin(each) for each in current(person, "Adressen/Hoofdverblijfplaats", on=on)), default="")
    abroad = (
        each
        for name in ("VerblijfplaatsBuitenland", "AangifteAdresBuitenland")
        for each in current(person, f"Adressen/{name}", on=on)
    )
    return any(not begin(each) or begin(each) >= here for each in abroad)


def _register_code(person: Element) -> str:
    return text(person, "Register/Code").upper()


def _told_register(person: Element) -> RegisterKind | None:
    return codes.register(_register_code(person))


def _register_of(person: Element, is_bis: bool) -> RegisterKind:
    """Where the answer does not say which, a Belgian's is the population register (Act of 19 July 1991, article 1)."""
    return _told_register(person) or (RegisterKind.BIS if is_bis else RegisterKind.POPULATION)


def _is_belgian(person: Element, *, on: str) -> bool:
    found = current(person, "Nationaliteiten/Nationaliteit", on=on)
    return any(codes.nationality(text(each, "Code"), "") == BELGIUM for each in found)
