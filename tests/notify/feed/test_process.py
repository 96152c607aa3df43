"""Departments' questions to notify as it runs: on the real broker and store, two processes at once."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from pymongo import MongoClient

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.definitions import together
from deploy.broker.departments import AtBroker, definitions_of, shared_definitions
from deploy.local.embedded.cluster import as_user
from services.chassis.addresses import beside
from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.contracts.contact import Contact
from services.contracts.departments import Topic, reference_of, virtual_host
from services.contracts.errors import NotAdmitted
from services.contracts.feed import Subscriber
from services.contracts.feed.events import PublicEvent
from services.contracts.notify import AdmitDepartment, CitizenTold, EventPage, Pass, ReadEvents, ReadReference
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import DepartmentStore
from tests.keys import RING
from tests.notify.fakes import ID, issued
from tests.notify.feed.making import TOWN, a_department
from tests.notify.process import ServiceProcess, locker
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@pytest.fixture
def asker(amqp_uri: str) -> Iterator[Asker]:
    asker = Asker(amqp_uri, {"notify": KeyRing.parse(RING)})
    yield asker
    asker.close()


def test_a_department_is_let_in_reads_what_was_told_and_finds_its_application(
    notify: ServiceProcess, asker: Asker, mongo_uri: str, database_prefix: str
) -> None:
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        database = client[f"{database_prefix}_notify"]
        DepartmentStore(database).add(a_department("police", f"{TOWN}.certificate-issued.*", facts=("residence",)))
        credential, secret = new_secret("police", now=datetime.now(UTC))
        CredentialStore(database).add(credential)
    for _ in range(2):
        notify.start()
    notify.publish(issued())

    admission = asker.ask(AdmitDepartment(town=TOWN, department="police", secret=secret))
    police = Pass(town=TOWN, department="police", key=admission.key)

    def told() -> EventPage | None:
        page = asker.ask(ReadEvents(asked_by=police))
        return page if any("certificate-issued" in each for each in page.events) else None

    page: EventPage = wait_for(told, what="the event")
    event = next(each for each in map(parsed, page.events) if each.type.endswith("certificate-issued.v1"))
    assert event.reference == reference_of(ID)
    referred = asker.ask(ReadReference(asked_by=police, reference=event.reference))
    assert (referred.application_id, referred.product) == (ID, issued().product)
    with pytest.raises(NotAdmitted):
        asker.ask(AdmitDepartment(town=TOWN, department="police", secret=f"{secret}x"))
    assert secret not in notify.log()


def test_a_broker_that_knows_no_departments_keeps_no_citizen_waiting_and_what_they_are_told_waits(
    notify: ServiceProcess, amqp_uri: str, broker: tuple[str, httpx.Client]
) -> None:
    """As beside a version that had none: until `loket broker declare`."""
    address = urlsplit(amqp_uri)
    vhost = virtual_host(address.path.removeprefix("/"))
    contact = locker("contacts").lock(Contact(email="citizen@example.org", language="nl"), bound_to=ID)
    notify.start()
    notify.publish(replace(issued(), contact=contact))

    notify.wait_event(CitizenTold)
    wait_for(lambda: '"bus": "departments"' in notify.log(), what="notify to tell what it waits for")
    known = AtBroker(id="police", topics=(Topic.parse(f"{TOWN}.certificate-issued.*"),), kept=timedelta(days=7))
    shared = shared_definitions(vhost, administrator=str(address.username))
    ours = [each for each in shared["permissions"] if each["user"] == address.username]
    OverHttp(HttpApi(str(broker[1].base_url).removesuffix("/").removesuffix("/api"))).take(
        together({**shared, "permissions": ours, "topic_permissions": []}, definitions_of(known, vhost, password="x"))
    )

    def arrived() -> list[str]:
        history = Subscriber(as_user(beside(amqp_uri, virtual_host), known.user, "x")).history()
        return [event.reference for event in history if event.name == "certificate-issued"]

    wait_for(lambda: reference_of(ID) in arrived(), what="the event at the police's")
    broker[1].delete(f"/vhosts/{vhost}").raise_for_status()
    broker[1].delete(f"/users/{known.user}").raise_for_status()


def parsed(body: str) -> PublicEvent:
    return PublicEvent.from_json(body.encode())
