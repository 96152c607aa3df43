"""When the time of what is kept is over: each product's `retention` in the catalogue of today, for all services alike.

The data protection officer confirms these days, so a change of the catalogue holds at once, also for what is kept by
then. What is kept of a product that is no longer in the catalogue stays for the longest time that any product has.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from services.contracts.days import kept_since
from services.contracts.intake import LIFETIME, LIFETIME_DAYS, lifetime_days
from services.contracts.product import Product
from services.contracts.topology import PATIENCE

ON_ITS_ROAD = LIFETIME + 5 * PATIENCE
"""Longer than any application without gates beyond the facts is on its road, with the messages about it: 46 days."""

TEN_YEARS = 3653
"""Days for which it is kept who looked at whose data, unless the operator says otherwise (Act of 8 August 1983, article
17)."""

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Cutoffs:
    """What is older than its product's moment is over; `others` holds for products that are not in the catalogue."""

    by_product: Mapping[str, datetime]
    others: datetime

    def of(self, product: str | None) -> datetime:
        """The moment for a product, also for an unknown one."""
        return self.by_product.get(product or "", self.others)

    def but_not_after(self, moment: datetime) -> "Cutoffs":
        """What is younger than `moment` stays, whatever the catalogue says."""
        kept = {product: min(cutoff, moment) for product, cutoff in self.by_product.items()}
        return Cutoffs(by_product=kept, others=min(self.others, moment))


def on_its_road(products: Iterable[Product]) -> timedelta:
    """Longer than any application for one of these is on its road, the days of its gates included."""
    longest = max((lifetime_days(gate.open_for for gate in each.gates) for each in products), default=LIFETIME_DAYS)
    return ON_ITS_ROAD + timedelta(days=longest - LIFETIME_DAYS)


def request_cutoffs(products: Iterable[Product], *, now: datetime) -> Cutoffs:
    """By `request_days`: applications, extracts and messages, from the moment that nothing more comes of them."""
    return _cutoffs({each.id: each.retention.request_days for each in products}, now)


def document_cutoffs(products: Iterable[Product], *, now: datetime) -> Cutoffs:
    """By `document_days`: certificates with their files, from their issue."""
    return _cutoffs({each.id: each.retention.document_days for each in products}, now)


def _cutoffs(days: Mapping[str, int], now: datetime) -> Cutoffs:
    by_product = {product: kept_since(now, days=count) for product, count in days.items()}
    return Cutoffs(by_product=by_product, others=min(by_product.values(), default=_EVER))
