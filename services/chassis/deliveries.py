"""Reading what arrived: from bytes on a queue to an event with its cause, or the reason why it cannot be one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.contracts.delivery import Unacceptable
from services.contracts.envelope import CONTENT_TYPE, Cause, Envelope
from services.contracts.schema import Unreadable, load

MAX_BYTES = 1024 * 1024
"""The largest event that is read at all; ours are a few kilobytes."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """An event that can be handled."""

    event: Any
    cause: Cause
    traceparent: str | None


def read_delivery(body: bytes, content_type: str, accepted: Mapping[str, type]) -> Delivery:
    """Raises Unacceptable: too-large, not-json, not-cloudevents, unknown-type, unknown-source or bad-data.

    Only the event's own traceparent is believed; the message's headers are not: anyone could have written them.
    """
    if len(body) > MAX_BYTES:
        raise Unacceptable("too-large", f"{len(body)} bytes")
    if content_type != CONTENT_TYPE:
        raise Unacceptable("not-cloudevents", "content type is not " + CONTENT_TYPE)
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise Unacceptable("not-json") from None
    try:
        envelope = load(Envelope, data)
    except Unreadable as error:
        raise Unacceptable("not-cloudevents", ", ".join(sorted(map(str, error.problems)))) from None
    if envelope.type not in accepted:
        raise Unacceptable("unknown-type", envelope.type[:100])
    if envelope.specversion != "1.0" or envelope.sequence < 1:
        raise Unacceptable("not-cloudevents", "specversion or sequence")
    parts = envelope.source.split("/")
    if len(parts) != 4 or parts[:2] != ["", "towns"] or not parts[2].isdecimal() or parts[3] != _emitter(envelope.type):
        raise Unacceptable("unknown-source", envelope.source[:100])
    try:
        event: Any = load(accepted[envelope.type], envelope.data)
    except Unreadable as error:
        raise Unacceptable("bad-data", ", ".join(sorted(map(str, error.problems)))) from None
    if event.application_id != envelope.subject:
        raise Unacceptable("bad-data", "subject is not the application")
    return Delivery(event=event, cause=envelope.cause(), traceparent=envelope.traceparent)


def _emitter(event_type: str) -> str:
    """`be.loket.<service>.<fact>.v1`: the only service that may say so."""
    return event_type.split(".")[2]


def _no_constant(text: str) -> Any:
    raise ValueError(text)
