"""Whether an event may act on an aggregate, judged by what the aggregate remembers of those that did. Pure."""

from collections.abc import Mapping
from enum import Enum, auto

from services.contracts.delivery import AlreadyHandled, TryLater, Unacceptable
from services.contracts.envelope import Cause


class Hearing(Enum):
    """Which events of a source about a subject an aggregate hears, and so what a number out of order means."""

    LATEST = auto()
    """Only the latest counts, a question or an order: what was overtaken (in a delay queue) has nothing left to do."""

    EVERY = auto()
    """Those of a few types, each of which counts, in any order."""

    CONTIGUOUS = auto()
    """Every single one: a gap waits for what is missing, and a late one still counts."""


def admit(cause: Cause, hearing: Hearing, *, acted: Mapping[str, str], heard: Mapping[str, int]) -> None:
    """Returns where the event may act.

    `acted` maps the ids of those that did to the digests of their bodies, `heard` each `counted_by` to its highest
    number. Raises AlreadyHandled for one that has acted or was overtaken, Unacceptable for a known id with another
    body, TryLater for a gap.
    """
    if cause.event_id in acted:
        if acted[cause.event_id] != cause.digest:
            raise Unacceptable("same-id-other-body", cause.event_id)
        raise AlreadyHandled(cause.event_id)
    last = heard.get(counted_by(cause), 0)
    if hearing is Hearing.LATEST and cause.sequence <= last:
        raise AlreadyHandled(cause.event_id)
    if hearing is Hearing.CONTIGUOUS and cause.sequence > last + 1:
        raise TryLater("sequence-gap")


def counted_by(cause: Cause) -> str:
    """Numbers count one source's events about one subject."""
    return f"{cause.service}/{cause.subject}"


def heard_with(cause: Cause, heard: Mapping[str, int]) -> dict[str, int]:
    """What was heard, the event included: the highest number stays."""
    source = counted_by(cause)
    return {**heard, source: max(cause.sequence, heard.get(source, 0))}
