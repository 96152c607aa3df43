"""What is kept of a department, and how it gets on."""

from typing import Any

from gateway.departments import own
from gateway.departments.callers import require_department
from gateway.departments.schemas import DepartmentShape
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import DEPARTMENT, described

blueprint = resource("department", "/departments/me", "What is kept of a department")


@blueprint.get("")
@blueprint.response(200, DepartmentShape)
@described(*DEPARTMENT)
def read_department() -> dict[str, Any]:
    """What the department hears of this town, which facts it may ask for, what it may answer and why, by what it is let
    in, where it is told, and how far behind it is."""
    offer(*JSON)
    asked_by = require_department()
    told = own.read(asked_by)
    found = told.department
    return {
        "department": found.department,
        "town": asked_by.town,
        "title": found.title,
        "purpose": found.purpose,
        "heard": found.heard,
        "facts": list(found.facts),
        "answers": list(found.answers),
        "keys": found.keys,
        "added_at": found.added_at,
        "told": found.told,
        "last_told_at": found.last_told_at,
        "waiting": found.waiting,
        "parked": found.parked,
        "refusals_untold": found.refusals_untold,
        "webhooks": told.webhooks,
    }
