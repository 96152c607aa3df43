"""Who is signed in."""

from typing import Any

from gateway.api.schemas.people import MeShape
from gateway.auth.callers import require_caller
from gateway.auth.identity import Citizen, Officer
from gateway.language import language
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import SIGNED_IN, described
from gateway.tenancy import current_town

blueprint = resource("me", "/api/v1/me", "Who is signed in")


@blueprint.get("")
@blueprint.response(200, MeShape)
@described(*SIGNED_IN)
def read_me() -> dict[str, Any]:
    """Who the sign-in says you are."""
    offer(*JSON)
    caller = require_caller()
    return {
        "role": caller.role,
        "national_number": caller.national_number if isinstance(caller, Citizen) else None,
        "email": caller.email if isinstance(caller, Citizen) else None,
        "name": caller.name if isinstance(caller, Officer) else None,
        "town": current_town().refnis,
        "language": language(),
    }
