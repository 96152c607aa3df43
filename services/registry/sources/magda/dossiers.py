"""From an answer about a person to the dossier: each part as the platform has it, or a contradiction by name.

What decides a certificate and cannot be read is never guessed: an odd code, two civil states at once, a part of which
the source holds more than it gives.
"""

from collections.abc import Collection

from services.contracts.national_number import is_bis, is_valid
from services.registry.contradictions import Contradiction, Inconsistent, concerning
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    LegalCohabitation,
    Nationality,
    Parent,
    Stay,
)
from services.registry.sources.magda import codes
from services.registry.sources.magda.places import birth, is_reference, stay
from services.registry.sources.magda.standing import registration
from services.registry.sources.magda.xml import Element, begin, current, end, local, text
from services.registry.sources.population.blanks import optional
from services.registry.sources.population.unknowns import known_name, known_names


def _valid(number: str) -> bool:
    """A number inside an answer is MAGDA's; whether a town may take test numbers was decided before it was asked."""
    return is_valid(number, test=True)


_GUARDED = ("voogd", "handelings", "onbekwaam", "bekwaamheid", "vertegenwoordig", "ouderlijkgezag", "plaatsing")
"""Parts of a person that say that somebody else than a parent may decide (information types 111 and 113)."""

_PROTECTED = ("bescherm", "afscherm", "nietmede", "nietmee", "mededel", "meedel", "geheim", "vertrouwelijk")
"""Parts of a person, or of an address, that say that it is not to be told (information type 026)."""


def dossier(person: Element, *, town: str, on: str, not_all: Collection[str] = ()) -> Dossier:
    """`on` is today; `not_all` as in answers.Answered. Its household is what the answer itself says, if it does."""
    number = text(person, "INSZ")
    with concerning(number):
        if not _valid(number):
            raise Inconsistent(Contradiction.DOSSIER_UNREADABLE)
        if not_all:
            raise Inconsistent(Contradiction.ANSWER_DOUBTED)
        residences = current(person, "Adressen/Hoofdverblijfplaats", on=on)
        place, country = birth(person.find("Geboorte/Plaats"))
        names = _current_name(person, on=on)
        return Dossier(
            number=number,
            first_names=_first_names(names),
            last_name=_last_name(names),
            sex=_sex(person, on=on),
            born_on=text(person, "Geboorte/Datum"),
            birth_place=place,
            birth_country=country,
            nationalities=_nationalities(person, on=on),
            registration=registration(person, town=town, is_bis=is_bis(number), on=on),
            stays=_stays(residences),
            civil_status=_civil_status(person, on=on),
            cohabitation=_cohabitation(person, on=on),
            parents=_parents(person, on=on),
            children=_children(person, on=on),
            protected_address=is_protected(person),
            household=household_of(person, on=on),
            reference_address=any(is_reference(each, on=on) for each in residences),
            has_all_stays=False,
        )


def is_protected(person: Element) -> bool:
    """Whatever says so counts: a mark that nobody foresaw must not show an address."""
    marks = (person, *person.findall("Adressen"), *person.findall("Adressen/Hoofdverblijfplaats"))
    return any(_says(each, _PROTECTED) for mark in marks for each in mark)


def household_of(person: Element, *, on: str) -> str | None:
    """The number of the reference person, None where the answer does not say who that is."""
    named = [text(each, "INSZ") for each in current(person, "Referentiepersoon", on=on)]
    if len(named) == 1 and _valid(named[0]):
        return named[0]
    return text(person, "INSZ") if not named and person.find("Gezinsleden/Gezinslid") is not None else None


def listed_by(person: Element, *, on: str) -> tuple[str, ...]:
    """Of a reference person: the numbers of the others in the household."""
    found = (text(each, "INSZ") for each in current(person, "Gezinsleden/Gezinslid", on=on))
    return tuple(each for each in found if each)


def _says(part: Element, words: tuple[str, ...]) -> bool:
    name = local(part).lower()
    return any(word in name for word in words)


def _current_name(person: Element, *, on: str) -> Element | None:
    found = current(person, "Naam", on=on)
    if len(found) > 1:
        raise Inconsistent(Contradiction.ANSWER_DOUBTED)
    return found[0] if found else None


