"""`python -m deploy.demo_sign_in PORT`: the demonstration's identity provider, where one is whom one says.

It knows the residents whom every synthetic town has, by their key (`demo-citizen` …), and one officer.
"""

import json
import sys
from typing import Any

from deploy.stack import this_stack
from services.registry.generator.hard_cases import HARD_CASES

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


def users(claim_names: set[str]) -> list[dict[str, Any]]:
    """Those who can be picked on the sign-in page."""
    citizens = [
        {"sub": key, **citizen_claims(case.number, email=address_of(key), claim_names=claim_names)}
        for key, case in HARD_CASES.items()
    ]
    return [*citizens, {"sub": OFFICER, **officer_claims()}]


if __name__ == "__main__":
    from oidc_provider_mock.__main__ import run  # only the provider's own process pays for it

    names = {town.sign_in.national_number_claim for town in this_stack().towns().values()}
    known = [part for user in users(names) for part in ("--user-claims", json.dumps(user))]
    run.main(["--port", sys.argv[1], *known])
