"""What departments answer, as notify runs: over the real broker, in two processes, killed at every step."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pika
import pytest
from pymongo import MongoClient
from structlog.testing import capture_logs

from services.chassis import wire
from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.contracts.confirmations import AnswerTaken, ConfirmationRequested
from services.contracts.departments import SANDBOX
from services.contracts.feed import Answerer, PublicEvent, Subscriber
from services.contracts.feed.answers import answer_key
from services.contracts.feed.concerning import confirmation_of
from services.contracts.feed.queues import answers_of, parking_of
from services.contracts.notify import AnswerGiven, Pass, TellSandbox
from services.notify.feed.credentials import CredentialStore, new_secret
from services.notify.feed.departments import DepartmentStore
from services.notify.feed.taking import AnswerQueues
from tests.deploy.broker.raw import DEEP, LATE, Raw
from tests.deploy.broker.side import Side, department, user_of
from tests.keys import RING
from tests.notify.fakes import NOON
from tests.notify.feed.making import TOWN, a_department
from tests.notify.process import ServiceProcess
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

PRODUCT = "criminal-record-596-2"
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


LetIn = Callable[..., str]


@pytest.fixture
def let_in(departments: Side, mongo_uri: str, database_prefix: str) -> Iterator[LetIn]:
    """Lets a department answer as somebody; its address."""
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        store = DepartmentStore(client[f"{database_prefix}_notify"])

        def add(id: str, asked: str, town: str = TOWN) -> str:
            known = department(id, answers=(f"{town}.{asked}",))
            store.add(a_department(id, user=known.user, answers=known.answers))
            return departments.add(known)

        yield add


def told(uri: str, name: str, count: int = 1) -> list[PublicEvent]:
    def look() -> list[PublicEvent] | None:
        found = {event.key: event for event in Subscriber(uri).history() if event.name == name}
        return list(found.values()) if len(found) >= count else None

    found: list[PublicEvent] = wait_for(look, what=f"{count} {name}")
    return found


def test_who_is_asked_answers_and_hears_what_became_of_it(
    notify: ServiceProcess, departments: Side, let_in: LetIn
) -> None:
    """In two processes; what is forged beside it is parked and answered, and what another floods keeps none waiting."""
    zone, police = let_in("zone", "police"), let_in("police", "school")
    for _ in range(2):
        notify.start()
    notify.publish(REQUESTED)
    (asked,) = told(zone, "confirmation-requested")

    with pika.BlockingConnection(pika.URLParameters(police)) as connection:
        channel = connection.channel()
        for number in range(50):
            channel.basic_publish(answers_of(user_of("police")), answer_key(TOWN, "school"), b"{" * (number + 1))
        not_to_be_decoded = pika.BasicProperties(content_encoding="unicode_escape")
        channel.basic_publish(answers_of(user_of("police")), answer_key(TOWN, "school"), b"\\ud800", not_to_be_decoded)
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
        confirmation_of("application-1-1"),
    )
    refusals = told(police, "answer-refused", 51)
    assert {each.data["code"] for each in refusals} == {"malformed"}
    wait_for(lambda: departments.waiting(parking_of(answers_of(user_of("police")))) == 51, what="all to be parked")
    assert departments.waiting(parking_of(answers_of(user_of("zone")))) == 0
    assert len(notify.events(AnswerGiven)) == 1


def test_who_rehearses_an_answer_hears_what_would_have_come(
    notify: ServiceProcess, let_in: LetIn, amqp_uri: str, mongo_uri: str, database_prefix: str
) -> None:
    """Before it has any right in a town."""
    zone = let_in("zone", "police", SANDBOX)
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True) as client:
        credential, _ = new_secret("zone", now=NOON)
        CredentialStore(client[f"{database_prefix}_notify"]).add(credential)
    notify.start()
    asker = Asker(amqp_uri, {"notify": KeyRing.parse(RING)})
    asked_by = Pass(town=TOWN, department="zone", key=credential.id)
    asker.ask(TellSandbox(asked_by=asked_by, events=("confirmation-requested",)))
    asker.close()
    (asked,) = told(zone, "confirmation-requested")

    answer = Answerer(zone).answer(asked, "confirmed")

    (taken,) = told(zone, "answer-taken")
    (issued,) = told(zone, "certificate-issued")
    assert (taken.data["answer"], taken.town, issued.subject) == (answer, SANDBOX, asked.subject)
    assert notify.events(AnswerGiven) == []


def test_that_there_is_no_queue_is_told_once_until_there_is(departments: Side, let_in: LetIn) -> None:
    let_in("zone", "police")
    there = a_department("zone", user=user_of("zone"), answers=department("zone", answers=(f"{TOWN}.police",)).answers)
    gone = replace(there, id="gone", user="department.gone.0")
    queues = AnswerQueues(departments.notify)

    with capture_logs() as logged:
        for _ in range(3):
            queues.look([gone, there], lambda _: True)
    queues.stop()

    assert [(each["event"], each["department"]) for each in logged] == [("answers_not_there", "gone")]


@pytest.mark.parametrize(
    "properties",
    [pika.BasicProperties(headers={"x-death": [7]}), Raw(LATE), Raw(DEEP)],
    ids=["a history that is none", "a late time", "a list in a list in a list"],
)
def test_what_the_broker_could_not_park_is_not_given_back_to_it(
    departments: Side, let_in: LetIn, properties: pika.BasicProperties
) -> None:
    """It would park nothing of anybody any more."""
    wire.mend()  # as each service does
    uri = let_in("zone", "police")
    zone = a_department("zone", user=user_of("zone"), answers=department("zone", answers=(f"{TOWN}.police",)).answers)
    with departments.connect(uri) as connection:
        channel = connection.channel()
        for each in (properties, None):
            channel.basic_publish(answers_of(zone.user), answer_key(TOWN, "police"), b"malformed", each)
        wait_for(lambda: departments.waiting(answers_of(zone.user)) == 2, what="both")
    queues = AnswerQueues(departments.notify)

    queues.look([zone], lambda _: False)
    queues.stop()

    wait_for(lambda: departments.waiting(parking_of(answers_of(zone.user))) == 1, what="the other to be parked")
    assert departments.waiting(answers_of(zone.user)) == 0


@pytest.mark.chaos
@pytest.mark.parametrize("step", ["received", "saved", "relayed", "settled"])
def test_killed_as_it_tells_what_is_asked_each_is_told_and_the_same(
    notify: ServiceProcess, let_in: LetIn, step: str
) -> None:
    """A process repeats what it told in its first seconds, and comes to "relayed" after that."""
    zone = let_in("zone", "police")
    first = notify.start()
    notify.arm(f"notify.tell-asked.{step}")
    references = (f"application-{number}-1" for number in count(1))
    asked: list[str] = []

    def ask_one_more() -> bool:
        asked.append(next(references))
        notify.publish(replace(REQUESTED, application_id=asked[-1].removesuffix("-1"), reference=asked[-1]))
        return first.poll() is not None

    wait_for(ask_one_more, what="the crash")
    notify.start()

    events = told(zone, "confirmation-requested", len(asked))
    assert {each.data["confirmation"] for each in events} == set(map(confirmation_of, asked))
    every = {(event.key, event.to_json()) for event in Subscriber(zone).history()}
    assert len(every) == len({key for key, _ in every})


@pytest.mark.chaos
@pytest.mark.parametrize(
    "point", ["notify.hear-answer.saved", "notify.hear-answer.relayed", "notify.answer-heard"], ids=str
)
def test_killed_between_hearing_and_forwarding_it_is_forwarded_once(
    notify: ServiceProcess, departments: Side, let_in: LetIn, point: str
) -> None:
    zone = let_in("zone", "police")
    first = notify.start()
    notify.publish(REQUESTED)
    (asked,) = told(zone, "confirmation-requested")
    notify.arm(point)

    Answerer(zone).answer(asked, "confirmed")
    wait_for(lambda: first.poll() is not None, what="the crash")
    notify.start()

    notify.wait_event(AnswerGiven)
    wait_for(lambda: departments.waiting(answers_of(user_of("zone"))) == 0, what="the answer to be settled")
    assert len(notify.events(AnswerGiven)) == 1
    assert departments.waiting(parking_of(answers_of(user_of("zone")))) == 0
