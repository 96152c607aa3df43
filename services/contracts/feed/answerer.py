"""Answers what a department is asked to confirm."""

from datetime import UTC, datetime

import pika

from .answers import Answer, answer_key
from .connecting import Address
from .events import CONTENT_TYPE, PublicEvent
from .queues import answers_of, department_of

BLOCKED_S = 30


class Answerer:
    """Answers what a department is asked to confirm.

        Answerer("amqps://department.zone-5387.0123456789abcdef:…@broker.example/loket-departments").answer(
            event, "confirmed"
        )

    What became of it comes as an event, `answer-taken` or `answer-refused`, whose `answer` is the id that is returned.
    """

    def __init__(self, uri: str) -> None:
        self._address = Address(uri, blocked_s=BLOCKED_S)
        self.exchange = answers_of(self._address.user)
        """To which this user alone may speak, and nobody but Loket listens."""
        self._department = department_of(self._address.user)

    def answer(self, asked: PublicEvent, outcome: str, *, id: str | None = None) -> str:
        """Answer a `confirmation-requested` or `-reminded`; returns once the broker has it, with the answer's id.

        Without an `id` of yours it is made of what is answered: the same answer is the same event, so that it may be
        given again whenever it is not sure that it left. Raises pika's NackError where too many wait,
        UnroutableError or ChannelClosedByBroker where the department may not answer that, and its connection errors.
        """
        confirmation, asking = asked.data["confirmation"], asked.data["asking"]
        given = Answer(
            id=id or f"{confirmation}:{asking}:{outcome}",
            department=self._department,
            confirmation=confirmation,
            asking=asking,
            outcome=str(outcome),
            time=datetime.now(UTC),
        )
        with self._address.connect() as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, message_id=given.id)
            key = answer_key(asked.town, asked.data["department"])
            channel.basic_publish(self.exchange, key, given.to_json(), properties, mandatory=True)
        return given.id
