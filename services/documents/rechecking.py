"""Whether a certificate may be asked about, and what whoever checks it is told."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.contracts.delivery import ConcurrentChange
from services.contracts.documents import Rechecked
from services.contracts.product import Product
from services.contracts.towns import Town
from services.documents.domain import Certificate
from services.documents.ports import Truths
from services.documents.still_true import Truth


@dataclass(frozen=True, kw_only=True)
class Rechecking:
    """Where it is on, and what was asked so far."""

    truths: Truths
    towns: Mapping[str, Town]
    products: Mapping[str, Product]

    def is_asked_about(self, certificate: Certificate, *, now: datetime) -> bool:
        """Is anything asked, and told, of it? Where the town has that on today, until its last day has passed."""
        town, product = self.towns.get(certificate.town), self.products.get(certificate.product)
        is_on = town is not None and product is not None and product.is_still_true_in(town)
        return is_on and certificate.recheck is not None and certificate.is_current(now=now)

    def check(self, certificate: Certificate, *, now: datetime) -> Rechecked | None:
        """Somebody checks a certificate that still stands: what is known of it, at once. Where it may be asked about,
        it is when its turn comes, and nobody waits for that."""
        if not self.is_asked_about(certificate, now=now):
            return None
        known = self.truths.load(certificate.application_id, town=certificate.town)
        truth = known or _unasked(certificate, now=now)
        if certificate.recheck and truth.may_be_wanted(now=now):
            truth = truth.wanted(now=now)
            with suppress(ConcurrentChange):  # whoever was quicker wants the same, or has just heard the answer
                self.truths.save(truth)
        return truth.view(now=now)


def _unasked(certificate: Certificate, *, now: datetime) -> Truth:
    return Truth(
        application_id=certificate.application_id,
        town=certificate.town,
        product=certificate.product,
        issued_at=certificate.issued_at or now,
    )
