"""What the tests of the feed speak about: departments, and events as they are told."""

from datetime import UTC, datetime, timedelta
from typing import Any

from services.contracts.confirmations import ConfirmationRequested
from services.contracts.departments import Topic, reference_of
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.feed.events import PublicEvent, source_of, type_of
from services.notify.feed.departments import Department
from services.notify.feed.projecting import Told, projected

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
TOWN, OTHER_TOWN = "24001", "21005"


def a_department(id: str = "police", *topics: str, **chosen: Any) -> Department:
    usual: dict[str, Any] = {
        "user": f"department.{id}.0",
        "title": "Police zone 5387",
        "purpose": "to find whoever moved",
        "added_at": NOON,
    }
    parsed = tuple(map(Topic.parse, topics or (f"{TOWN}.certificate-issued.*",)))
    return Department(id=id, topics=parsed, **{**usual, **chosen})


def told(number: int, name: str = "certificate-issued", *, town: str = TOWN, product: str = "residence") -> Told:
    id = f"{number:032x}"
    event = PublicEvent(
        id=id,
        type=type_of(name),
        source=source_of(town),
        subject=reference_of(id),
        time=NOON,
        data={"product": product},
    )
    return Told(event=event, application_id=f"application-{number}", product=product)


def requested(application_id: str = "application-1", *, town: str = TOWN, asked: str = "police") -> Told:
    """A confirmation is asked for."""
    heard = ConfirmationRequested(
        application_id=application_id,
        reference=f"{application_id}-1",
        asking=1,
        department=asked,
        product="criminal-record-596-2",
        concerning="locked",
        due_at=NOON + timedelta(days=28),
        requested_at=NOON,
    )
    (told,) = projected(heard, said_by_intake(heard, town=town), products={})
    return told


def said_by_intake(event: Event, *, town: str = TOWN) -> Cause:
    return Cause(
        event_id=f"{event.subject}:{type(event).__name__}:1",
        type=event.TYPE,
        source=f"/towns/{town}/intake",
        subject=event.subject,
        sequence=1,
        digest="digest",
    )
