"""Who is asking: a citizen, known by national number, or an officer of the town."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stdnum.be import ssn

from services.contracts.mailboxes import mailbox

_WRITTEN = re.compile(r"\d{11}|\d{2}\.\d{2}\.\d{2}-\d{3}[.-]\d{2}", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Citizen:
    """`national_number` has 11 digits; `email` is what the sign-in knows, if anything."""

    national_number: str
    email: str | None = None

    @property
    def role(self) -> str:
        return "citizen"


@dataclass(frozen=True, kw_only=True)
class Officer:
    """Town staff; `name` is the identity provider's `sub`."""

    name: str

    @property
    def role(self) -> str:
        return "officer"


Caller = Citizen | Officer


class NoNationalNumber(ValueError):
    """The claims name neither a citizen nor an officer."""


def caller_of(claims: Mapping[str, Any], *, national_number_claim: str) -> Caller:
    """Raises NoNationalNumber. An officer is whoever the town's own provider says has that role."""
    if claims.get("loket_role") == "officer":
        return Officer(name=str(claims.get("sub", ""))[:200])
    number = national_number(claims.get(national_number_claim))
    if number is None:
        raise NoNationalNumber
    return Citizen(national_number=number, email=_email(claims.get("email")))


def _email(claim: object) -> str | None:
    """As the sign-in writes it. One that no mail can be tried at counts as none: the citizen is asked for another."""
    if not isinstance(claim, str):
        return None
    try:
        mailbox(claim)
    except ValueError:
        return None
    return claim


def national_number(value: object) -> str | None:
    """The 11 digits of a national or BIS number, None for anything else. The serials 000 and 999 do not exist."""
    if not isinstance(value, str) or not _WRITTEN.fullmatch(value):
        return None
    digits = re.sub(r"[.-]", "", value)
    if digits[6:9] in ("000", "999") or not ssn.is_valid(digits):
        return None
    return digits


def displayed(number: str) -> str:
    """`85073003328` as it is shown: `85.07.30-033.28`."""
    return f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"
