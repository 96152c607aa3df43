"""Dossiers and households to documents of the store and back; what may be missing, and is blank, is (blanks.py)."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from services.contracts.address import Address
from services.contracts.naming import UNDETERMINED, Names
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import (
    CivilState,
    CivilStatus,
    Dossier,
    Household,
    LastWishes,
    LegalCohabitation,
    Membership,
    Nationality,
    Parent,
    Place,
    RegisterKind,
    Registration,
    Standing,
    Stay,
    Voting,
)
from services.registry.elsewhere import house_numbers
from services.registry.sources.population.blanks import optional, required
from services.registry.sources.population.shape import fits
from services.registry.sources.population.unknowns import known_name, known_names, known_words

T = TypeVar("T")

DWELLING = "dwelling_3"
"""The field that an address is looked up by: its `numbers` (elsewhere.house_numbers), and the `address` once more, so
that of hundreds who live at one number not every stay has to be read. NOWHERE for who lives nowhere.

It carries their version. Whoever changes what they are counts it up: what was stored before then lacks the field, is
found at every look (view.py), and is noted anew at the next start (dwellings.py).
"""

FORMER_DWELLINGS = ("dwelling", "dwelling_2")
"""Names of the field in earlier versions."""

NOWHERE: dict[str, Any] = {"numbers": ["-"], "address": None}


def _number_in(document: dict[str, Any]) -> tuple[str, ...]:
    """Whose dossier it is, as far as that can be read."""
    number = document.get("number")
    return (number,) if isinstance(number, str) else ()


def _readable(read: Callable[[dict[str, Any]], T]) -> Callable[[dict[str, Any]], T]:
    """A document that is not what it should be is a contradiction, not an error: it is the town's to mend."""

    @wraps(read)
    def checked(document: dict[str, Any]) -> T:
        try:
            found = read(document)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise Inconsistent(Contradiction.DOSSIER_UNREADABLE, about=_number_in(document)) from None
        if not fits(found, type(found)):
            raise Inconsistent(Contradiction.DOSSIER_UNREADABLE, about=_number_in(document))
        return found

    return checked


def _list(value: Any) -> list[Any]:
    """A text or an object would be taken apart without an error."""
    if not isinstance(value, list):
        raise TypeError
    return value


def dossier_document(dossier: Dossier) -> dict[str, Any]:
    """Without town and population: whoever stores it says where. DWELLING is there to be looked up by."""
    registration, civil, cohabitation = dossier.registration, dossier.civil_status, dossier.cohabitation
    wishes, voting = dossier.last_wishes, dossier.voting
    return {
        "number": dossier.number,
        "first_names": list(dossier.first_names),
        "last_name": dossier.last_name,
        "sex": dossier.sex,
        "born_on": dossier.born_on,
        "birth_place": _place_document(dossier.birth_place),
        "birth_country": dossier.birth_country,
        "nationalities": [{"code": each.code, "since": each.since} for each in dossier.nationalities],
        "registration": {
            "standing": registration.standing.value,
            "since": registration.since,
            "destination": registration.destination,
            "register": registration.register.value,
        },
        "stays": [
            {"address": address_document(stay.address), "since": stay.since, "until": optional(stay.until)}
            for stay in dossier.stays
        ],
        "civil_status": {"state": civil.state.value, "since": civil.since, "partner": civil.partner},
        "cohabitation": cohabitation
        and {"partner": cohabitation.partner, "since": cohabitation.since, "until": cohabitation.until},
        "parents": [{"number": parent.number, "authority": parent.authority} for parent in dossier.parents],
        "children": list(dossier.children),
        "protected_address": dossier.protected_address,
        "household": optional(dossier.household),
        "replaced_by": optional(dossier.replaced_by),
        "last_wishes": wishes and {"mode": wishes.mode, "declared_on": wishes.declared_on},
        "voting": voting and {"is_excluded": voting.is_excluded, "registered_for": list(voting.registered_for)},
        "reference_address": dossier.reference_address,
        DWELLING: dwelling(stay.address) if (stay := dossier.current_stay) else NOWHERE,
    }


