"""What a department says itself: its answers to what it is asked to confirm, CloudEvents on an exchange of its own."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import unquote, urlsplit

import pika

from .events import CONTENT_TYPE, LARGEST, Malformed, PublicEvent, moment_of, type_of
from .queues import answers_of, department_of
from .schemas import problems_of

ANSWERED = "confirmation-answered"


class Outcome(StrEnum):
    """What may be answered."""

    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not-confirmed"


@dataclass(frozen=True, kw_only=True)
class Answer:
    """The answer to one `asking` of a `confirmation`, both as the event said that asked for it.

    `id` is the department's own, and makes it one and the same however often it is said: with another confirmation,
    asking or outcome it is refused. `time` is when it is said, by the department's clock: nothing rests on it, and what
    is said again may have another.
    """

    id: str
    department: str
    confirmation: str
    asking: int
    outcome: str
    time: datetime

    def to_json(self) -> bytes:
        """Always the same bytes of the same answer."""
        said = {
            "specversion": "1.0",
            "id": self.id,
            "source": source_of_department(self.department),
            "type": type_of(ANSWERED),
            "subject": self.confirmation,
            "time": moment_of(self.time),
            "datacontenttype": "application/json",
            "data": {"asking": self.asking, "outcome": self.outcome},
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def from_json(cls, body: bytes) -> "Answer":
        """Raises Malformed."""
        if len(body) > LARGEST:
            raise Malformed(f"longer than {LARGEST} bytes")
        try:
            said = json.loads(body)
        except (ValueError, RecursionError):
            raise Malformed("no JSON") from None
        if found := problems_of(said, type_of(ANSWERED)):
            raise Malformed("; ".join(found))
        return cls(
            id=said["id"],
            department=said["source"].removeprefix(source_of_department("")),
            confirmation=said["subject"],
            asking=said["data"]["asking"],
            outcome=said["data"]["outcome"],
            time=datetime.fromisoformat(said["time"]),
        )


class Answerer:
    """Answers what a department is asked to confirm.

        Answerer("amqps://department.police.0123456789abcdef:…@broker.example/loket-departments").answer(
            event, "confirmed"
        )

    What became of it comes as an event, `answer-taken` or `answer-refused`, whose `answer` is the id that is returned.
    """

    def __init__(self, uri: str) -> None:
        self._parameters = pika.URLParameters(uri)
        self._parameters.blocked_connection_timeout = 30
        user = unquote(urlsplit(uri).username or "")
        self.exchange = answers_of(user)
        """To which this user alone may speak, and nobody but Loket listens."""
        self._department = department_of(user)

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
        with pika.BlockingConnection(self._parameters) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, message_id=given.id)
            key = answer_key(asked.town, asked.data["department"])
            channel.basic_publish(self.exchange, key, given.to_json(), properties, mandatory=True)
        return given.id


def source_of_department(department: str) -> str:
    """The source of all that a department says: `/departments/police`."""
    return f"/departments/{department}"


def answer_key(town: str, asked: str) -> str:
    """The routing key of an answer that is wanted in a town of whom the catalogue calls so."""
    return f"{town}.{ANSWERED}.{asked}"
