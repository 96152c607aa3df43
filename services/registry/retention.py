"""Emptying extracts whose time is over."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from services.contracts.catalogue import Product
from services.contracts.retention import Cutoffs, on_its_road, request_cutoffs
from services.registry.extract import Extract


class PastExtracts(Protocol):
    """Where extracts are kept."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Extract]:
        """Some of those answered before their product's cutoff, in all towns; others at each call."""

    def unanswered(self, *, asked_before: datetime) -> Iterable[Extract]:
        """Some of those that still have no answer, in all towns."""

    def empty(self, extract: Extract) -> bool:
        """Leave a tombstone, for which the register is never asked again. False where it changed meanwhile."""


def empty_extracts(*, extracts: PastExtracts, products: Iterable[Product], now: datetime) -> int:
    """A bounded look, to be taken again and again; how many it emptied.

    An answered extract goes `request_days` after its answer, but no sooner than its application has surely ended: until
    then it may be asked for again. One without an answer by then is asked for no more, as its town is not served here:
    the request in it is of no use to anybody.
    """
    products = tuple(products)
    ended = now - on_its_road(products)
    cutoffs = request_cutoffs(products, now=now).but_not_after(ended)
    answered = sum(extracts.empty(each) for each in extracts.past(cutoffs))
    return answered + sum(extracts.empty(each) for each in extracts.unanswered(asked_before=ended))
