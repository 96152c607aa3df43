"""The CloudEvents 1.0 envelope (structured JSON) around every event.

https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from services.contracts.schema import dump, load

CONTENT_TYPE = "application/cloudevents+json"


def source_of(town: str, service: str) -> str:
    """The `source` of what a service says about a town: `/towns/24001/intake`."""
    return f"/towns/{town}/{service}"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """The received event that brings a change about: what the inbox remembers of it.

    `sequence` counts the events of one source about one subject from 1; `digest` is the SHA-256 of the event's
    data in canonical JSON, so that one id with two bodies is noticed.
    """

    event_id: str
    type: str
    source: str
    subject: str
    sequence: int
    digest: str

    @property
    def town(self) -> str:
        """The REFNIS code of the town the event belongs to."""
        return self.source.split("/")[2]

    @property
    def service(self) -> str:
        """The service that emitted the event."""
        return self.source.split("/")[3]


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """One event as it travels. `type` is also its routing key; `subject` is opaque: no name or number of a person.

    `requestid` is the id of the request to the gateway that led to it, where one did.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    data: dict[str, Any]
    sequence: int = 1
    traceparent: str | None = None
    requestid: str | None = None
    specversion: str = "1.0"
    datacontenttype: str = field(default="application/json")

    def cause(self) -> Cause:
        """What a consumer remembers of this event."""
        return Cause(
            event_id=self.id,
            type=self.type,
            source=self.source,
            subject=self.subject,
            sequence=self.sequence,
            digest=digest_of(self.data),
        )

    def to_json(self) -> bytes:
        """The event in the structured JSON format, without what it does not have."""
        said = {name: value for name, value in dump(self).items() if value is not None}
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: bytes) -> "Envelope":
        """Raises ValueError (not JSON, not UTF-8) or Unreadable (not a CloudEvent of ours)."""
        return load(cls, json.loads(body))


def digest_of(data: dict[str, Any]) -> str:
    """SHA-256 over canonical JSON (sorted keys, no spaces), in hex."""
    canonical = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
