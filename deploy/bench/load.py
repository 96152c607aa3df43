"""Applications through the gateway, and the moment at which each certificate is sealed and stored."""

import json
import queue
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Self

import httpx

from deploy.broker.queues import connect
from deploy.local.embedded.part import PartError
from services.contracts.documents import CertificateIssued

CLIENTS = 8
PATIENCE_S = 300.0
PAUSE_S = 0.2
"""Between two applications on an idle system."""


class Issued(threading.Thread):
    """Listens to `certificate-issued`: application id to the monotonic time at which it was heard."""

    def __init__(self, amqp_uri: str) -> None:
        super().__init__(daemon=True)
        self._connection = connect(amqp_uri)
        channel = self._connection.channel()
        name = channel.queue_declare("", exclusive=True).method.queue
        channel.queue_bind(name, "loket.events", CertificateIssued.TYPE)
        channel.basic_consume(name, self._heard, auto_ack=True)
        self._channel = channel
        self.at: dict[str, float] = {}
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()

    def run(self) -> None:
        """Until closed."""
        self._channel.start_consuming()

    def until(self, ids: Sequence[str]) -> list[float]:
        """The times at which they were issued. Raises PartError where one never is."""
        end = time.monotonic() + PATIENCE_S
        while any(each not in self.at for each in ids):
            try:
                self._news.get(timeout=max(0.0, end - time.monotonic()))
            except queue.Empty:
                missing = sum(each not in self.at for each in ids)
                raise PartError(f"{missing} of {len(ids)} certificates never came; see the logs of the bench") from None
        return [self.at[each] for each in ids]

    def close(self) -> None:
        """Stop listening."""
        self._connection.add_callback_threadsafe(self._channel.stop_consuming)
        self.join()
        self._connection.close()

    def _heard(self, _channel: Any, _method: Any, _properties: Any, body: bytes) -> None:
        self.at[json.loads(body)["subject"]] = time.monotonic()
        self._news.put(None)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, kw_only=True)
class Accepted:
    """One application: when it was sent, and when the gateway's 202 was there."""

    application_id: str
    sent: float
    answered: float


@dataclass(frozen=True, kw_only=True)
class Burst:
    """Many at once: how fast they were accepted, and made into certificates from the first that was sent."""

    accepted_per_s: float
    answer_ms: list[float]
    certificates_per_s: float


def one_by_one(
    address: str, tokens: Sequence[str], issued: Issued, *, count: int, body: dict[str, Any], told: Callable[[], None]
) -> list[float]:
    """Milliseconds from the answer to the sealed and stored certificate, on a system that does nothing else."""
    found = []
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        for number in range(count):
            accepted = _file(client, tokens[number % len(tokens)], body)
            (at,) = issued.until([accepted.application_id])
            found.append((at - accepted.answered) * 1000)
            told()
            time.sleep(PAUSE_S)  # the citizen is told meanwhile
    return found


def burst(
    address: str, tokens: Sequence[str], issued: Issued, *, count: int, body: dict[str, Any], told: Callable[[], None]
) -> Burst:
    """`count` applications from CLIENTS clients as fast as they are answered."""
    clients = [httpx.Client(base_url=address, timeout=60, trust_env=False) for _ in range(CLIENTS)]

    def file(number: int) -> Accepted:
        accepted = _file(clients[number % CLIENTS], tokens[number % len(tokens)], body)
        told()
        return accepted

    with ThreadPoolExecutor(CLIENTS) as pool:
        all_accepted = list(pool.map(file, range(count)))
    for client in clients:
        client.close()
    first = min(each.sent for each in all_accepted)
    done = issued.until([each.application_id for each in all_accepted])
    return Burst(
        accepted_per_s=count / (max(each.answered for each in all_accepted) - first),
        answer_ms=[(each.answered - each.sent) * 1000 for each in all_accepted],
        certificates_per_s=count / (max(done) - first),
    )


def _file(client: httpx.Client, token: str, body: dict[str, Any]) -> Accepted:
    sent = time.monotonic()
    answer = client.post(
        "/api/v1/applications",
        json=body,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex},
    )
    answered = time.monotonic()
    if answer.status_code != httpx.codes.ACCEPTED:
        raise PartError(f"the gateway answers HTTP {answer.status_code} instead of 202: {answer.text[:200]}")
    return Accepted(application_id=answer.json()["application_id"], sent=sent, answered=answered)
