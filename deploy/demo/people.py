"""Whom the demonstration's identity provider knows: the residents that every synthetic town has, and one officer."""

from hashlib import sha256
from typing import Any

from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.national_number import compact

OFFICER = "officer"


def citizen_claims(number: str, *, email: str, claim_names: set[str]) -> dict[str, Any]:
    """What the provider says of a citizen, under the name that each town's provider would give the number."""
    return {**dict.fromkeys(sorted(claim_names), number), "email": email, "email_verified": True}


def officer_claims() -> dict[str, Any]:
    """What it says of town staff."""
    return {"loket_role": OFFICER}


def address_of(sub: str) -> str:
    """A mail address that leads nowhere (RFC 2606)."""
    return f"{sub}@citizens.example"


def sub_of(typed: str, *, issuer: str) -> str:
    """How a provider calls whom somebody typed: by the key, where a number has one; a number stays out of it."""
    digits = compact(typed, test=True)
    if digits is None:
        return typed
    key = next((key for key, case in HARD_CASES.items() if case.number == digits), None)
    return key or sha256(f"{issuer}{digits}".encode()).hexdigest()[:12]


def number_of(typed: str) -> str | None:
    """The digits of whom somebody typed, by national number or by key; None where that is neither."""
    return HARD_CASES[typed].number if typed in HARD_CASES else compact(typed, test=True)


def users(claim_names: set[str]) -> list[dict[str, Any]]:
    """Those who can be picked on the sign-in page, by their key in HARD_CASES."""
    citizens = [
        {"sub": key, **citizen_claims(case.number, email=address_of(key), claim_names=claim_names)}
        for key, case in HARD_CASES.items()
    ]
    return [*citizens, {"sub": OFFICER, **officer_claims()}]
