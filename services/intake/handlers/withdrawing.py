"""A citizen takes an application back."""

from datetime import datetime

from services.contracts.intake import (
    ApplicationView,
    WithdrawApplication,
)
from services.contracts.restoring import LostTime
from services.intake.domain import moves
from services.intake.domain.ports import Applications, Pseudonyms
from services.intake.handlers.whose import own_application


def withdraw_application(
    asked: WithdrawApplication,
    *,
    applications: Applications,
    pseudonyms: Pseudonyms,
    lost: tuple[LostTime, ...] = (),
    now: datetime,
) -> ApplicationView:
    """Take an application back. Raises NotFound, ApplicationLost or NotWithdrawable."""
    application = own_application(asked, applications, pseudonyms, lost)
    moved = moves.withdraw(application, now=now)
    if moved.application == application:
        return application.view()
    return applications.save(moved.application, moved.events).view()
