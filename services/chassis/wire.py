"""A mend of py-amqp 5.4: properties that cannot be decoded would end the connection, and every one that comes after it.

Text that is no UTF-8, a time beyond the year 9999, a table that is none: whoever may publish can send them, and the
broker passes them on unread. Such a message arrives without properties instead, but for a header that says so, and is
parked as one that is unsigned.
"""

from typing import Any

from amqp import serialization

UNREADABLE = "loket-unreadable"
"""The one header of a message whose own cannot be decoded."""

_BASIC = 60
"""The class of messages (AMQP 0-9-1, section 1.8)."""

_decode = serialization.PROPERTY_CLASSES[_BASIC]


def _decode_or_leave(buffer: Any, offset: int) -> tuple[dict[str, Any], int]:
    try:
        properties: tuple[dict[str, Any], int] = _decode(buffer, offset)
    except Exception:  # noqa: BLE001 - nothing in a message may end a process
        return {"application_headers": {UNREADABLE: True}}, len(buffer)
    return properties


def mend() -> None:
    """For this process; doing so again changes nothing."""
    serialization.PROPERTY_CLASSES[_BASIC] = _decode_or_leave
