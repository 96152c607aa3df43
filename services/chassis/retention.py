"""Looking for what is over: bounded, by an index, across all towns, also those that a deployment has no more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.collection import Collection

from services.contracts.retention import Cutoffs

AT_ONCE = 200
"""Documents of one kind that one look takes up, and that are over by then or have to be left."""

EVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Before anything. Where only an upper bound is given, the embedded store looks at all that have no date, too."""

_ANY = object()


class Rounds:
    """Goes round a collection in the order of `moment`, a piece at each call, oldest first.

    The next call goes on where the last one stopped, so that what has to stay never holds up what comes after it; after
    the last piece it begins anew. How far it came is this process' own: one that starts begins with the oldest.

    Every question is of exactly the fields of one index: the embedded store would otherwise look at every document.
    """

    def __init__(self, collection: Collection[dict[str, Any]], *, moment: str, by: str = "product") -> None:
        self._collection = collection
        self._moment = moment
        self._by = by
        self._reached: dict[Any, datetime] = {}
        collection.create_index([(by, ASCENDING), (moment, ASCENDING)], name=f"over_by_{by}_and_{moment}")
        if by == "product":
            collection.create_index([(moment, ASCENDING)], name=f"over_by_{moment}")

    def past(self, cutoffs: Cutoffs) -> Iterator[dict[str, Any]]:
        """Some of what is older than its product's cutoff, whatever the product."""
        for product, cutoff in cutoffs.by_product.items():
            if cutoff > cutoffs.others:
                yield from self.piece(product, until=cutoff)
        yield from self.piece(until=cutoffs.others)

    def piece(self, value: Any = _ANY, *, until: datetime) -> list[dict[str, Any]]:
        """Some of those whose `by` is `value`, or of all, up to a moment."""
        within = {"$gt": self._reached.get(value, EVER), "$lte": until}
        question = {self._moment: within} if value is _ANY else {self._by: value, self._moment: within}
        found = list(self._collection.find(question).sort(self._moment, ASCENDING).limit(AT_ONCE))
        if len(found) < AT_ONCE:
            self._reached.pop(value, None)
        else:
            self._reached[value] = _first(found[-1], self._moment.split("."))
        return found


def _first(value: Any, path: list[str]) -> Any:
    """What a document is sorted by: of several values in a list, the least."""
    if isinstance(value, list):
        return min(_first(each, path) for each in value)
    return _first(value[path[0]], path[1:]) if path else value
