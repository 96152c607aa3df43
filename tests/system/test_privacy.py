"""Personal data stays where it belongs: not in queues, parked messages, logs, traces or other services' stores."""

import json
from typing import Any

import bson
import pika

from services.contracts.topology import SUBSCRIPTIONS
from tests.system.conftest import Deployment
from tests.waiting import wait_for


def test_nothing_readable_of_a_citizen_leaves_the_registry_and_the_paper(deployment: Deployment) -> None:
    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri)) as connection:
        channel = connection.channel()
        channel.queue_declare("wiretap", exclusive=True)
        channel.queue_bind("wiretap", "loket.events", "#")
        citizen = deployment.citizen("twelve-members")
        application = citizen.until(citizen.filed("household-composition"), "delivered")
        secrets = _known_of(deployment, citizen.number)

        heard = []
        while (message := channel.basic_get("wiretap", auto_ack=True))[2] is not None:
            heard.append(message[2])

    assert len(heard) >= 5
    for body in heard:
        _assert_silent(body, secrets, "an event")
    for service in ("intake", "notify"):
        for name in deployment.database(service).list_collection_names():
            for document in deployment.database(service)[name].find():
                _assert_silent(bson.encode(document), secrets, f"{service}.{name}")
    for log in deployment.stack.logs.glob("*.log"):
        _assert_silent(log.read_bytes(), secrets, log.name)
    (mail,) = wait_for(lambda: deployment.mails_about(application["application_id"]))
    _assert_silent(mail.get_body(("plain",)).get_content().encode(), secrets - {b"citizens.example"}, "the mail")


def test_the_registry_notes_who_looked_at_whose_data_and_why(deployment: Deployment) -> None:
    citizen = deployment.citizen("divorced")

    application = citizen.until(citizen.filed("residence"), "delivered")

    accesses = list(deployment.database("registry").accesses.find())
    assert any(application["application_id"] in json.dumps(access, default=str) for access in accesses)


def test_every_parked_message_queue_is_empty(deployment: Deployment) -> None:
    with pika.BlockingConnection(pika.URLParameters(deployment.stack.amqp_uri)) as connection:
        parked = {
            queue: connection.channel().queue_declare(f"{queue}.parked", passive=True).method.message_count
            for queue in SUBSCRIPTIONS
        }

    assert set(parked.values()) == {0}


def _known_of(deployment: Deployment, number: str) -> set[bytes]:
    """National numbers, last names and street of a household, and the citizen's mail domain."""
    registry = deployment.database("registry")
    dossier: dict[str, Any] = registry.dossiers.find_one({"town": "24001", "number": number})
    people = list(registry.dossiers.find({"town": "24001", "household": dossier["household"]}))
    return {
        b"citizens.example",
        *(street.encode() for street in dossier["stays"][-1]["address"]["street"].values()),
        *(person["number"].encode() for person in people),
        *(person["last_name"].encode() for person in people),
    }


def _assert_silent(content: bytes, secrets: set[bytes], where: str) -> None:
    for secret in secrets:
        assert secret not in content, f"{where} holds a citizen's data"
