"""What certificates would look like if a town were served otherwise."""

import base64
from collections.abc import Mapping
from datetime import datetime

from services.contracts.days import day_of
from services.contracts.delivery import Unacceptable
from services.contracts.documents import CertificatePicture, PreviewCertificate
from services.contracts.errors import NotFound
from services.contracts.extracts import FACTS_VERSION, Facts
from services.contracts.living_towns import LivingTowns
from services.contracts.most_asked import by_demand
from services.contracts.product import CERTIFICATE, Product
from services.contracts.sandbox_facts import invented
from services.contracts.towns import Town
from services.documents.domain import Order
from services.documents.ports import Press
from services.documents.stating import check

NOBODYS_CODE = "0" * 15 + "1"
"""No certificate ever has it: its check character is wrong, so that whoever types it is told just that."""


def preview_certificate(
    asked: PreviewCertificate, *, press: Press, towns: LivingTowns, products: Mapping[str, Product], now: datetime
) -> CertificatePicture:
    """Raises NotFound, TownNotInOrder and TryLater."""
    town = towns.if_served(asked.town, asked.setup)
    order = _specimen(town, products, language=asked.language, now=now)
    return CertificatePicture(png=base64.b64encode(press.preview(order, asked.setup)).decode())


def _specimen(town: Town, products: Mapping[str, Product], *, language: str, now: datetime) -> Order:
    """Of a product of the town that says something of the person of the sandbox, the one that is asked for most. Raises
    NotFound."""
    for product in by_demand(products.values()):
        given = product.given_by(town)
        if given.gives.kind != CERTIFICATE or not given.is_offered_by(town) or language not in given.languages(town):
            continue
        facts = Facts(
            application_id="specimen",
            town=town.refnis,
            product=product.id,
            compiled_at=now,
            version=FACTS_VERSION,
            parts=invented(("identity", *given.facts), today=day_of(now)),
        )
        try:
            check(
                facts,
                application_id=facts.application_id,
                town=town.refnis,
                product=given,
                language=language,
                official=town.official_languages,
            )
        except Unacceptable:  # the person of the sandbox has no such fact
            continue
        return Order(
            certificate_id="specimen",
            number=f"{town.refnis}-{now.year}-000 000 000",
            code=NOBODYS_CODE,
            language=language,
            issued_at=now,
            facts=facts,
        )
    raise NotFound
