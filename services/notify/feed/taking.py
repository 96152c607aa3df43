"""Takes what departments said out of their queues at the broker, one from each in turn.

Each has a queue of its own, with an end, which refuses what is too much: a flood is in the way of who floods alone.
Looking is as good as listening here, and needs nobody to notice that a department came or went.
"""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import Any

import structlog
from amqp.exceptions import ChannelError
from kombu import Connection
from pymongo.errors import PyMongoError

from services.chassis import crash
from services.chassis.addresses import LOST, Addresses
from services.chassis.crash import crash_point
from services.chassis.deliveries import body_of
from services.chassis.logs import raised_at
from services.chassis.topology import DEATHS
from services.chassis.wire import UNREADABLE
from services.contracts.feed.queues import answers_of
from services.notify.feed.answering import Said
from services.notify.feed.departments import Department

log = structlog.get_logger()

BROKER_S = 5.0

LOOK_S = 2.0
"""How long one look goes on taking: then who else there is, is looked up again."""

POINTS = "notify.hear-answer"
"""Begins the names of the chassis' crash points while one is heard."""

Hear = Callable[[Said], bool]
"""False where it is refused, or cannot be handled: it is parked then, for the operator to see."""


class AnswerQueues:
    """Over one connection, made when it is needed. For one look at a time."""

    def __init__(self, uri: str) -> None:
        self._addresses = Addresses(uri)
        self._connection: Connection | None = None
        self._channel: Any = None
        self._without_queue: set[str] = set()
        self._broken: set[str] = set()

    def look(self, departments: Iterable[Department], hear: Hear) -> None:
        """Until nothing waits, or for LOOK_S. What was not settled when something broke comes again."""
        waiting = [each for each in departments if each.answers]
        end = monotonic() + LOOK_S
        while waiting and monotonic() < end:
            waiting = [each for each in waiting if self._has_more(each, hear)]

    def _has_more(self, department: Department, hear: Hear) -> bool:
        """Whether there was one of this department. What breaks the connection is its own doing, or the broker is away:
        it goes back, the others' turn comes, and the broker parks what was handed out too often."""
        try:
            was_one = self._take_one(department, hear)
            self._broken.discard(department.user)
            return was_one
        except PyMongoError:
            self.stop()
            raise
        except Exception as error:  # noqa: BLE001 - also what cannot be decoded
            if department.user not in self._broken:  # once, until it goes again: there is a look each second
                self._broken.add(department.user)
                log.warning("answers_not_taken", department=department.id, error=type(error).__name__)
            self.stop()
            return False
        except BaseException:
            self.stop()  # what was in hand goes back
            raise

    def stop(self) -> None:
        """Let go of the broker."""
        if self._connection is not None:
            self._connection.collect()
            self._connection = self._channel = None

    def _opened(self) -> Any:
        if self._connection is None:
            patience = {"read_timeout": BROKER_S, "write_timeout": BROKER_S}
            self._connection = self._addresses.connect(connect_timeout=BROKER_S, transport_options=patience)
        if self._channel is None:
            self._channel = self._connection.channel()
            self._channel.auto_decode = False  # as what it is encoded is for its writer to say, and ours to doubt
        return self._channel

    def _take_one(self, department: Department, hear: Hear) -> bool:
        """Whether there was one."""
        channel = self._opened()
        try:
            message = channel.basic_get(answers_of(department.user))
        except ChannelError as error:  # not declared yet, or not any more; it has closed the channel
            self._channel = None
            self._tell_missing(department, error)
            return False
        self._without_queue.discard(department.user)
        if message is None:
            return False
        said = Said(by=department, key=message.delivery_info["routing_key"], body=body_of(message))
        if not _may_be_given_back(message):
            channel.basic_ack(message.delivery_tag)
            self._is_taken(said, hear)
        elif self._is_taken(said, hear):
            channel.basic_ack(message.delivery_tag)
        else:
            channel.basic_reject(message.delivery_tag, requeue=False)
        return True

    def _tell_missing(self, department: Department, error: Exception) -> None:
        """Once, until it is there: there is a look each second."""
        if department.user not in self._without_queue:
            self._without_queue.add(department.user)
            log.warning("answers_not_there", department=department.id, error=type(error).__name__)

    @staticmethod
    def _is_taken(said: Said, hear: Hear) -> bool:
        """What cannot be handled at all is parked, too, and is in nobody's way."""
        crash.queue.set(POINTS)
        try:
            taken = hear(said)
        except (PyMongoError, *LOST):
            raise
        except Exception as error:  # noqa: BLE001 - logged, and parked
            log.error("answer_failed", department=said.by.id, error=type(error).__name__, raised_at=raised_at(error))
            return False
        crash_point("notify.answer-heard")
        log.info("answer_heard", department=said.by.id, taken=taken)
        return taken


def _may_be_given_back(message: Any) -> bool:
    """Not what brings a history of its own: RabbitMQ 3.10 goes by it as it parks, and where it is none (`x-death: [7]`)
    parks nothing of anybody any more. What cannot be read may hide one. Such an answer is heard at most once."""
    headers = message.properties.get("application_headers") or {}
    if found := headers.keys() & {DEATHS, UNREADABLE}:
        log.warning("answer_not_given_back", header=min(found))
    return not found
