"""`python -m deploy.demo.police FILE`: a police zone that confirms everything, LOKET_DEMO_POLICE_S after it is asked.

It has what any department has, and no more: the address in FILE, from which it hears what it is asked, and to which it
answers. What it was asked before it began it reads in its stream. Where it is to say no, or nothing, give it more time
and answer in its place.
"""

from services.chassis import lean  # noqa: F401 - before structlog

# isort: split

import logging
import os
import signal
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from pika.exceptions import AMQPError

from deploy.demo.police.unanswered import Unanswered
from services.chassis import logs
from services.contracts.feed import Answerer, Outcome, PublicEvent, Since, Subscriber

LOOK_S = 0.5
AGAIN_S = 5.0
"""Before its connection is tried again, with what the file says then: its password may be another."""

log = structlog.get_logger()


def main() -> None:
    """Until SIGTERM."""
    logs.set_up("police", "info")
    logging.getLogger("pika").setLevel(logging.WARNING)
    file, after = Path(sys.argv[1]), timedelta(seconds=float(os.environ.get("LOKET_DEMO_POLICE_S") or 60))
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.wait(LOOK_S):
        if not file.exists():
            continue
        try:
            serve(file.read_text(encoding="ascii").strip(), after=after, ended=ended)
        except AMQPError as error:
            log.warning("police_not_admitted", error=type(error).__name__)
            ended.wait(AGAIN_S)


def serve(uri: str, *, after: timedelta, ended: threading.Event) -> None:
    """Hear and answer. Raises pika's errors where it is not let in."""
    unanswered, subscriber, answerer = Unanswered(), Subscriber(uri), Answerer(uri)
    failed: list[AMQPError] = []

    def hear() -> None:
        try:
            subscriber.run(unanswered.hear, since=Since())
        except AMQPError as error:
            failed.append(error)

    hearing = threading.Thread(target=hear, name="hearing")
    hearing.start()
    while hearing.is_alive() and not ended.wait(LOOK_S):
        for event in unanswered.due(datetime.now(UTC) - after):
            if answer(answerer, event):
                unanswered.is_answered(event)
    subscriber.stop()
    hearing.join()
    if failed:
        raise failed[0]


def answer(answerer: Answerer, event: PublicEvent) -> bool:
    """Whether it left; what did not is tried again."""
    try:
        id = answerer.answer(event, Outcome.CONFIRMED)
    except AMQPError as error:
        log.warning("police_not_answered", confirmation=event.data["confirmation"], error=type(error).__name__)
        return False
    log.info("police_answered", confirmation=event.data["confirmation"], answer=id)
    return True


if __name__ == "__main__":
    main()
    sys.exit(0)
