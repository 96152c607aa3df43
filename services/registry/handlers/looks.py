"""A citizen reads who looked at their data."""

from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.registry import (
    MOST_LISTED,
    ListLooks,
    LookList,
    LookPlace,
)
from services.registry.access import AccessLog, seen_by


def list_looks(asked: ListLooks, *, accesses: AccessLog) -> LookList:
    """A page of who looked at a citizen's data, whichever of their numbers it was found under. Raises InvalidField."""
    if not 1 <= asked.limit <= MOST_LISTED:
        raise InvalidField(fields={"limit": field_error("not-a-number", least=1, most=MOST_LISTED)})
    numbers = (asked.citizen, *asked.other_numbers)
    found = accesses.page(*numbers, town=asked.town, limit=asked.limit + 1, after=asked.after)
    page, more = found[: asked.limit], found[asked.limit :]
    last = LookPlace(at=page[-1].at, id=page[-1].id) if more else None
    return LookList(looks=tuple(seen_by(each, numbers) for each in page), last=last)
