"""Events on request, of a town that there is not: a department builds its program before it has any right."""

from typing import Any

from flask import Response

from gateway.departments import own
from gateway.departments.callers import require_department
from gateway.departments.events import verbatim
from gateway.departments.schemas import SandboxRequestShape, SandboxToldShape
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import CHANGING, DEPARTMENT, READING_JSON, described

blueprint = resource("department_sandbox", "/departments/sandbox", "Events to build a program with")


@blueprint.post("/events")
@blueprint.arguments(SandboxRequestShape)
@blueprint.response(201, SandboxToldShape)
@described(*DEPARTMENT, *CHANGING, *READING_JSON, "invalid-field")
def tell_sandbox(wanted: dict[str, Any]) -> Response:
    """Have the department alone told one of each of these events, of every event where `events` is empty, of a town
    that there is not (`00000`), over every way that it hears by."""
    offer(*JSON)
    told = own.tell_sandbox(require_department(), tuple(wanted["events"]))
    response = verbatim(told.events)
    response.status_code = 201
    return response
