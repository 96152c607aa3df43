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
from services.contracts.intake import ApplicationRefused
from services.contracts.registry import ExtractContradicted

PRODUCT = "household-composition"
FIELDS = {"purpose": "housing"}
BODY = {"product": PRODUCT, "fields": FIELDS}

CLIENTS = 8
PATIENCE_S = 300.0
"""Without a certificate: how long until none is waited for any more."""

PAUSE_S = 0.2
"""Between two applications on an idle system."""


class Issued(threading.Thread):
    """Listens to what becomes of applications: `at` is the monotonic time at which the certificate was heard of,
    `refused` are those for which there will be none, or none soon since the register contradicts itself (a few in a
    hundred of its people)."""

    def __init__(self, amqp_uri: str) -> None:
        super().__init__(daemon=True)
        self.uri = amqp_uri
        self._connection = connect(amqp_uri)
        channel = self._connection.channel()
        name = channel.queue_declare("", exclusive=True).method.queue
        for heard in (CertificateIssued, ApplicationRefused, ExtractContradicted):
            channel.queue_bind(name, "loket.events", heard.TYPE)
        channel.basic_consume(name, self._heard, auto_ack=True)
        self._channel = channel
        self.at: dict[str, float] = {}
        self.refused: set[str] = set()
        self._news: queue.SimpleQueue[None] = queue.SimpleQueue()

    def run(self) -> None:
        """Until closed."""
        self._channel.start_consuming()

    def until(self, ids: Sequence[str]) -> list[float]:
        """The times at which those that were not refused were issued. Raises PartError where one never is."""
        while missing := sum(each not in self.at and each not in self.refused for each in ids):
            try:
                self._news.get(timeout=PATIENCE_S)
            except queue.Empty:
                raise PartError(f"{missing} of {len(ids)} certificates never came; see the logs of the bench") from None
        return [self.at[each] for each in ids if each in self.at]

    def close(self) -> None:
        """Stop listening."""
        self._connection.add_callback_threadsafe(self._channel.stop_consuming)
        self.join()
        self._connection.close()

    def _heard(self, _channel: Any, method: Any, _properties: Any, body: bytes) -> None:
        application_id = json.loads(body)["subject"]
        if method.routing_key == CertificateIssued.TYPE:
            self.at[application_id] = time.monotonic()
        else:
            self.refused.add(application_id)
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
    applications: int
    certificates: int


def one_by_one(address: str, tokens: Sequence[str], issued: Issued, *, told: Callable[[], None]) -> list[float]:
    """An application of each of these citizens: milliseconds from the answer to the sealed and stored certificate, on a
    system that does nothing else."""
    found = []
    with httpx.Client(base_url=address, timeout=30, trust_env=False) as client:
        for token in tokens:
            accepted = _file(client, token)
            found += [(at - accepted.answered) * 1000 for at in issued.until([accepted.application_id])]
            told()
            time.sleep(PAUSE_S)  # the citizen is told meanwhile
    return found


def burst(address: str, tokens: Sequence[str], issued: Issued, *, told: Callable[[], None]) -> Burst:
    """An application of each of these citizens from CLIENTS clients as fast as they are answered."""
    clients = [httpx.Client(base_url=address, timeout=60, trust_env=False) for _ in range(CLIENTS)]

    def file(number: int) -> Accepted:
        accepted = _file(clients[number % CLIENTS], tokens[number])
        told()
        return accepted

    with ThreadPoolExecutor(CLIENTS) as pool:
        all_accepted = list(pool.map(file, range(len(tokens))))
    for client in clients:
        client.close()
    first = min(each.sent for each in all_accepted)
    done = issued.until([each.application_id for each in all_accepted])
    if not done:
        raise PartError("not one of the applications was granted; see the logs of the bench")
    return Burst(
        accepted_per_s=len(tokens) / (max(each.answered for each in all_accepted) - first),
        answer_ms=[(each.answered - each.sent) * 1000 for each in all_accepted],
        certificates_per_s=len(done) / (max(done) - first),
        applications=len(tokens),
        certificates=len(done),
    )


def _file(client: httpx.Client, token: str) -> Accepted:
    sent = time.monotonic()
    answer = client.post(
        "/api/v1/applications",
        json=BODY,
        headers={"Authorization": f"Bearer {token}", "Idempotency-Key": uuid.uuid4().hex},
    )
    answered = time.monotonic()
    if answer.status_code != httpx.codes.ACCEPTED:
        raise PartError(f"the gateway answers HTTP {answer.status_code} instead of 202: {answer.text[:200]}")
    return Accepted(application_id=answer.json()["application_id"], sent=sent, answered=answered)
