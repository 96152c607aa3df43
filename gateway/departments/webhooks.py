"""A department's webhooks: what was tried, and what it may have done by itself."""

from typing import Any

from gateway.departments import own
from gateway.departments.callers import require_department
from gateway.departments.webhook_schemas import (
    DeliveryPageShape,
    FreshKeyShape,
    KeyRequestShape,
    ReplayedShape,
    ReplayRequestShape,
    SwitchRequestShape,
    WebhookShape,
)
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import CURSOR, LIMIT, Parameter, Wrong, cursor_of, takes
from gateway.resources.refusals import CHANGING, DEPARTMENT, READING_JSON, described
from services.contracts.department_webhooks import (
    DeliveryPlace,
    FreshKey,
    Progress,
    Replayed,
    WebhookView,
)
from services.contracts.field_errors import field_error

blueprint = resource("department_webhooks", "/departments/webhooks", "A department's webhooks")

OWN = (*DEPARTMENT, "not-found", "bad-path")
CHANGING_OWN = (*OWN, *CHANGING, *READING_JSON, "invalid-field")


def _progress(text: str) -> str:
    if text not in list(Progress):
        raise Wrong(field_error("not-a-choice", choices=list(map(str, Progress))))
    return text


PROGRESS: Parameter[str | None] = Parameter(
    name="progress",
    about="Only deliveries that came that far.",
    schema={"type": "string", "enum": list(map(str, Progress))},
    read=_progress,
    default=None,
)


@blueprint.get("/<id:webhook>/deliveries")
@blueprint.response(200, DeliveryPageShape)
@takes(LIMIT, CURSOR, PROGRESS)
@described(*OWN)
def list_deliveries(webhook: str) -> dict[str, Any]:
    """What was tried for one webhook, of events of this town and of the sandbox, the newest first: every attempt, with
    its status and how long it took. A page may be short: there are more where there is `next`."""
    offer(*JSON)
    asked_by = require_department()
    place = CURSOR.value()
    page = own.deliveries(
        asked_by,
        webhook,
        after=DeliveryPlace(at=place[0], id=place[1]) if place else None,
        limit=LIMIT.value(),
        progress=PROGRESS.value(),
    )
    return {"deliveries": page.deliveries, "next": cursor_of(page.next.at, page.next.id) if page.next else None}


@blueprint.post("/<id:webhook>/replays")
@blueprint.arguments(ReplayRequestShape)
@blueprint.response(201, ReplayedShape)
@described(*CHANGING_OWN, "webhook-disabled")
def replay_deliveries(wanted: dict[str, Any], webhook: str) -> Replayed:
    """Have sent once more, the same to the last byte, what was delivered or is parked, of events of this town and of
    the sandbox: from an event or a moment on, the oldest first, up to 1,000 at once. Ask again with `next` as `since`
    where there is one, once these have come. What waits is not sent twice."""
    offer(*JSON)
    return own.replay(require_department(), webhook, **wanted)


@blueprint.post("/<id:webhook>/switch")
@blueprint.arguments(SwitchRequestShape)
@blueprint.response(200, WebhookShape)
@described(*CHANGING_OWN)
def switch_webhook(wanted: dict[str, Any], webhook: str) -> WebhookView:
    """Have one webhook sent nothing, so that what waits and what comes is parked; or have it sent what comes from now
    on, also after it answered 410. What is parked is sent when that is asked for."""
    offer(*JSON)
    return own.switch(require_department(), webhook, is_disabled=wanted["is_disabled"])


@blueprint.post("/<id:webhook>/keys")
@blueprint.arguments(KeyRequestShape)
@blueprint.response(201, FreshKeyShape)
@described(*CHANGING_OWN)
def rotate_webhook_key(wanted: dict[str, Any], webhook: str) -> FreshKey:
    """Have what is sent signed with a new key, which is told this once. The one before signs as well for so many hours;
    0 for one that leaked."""
    offer(*JSON)
    return own.rotate(require_department(), webhook, **wanted)
