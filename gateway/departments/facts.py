"""What a department may know of whom an event is about, asked of the register anew."""

from datetime import UTC, datetime
from typing import Any

from gateway.asking import ask
from gateway.departments.callers import counted_look, require_department
from gateway.departments.schemas import DepartmentFactsShape
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import DEPARTMENT, described
from services.chassis.asking import ServiceUnavailable
from services.contracts.certificate_data import shown
from services.contracts.errors import Refusal
from services.contracts.notify import ReadReference
from services.contracts.registry import DepartmentFacts, ReadDepartmentFacts

blueprint = resource("department_facts", "/departments/facts", "What a department may know of whom an event is about")


@blueprint.get("/<id:reference>")
@blueprint.response(200, DepartmentFactsShape)
@described(*DEPARTMENT, "not-found", "bad-path", "facts-gone", "facts-not-allowed")
def read_facts(reference: str) -> dict[str, Any]:
    """What the register says now of whom an event is about: the facts that the department may know and that the product
    has, none where it refuses. The person concerned reads that the department looked, at what, and what for. Whom an
    event of the sandbox is about is invented."""
    offer(*JSON)
    asked_by = require_department()
    with counted_look(asked_by):
        referred = ask(ReadReference(asked_by=asked_by, reference=reference))
        if referred.application_id is None:
            now = datetime.now(UTC)
            invented = DepartmentFacts(product=referred.product, looked_at=now, facts=referred.invented)
            return _told(reference, invented, is_sandbox=True)
        told = ask(
            ReadDepartmentFacts(
                town=asked_by.town,
                application_id=referred.application_id,
                department=asked_by.department,
                title=referred.title,
                purpose=referred.purpose,
                facts=referred.facts,
            )
        )
    if told.code == Refusal.REGISTER_UNAVAILABLE:
        raise ServiceUnavailable("registry")
    return _told(reference, told, is_sandbox=False)


def _told(reference: str, told: DepartmentFacts, *, is_sandbox: bool) -> dict[str, Any]:
    return {
        "reference": reference,
        "sandbox": is_sandbox,
        "product": told.product,
        "looked_at": told.looked_at,
        "facts": {name: shown(part) for name, part in told.facts.items()},
        "code": told.code,
    }
