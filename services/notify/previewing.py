"""What mails would look like if a town were served otherwise."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.errors import NotFound
from services.contracts.living_towns import LivingTowns
from services.contracts.most_asked import by_demand
from services.contracts.notify import MailPicture, PreviewMail
from services.contracts.product import CERTIFICATE, Product
from services.contracts.towns import Town
from services.notify.compose import compose
from services.notify.domain import Kind, Letter, message_id

NOBODYS = "specimen"
"""The id of an application that there is not."""


def preview_mail(
    asked: PreviewMail, *, towns: LivingTowns, products: Mapping[str, Product], now: datetime
) -> MailPicture:
    """Raises NotFound and TownNotInOrder."""
    town = towns.if_served(asked.town, asked.setup)
    if asked.language not in town.languages:
        raise NotFound
    mail = compose(
        Letter(
            kind=Kind.ISSUED,
            message_id=message_id(application_id=NOBODYS, town=town),
            application_id=NOBODYS,
            town=town,
            email=town.office.email,
            language=asked.language,
            written_at=now,
            product=_title(town, products, asked.language) if town.mails_name_products else None,
        )
    )
    html = mail.get_body(("html",))
    assert html is not None
    return MailPicture(sender=str(mail["From"]), subject=str(mail["Subject"]), html=html.get_content())


def _title(town: Town, products: Mapping[str, Product], language: str) -> str | None:
    """Of the certificate that is asked for most in the town."""
    offered = (each for each in products.values() if each.gives.kind == CERTIFICATE and each.is_offered_by(town))
    return next((each.title(language) for each in by_demand(offered)), None)
