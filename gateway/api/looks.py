"""Who looked at one's own data."""

from typing import Any

from gateway.api.paging import following, link_of
from gateway.api.schemas.people import LookListShape
from gateway.counter.looks import own_looks
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import CURSOR, LIMIT, takes
from gateway.resources.refusals import ASKING, CITIZEN, described
from services.contracts.registry import LookPlace

blueprint = resource("looks", "/api/v1/me/looks", "Who looked at your data")


@blueprint.get("")
@blueprint.response(200, LookListShape)
@takes(LIMIT, CURSOR)
@described(*CITIZEN, *ASKING, headers={"Link": link_of("me/looks")})
def list_looks() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Who looked at your data in this town's register and for what, newest first, for as long as the log is kept.

    Looks for somebody with whom you do not live are told at the desk only, whether there are any or not: `only_at_desk`
    says so to the reader.
    """
    offer(*JSON)
    limit, after = LIMIT.value(), CURSOR.value()
    found = own_looks(limit=limit, after=LookPlace(at=after[0], id=after[1]) if after else None)
    last = (found.last.at, found.last.id) if found.last else None
    address, link = following("looks.list_looks", last, limit=limit)
    return {"looks": found.looks, "only_at_desk": found.only_at_desk, "next": address}, 200, link
