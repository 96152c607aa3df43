"""The broker's administrator, who has every right there and no key, brings nothing about."""

import json
import secrets
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker

from deploy.local.embedded.broker import installed_release
from deploy.operator.dead_letters import DeadLetters
from services.chassis.signing import SIGNATURE, SigningKey
from services.contracts import asyncapi
from services.contracts.envelope import CONTENT_TYPE
from services.contracts.events import EVENTS
from services.contracts.topology import SUBSCRIPTIONS
from services.registry.sources.population.populations import Populations
from tests.system.conftest import Deployment
from tests.waiting import wait_for

TOWN = "24001"


@pytest.fixture
def letters(deployment: Deployment, tmp_path: Path) -> Iterator[DeadLetters]:
    found = DeadLetters(deployment.stack.amqp_uri, audit=tmp_path / "audit.jsonl")
    yield found
    parked = [letter.id for letter in found.list()]
    found.drop(*parked, reason="forged by a test")


@pytest.fixture
def pending(deployment: Deployment) -> Iterator[tuple[str, dict[str, Any]]]:
    """An application that waits for the register, and another citizen's certificate."""
    other = deployment.citizen("single")
    theirs = other.until(other.filed("life"), "delivered")
    population = Populations(deployment.database("registry"))
    population.pause(TOWN)
    own = deployment.citizen("demo-citizen")
    application = own.until(own.filed("residence"), "deferred")
    yield application["application_id"], theirs
    population.resume(TOWN)
    own.until(application["application_id"], "delivered")


def forged(event_type: str, application_id: str, certificate_id: str) -> bytes:
    """A golden example about another application, with everything else as its emitter would write it."""
    event = json.loads((asyncapi.GOLDEN / f"{event_type}.json").read_bytes())
    event["source"] = f"/towns/{TOWN}/{EVENTS[event_type].EMITTER}"
    event["subject"] = event["data"]["application_id"] = application_id
    event["id"] = f"{application_id}:{event_type.split('.')[-2]}:9"
    event["sequence"] = 2
    if "certificate_id" in event["data"]:
        event["data"]["certificate_id"] = certificate_id
    return json.dumps(event).encode()


def state_of(deployment: Deployment) -> dict[str, Any]:
    """All that intake, documents and notify keep, and what registry says of the application."""
    return {
        f"{service}.{name}": sorted(map(str, deployment.database(service)[name].find({}, {"outbox": 0, "due_at": 0})))
        for service, name in (
            ("intake", "applications"),
            ("documents", "certificates"),
            ("documents", "files.files"),
            ("notify", "correspondences"),
        )
    }


def state_at_rest(deployment: Deployment) -> dict[str, Any]:
    """The state once nothing that was asked for goes on: mails are being told of, sweeps mark what they did."""

    def unchanged() -> dict[str, Any] | None:
        before = state_of(deployment)
        time.sleep(1)  # more than a sweep
        return before if state_of(deployment) == before else None

    found: dict[str, Any] = wait_for(unchanged, what="all services to be at rest")
    return found


def test_no_forged_event_of_any_type_changes_anything(
    deployment: Deployment, pending: tuple[str, dict[str, Any]], letters: DeadLetters
) -> None:
    application_id, theirs = pending
    stranger = {name: SigningKey(f"{name}.demo", secrets.token_bytes(32)) for name in ("intake", "registry")}
    before = state_at_rest(deployment)
    mails = len(deployment.mails())
    kept = [event for event in EVENTS.values() if not event.EPHEMERAL]

    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        for event in kept:
            body = forged(event.TYPE, application_id, theirs["certificate_id"])
            for headers in (
                {},
                {SIGNATURE: f"{event.EMITTER}.demo:{'A' * 86}"},
                {SIGNATURE: stranger["intake"].sign(body)},
                {SIGNATURE: stranger["registry"].sign(body)},
                {SIGNATURE: "gateway.demo:AAAA"},
            ):
                properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, headers=headers)
                channel.basic_publish("loket.events", event.TYPE, body, properties, mandatory=True)

    listeners = sum(len(each.events) for each in SUBSCRIPTIONS.values())
    parked = wait_for(lambda: (found := letters.list()) and len(found) == listeners * 5 and found, what="all parked")
    assert {letter.reason for letter in parked} == {"unsigned", "forged", "unknown-signer"}
    assert state_of(deployment) == before
    assert len(deployment.mails()) == mails


def test_naming_somebody_elses_certificate_hands_nothing_over(
    deployment: Deployment, pending: tuple[str, dict[str, Any]], letters: DeadLetters
) -> None:
    """The worst that was found: a forged `certificate-issued` for one's own application opened another's file."""
    application_id, theirs = pending
    own = deployment.citizen("demo-citizen")
    body = forged("be.loket.documents.certificate-issued.v1", application_id, theirs["certificate_id"])

    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri)) as connection:
        properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2)
        connection.channel().basic_publish("", "intake.record-certificate", body, properties)
    wait_for(letters.list, what="the forgery to be parked")

    answer = own.http.get(f"/api/v1/certificates/{theirs['certificate_id']}")
    assert answer.status_code == 503  # the register is paused: nobody can say that it is not under another number
    assert own.application(application_id)["state"] == "deferred"
    assert own.application(application_id)["certificate_id"] is None


def test_documents_compares_certificate_and_application(deployment: Deployment) -> None:
    """Were intake itself wrong about whose a certificate is, documents would still not hand it over."""
    other = deployment.citizen("single")
    theirs = other.until(other.filed("life"), "delivered")
    own = deployment.citizen("demo-citizen")
    mine = own.until(own.filed("life"), "delivered")
    applications = deployment.database("intake").applications
    applications.update_one({"_id": mine["application_id"]}, {"$set": {"certificate_id": theirs["certificate_id"]}})

    answer = own.http.get(f"/api/v1/certificates/{theirs['certificate_id']}")

    applications.update_one({"_id": mine["application_id"]}, {"$set": {"certificate_id": mine["certificate_id"]}})
    assert answer.status_code == 404
    assert own.certificate(own.application(mine["application_id"])).startswith(b"%PDF-")


def test_what_a_service_may_publish_beside_its_rights_is_parked(
    deployment: Deployment, pending: tuple[str, dict[str, Any]], letters: DeadLetters
) -> None:
    """RabbitMQ 3.10 checks the routing key, but not the further ones in a header CC: there the signature decides. 4.0
    checks them all, and refuses."""
    application_id, theirs = pending
    before = state_at_rest(deployment)
    body = forged("be.loket.documents.certificate-issued.v1", application_id, theirs["certificate_id"])

    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri_for("notify"))) as connection:
        headers = {"CC": ["be.loket.documents.certificate-issued.v1"]}
        properties = pika.BasicProperties(content_type=CONTENT_TYPE, delivery_mode=2, headers=headers)
        channel = connection.channel()
        channel.confirm_delivery()
        publish = partial(channel.basic_publish, "loket.events", "be.loket.notify.citizen-told.v1", body, properties)
        if installed_release() >= 4:
            with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
                publish()
        else:
            publish()
            wait_for(letters.list, what="it to be parked")

    assert state_at_rest(deployment) == before
