"""Departments' questions to notify as it runs: on the real broker and store, two processes at once."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient

from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.contracts.departments import reference_of
from services.contracts.errors import NotAdmitted
from services.contracts.feed.events import PublicEvent
from services.contracts.notify import AdmitDepartment, EventPage, Pass, ReadEvents, ReadReference
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import DepartmentStore
from tests.keys import RING
from tests.notify.fakes import ID, issued
from tests.notify.feed.making import TOWN, a_department
from tests.notify.process import ServiceProcess
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


def parsed(body: str) -> PublicEvent:
    return PublicEvent.from_json(body.encode())
