"""From dossiers to facts: what a product declares, and nothing else."""

from collections.abc import Mapping
from datetime import date, datetime

from services.contracts import facts as given
from services.contracts.catalogue import Product
from services.contracts.facts import FACTS_VERSION, Facts, Identity, Life, Member, Request, Residence
from services.registry.domain import REFERENCE_PERSON, Dossier, Household


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
        identity=_identity(dossier) if "identity" in wanted else None,
        residence=_residence(dossier) if "residence" in wanted else None,
        household=_household(household, members) if "household" in wanted else None,
        life=Life(alive_on=today) if "life" in wanted else None,
    )


def _identity(dossier: Dossier) -> Identity:
    return Identity(
        national_number=dossier.number,
        first_names=dossier.first_names,
        last_name=dossier.last_name,
        born_on=dossier.born_on,
        birth_place=dossier.birth_place,
        birth_country=dossier.birth_country,
        nationalities=tuple(nationality.code for nationality in dossier.nationalities),
        sex=dossier.sex,
    )


def _residence(dossier: Dossier) -> Residence:
    if not dossier.stays or dossier.stays[-1].until is not None:
        raise Inconsistent("resident-without-address")
    stay = dossier.stays[-1]
    return Residence(address=stay.address, since=date.fromisoformat(stay.since))


def _household(household: Household | None, members: Mapping[str, Dossier]) -> given.Household:
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
    present.sort(key=lambda member: (member.relation != REFERENCE_PERSON, member.born_on))
    return given.Household(address=household.address, members=tuple(present))
