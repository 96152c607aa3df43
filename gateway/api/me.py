"""Who is signed in."""

from typing import Any

from gateway.api.schemas.people import MeShape
from gateway.counter.me import me
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
    return {**vars(me()), "town": current_town().refnis, "language": language()}
