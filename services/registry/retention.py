"""Emptying extracts and rechecks whose time is over."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Protocol

from services.contracts.delivery import ConcurrentChange
from services.contracts.events import Event
from services.contracts.product import Product
from services.contracts.retention import Cutoffs, document_cutoffs, on_its_road, request_cutoffs
from services.registry.extract import Extract
from services.registry.rechecking import Recheck


class PastExtracts(Protocol):
    """Where extracts are kept."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Extract]:
        """Some of those answered before their product's cutoff, in all towns; others at each call."""

    def unanswered(self, *, asked_before: datetime) -> Iterable[Extract]:
        """Some of those that still have no answer, in all towns."""

    def asked_until(self, moment: datetime) -> Iterable[Extract]:
        """Some of those of which what was asked is kept until then, in all towns."""

    def save(self, extract: Extract, events: tuple[Event, ...]) -> Extract:
        """Raises ConcurrentChange."""

    def empty(self, extract: Extract) -> bool:
        """Leave a tombstone, for which the register is never asked again. False where it changed meanwhile."""


class PastRechecks(Protocol):
    """Where rechecks are kept."""

    def past(self, cutoffs: Cutoffs) -> Iterable[Recheck]:
        """Some of those last heard of before their product's cutoff, in all towns; others at each call."""

    def empty(self, recheck: Recheck) -> bool:
        """Leave a tombstone, for which the register is never asked again. False where it changed meanwhile."""


def forget_requests(*, extracts: PastExtracts, now: datetime) -> int:
    """Of what was answered it is not kept any more what was asked. A bounded look; how many it forgot."""
    count = 0
    for extract in extracts.asked_until(now):
        with suppress(ConcurrentChange):  # asked anew meanwhile, or another process was quicker
            extracts.save(extract.forgotten(), ())
            count += 1
    return count


def empty_rechecks(*, rechecks: PastRechecks, products: Iterable[Product], now: datetime) -> int:
    """`document_days` after anything was heard of it: its certificate, which is kept for as long, is current for less.
    A bounded look, to be taken again and again; how many it emptied."""
    return sum(rechecks.empty(each) for each in rechecks.past(document_cutoffs(products, now=now)))


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
