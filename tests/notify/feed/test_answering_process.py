"""What departments answer, as notify runs: over the real broker, in two processes, killed at every step."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pika
import pytest
from pymongo import MongoClient

from deploy.broker.administration import HttpApi, OverHttp
from deploy.broker.departments import AtBroker, definitions_of, shared_definitions
from deploy.local.embedded.cluster import as_user
from services.chassis.addresses import beside
from services.contracts.confirmations import AnswerTaken, ConfirmationRequested
from services.contracts.departments import Answering, confirmation_reference_of, virtual_host
from services.contracts.feed import Answerer, PublicEvent, Subscriber
from services.contracts.feed.answers import answer_key
from services.contracts.notify import AnswerGiven
from services.notify.feed.departments import Department, DepartmentStore
from tests.notify.conftest import StartPost
from tests.notify.fakes import NOON, a_town
from tests.notify.feed.making import TOWN
from tests.notify.process import ServiceProcess
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

PRODUCT = "criminal-record-596-2"
ANSWERS = (Answering(town=TOWN, asked="police"),)
REQUESTED = ConfirmationRequested(
    application_id="application-1",
    reference="application-1-1",
    asking=1,
    department="police",
    product=PRODUCT,
    concerning="locked",
    due_at=NOON + timedelta(days=28),
    requested_at=NOON,
)


class Departments:
    """The departments' virtual host of a test, and who is let in there."""

    def __init__(self, amqp_uri: str, administration: OverHttp, store: DepartmentStore) -> None:
        self.uri = beside(amqp_uri, virtual_host)
        self._administration, self._store = administration, store

    @property
    def vhost(self) -> str:
        return urlsplit(self.uri).path.removeprefix("/")

    def add(self, id: str, *answers: Answering) -> str:
        at_broker = AtBroker(id=id, topics=(), answers=answers, kept=timedelta(days=7))
        self._administration.take(definitions_of(at_broker, self.vhost, password="secret"))
        self._store.add(Department(id=id, title=id, purpose="to be tried", topics=(), answers=answers, added_at=NOON))
        return as_user(self.uri, at_broker.user, "secret")

    def waiting(self, queue: str) -> int:
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).method.message_count)


@pytest.fixture
def departments(
    amqp_uri: str, broker: tuple[str, httpx.Client], mongo_uri: str, database_prefix: str
) -> Iterator[Departments]:
    api = broker[1]
    address = urlsplit(amqp_uri)
    vhost = virtual_host(address.path.removeprefix("/"))
    administration = OverHttp(HttpApi(str(api.base_url).removesuffix("/").removesuffix("/api")))
    shared = {kind: each for kind, each in shared_definitions(vhost).items() if "permissions" not in kind}
    everything = {"configure": ".*", "write": ".*", "read": ".*"}
    administration.take({**shared, "permissions": [{"user": address.username, "vhost": vhost, **everything}]})
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        yield Departments(amqp_uri, administration, DepartmentStore(client[f"{database_prefix}_notify"]))
    wait_for(lambda: api.delete(f"/vhosts/{vhost}").status_code in (204, 404), what=f"{vhost} to be removed")
    for id in ("police", "zone"):
        api.delete(f"/users/department.{id}")


@pytest.fixture
def notify(
    departments: Departments,
    start_post: StartPost,
    amqp_uri: str,
    mongo_uri: str,
    database_prefix: str,
    tmp_path: Path,
) -> Iterator[ServiceProcess]:
    relay = f"smtp://127.0.0.1:{start_post().port}"
    with ServiceProcess(
        "notify",
        a_town(),
        tmp_path,
        amqp_uri=amqp_uri,
        mongo_uri=mongo_uri,
        prefix=database_prefix,
        LOKET_SMTP_URI=relay,
    ) as service:
        yield service


def told(uri: str, name: str, count: int = 1) -> list[PublicEvent]:
    def look() -> list[PublicEvent] | None:
        found = {event.key: event for event in Subscriber(uri).history() if event.name == name}
        return list(found.values()) if len(found) >= count else None

    found: list[PublicEvent] = wait_for(look, what=f"{count} {name}")
    return found


def test_who_is_asked_answers_and_hears_what_became_of_it(notify: ServiceProcess, departments: Departments) -> None:
    """In two processes; what is forged beside it is parked and answered, and what another floods keeps none waiting."""
    zone, police = departments.add("zone", *ANSWERS), departments.add("police", Answering(town=TOWN, asked="school"))
    for _ in range(2):
        notify.start()
    notify.publish(REQUESTED)
    (asked,) = told(zone, "confirmation-requested")

    with pika.BlockingConnection(pika.URLParameters(police)) as connection:
        channel = connection.channel()
        for number in range(50):
            channel.basic_publish("department.police.answers", answer_key(TOWN, "school"), b"{" * (number + 1))
    answers = {Answerer(zone).answer(asked, "confirmed") for _ in range(3)}

    given = notify.wait_event(AnswerGiven)
    assert answers == {given.data["given_id"]}
    assert (given.data["given_by"], given.data["reference"], given.data["outcome"]) == (
        "zone",
        "application-1-1",
        "confirmed",
    )
    notify.publish(
        AnswerTaken(
            application_id="application-1",
            reference="application-1-1",
            asking=1,
            product=PRODUCT,
            outcome="confirmed",
            answer_id=given.data["answer_id"],
            given_by="zone",
            given_id=given.data["given_id"],
            answered_at=NOON,
        ),
        sequence=2,
    )
    (taken,) = told(zone, "answer-taken")
    assert (taken.data["answer"], taken.data["confirmation"]) == (
        *answers,
        confirmation_reference_of("application-1-1"),
    )
    refusals = told(police, "answer-refused", 50)
    assert {each.data["code"] for each in refusals} == {"malformed"}
    wait_for(lambda: departments.waiting("department.police.answers.parked") == 50, what="all to be parked")
    assert departments.waiting("department.zone.answers.parked") == 0
    assert len(notify.events(AnswerGiven)) == 1


@pytest.mark.chaos
@pytest.mark.parametrize(
    "point", ["notify.hear-answer.saved", "notify.hear-answer.relayed", "notify.answer-heard"], ids=str
)
def test_killed_between_hearing_and_forwarding_it_is_forwarded_once(
    notify: ServiceProcess, departments: Departments, point: str
) -> None:
    zone = departments.add("zone", *ANSWERS)
    first = notify.start()
    notify.publish(REQUESTED)
    (asked,) = told(zone, "confirmation-requested")
    notify.arm(point)

    Answerer(zone).answer(asked, "confirmed")
    wait_for(lambda: first.poll() is not None, what="the crash")
    notify.start()

    notify.wait_event(AnswerGiven)
    wait_for(lambda: departments.waiting("department.zone.answers") == 0, what="the answer to be settled")
    assert len(notify.events(AnswerGiven)) == 1
    assert departments.waiting("department.zone.answers.parked") == 0
