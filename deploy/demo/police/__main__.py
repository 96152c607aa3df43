"""`python -m deploy.demo.police`: a police zone that confirms everything, LOKET_DEMO_POLICE_S after it is asked.

It sees what `loket confirmations list` shows, opens with the police's own keys about whom it is asked, and answers as
an operator would. Where it is to say no, or nothing, give it more time and answer in its place.
"""

from services.chassis import lean  # noqa: F401 - before structlog

# isort: split

import os
import signal
import sys
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pymongo.database import Database
from pymongo.errors import PyMongoError

from deploy.local.stack import Stack, this_stack
from deploy.operator.answering import give_answer
from deploy.operator.rings import key_ring
from deploy.operator.terminal import Mistake
from services.chassis import logs
from services.chassis.database import connect
from services.chassis.locking import Locker
from services.contracts.confirmations import Concerned, Outcome
from services.contracts.delivery import TryLater, Unacceptable
from services.intake.awaited import Awaited, awaited

DEPARTMENT = "police"
BY = "demonstration police zone"
LOOKS_S = 5.0
"""At most between two looks; as often as it answers, where that is sooner."""

log = structlog.get_logger()


def main() -> None:
    """Until SIGTERM. A look that fails is taken again."""
    logs.set_up(DEPARTMENT, "info")
    after = timedelta(seconds=float(os.environ.get("LOKET_DEMO_POLICE_S") or 60))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    stack = this_stack()
    towns = tuple(stack.towns())
    with connect(stack.mongo_uri, appname=DEPARTMENT) as client:
        database = client[f"{stack.database}_intake"]
        while not ended.wait(min(LOOKS_S, max(after.total_seconds(), 0.5))):
            try:
                look(stack, database, towns=towns, after=after, now=datetime.now(UTC))
            except PyMongoError as error:
                log.warning("police_not_answered", error=type(error).__name__)


def look(
    stack: Stack, database: Database[dict[str, Any]], *, towns: Iterable[str], after: timedelta, now: datetime
) -> int:
    """Answer what has waited long enough; how many. What cannot be answered waits on, and keeps no other from it.
    Raises PyMongoError.
    """
    found = [each for town in towns for each in awaited(database, town=town, department=DEPARTMENT)]
    due = [each for each in found if each.asked_at + after <= now]
    answered = 0
    for each in due:
        try:
            _answer(stack, each)
        except Mistake as error:
            log.warning("police_not_answered", reference=each.reference, error=type(error).__name__)
        else:
            answered += 1
    return answered


def _answer(stack: Stack, asked: Awaited) -> None:
    keys = key_ring(stack, "LOKET_KEYS_CONFIRMATIONS", "from which its own are derived").derived(DEPARTMENT)
    try:
        Locker("confirmations", keys).unlock(Concerned, asked.concerning, bound_to=asked.reference)
    except (Unacceptable, TryLater) as error:
        raise Mistake(f"{asked.reference} does not unlock ({error.reason})") from None
    give_answer(
        stack,
        town=asked.town,
        department=DEPARTMENT,
        reference=asked.reference,
        asking=asked.asking,
        outcome=Outcome.CONFIRMED.value,
        by=BY,
    )
    log.info("police_answered", reference=asked.reference, asking=asked.asking)


if __name__ == "__main__":
    main()
    sys.exit(0)
