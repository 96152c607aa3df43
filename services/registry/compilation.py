"""From dossiers to facts: what a product declares, and nothing else."""

from collections.abc import Mapping
from datetime import date, datetime

from services.contracts import facts as given
from services.contracts.catalogue import Product
from services.contracts.facts import (
    FACTS_VERSION,
    REGISTERS,
    Address,
    Facts,
    Identity,
    Life,
    Member,
    Request,
    Residence,
)
from services.contracts.municipalities import municipality, official_languages
from services.contracts.naming import Names, lacking
from services.registry.consequences import BY_CIVIL_STATE, Bond
from services.registry.domain import REFERENCE_PERSON, Dossier, Household, Place


class Inconsistent(Exception):
    """The register contradicts itself, so that any certificate would be false. `what` names no person."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


def compile_facts(
    dossier: Dossier,
    *,
    application_id: str,
    town: str,
    product: Product,
    request: Request,
    household: Household | None,
    members: Mapping[str, Dossier],
    now: datetime,
    today: date,
) -> Facts:
    """The extract of a resident's dossier. Raises Inconsistent."""
    wanted = set(product.facts)
    return Facts(
        version=FACTS_VERSION,
        application_id=application_id,
        town=town,
        product=product.id,
        compiled_at=now,
        fields=request.fields,
        registers=_registers(dossier, members if "household" in wanted else {}),
        identity=_identity(dossier) if "identity" in wanted else None,
        residence=_residence(dossier, town) if "residence" in wanted else None,
        household=_household(household, members, town) if "household" in wanted else None,
        life=Life(alive_on=today) if "life" in wanted else None,
    )


def _identity(dossier: Dossier) -> Identity:
    return Identity(
        national_number=dossier.number,
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        birth_place=_names(dossier.birth_place, dossier.born_on),
        birth_country=dossier.birth_country,
        nationalities=tuple(nationality.code for nationality in dossier.nationalities),
        sex=dossier.sex,
    )


def _registers(dossier: Dossier, members: Mapping[str, Dossier]) -> tuple[str, ...]:
    """In the order of REGISTERS."""
    entered = {each.registration.register.value for each in (dossier, *members.values()) if each.is_resident}
    return tuple(register for register in REGISTERS if register in entered)


def _names(place: Place | None, born_on: str) -> Names | None:
    """What a place was called when somebody was born there: a municipality that merged later keeps its name."""
    if place is None:
        return None
    year, month, day = (int(part) for part in born_on.split("-"))
    known = municipality(place.refnis, date(year, month or 1, day or 1)) if place.refnis else None
    return known.names if known else place.names or None


def _address(address: Address, town: str) -> Address:
    """An address of the town. Raises Inconsistent where it has no name in one of the town's own languages."""
    for names in (address.street, address.municipality):
        if missing := lacking(names, official_languages(town)):
            raise Inconsistent(f"address-without-name-in-{missing[0]}")
    return address


def _residence(dossier: Dossier, town: str) -> Residence:
    if not dossier.stays or dossier.stays[-1].until is not None:
        raise Inconsistent("resident-without-address")
    stay = dossier.stays[-1]
    return Residence(address=_address(stay.address, town), since=date.fromisoformat(stay.since))


def _household(household: Household | None, members: Mapping[str, Dossier], town: str) -> given.Household:
    """Who left or died is no member any more, even where the membership was not closed yet."""
    if household is None:
        raise Inconsistent("resident-without-household")
    if missing := sum(membership.number not in members for membership in household.members):
        raise Inconsistent(f"household-lacks-{missing}-dossiers")
    present = [
        Member(
            first_names=members[membership.number].first_names,
            last_name=members[membership.number].last_name,
            born_on=members[membership.number].born_on,
            relation=membership.relation,
            since=date.fromisoformat(membership.since),
            nationalities=tuple(each.code for each in members[membership.number].nationalities),
            sex=members[membership.number].sex,
        )
        for membership in household.members
        if members[membership.number].is_resident
    ]
    if sum(member.relation == REFERENCE_PERSON for member in present) != 1:
        raise Inconsistent("household-without-one-reference-person")
    _check_bonds(household, members)
    present.sort(key=lambda member: (member.relation != REFERENCE_PERSON, member.born_on))
    return given.Household(address=_address(household.address, town), members=tuple(present))


def _check_bonds(household: Household, members: Mapping[str, Dossier]) -> None:
    """Raises Inconsistent for a spouse or legal cohabitant where one of the two has this as ended in the register."""
    present = [(members[each.number], each.relation) for each in household.members if members[each.number].is_resident]
    for bond, has_ended in _ENDS.items():
        pair = [dossier for dossier, relation in present if relation in (bond, REFERENCE_PERSON)]
        if len(pair) > 1 and any(map(has_ended, pair)):
            raise Inconsistent(f"{bond}-after-the-end")


def _marriage_has_ended(dossier: Dossier) -> bool:
    return BY_CIVIL_STATE[dossier.civil_status.state] is Bond.ENDED


def _cohabitation_has_ended(dossier: Dossier) -> bool:
    return dossier.cohabitation is not None and dossier.cohabitation.until is not None


_ENDS = {"spouse": _marriage_has_ended, "legal-cohabitant": _cohabitation_has_ended}
"""Relation to the reference person to whether the register says of one of the two that it is over."""
