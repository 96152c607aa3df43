"""An operator ends what nobody can make any more."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime

from services.contracts.delivery import Emptied
from services.contracts.errors import ASKED_ANEW, NotFound, StillBeingMade
from services.contracts.intake import ApplicationView, EndApplication
from services.contracts.product import Product
from services.intake.domain import moves
from services.intake.domain.application import Application
from services.intake.domain.ports import Applications
from services.intake.handlers.whose import check_id


def end_application(
    asked: EndApplication, *, applications: Applications, products: Mapping[str, Product], now: datetime
) -> ApplicationView:
    """End an application whose product is gone, or have documents asked anew whether it made it already.

    Raises NotFound, StillBeingMade, or what the move raises (moves.end).
    """
    check_id(asked.application_id)
    application = _found(asked, applications)
    moved = moves.end(application, product=products.get(application.product), now=now)
    after = applications.save(moved.application, moved.events) if moved.events else application
    if after.has_ended:
        return after.view()
    assert after.facts_expire_at is not None  # it is cleared
    raise StillBeingMade(ASKED_ANEW if moved.events else after.facts_expire_at.isoformat())


def _found(asked: EndApplication, applications: Applications) -> Application:
    with suppress(Emptied):
        if application := applications.find(asked.application_id, town=asked.town):
            return application
    raise NotFound
