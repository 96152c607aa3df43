"""From dossiers to facts: what a product declares, and nothing else, and nothing that the register contradicts."""

from collections.abc import Collection
from datetime import date, datetime

from services.contracts import facts as given
from services.contracts.catalogue import Product
from services.contracts.extracts import FACTS_VERSION, Facts, Request
from services.contracts.facts.household import Member
from services.contracts.facts.identity import Identity
from services.contracts.facts.life import Life
from services.contracts.facts.residence import Residence
from services.contracts.municipalities import english, municipality, official_languages
from services.contracts.naming import Names
from services.contracts.partial_days import earliest
from services.contracts.register_codes import REGISTERS
from services.registry.consequences import DECLARED
from services.registry.consistency import (
    begun,
    check_address,
    check_codes,
    check_standing,
    check_words,
    current_stay,
)
from services.registry.contradictions import concerning
from services.registry.domain import REFERENCE_PERSON, Dossier, Membership, Place, Stay
from services.registry.home import Home, check
from services.registry.origins import birth_country, nationality_codes
from services.registry.relations import check_relations


def compile_facts(
    dossier: Dossier,
    *,
    application_id: str,
    town: str,
    product: Product,
    request: Request,
    former_numbers: Collection[str],
    home: Home | None,
    shared: bool,
    now: datetime,
    today: date,
) -> Facts:
    """The extract of a resident's dossier; `home` where it tells an address, `shared` as for home.look_around.

    Raises Inconsistent.
    """
    wanted = set(product.facts)
    check_words(dossier)
    check_codes(dossier, today=today)
    residence = household = None
    if home is not None:
        stay = current_stay(dossier, today=today)
        residence = _residence(dossier, stay, town, today=today)
        check(home, dossier, stay, shared=shared, composed="household" in wanted)
        if "household" in wanted:
            check_relations(home, today=today)
        household = _household(home, stay, today=today) if "household" in wanted else None
    return Facts(
        version=FACTS_VERSION,
        application_id=application_id,
        town=town,
        product=product.id,
        compiled_at=now,
        fields=request.fields,
        registers=_registers(dossier, home if "household" in wanted else None),
        identity=_identity(dossier, former_numbers, town) if "identity" in wanted else None,
        residence=residence if "residence" in wanted else None,
        household=household,
        life=Life(alive_on=today) if "life" in wanted else None,
    )


def _identity(dossier: Dossier, former_numbers: Collection[str], town: str) -> Identity:
    return Identity(
        national_number=dossier.number,
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        birth_place=_names(dossier.birth_place, dossier.born_on, town),
        birth_country=birth_country(dossier),
        nationalities=nationality_codes(dossier),
        sex=dossier.sex,
        former_numbers=tuple(sorted(former_numbers)),
        declared=dossier.registration.register in DECLARED,
    )


def _registers(dossier: Dossier, home: Home | None) -> tuple[str, ...]:
    """In the order of REGISTERS."""
    members = [found.dossier for _, found in home.members] if home else []
    entered = {each.registration.register.value for each in (dossier, *members) if each and each.is_resident}
    return tuple(register for register in REGISTERS if register in entered)


def _names(place: Place | None, born_on: str, town: str) -> Names | None:
    """What a place was called when somebody was born there: a municipality that merged later keeps its name. Where a
    text of the town has both names of one, that in the town's own language is the first.
    """
    if place is None:
        return None
    born = earliest(born_on)
    known = municipality(place.refnis, born) if place.refnis and born else None
    return {**known.names, "en": english(known, reader=official_languages(town))} if known else place.names or None


def _residence(dossier: Dossier, stay: Stay, town: str, *, today: date) -> Residence:
    with concerning(dossier.number):
        check_address(stay.address, town)
    return Residence(address=stay.address, since=begun(stay.since, dossier, today=today))


def _household(home: Home, stay: Stay, *, today: date) -> given.Household:
    """As the register lists it: no relation is computed anew."""
    members = [_member(membership, found.dossier, today=today) for membership, found in home.members if found.dossier]
    members.sort(key=lambda member: (member.relation != REFERENCE_PERSON, member.born_on))
    return given.Household(address=stay.address, members=tuple(members))


def _member(membership: Membership, dossier: Dossier, *, today: date) -> Member:
    check_standing(dossier, today=today)
    check_words(dossier)
    check_codes(dossier, today=today)
    return Member(
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        relation=membership.relation,
        since=begun(membership.since, dossier, today=today),
        nationalities=nationality_codes(dossier),
        sex=dossier.sex,
        declared=dossier.registration.register in DECLARED,
    )
