"""The public events: thin CloudEvents 1.0 in structured JSON.

They hold no name and no number of anybody, in their data, their ids and their routing keys alike: an application is
known by a reference that tells nothing by itself. Who needs more asks for it, where their purpose allows it.
https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from .schemas import problems

CONTENT_TYPE = "application/cloudevents+json"

PREFIX, VERSION = "be.loket.departments.", "v1"

ALIVE = "alive"
"""Says once an hour that the way is open, and nothing else; its subject is itself."""

LARGEST = 64 * 1024
"""Bytes of an event that a receiver looks at; ours have less than one kilobyte."""

_NAME = r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30}){0,5}"
_NAMED = re.compile(_NAME)
_TYPE = re.compile(rf"{re.escape(PREFIX)}(?P<name>{_NAME})\.(?P<version>v[1-9][0-9]?)")
_SOURCE = re.compile(r"/towns/(?P<town>[0-9]{5})")


class Malformed(ValueError):
    """What was received is no event of ours: it says in which way."""


@dataclass(frozen=True, kw_only=True)
class PublicEvent:
    """One event. `source` and `id` together name it for ever, however often and by whichever way it comes.

    `subject` is the reference of what it is about; `data` is as the schema of its `type` says, and may have more than
    that one day.
    """

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """`certificate-issued`."""
        found = _TYPE.fullmatch(self.type)
        return found["name"] if found else self.type

    @property
    def town(self) -> str:
        """The REFNIS code of the town: five digits."""
        found = _SOURCE.fullmatch(self.source)
        return found["town"] if found else ""

    @property
    def reference(self) -> str:
        """What the facts of it are asked for with."""
        return self.subject

    @property
    def key(self) -> tuple[str, str]:
        """What makes it one and the same."""
        return self.source, self.id

    def to_json(self) -> bytes:
        """Always the same bytes of the same event."""
        return envelope_json(
            id=self.id, source=self.source, type=self.type, subject=self.subject, time=self.time, data=self.data
        )

    @classmethod
    def from_json(cls, body: bytes) -> "PublicEvent":
        """Also of a type or with fields that this version does not know. Raises Malformed."""
        if len(body) > LARGEST:
            raise Malformed(f"longer than {LARGEST} bytes")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise Malformed("no JSON") from None
        if found := problems(said):
            raise Malformed("; ".join(found))
        return cls(
            id=said["id"],
            type=said["type"],
            source=said["source"],
            subject=said["subject"],
            time=datetime.fromisoformat(said["time"]),
            data=said["data"],
        )


def envelope_json(*, id: str, source: str, type: str, subject: str, time: datetime, data: Mapping[str, Any]) -> bytes:
    """A CloudEvent in structured JSON: always the same bytes of the same."""
    said = {
        "specversion": "1.0",
        "id": id,
        "source": source,
        "type": type,
        "subject": subject,
        "time": moment_of(time),
        "datacontenttype": "application/json",
        "data": dict(data),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def digest(use: str, id: str) -> str:
    """128 bits in hex, of a use and an id. Who does not know a random id learns nothing of it."""
    return sha256(f"loket departments {use}\n{id}".encode()).hexdigest()[:32]


def moment_of(at: datetime) -> str:
    """As RFC 3339 writes one, in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def is_name(text: str) -> bool:
    """Whether an event may be called so: lower-case words with hyphens."""
    return _NAMED.fullmatch(text) is not None


def type_of(name: str) -> str:
    """The type of the event of that name, as this version says it."""
    return f"{PREFIX}{name}.{VERSION}"


def source_of(town: str) -> str:
    """The source of all that is said of a town: `/towns/24001`."""
    return f"/towns/{town}"


def routing_key(town: str, name: str, product: str) -> str:
    """`24001.certificate-issued.residence`: what topics are written for."""
    return f"{town}.{name}.{product}"


def directed_key(town: str, name: str, product: str, to: str) -> str:
    """`24001.confirmation-requested.criminal-record-596-2.police`: of what is for one alone."""
    return f"{town}.{name}.{product}.{to}"
