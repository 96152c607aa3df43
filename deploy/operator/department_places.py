"""Where departments are kept: notify's store, and for how long the broker keeps what they were told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from pymongo.database import Database

from deploy.broker.departments import AtBroker
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack
from services.chassis.database import connect as connect_store
from services.chassis.settings import whole
from services.contracts.departments import KEPT_DAYS, MOST_KEPT_DAYS
from services.notify.feed.departments import Department

KEPT_VARIABLE = "LOKET_DEPARTMENTS_KEPT_DAYS"


@contextmanager
def notify_database(stack: Stack) -> Iterator[Database[dict[str, Any]]]:
    """Where what is known of departments is kept."""
    with connect_store(stack.mongo_uri, appname="loket") as client:
        yield client[f"{stack.database}_notify"]


def at_broker(department: Department, *, kept: timedelta) -> AtBroker:
    """As the broker knows it; its stream is kept for so long."""
    return AtBroker(
        id=department.id,
        user=department.user,
        topics=department.topics,
        answers=department.answers,
        kept=kept,
    )


def kept_for(stack: Stack) -> timedelta:
    """How long departments can catch up; what was declared before keeps its own. Raises PartError for no such time."""
    try:
        return timedelta(days=whole(1, MOST_KEPT_DAYS)(stack.outside.get(KEPT_VARIABLE) or str(KEPT_DAYS)))
    except ValueError as wrong:
        raise PartError(f"{KEPT_VARIABLE}: {wrong}") from None
