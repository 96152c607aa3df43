"""Reading what arrived: from bytes on a queue to an event with its cause, or the reason why it cannot be one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.chassis.signing import LONGEST_SIGNATURE, SIGNATURE, VerifyingKeys
from services.contracts.delivery import Unacceptable
from services.contracts.envelope import CONTENT_TYPE, Cause, Envelope
from services.contracts.events import Event
from services.contracts.schema import Unreadable, load
from services.contracts.strict_json import NotJson, read_json

MAX_BYTES = 1024 * 1024
"""The largest event that is read at all; ours are a few kilobytes."""

LONGEST_SUBJECT = 80


VERBATIM = {"traceparent": 55, SIGNATURE: LONGEST_SIGNATURE}
"""Headers that every copy carries as they are, and how long they may be."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """An event that can be handled."""

    event: Any
    cause: Cause
    traceparent: str | None
    request_id: str | None = None
    said_at: datetime | None = None
    """By its emitter's clock, and signed."""


def read_delivery(
    body: bytes, content_type: str, signature: object, *, accepted: Mapping[str, type[Event]], keys: VerifyingKeys
) -> Delivery:
    """Raises Unacceptable with the reason for parking it; whatever else reading it raises is `unreadable`.

    In this order: too-large, not-cloudevents, unsigned, unknown-signer, forged; then, of what a service of ours really
    signed, not-json, too-deep, unprintable-text, not-cloudevents, unknown-type, another-emitter, unknown-source,
    bad-data. Of the headers only the signature is looked at, since anyone could have written them.
    """
    try:
        return _read(body, content_type, signature, accepted, keys)
    except (Unacceptable, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001 - nothing in a message may end the process
        raise Unacceptable("unreadable", type(error).__name__) from None


def _read(
    body: bytes, content_type: str, signature: object, accepted: Mapping[str, type[Event]], keys: VerifyingKeys
) -> Delivery:
    if len(body) > MAX_BYTES:
        raise Unacceptable("too-large", f"{len(body)} bytes")
    if content_type != CONTENT_TYPE:
        raise Unacceptable("not-cloudevents", "content type is not " + CONTENT_TYPE)
    signer = keys.signer(body, signature)
    try:
        envelope = load(Envelope, read_json(body))
    except NotJson as error:
        raise Unacceptable(error.reason) from None
    except Unreadable as error:
        raise Unacceptable("not-cloudevents", _places(error)) from None
    cls = accepted.get(envelope.type)
    if cls is None:
        raise Unacceptable("unknown-type", envelope.type[:100])
    if signer != cls.EMITTER:
        raise Unacceptable("another-emitter", signer)
    if envelope.specversion != "1.0" or envelope.sequence < 1:
        raise Unacceptable("not-cloudevents", "specversion or sequence")
    parts = envelope.source.split("/")
    if len(parts) != 4 or parts[:2] != ["", "towns"] or not _is_refnis(parts[2]) or parts[3] != cls.EMITTER:
        raise Unacceptable("unknown-source", envelope.source[:100])
    try:
        event: Any = load(cls, envelope.data)
    except Unreadable as error:
        raise Unacceptable("bad-data", _places(error)) from None
    if event.subject != envelope.subject or not is_opaque(envelope.subject):
        raise Unacceptable("bad-data", f"subject is not the {cls.ABOUT}")
    return Delivery(
        event=event,
        cause=envelope.cause(),
        traceparent=envelope.traceparent,
        request_id=envelope.requestid,
        said_at=envelope.time,
    )


def body_of(message: Any) -> bytes:
    """The exact bytes that arrived."""
    body = message.body
    return body.encode("utf-8", "surrogateescape") if isinstance(body, str) else bytes(body)


def header(message: Any, name: str) -> object:
    """A header of a message, whatever it is."""
    headers = message.headers
    return headers.get(name) if isinstance(headers, dict) else None


def is_opaque(id: str) -> bool:
    """Whether a text can be an id of ours: ASCII letters, digits, `-` and `_`, at most LONGEST_SUBJECT."""
    return 0 < len(id) <= LONGEST_SUBJECT and id.isascii() and id.replace("-", "").replace("_", "").isalnum()


def _is_refnis(text: str) -> bool:
    return len(text) == 5 and text.isascii() and text.isdecimal()


def _places(error: Unreadable) -> str:
    """Where in the data something is wrong; what stood there is not repeated."""
    return ", ".join(sorted(str(place)[:60] for place in error.problems))[:300]