def _first_names(name: Element | None) -> tuple[str, ...]:
    return known_names([] if name is None else [text(each) for each in name.findall("Voornamen/Voornaam")])


def _last_name(name: Element | None) -> str:
    found = [] if name is None else [text(each) for each in name.findall("Achternamen/Achternaam")]
    return known_name(" ".join(each for each in found if each))


def _sex(person: Element, *, on: str) -> str | None:
    """None where it is not said; a code of no table is left for who checks it."""
    found = current(person, "Geslacht", on=on)
    if len(found) != 1 or not (code := text(found[0], "Code")):
        return None
    return codes.SEXES.get(code, f"code-{code}")


def _nationalities(person: Element, *, on: str) -> tuple[Nationality, ...]:
    """A code of no table is left for who checks it."""
    found = current(person, "Nationaliteiten/Nationaliteit", on=on)
    return tuple(
        Nationality(
            code=codes.nationality(text(each, "Code"), text(each, "Omschrijving")) or f"nis-{text(each, 'Code')}",
            since=optional(begin(each)),
        )
        for each in found
    )


def _stays(residences: list[Element]) -> tuple[Stay, ...]:
    found = (stay(each) for each in sorted(residences, key=begin))
    return tuple(each for each in found if each is not None)


def _civil_status(person: Element, *, on: str) -> CivilStatus:
    found = current(person, "BurgerlijkeStaten/BurgerlijkeStaat", on=on)
    if not found:
        return CivilStatus(state=CivilState.NOT_SAID)
    state = codes.CIVIL_STATES.get(text(found[0], "Code"))
    if len(found) > 1:
        raise Inconsistent(Contradiction.SEVERAL_CIVIL_STATES)
    if state is None:
        raise Inconsistent(Contradiction.CODE_UNKNOWN)
    return CivilStatus(state=state, since=optional(begin(found[0])), partner=_partner(found[0]))


def _partner(of: Element) -> str | None:
    """A fictitious number stands for somebody who has none: it is nobody's."""
    number = text(of, "Partner/INSZ")
    return number if _valid(number) else None


def _cohabitation(person: Element, *, on: str) -> LegalCohabitation | None:
    found = person.findall("WettelijkeSamenwoning")
    running = [each for each in found if not end(each) or end(each) > on]
    if len(running) > 1:
        raise Inconsistent(Contradiction.SEVERAL_SPOUSES)
    each = running[0] if running else (found[-1] if found else None)
    if each is None:
        return None
    partner = _partner(each) or ""  # who that is, is not said; that there is somebody, is
    ended = end(each) or (begin(each) if each.find("Beeindiging") is not None else "")
    return LegalCohabitation(partner=partner, since=text(each, "Datum") or begin(each), until=ended or None)


def _parents(person: Element, *, on: str) -> tuple[Parent, ...]:
    """MAGDA tells descent, and parental authority follows from it by law (old Civil Code, articles 373 and 374) unless
    something says otherwise. A parent who does not live with the child is told nothing, whatever stands here.
    """
    descents = current(person, "Afstammingen/Afstamming", on=on)
    kinds = {text(each, "Type/Code") for each in descents}
    guarded = any(_says(each, _GUARDED) for each in person)
    parents: dict[str, Parent] = {}
    for each in descents:
        kind = text(each, "Type/Code")
        holds = kind in codes.DESCENT and (kind in codes.ADOPTION or not kinds & codes.ADOPTION) and not guarded
        for number in filter(_valid, (text(parent, "INSZ") for parent in each.findall("Ouders/Ouder"))):
            known = parents.get(number)
            parents[number] = Parent(number=number, authority=holds and (known is None or known.authority))
    return tuple(parents.values())


def _children(person: Element, *, on: str) -> tuple[str, ...]:
    found = current(person, "AfstammingenDalendeLijn/AfstammingDalendeLijn", on=on)
    numbers = (text(each, "Kind/INSZ") for each in found)
    return tuple(dict.fromkeys(number for number in numbers if _valid(number)))
