"""Emptying correspondences whose time is over."""

from collections.abc import Iterable
from datetime import datetime

from services.contracts.product import Product
from services.contracts.retention import ON_ITS_ROAD, Cutoffs, request_cutoffs
from services.notify.domain import Correspondence, Correspondences


def empty_correspondences(*, correspondences: Correspondences, products: Iterable[Product], now: datetime) -> int:
    """A bounded look, to be taken again and again; how many it emptied. Their citizens are told nothing any more."""
    cutoffs = request_cutoffs(products, now=now)
    past = correspondences.past(cutoffs)
    return sum(correspondences.empty(each) for each in past if is_over(each, cutoffs, now=now))


def is_over(correspondence: Correspondence, cutoffs: Cutoffs, *, now: datetime) -> bool:
    """`request_days` after the last word about a message.

    What never left goes too, but no sooner than it is parked for certain: with its application gone, a mail about it
    would lead nowhere.
    """
    cutoff = cutoffs.of(correspondence.product)
    if not all(each.is_settled for each in correspondence.messages):
        cutoff = min(cutoff, now - ON_ITS_ROAD)
    return max(each.at for each in correspondence.messages) <= cutoff
