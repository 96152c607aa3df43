"""What notify says: whether a citizen could be told."""

from dataclasses import dataclass
from datetime import datetime

from services.contracts.events import Event, event


@event("notify", "citizen-told")
@dataclass(frozen=True, kw_only=True)
class CitizenTold(Event):
    """A message about the outcome left for the citizen through `channel`."""

    application_id: str
    channel: str
    told_at: datetime


@event("notify", "message-undeliverable")
@dataclass(frozen=True, kw_only=True)
class MessageUndeliverable(Event):
    """The citizen could not be told: the channel refused for good. `code` is a slug such as `address-refused`."""

    application_id: str
    channel: str
    code: str
    refused_at: datetime
