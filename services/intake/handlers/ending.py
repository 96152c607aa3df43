"""An operator ends what nobody can make any more."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.errors import NotFound
from services.contracts.intake import ApplicationView, EndApplication
from services.contracts.product import Product
from services.intake.domain import moves
from services.intake.domain.ports import Applications
from services.intake.handlers.whose import check_id


def end_application(
    asked: EndApplication, *, applications: Applications, products: Mapping[str, Product], now: datetime
) -> ApplicationView:
    """End an application whose product is gone. Raises NotFound, or what the move raises (moves.end)."""
    check_id(asked.application_id)
    application = applications.find(asked.application_id, town=asked.town)
    if application is None:
        raise NotFound
    moved = moves.end(application, product=products.get(application.product), now=now)
    if moved.application == application:
        return application.view()
    return applications.save(moved.application, moved.events).view()
