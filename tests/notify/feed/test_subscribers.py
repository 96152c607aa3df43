"""Subscribers without a line of ours read every type of event, told by notify as the sandbox tells it."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pika
import pytest
from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_rabbitmq_event
from pymongo import MongoClient

from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.contracts.departments import SANDBOX
from services.contracts.feed.events import CONTENT_TYPE, type_of
from services.contracts.feed_schemas import told_events
from services.contracts.notify import AdmitDepartment, Pass, SandboxTold, TellSandbox
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import DepartmentStore
from tests.deploy.broker.side import POLICE, Side, department
from tests.keys import RING
from tests.notify.feed.making import TOWN, a_department
from tests.notify.process import ServiceProcess

pytestmark = pytest.mark.slow

Read = Callable[[Any, bytes], dict[str, Any]]


def with_pika_alone(properties: Any, body: bytes) -> dict[str, Any]:
    assert properties.content_type == CONTENT_TYPE
    said: dict[str, Any] = json.loads(body)
    return said


def with_the_sdk_of_cloudevents(properties: Any, body: bytes) -> dict[str, Any]:
    """By its binding for RabbitMQ, which tells from the content type that the whole event is in the body."""
    headers = {name: str(value) for name, value in properties.headers.items()}
    event = from_rabbitmq_event(RabbitMQMessage(headers=headers, content_type=properties.content_type, body=body))
    return {
        "specversion": event.get_specversion(),
        "id": event.get_id(),
        "source": event.get_source(),
        "type": event.get_type(),
        "subject": event.get_subject(),
        "time": event.get_time().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "datacontenttype": event.get_datacontenttype(),
        "data": event.get_data(),
    }


@pytest.fixture
def told(notify: ServiceProcess, amqp_uri: str, mongo_uri: str, database_prefix: str) -> Iterator[Callable[[], Any]]:
    """What the sandbox says that it told the police, who asked for one of each."""
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        database = client[f"{database_prefix}_notify"]
        DepartmentStore(database).add(a_department("police"))
        credential, secret = new_secret("police", now=datetime.now(UTC))
        CredentialStore(database).add(credential)
    notify.start()
    asker = Asker(amqp_uri, {"notify": KeyRing.parse(RING)})

    def tell() -> list[str]:
        admitted = asker.ask(AdmitDepartment(town=TOWN, department="police", secret=secret))
        answer: SandboxTold = asker.ask(
            TellSandbox(asked_by=Pass(town=TOWN, department="police", key=admitted.key), events=())
        )
        return list(answer.events)

    yield tell
    asker.close()


@pytest.mark.parametrize("read", [with_pika_alone, with_the_sdk_of_cloudevents])
def test_every_type_of_event_is_read_as_it_was_told(
    departments: Side, told: Callable[[], list[str]], read: Read
) -> None:
    uri = departments.add(department("police"))

    said = [json.loads(each) for each in told()]

    heard = []
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        for method, properties, body in channel.consume(POLICE):
            heard.append(read(properties, body))
            channel.basic_ack(method.delivery_tag)
            if len(heard) == len(said):
                break
    by_id = {each["id"]: each for each in said}
    assert {each["id"]: each for each in heard} == by_id
    assert {each["type"] for each in heard} == set(map(type_of, told_events()))
    assert {each["source"] for each in heard} == {f"/towns/{SANDBOX}"}
