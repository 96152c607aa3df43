"""What a department asks of its webhooks: how they get on, what was tried, and that something is sent again.

Deliveries are those of events of the town that is asked, and of the sandbox; a webhook is the department's, for all of
its towns. Who asks for another department's is answered with NotFound.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.contracts.notify import Pass
from services.contracts.questions import Question, question


class WebhookState(StrEnum):
    """How a webhook is, since a moment."""

    WELL = "well"
    FAILING = "failing"
    """It took nothing of what it was sent."""
    DISABLED = "disabled"
    """It is sent nothing, and what comes is parked."""


class DisabledBy(StrEnum):
    """What a webhook was disabled by."""

    GONE = "gone"
    """Its receiver, with 410."""
    ASKED = "asked"
    """Its department, over the API."""


class Progress(StrEnum):
    """How far a delivery is. What is parked is sent again when somebody asks for that."""

    WAITING = "waiting"
    DELIVERED = "delivered"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True)
class SigningKeyView:
    """A key that signs, from `made_at` on, until `ends_at` where another has followed it."""

    signature: str
    made_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookView:
    """A webhook, as its department may read it. `state` is a WebhookState and holds since `since`; `disabled_by` is a
    DisabledBy where it is disabled.

    Deliveries are `waiting`, of which the oldest is of an event of `oldest`, `parked` or `delivered`. Of all its towns
    `dropped` are not kept any more, none of them delivered, up to one of `dropped_until`: too many were, or they were
    parked for too long.
    """

    webhook: str
    url: str
    state: str
    since: datetime
    disabled_by: str | None = None
    keys: tuple[SigningKeyView, ...]
    waiting: int
    oldest: datetime | None = None
    parked: int
    delivered: int
    dropped: int
    dropped_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class WebhookList:
    """In the order in which they were added."""

    webhooks: tuple[WebhookView, ...]


@question("notify", answer=WebhookList)
@dataclass(frozen=True, kw_only=True)
class ReadWebhooks(Question[WebhookList]):
    """Where is this department told, and how do its webhooks get on?"""

    asked_by: Pass


@dataclass(frozen=True, kw_only=True)
class AttemptView:
    """One that was made: for how long, with which status, and in one word what came of it."""

    at: datetime
    took_ms: int
    status: int | None = None
    reason: str


@dataclass(frozen=True, kw_only=True)
class DeliveryView:
    """An event on its way to a webhook, kept at `stored_at`; while it waits it is tried next at `due_at`. `progress` is
    a Progress. Of many attempts the last are kept."""

    event: str
    name: str
    town: str
    stored_at: datetime
    progress: str
    due_at: datetime | None = None
    attempts: tuple[AttemptView, ...]


@dataclass(frozen=True, kw_only=True)
class DeliveryPlace:
    """Behind a delivery in the list of them."""

    at: datetime
    id: str


@dataclass(frozen=True, kw_only=True)
class DeliveryPage:
    """Those of the newest events first. `next` is where to go on, None at the end; a page may be short before that."""

    deliveries: tuple[DeliveryView, ...]
    next: DeliveryPlace | None = None


MOST_DELIVERIES = 100
"""On one page."""


@question("notify", answer=DeliveryPage)
@dataclass(frozen=True, kw_only=True)
class ReadDeliveries(Question[DeliveryPage]):
    """What was tried for this webhook? At most `limit`, of 1 to MOST_DELIVERIES, behind a place; only those that came
    as far as `progress`, where it is said."""

    asked_by: Pass
    webhook: str
    after: DeliveryPlace | None = None
    limit: int = MOST_DELIVERIES
    progress: str | None = None


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """So many leave once more; `next` is the first event that did not, None where all do."""

    replayed: int
    next: str | None = None


LONGEST_SINCE = 64


@question("notify", answer=Replayed)
@dataclass(frozen=True, kw_only=True)
class ReplayDeliveries(Question[Replayed]):
    """Send this webhook once more, the same to the last byte, what was delivered or parked; or only what is parked.

    `since` is the id of an event, or a moment (RFC 3339); without it, it begins with the first that is kept. Some leave
    at once, the oldest. Answered with InvalidField where `since` is neither, WebhookDisabled where it is disabled.
    """

    asked_by: Pass
    webhook: str
    since: str | None = None
    parked_only: bool = False


@question("notify", answer=WebhookView)
@dataclass(frozen=True, kw_only=True)
class SwitchWebhook(Question[WebhookView]):
    """Send this webhook nothing, and park what waits and what comes; or send it what comes from now on."""

    asked_by: Pass
    webhook: str
    is_disabled: bool


MOST_OVERLAP_HOURS = 30 * 24


@dataclass(frozen=True, kw_only=True)
class FreshKey:
    """As the receiver needs it (`whsec_…`, `whpk_…`); it is told this once."""

    webhook: str
    signature: str
    made_at: datetime
    key: str = field(repr=False)


@question("notify", answer=FreshKey)
@dataclass(frozen=True, kw_only=True)
class RotateWebhookKey(Question[FreshKey]):
    """Sign for this webhook with a new key; the one before signs as well for so many hours (0 to MOST_OVERLAP_HOURS).
    `signature` is `v1` or `v1a` (feed.webhooks), that of the key before where it is None; else InvalidField.
    """

    asked_by: Pass
    webhook: str
    signature: str | None = None
    overlap_hours: int = 24
