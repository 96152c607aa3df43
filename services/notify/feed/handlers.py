"""What the feed does with the services' own events."""

from collections.abc import Mapping
from typing import Protocol

from services.contracts.envelope import Cause
from services.contracts.product import Product
from services.notify.feed.projecting import Heard, Told, projected


class Feed(Protocol):
    """Where public events are kept and told."""

    def tell(self, told: Told) -> None:
        """Once, however often it is said."""


def project(heard: Heard, cause: Cause, *, feed: Feed, products: Mapping[str, Product]) -> None:
    """Tell departments what follows for them. Nothing is remembered of what was heard: the same follows again."""
    for told in projected(heard, cause, products=products):
        feed.tell(told)
