"""What the feed does with the services' own events."""

from collections.abc import Mapping
from typing import Protocol

from services.contracts.delivery import AlreadyHandled
from services.contracts.envelope import Cause
from services.contracts.product import Product
from services.notify.feed.projecting import Heard, Told, projected


class Feed(Protocol):
    """Where public events are kept and told."""

    def tell(self, told: Told) -> bool:
        """Once, however often it is said. False where it was before."""


def project(heard: Heard, cause: Cause, *, feed: Feed, products: Mapping[str, Product]) -> None:
    """Tell departments what follows for them. What was heard is not remembered: the same follows from it again.

    Raises AlreadyHandled where all of it was told before.
    """
    are_new = [feed.tell(told) for told in projected(heard, cause, products=products)]
    if not any(are_new):
        raise AlreadyHandled(cause.event_id)
