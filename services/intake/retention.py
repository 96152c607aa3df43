"""Emptying applications whose time is over."""

from collections.abc import Iterable
from datetime import datetime

from services.contracts.product import Product
from services.contracts.retention import request_cutoffs
from services.intake.domain.ports import Applications
from services.intake.domain.retention import is_over


def empty_applications(*, applications: Applications, products: Iterable[Product], now: datetime) -> int:
    """A bounded look, to be taken again and again; how many it emptied.

    For their citizen they are as if they had never been, and so are their idempotency keys.
    """
    cutoffs = request_cutoffs(products, now=now)
    return sum(applications.empty(each) for each in applications.past(cutoffs) if is_over(each, cutoffs))
