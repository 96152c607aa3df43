"""Who is asking: a citizen, known by national number, or an officer of the town."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.mailboxes import mailbox
from services.contracts.national_number import compact

ROLES = CITIZEN, OFFICER = "citizen", "officer"


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """`national_number` has 11 digits; `email` is what the sign-in knows, if anything.

    `other_numbers` are those of the same person, as far as the register told at sign-in (other_numbers.py).
    """

    national_number: str
    email: str | None = None
    other_numbers: tuple[str, ...] = ()

    @property
    def role(self) -> str:
        return CITIZEN


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Town staff; `name` is the identity provider's `sub`."""

    name: str

    @property
    def role(self) -> str:
        return OFFICER


Caller = Citizen | Officer


class NoNationalNumber(ValueError):
    """The claims name neither a citizen nor an officer."""


def caller_of(claims: Mapping[str, Any], *, national_number_claim: str, test_numbers: bool = False) -> Caller:
    """Raises NoNationalNumber. An officer is whoever the town's own provider says has that role.

    `test_numbers` as in Town.takes_test_numbers.
    """
    if claims.get("loket_role") == "officer":
        return Officer(name=str(claims.get("sub", ""))[:200])
    number = number_in(claims, national_number_claim, test_numbers=test_numbers)
    if number is None:
        raise NoNationalNumber
    return Citizen(national_number=number, email=_email(claims.get("email")))


def number_in(claims: Mapping[str, Any], name: str, *, test_numbers: bool = False) -> str | None:
    """The 11 digits of the national or BIS number that a claim holds, None for anything else."""
    claim = claims.get(name)
    return compact(claim, test=test_numbers) if isinstance(claim, str) else None


def _email(claim: object) -> str | None:
    """As the sign-in writes it. One that no mail can be tried at counts as none: the citizen is asked for another."""
    if not isinstance(claim, str):
        return None
    try:
        mailbox(claim)
    except ValueError:
        return None
    return claim
