"""What notify says: whether a citizen could be told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.contracts.events import Event, event, one_of


class NotTold(StrEnum):
    """Why a citizen could not be told. What the application led to stays available."""

    ADDRESS_MALFORMED = "address-malformed"
    ADDRESS_REFUSED = "address-refused"
    MESSAGE_REFUSED = "message-refused"
    NOT_TOLD = "not-told"
    """Nobody knows why: notify has said nothing for too long."""


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
    """The citizen could not be told: the channel refused for good. `code` is a NotTold."""

    application_id: str
    channel: str
    code: str = one_of(NotTold)
    refused_at: datetime
