"""Events on request, of a town that there is not: a department builds its program before it has any right."""

from functools import partial
from typing import Any

from flask import Response, current_app

from gateway.asking import ask
from gateway.departments.callers import require_department
from gateway.departments.events import verbatim
from gateway.departments.schemas import SandboxRequestShape, SandboxToldShape
from gateway.limits import by_department, limited
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import CHANGING, DEPARTMENT, READING_JSON, described
from services.contracts.notify import TellSandbox

blueprint = resource("department_sandbox", "/departments/sandbox", "Events to build a program with")


@blueprint.post("/events")
@blueprint.arguments(SandboxRequestShape)
@blueprint.response(201, SandboxToldShape)
@described(*DEPARTMENT, *CHANGING, *READING_JSON, "invalid-field")
def tell_sandbox(wanted: dict[str, Any]) -> Response:
    """Have the department alone told one of each of these events, of every event where `events` is empty, of a town
    that there is not (`00000`), over every way that it hears by."""
    offer(*JSON)
    asked_by = require_department()
    rates = current_app.config["LOKET_DEPARTMENT_SANDBOX_LIMIT"]
    with limited(rates, scope="department-sandbox", key=partial(by_department, asked_by.department)):
        told = ask(TellSandbox(asked_by=asked_by, events=tuple(wanted["events"])))
    response = verbatim(told.events)
    response.status_code = 201
    return response
