"""Which public events follow from one of the services' own.

They are made of what was heard alone, so that hearing it twice makes the same again, to the last byte. Their ids and
references are digests of ids that are random themselves: who knows none of those learns nothing from them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from services.contracts.department_events import ISSUED, REFUSED
from services.contracts.departments import sandbox_key
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.feed.events import ALIVE, PublicEvent, routing_key, source_of, type_of
from services.contracts.intake import ApplicationRefused
from services.contracts.product import Product

Heard = CertificateIssued | ApplicationRefused


@dataclass(frozen=True, kw_only=True)
class Told:
    """A public event, and the application it is about, which departments do not hear of; an event of the feed itself is
    about none. `only_for` is the department that alone hears it; None where all do that may.
    """

    event: PublicEvent
    application_id: str | None = None
    product: str = "all"
    only_for: str | None = None

    @property
    def is_invented(self) -> bool:
        """Whether it is told in the sandbox, as if it were about somebody."""
        return self.only_for is not None and self.event.name != ALIVE

    @property
    def routing_key(self) -> str:
        """By which it finds whom it is for."""
        if self.only_for:
            return sandbox_key(self.event.name, self.only_for)
        return routing_key(self.event.town, self.event.name, self.product)


def projected(heard: Heard, cause: Cause, *, products: Mapping[str, Product]) -> Iterator[Told]:
    """`certificate-issued` or `application-refused`; then what the product's file names, where it was issued."""
    if isinstance(heard, ApplicationRefused):
        yield _told(REFUSED, heard, cause)
        return
    yield _told(ISSUED, heard, cause)
    product = products.get(heard.product)
    if product is not None and product.department_event:
        yield _told(product.department_event, heard, cause)


def reference_of(application_id: str) -> str:
    """What departments know an application by."""
    return digest("reference", application_id)


def digest(use: str, id: str) -> str:
    """128 bits in hex, of a use and an id."""
    return sha256(f"loket departments {use}\n{id}".encode()).hexdigest()[:32]


def _told(name: str, heard: Heard, cause: Cause) -> Told:
    event = PublicEvent(
        id=digest(name, cause.event_id),
        type=type_of(name),
        source=source_of(cause.town),
        subject=reference_of(heard.application_id),
        time=heard.issued_at if isinstance(heard, CertificateIssued) else heard.refused_at,
        data={"product": heard.product},
    )
    return Told(event=event, application_id=heard.application_id, product=heard.product)