@_readable
def dossier_of(document: dict[str, Any]) -> Dossier:
    """The dossier that a document holds. Raises Inconsistent."""
    registration = document["registration"]
    civil = document["civil_status"]
    cohabitation = document["cohabitation"]
    return Dossier(
        number=document["number"],
        first_names=known_names(_list(document["first_names"])),
        last_name=known_name(document["last_name"]),
        sex=optional(document["sex"]),
        born_on=document["born_on"],
        birth_place=_place_of(document["birth_place"]),
        birth_country=document["birth_country"],
        nationalities=tuple(
            Nationality(**each | {"since": optional(each.get("since"))}) for each in _list(document["nationalities"])
        ),
        registration=Registration(
            standing=Standing(registration["standing"]),
            since=registration["since"],
            destination=optional(registration["destination"]),
            register=RegisterKind(registration.get("register", RegisterKind.POPULATION)),
        ),
        stays=tuple(
            Stay(address=address_of(stay["address"]), since=stay["since"], until=optional(stay["until"]))
            for stay in _list(document["stays"])
        ),
        civil_status=CivilStatus(
            state=CivilState(civil["state"]), since=optional(civil["since"]), partner=optional(civil["partner"])
        ),
        cohabitation=LegalCohabitation(**cohabitation | {"until": optional(cohabitation.get("until"))})
        if cohabitation
        else None,
        parents=tuple(Parent(**parent) for parent in _list(document["parents"])),
        children=tuple(_list(document["children"])),
        protected_address=document["protected_address"],
        household=optional(document["household"]),
        replaced_by=optional(document["replaced_by"]),
        last_wishes=_last_wishes_of(document.get("last_wishes")),
        voting=_voting_of(document.get("voting")),
        reference_address=document.get("reference_address", False),
    )


def _last_wishes_of(stored: dict[str, Any] | None) -> LastWishes | None:
    """Until version 0.9 nobody kept any."""
    return LastWishes(mode=stored["mode"], declared_on=optional(stored.get("declared_on"))) if stored else None


def _voting_of(stored: dict[str, Any] | None) -> Voting | None:
    """Until version 0.9 nobody kept it."""
    if not stored:
        return None
    return Voting(is_excluded=stored["is_excluded"], registered_for=tuple(_list(stored["registered_for"])))


def household_document(household: Household) -> dict[str, Any]:
    """Without town and population."""
    return {
        "household": household.id,
        "address": address_document(household.address),
        "members": [
            {"number": member.number, "relation": member.relation, "since": member.since}
            for member in household.members
        ],
        "collective": household.collective,
        DWELLING: dwelling(household.address),
    }


@_readable
def household_of(document: dict[str, Any]) -> Household:
    """The household that a document holds. Raises Inconsistent."""
    return Household(
        id=document["household"],
        address=address_of(document["address"]),
        members=tuple(Membership(**member) for member in _list(document["members"])),
        collective=document["collective"],
    )


def dwelling(address: Address) -> dict[str, Any]:
    """What an address is looked up by, and sifted."""
    return {"numbers": list(house_numbers(address)), "address": address_document(address)}


def address_document(address: Address) -> dict[str, Any]:
    """Its names by language."""
    return {
        "street": address.street,
        "house_number": address.house_number,
        "box": address.box,
        "postcode": address.postcode,
        "municipality": address.municipality,
    }


def address_of(document: dict[str, Any]) -> Address:
    """Until version 0.2 a name was a text, in a language that nobody noted."""
    return Address(
        street=_names_of(document["street"]),
        house_number=required(document["house_number"]),
        box=optional(document["box"]),
        postcode=required(document["postcode"]),
        municipality=_names_of(document["municipality"]),
    )


def _names_of(stored: str | Names) -> Names:
    return known_words({UNDETERMINED: stored} if isinstance(stored, str) else stored)


def _place_document(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"refnis": place.refnis, "names": place.names}


def _place_of(stored: str | dict[str, Any] | None) -> Place | None:
    if stored is None:
        return None
    if isinstance(stored, str):
        return Place(names=_names_of(stored))
    return Place(**stored | {"refnis": optional(stored["refnis"]), "names": _names_of(stored["names"])})
