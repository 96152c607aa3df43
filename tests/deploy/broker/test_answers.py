"""What departments answer, at a real broker: each says its own, and everything else is refused."""

from dataclasses import replace

import pika
import pytest
from pika.exceptions import ChannelClosedByBroker, NackError, UnroutableError

from deploy.broker.departments import PARKED
from deploy.local.embedded.cluster import as_user
from services.contracts.departments import EXCHANGE, SANDBOX, sandbox_key
from services.contracts.feed import Answerer, Outcome
from services.contracts.feed.answers import answer_key
from services.contracts.feed.events import directed_key, source_of
from services.contracts.feed.queues import answers_of
from services.contracts.feed_schemas import example
from tests.deploy.broker.side import POLICE, SCHOOL, WASTE, Side, department, refused
from tests.waiting import wait_for

ASKED = directed_key("24001", "confirmation-requested", "criminal-record-596-2", "police")
ASKING = example("confirmation-requested")
THEIRS = answer_key("24001", "police")


def test_what_one_is_asked_no_other_hears_whatever_its_topics(side: Side) -> None:
    side.add(department("police", answers=("24001.police",)))
    side.add(department("school", "24001.*.*", answers=("24001.school", "23027.police")))
    side.add(department("waste", "24001.*.*"))

    side.publish(ASKED)
    side.publish(directed_key("24001", "answer-taken", "criminal-record-596-2", "police"))
    side.publish(directed_key("24001", "answer-refused", "all", "police"))

    wait_for(lambda: side.waiting(POLICE) == 3, what="what the police are told")
    assert side.waiting(SCHOOL) == side.waiting(WASTE) == 0


def test_an_answer_waits_for_notify_alone(side: Side) -> None:
    police = side.add(department("police", answers=("24001.police",)))

    answered = Answerer(police).answer(ASKING, Outcome.CONFIRMED)

    wait_for(lambda: side.waiting(answers_of(POLICE)) == 1, what="the answer")
    with side.connect(police) as connection:
        assert refused(connection.channel().basic_get, answers_of(POLICE))
    with side.connect(as_user(side.uri, "notify", "secret")) as connection:
        method, properties, _ = connection.channel().basic_get(answers_of(POLICE))
        assert (method.routing_key, properties.message_id) == (THEIRS, answered)


def test_one_that_rehearses_answers_in_the_sandbox_alone_and_hears_of_no_others_there(side: Side) -> None:
    """Who answers in a town may rehearse as well."""
    newcomer = side.add(department("school", answers=(f"{SANDBOX}.police",)))
    police = side.add(department("police", answers=("24001.police",)))
    asked = replace(ASKING, source=source_of(SANDBOX))

    for uri in (newcomer, police):
        Answerer(uri).answer(asked, Outcome.CONFIRMED)
    with pytest.raises((ChannelClosedByBroker, UnroutableError)):
        Answerer(newcomer).answer(ASKING, Outcome.CONFIRMED)
    for key in (sandbox_key("alive", "police"), sandbox_key("certificate-issued", "school")):
        side.publish(key)

    for each in (SCHOOL, POLICE):
        wait_for(lambda each=each: side.waiting(answers_of(each)) == 1, what="the answer")
        wait_for(lambda each=each: side.waiting(each) == 1, what="its own event")


def test_whatever_a_department_tries_to_answer_beyond_its_own_is_refused(side: Side) -> None:
    """In another town, as another, on another's exchange; binding, reading, declaring; and one that may not answer."""
    police = side.add(department("police", answers=("24001.police",)))
    side.add(department("school", answers=("24001.school",)))
    waste = side.add(department("waste", "24001.*.*"))
    own, others = answers_of(POLICE), answers_of(SCHOOL)
    with side.connect(police) as connection:
        keys = (answer_key("23027", "police"), answer_key("24001", "school"), f"{THEIRS}.x", f"{THEIRS}\n", "", "#")
        tries = [
            *(("basic_publish", (own, key, b"x")) for key in keys),
            *(("basic_publish", (others, key, b"x")) for key in (THEIRS, answer_key("24001", "school"))),
            *(("basic_publish", (exchange, THEIRS, b"x")) for exchange in (EXCHANGE, PARKED, "amq.topic", "")),
            ("queue_bind", (own, own, "#")),
            ("queue_bind", (POLICE, own, "#")),
            ("queue_bind", (own, EXCHANGE, "#")),
            ("exchange_bind", (own, EXCHANGE, "#")),
            ("exchange_bind", (own, others, "#")),
            ("exchange_delete", (own,)),
            ("queue_purge", (own,)),
            ("basic_get", (own,)),
            ("basic_get", (f"{own}.parked",)),
            ("basic_get", (others,)),
        ]
        for act, arguments in tries:
            channel = connection.channel()
            channel.confirm_delivery()
            assert refused(getattr(channel, act), *arguments), (act, arguments)
    with side.connect(waste) as connection:
        assert refused(publish_confirmed, connection, own)
    assert side.waiting(own) == side.waiting(others) == 0


def publish_confirmed(connection: pika.BlockingConnection, exchange: str) -> None:
    channel = connection.channel()
    channel.confirm_delivery()
    channel.basic_publish(exchange, THEIRS, b"x", mandatory=True)


def test_a_flood_of_answers_is_refused_and_keeps_no_other_waiting(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.broker.departments.LONGEST_ANSWERS", 5)
    police = side.add(department("police", answers=("24001.police",)))
    school = side.add(department("school", answers=("24001.police",)))

    def flood() -> None:
        for _ in range(200):
            Answerer(police).answer(ASKING, Outcome.CONFIRMED)

    with pytest.raises(NackError):
        flood()
    Answerer(school).answer(ASKING, Outcome.CONFIRMED)

    wait_for(lambda: side.waiting(answers_of(SCHOOL)) == 1, what="the other's answer")


def test_suspended_it_may_not_answer_either(side: Side) -> None:
    police = department("police", answers=("24001.police",))
    uri = side.add(police)

    side.add(police, may_read=False)

    with pytest.raises(ChannelClosedByBroker):
        Answerer(uri).answer(ASKING, Outcome.CONFIRMED)
    side.add(police)
    Answerer(uri).answer(ASKING, Outcome.CONFIRMED)
