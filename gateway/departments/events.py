"""What a department hears, read page by page: for those that have no AMQP, and whenever it suits them."""

import json
from typing import Any

from flask import Response

from gateway.asking import ask
from gateway.departments.callers import require_department
from gateway.departments.schemas import EventPageShape
from gateway.problems import Problem
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import LIMIT, Parameter, Wrong, takes
from gateway.resources.refusals import DEPARTMENT, described
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.notify import LONGEST_CURSOR, ReadEvents

blueprint = resource("department_events", "/departments/events", "What a department hears")


def _place(text: str) -> str:
    if len(text) > LONGEST_CURSOR or not text.isascii():
        raise Wrong(field_error("not-a-cursor"))
    return text


AFTER: Parameter[str | None] = Parameter(
    name="after",
    about="Where the page before ended, from its `after`; without it, from the first event that is kept.",
    schema={"type": "string", "maxLength": LONGEST_CURSOR},
    read=_place,
    default=None,
)


@blueprint.get("")
@blueprint.response(200, EventPageShape)
@takes(LIMIT, AFTER)
@described(*DEPARTMENT, "events-gone")
def list_events() -> Response:
    """What this town told the department, in an order in which nothing ever comes before what was read: each event as
    it was published, to the last byte. Keep `after`, and ask again with it, at once where there is `more`."""
    offer(*JSON)
    asked_by = require_department()
    try:
        page = ask(ReadEvents(asked_by=asked_by, after=AFTER.value(), limit=LIMIT.value()))
    except InvalidField as wrong:
        raise Problem("invalid-parameter", fields=wrong.fields) from None
    return verbatim(page.events, after=page.after, more=page.more)


def verbatim(events: tuple[str, ...], **others: Any) -> Response:
    """JSON in which each event stands as it was published."""
    members = [f'"events":[{",".join(events)}]', *(f'"{name}":{json.dumps(each)}' for name, each in others.items())]
    return Response("{" + ",".join(members) + "}", content_type="application/json")
