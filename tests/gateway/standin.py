"""Services behind a real broker: they answer as FakeServices does, over the wire as `@answers` does."""

import threading
from typing import Any

from kombu import Connection, Consumer, Queue

from services.chassis.locking import KeyRing, Locker
from services.chassis.publisher import TRANSIENT, Publisher
from services.chassis.topology import ANSWERS, EVENTS
from services.contracts.envelope import CONTENT_TYPE, Envelope, source_of
from services.contracts.errors import DomainError
from services.contracts.intake import ApplicationMoved
from services.contracts.questions import QUESTIONS
from services.contracts.schema import dump, load
from services.contracts.topology import QUESTION_QUEUES
from tests.broker import declare_on
from tests.gateway.fakes import NOW, FakeServices
from tests.keys import RING, signed


class StandIn(threading.Thread):
    """Answers within its block."""

    def __init__(self, amqp_uri: str, services: FakeServices) -> None:
        super().__init__(daemon=True)
        self._uri = amqp_uri
        self._services = services
        self._locker = Locker("questions", KeyRing.parse(RING))
        self._publisher = Publisher(amqp_uri, confirm_timeout_s=10)
        self._done = threading.Event()
        self.ready = threading.Event()

    def run(self) -> None:
        declare_on(self._uri)
        with Connection(self._uri) as connection:
            channel = connection.default_channel
            consumers = []
            for name in QUESTION_QUEUES:
                consumers.append(
                    Consumer(channel, [Queue(name, no_declare=True)], on_message=self._answering(QUESTIONS[name]))
                )
            for consumer in consumers:
                consumer.consume(no_ack=True)
            self.ready.set()
            while not self._done.is_set():
                try:
                    connection.drain_events(timeout=0.1)
                except TimeoutError:
                    continue

    def __enter__(self) -> "StandIn":
        self.start()
        assert self.ready.wait(20)
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self.join()
        self._publisher.close()

    def moved(self, id: str) -> None:
        """What intake says after a change."""
        event = ApplicationMoved(application_id=id, state="cleared")
        envelope = Envelope(
            id=f"{id}:moved",
            type=event.TYPE,
            source=source_of("24001", "intake"),
            subject=id,
            time=NOW,
            data=dump(event),
        )
        body = envelope.to_json()
        self._publisher.publish(
            body,
            exchange=EVENTS.name,
            routing_key=event.TYPE,
            headers=signed(body, "intake"),
            content_type=CONTENT_TYPE,
            mandatory=False,
        )

    def _answering(self, question_cls: type[Any]) -> Any:
        def answer(message: Any) -> None:
            asked = message.properties["correlation_id"]
            body = message.body if isinstance(message.body, str) else bytes(message.body).decode()
            question = load(question_cls, self._locker.unlock_data(body, bound_to=asked)["question"])
            try:
                reply = {"answer": dump(self._services.ask(question))}
            except DomainError as error:
                reply = {"error": {"slug": error.slug, "detail": error.detail, "fields": error.fields}}
            self._publisher.publish(
                self._locker.lock_data(reply, bound_to=asked).encode(),
                exchange=ANSWERS.name,
                routing_key=message.properties["reply_to"],
                correlation_id=asked,
                delivery_mode=TRANSIENT,
                mandatory=False,
            )

        return answer
