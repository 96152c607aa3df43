"""Who looked at one's own data."""

from typing import Any

from gateway.api.paging import following, link_of
from gateway.api.schemas.people import LookListShape
from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.language import language, translate
from gateway.own import other_numbers
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import CURSOR, LIMIT, takes
from gateway.resources.refusals import ASKING, CITIZEN, described
from gateway.sentences import BY_WHOM, LOOKED_AT, LOOKED_BY, LOOKED_FOR, ONLY_AT_DESK, WHAT_FOR
from gateway.tenancy import current_town
from services.contracts.catalogue import products
from services.contracts.registry import ListLooks, LookPlace, LookView

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
    citizen, limit, after = require_citizen(), LIMIT.value(), CURSOR.value()
    found = ask(
        ListLooks(
            town=current_town().refnis,
            citizen=citizen.national_number,
            other_numbers=other_numbers(citizen),
            limit=limit,
            after=LookPlace(at=after[0], id=after[1]) if after else None,
        )
    )
    last = (found.last.at, found.last.id) if found.last else None
    address, link = following("looks.list_looks", last, limit=limit)
    shown = [_shown(look) for look in found.looks]
    return {"looks": shown, "only_at_desk": translate(ONLY_AT_DESK), "next": address}, 200, link


def _shown(look: LookView) -> dict[str, Any]:
    product = products().get(look.product or "")
    return {
        "at": look.at,
        "by": look.by,
        "who": translate(LOOKED_BY.get(look.by, BY_WHOM), department=look.department or ""),
        "purpose": look.purpose,
        "why": translate(LOOKED_FOR.get(look.purpose, WHAT_FOR)),
        "product": look.product,
        "title": product.title(language()) if product else look.product,
        "facts": list(look.facts),
        "fact_titles": [translate(LOOKED_AT[each]) if each in LOOKED_AT else each for each in look.facts],
        "sources": list(look.sources),
        "outcome": look.outcome,
        "application_id": look.application_id,
        "reason": look.reason,
    }
