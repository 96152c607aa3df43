"""What version 0.1 (commit 119679f) declared at the broker, word for word, by plain AMQP."""

from typing import Any

SUBSCRIPTIONS = {
    "registry.compile-extract": ("be.loket.intake.application-submitted.v1", "be.loket.intake.extract-requested.v1"),
    "intake.record-extract": (
        "be.loket.registry.extract-compiled.v1",
        "be.loket.registry.extract-refused.v1",
        "be.loket.registry.extract-deferred.v1",
    ),
    "documents.issue-certificate": ("be.loket.intake.application-cleared.v1",),
    "intake.record-certificate": (
        "be.loket.documents.certificate-issued.v1",
        "be.loket.documents.facts-expired.v1",
    ),
    "notify.tell-citizen": (
        "be.loket.documents.certificate-issued.v1",
        "be.loket.intake.application-refused.v1",
        "be.loket.intake.application-expired.v1",
    ),
    "intake.record-telling": (
        "be.loket.notify.citizen-told.v1",
        "be.loket.notify.message-undeliverable.v1",
    ),
}

QUESTIONS = (
    "intake.submit-application",
    "intake.list-applications",
    "intake.read-application",
    "intake.withdraw-application",
    "intake.find-certificate",
    "registry.read-prefill",
    "documents.fetch-certificate",
    "documents.verify-code",
    "documents.verify-file",
)

DELAYS = {"5s": 5_000, "30s": 30_000, "5m": 300_000, "30m": 1_800_000}


def declare(channel: Any) -> None:
    """On a pika channel."""
    kept = {"x-queue-type": "quorum", "x-delivery-limit": 1_000_000, "x-overflow": "reject-publish"}
    at_least_once = {"x-dead-letter-strategy": "at-least-once"}
    channel.exchange_declare("loket.events", "topic", durable=True)
    channel.exchange_declare("loket.parked", "direct", durable=True)
    for step, milliseconds in DELAYS.items():
        name = f"loket.delay.{step}"
        channel.exchange_declare(name, "fanout", durable=True)
        back = {"x-message-ttl": milliseconds, "x-dead-letter-exchange": "", **at_least_once}
        channel.queue_declare(name, durable=True, arguments=kept | back)
        channel.queue_bind(name, name, "")
    for queue, types in SUBSCRIPTIONS.items():
        channel.queue_declare(f"{queue}.parked", durable=True, arguments=kept)
        channel.queue_bind(f"{queue}.parked", "loket.parked", queue)
        parked = {"x-dead-letter-exchange": "loket.parked", "x-dead-letter-routing-key": queue, **at_least_once}
        channel.queue_declare(queue, durable=True, arguments=kept | parked | {"x-delivery-limit": 50})
        for event_type in types:
            channel.queue_bind(queue, "loket.events", event_type)
    for queue in QUESTIONS:
        channel.queue_declare(queue, durable=True, arguments={"x-queue-type": "quorum", "x-delivery-limit": 3})
