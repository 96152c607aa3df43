"""The facts of somebody whom there is not, for departments that build a program: of the same form as the register's.

The person lives in the town of the sandbox, and has a number of test environments (national_number.py), which is
nobody's.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.contracts.address import Address
from services.contracts.departments import SANDBOX
from services.contracts.facts import name_of
from services.contracts.facts.civil_status import CivilStatus
from services.contracts.facts.departure import Departure
from services.contracts.facts.household import Household, Member
from services.contracts.facts.identity import Identity
from services.contracts.facts.last_wishes import LastWishes
from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.contracts.facts.life import Life
from services.contracts.facts.nationality import HeldNationality, Nationality
from services.contracts.facts.residence import Residence
from services.contracts.facts.residence_history import ResidenceHistory, Stay
from services.contracts.facts.voter import Voter
from services.contracts.register_codes import ELECTIONS

LAST_NAME = "Zandbak"

_ADDRESS = Address(
    street={"nl": "Zandbakstraat", "fr": "Rue du Bac à Sable"},
    house_number="12",
    box="3",
    postcode=SANDBOX[1:],
    municipality={"nl": "Zandbak", "fr": "Bac à Sable"},
)
_SINCE = date(2015, 3, 1)


SUBJECT = Identity(
    national_number="85673003360",
    first_names=("Test", "Eerste"),
    last_name=LAST_NAME,
    born_on="1985-07-30",
    birth_place={"nl": "Zandbak", "fr": "Bac à Sable"},
    birth_country="BE",
    nationalities=("BE",),
    sex="M",
)
_HOUSEHOLD = Household(
    address=_ADDRESS,
    members=(
        Member(
            first_names=SUBJECT.first_names,
            last_name=LAST_NAME,
            born_on=SUBJECT.born_on,
            relation="reference-person",
            since=_SINCE,
            nationalities=SUBJECT.nationalities,
            sex=SUBJECT.sex,
        ),
        Member(
            first_names=("Proef",),
            last_name=LAST_NAME,
            born_on="1987-00-00",
            relation="spouse",
            since=_SINCE,
            nationalities=("FR",),
            sex="F",
        ),
    ),
)


def invented(names: Iterable[str], *, today: date) -> dict[str, Any]:
    """A part for each fact of these names that is known here."""
    wanted = set(names)
    return {name_of(type(part)): part for part in _parts(today) if name_of(type(part)) in wanted}


def _parts(today: date) -> tuple[Any, ...]:
    return (
        SUBJECT,
        CivilStatus(state="married", since="2012-08-25", sex="M"),
        Departure(since="2024-02-29", country="FR", last_address=_ADDRESS),
        _HOUSEHOLD,
        LastWishes(mode="cremation-columbarium", declared_on="2020-10-00"),
        LegalCohabitation(state="ended", partner_last_name=LAST_NAME, since="2011-01-10", until="2012-08-25"),
        Life(alive_on=today),
        Nationality(held=(HeldNationality(code="BE", since=SUBJECT.born_on),), sex="M"),
        Residence(address=_ADDRESS, since=_SINCE),
        ResidenceHistory(stays=(Stay(address=_ADDRESS, since=_SINCE.isoformat()),)),
        Voter(elections=ELECTIONS),
    )
