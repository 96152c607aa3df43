"""When the time of an application is over."""

from datetime import datetime

from services.contracts.retention import Cutoffs
from services.intake.domain.application import ISSUED, Application


def settled_at(application: Application) -> datetime | None:
    """The last line of its timeline, from which `request_days` count; None while it waits for anything.

    It waits until it ended or is issued, and from then on until the citizen was told or that was given up.
    """
    waits = application.deadline is not None or not (application.has_ended or application.state in ISSUED)
    return None if waits else application.timeline[-1].at


def is_over(application: Application, cutoffs: Cutoffs) -> bool:
    """Nobody may read it any more."""
    settled = settled_at(application)
    return settled is not None and settled <= cutoffs.of(application.product)
