"""Departments as an operator handles them: a real broker and a real store."""

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pika
import pytest
from pika.exceptions import AMQPError, ChannelClosedByBroker
from pymongo import MongoClient
from pymongo.database import Database

from deploy.broker.departments import queues_of
from deploy.broker.queues import count
from deploy.demo.police.admitting import NAME as DEMONSTRATION
from deploy.demo.police.admitting import admit
from deploy.local.embedded.cluster import as_user
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack
from deploy.operator.backing_up import back_up, restore, utc_now
from deploy.operator.commands.departments import departments
from deploy.operator.department_places import kept_for
from deploy.operator.departments import AtDeployment
from deploy.operator.status.departments import facts_of
from services.contracts.departments import EXCHANGE, Answering, Topic
from services.contracts.feed import Answerer, Subscriber
from services.contracts.feed.queues import history_of
from services.contracts.feed_schemas import example
from services.notify.feed.credentials import new_secret
from services.notify.feed.departments import new_user
from tests.contracts.feed.department import events
from tests.deploy.broker.raw import LATE, Raw
from tests.deploy.operator.commanding import facts_of as facts_told
from tests.deploy.operator.commanding import told as commanded
from tests.deploy.operator.departing import POLICE, Elsewhere, heard, tell
from tests.notify.feed.making import NOON
from tests.notify.feed.webhooks.conftest import Side
from tests.waiting import wait_for

NOBODY = "police had no user at the broker: `loket departments rotate police` gives it a password"
LOST = (
    "police had no queue at the broker: what waited there is gone, and can be read at `/departments/events`, while it"
    " is kept"
)


def test_status_tells_a_broker_without_departments(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    assert facts_of(here._stack, database, now=NOON)["is_there"] is None
    here.store.add(POLICE)
    elsewhere = cast(Stack, SimpleNamespace(amqp_uri=f"{here._stack.amqp_uri}-none", outside={}))

    facts = facts_of(elsewhere, database, now=NOON)

    assert (facts["is_there"], facts["departments"]) == (False, [])


def test_a_new_password_ends_the_old_one_and_removing_ends_all(here: AtDeployment) -> None:
    here.store.add(POLICE)
    here.declare(POLICE, password="first")
    old = pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "first")))

    here.declare(POLICE, password="second")
    here.disconnect(POLICE)

    with pytest.raises(AMQPError):
        wait_for(old.process_data_events, what="the connection to end")
    with pytest.raises(AMQPError):
        pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "first")))
    assert list(Subscriber(here.address(POLICE, "second")).history()) == []

    here.remove(POLICE)

    assert here.health(POLICE).waiting is None
    with pytest.raises(AMQPError):
        pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "second")))


def test_nothing_of_another_that_was_called_so_opens_anything(here: AtDeployment) -> None:
    """As where a removal was cut off, or a restored store has forgotten who was there. Of another deployment at the
    same broker all stays."""
    left = replace(POLICE, user=new_user("police"), answers=(Answering(town="24001", asked="police"),))
    here.declare(left, password="old")
    program = pika.BlockingConnection(pika.URLParameters(here.address(left, "old")))
    here.credentials.add(new_secret("police", now=NOON)[0])
    elsewhere = replace(POLICE, user=new_user("police"))
    here._administration().take({"users": [{"name": elsewhere.user, "password_hash": "", "tags": ""}]})

    address = here.add(POLICE)

    assert address is not None
    assert list(Subscriber(address).history()) == []
    assert here.credentials.of("police") == []
    with pytest.raises(AMQPError):
        wait_for(program.process_data_events, what="the connection to end")
    with here._connected() as connection:
        assert [count(connection, each) for each in queues_of(left.user)] == [None] * 5
    assert [here.has_user(each) for each in (left, POLICE, elsewhere)] == [False, True, True]
    here.remove(elsewhere)


def test_who_is_there_keeps_what_it_has_when_somebody_adds_another(here: AtDeployment) -> None:
    here.add(POLICE)
    here.credentials.add(new_secret("police", now=NOON)[0])

    assert here.add(replace(POLICE, user=new_user("police"))) is None

    assert here.has_user(POLICE)
    assert len(here.credentials.of("police")) == 1


def test_a_broker_that_knew_no_departments_has_all_of_them(elsewhere: Elsewhere) -> None:
    with elsewhere.departments() as found:
        found.store.add(POLICE)
        assert elsewhere.declare() == [NOBODY, LOST]
        assert elsewhere.declare() == []

        found.declare(POLICE, password="secret")
        assert elsewhere.declare() == []
        tell(found, 1)

        assert heard(found, "secret") == [events(1)[0].key]
        notify = as_user(found._uri, "notify", "secret")
        with pika.BlockingConnection(pika.URLParameters(notify)) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_publish(EXCHANGE, "24001.certificate-issued.residence", b"{}", mandatory=True)


def test_a_suspension_that_was_cut_off_comes_to_the_broker_with_the_next_declaring(elsewhere: Elsewhere) -> None:
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="secret")
        tell(found, 1)
        program = pika.BlockingConnection(pika.URLParameters(found.address(POLICE, "secret")))

        found.store.suspend(POLICE, is_suspended=True)
        assert elsewhere.declare() == []

        with pytest.raises(AMQPError):
            wait_for(program.process_data_events, what="the connection to end")
        with pytest.raises(AMQPError):
            heard(found, "secret")


def test_what_is_missing_of_a_department_is_made_and_its_password_stays(elsewhere: Elsewhere) -> None:
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="secret")
        with found._connected() as connection:
            channel = connection.channel()
            channel.queue_delete(POLICE.user)
            channel.queue_unbind(history_of(POLICE.user), EXCHANGE, "24001.*.*")

        assert elsewhere.declare() == [LOST]
        tell(found, 1)

        wait_for(lambda: found.health(POLICE).waiting == 1, what="the event to wait")
        assert heard(found, "secret") == [events(1)[0].key]


def test_a_department_hears_no_more_than_it_may_whatever_was_bound_before(elsewhere: Elsewhere) -> None:
    """As where a store was restored, and a department of that name had other topics meanwhile."""
    with elsewhere.departments() as found:
        found.declare_shared()
        found.declare(replace(POLICE, topics=(Topic.parse("24001.*.*"), Topic.parse("23027.*.*"))), password="secret")
        wanted = replace(POLICE, topics=(Topic.parse("23027.certificate-issued.*"),))

        found.declare(wanted, password=None)
        tell(found, 1)

        assert found.health(wanted).waiting == 0
        assert heard(found, "secret") == []


def test_health_tells_of_webhooks_and_what_they_never_had(
    elsewhere: Elsewhere,
    database_prefix: str,
    mongo_client: MongoClient[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: elsewhere.stack)
    side = Side(mongo_client[f"{database_prefix}_notify"])
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="secret")
    side.webhook()
    side.webhooks.note_dropped("hook", count=7, until=NOON, at=NOON)
    (brought,) = facts_told(departments, "health")["webhooks"]
    side.tell()
    side.spread()
    side.deliveries.park("hook", until=side.now)

    result = commanded(departments, "health")

    assert (brought["webhook"], brought["waiting"], brought["dropped"]) == ("hook", 0, 7)
    assert result.exit_code == 1
    assert "x.example" in result.stdout


def test_after_a_restoring_a_new_broker_has_what_departments_had(elsewhere: Elsewhere, tmp_path: Path) -> None:
    """User, rights, queue and stream; it takes what is told from then on, and what it had not taken is told as gone."""
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="secret")
        tell(found, 2)
        known = found.store.all()
    back_up(elsewhere.stack, tmp_path / "backup", now=utc_now)
    elsewhere.lose()

    restore(elsewhere.stack, tmp_path / "backup", now=utc_now, sure=True)
    told = elsewhere.declare()

    assert told == [NOBODY, LOST]
    with elsewhere.departments() as found:
        assert found.store.all() == known
        found.declare(POLICE, password="another")  # as `rotate` does
        tell(found, 1)
        wait_for(lambda: found.health(POLICE).waiting == 1, what="the event to wait")
        assert heard(found, "another") == [events(1)[0].key]


def test_the_demonstrations_police_stay_suspended_and_leave_another_police_alone(elsewhere: Elsewhere) -> None:
    elsewhere.stack.var.mkdir()
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        admit(elsewhere.stack)
        theirs = found.known(DEMONSTRATION)
        found.store.suspend(theirs, is_suspended=True)

        admit(elsewhere.stack)

        assert found.known("police") == POLICE
        assert found.known(DEMONSTRATION) == replace(theirs, is_suspended=True)
        address = elsewhere.stack.police_address.read_text(encoding="ascii")
        with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
            list(Subscriber(address).history())
        found.remove(theirs)


def test_an_operator_sees_answers_that_came_to_nothing_and_has_them_heard_again(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    police = replace(POLICE, answers=(Answering.parse("24001.police"),))
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: elsewhere.stack)
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(police)
        found.declare(police, password="secret")
        at = found.at_broker(police)
        Answerer(found.address(police, "secret")).answer(example("confirmation-requested"), "confirmed")
        with found._connected() as connection:
            channel = connection.channel()
            method = wait_for(lambda: channel.basic_get(at.said)[0], what="the answer")
            channel.basic_reject(method.delivery_tag, requeue=False)
            wait_for(lambda: count(connection, at.said_parking) == (1, 0), what="it to be parked")

    shown = commanded(departments, "health", "--json")
    (health,) = json.loads(shown.stdout)["departments"]
    assert (shown.exit_code, health["answers_parked"]) == (1, 1)
    assert health["answers_parked_since"] is not None
    (letter,) = facts_told(departments, "answers", "list", "--department", "police")["letters"]
    assert letter["reason"] == "rejected"
    assert facts_told(departments, "answers", "replay", letter["id"])["letters"] == [letter["id"]]

    assert facts_told(departments, "answers", "list")["parked"] == 0
    with elsewhere.departments() as found, found._connected() as connection:
        wait_for(lambda: count(connection, at.said) == (1, 0), what="it to be heard again")
    for wrong in (["list", "--department", "nobody"], ["replay"], ["show", "x"], ["drop", "x", "--reason", "y"]):
        refused = commanded(departments, "answers", *wrong)
        assert (refused.exit_code, refused.stderr.count("\n")) == (2, 1), refused.output


def test_an_answer_that_cannot_be_read_keeps_no_other_from_the_operator(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    police = replace(POLICE, answers=(Answering.parse("24001.police"),))
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: elsewhere.stack)
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(police)
        found.declare(police, password="secret")
        at = found.at_broker(police)
        with found._connected() as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            for body, properties in ((b"x", Raw(LATE)), (b"y", None)):
                channel.basic_publish(at.said, at.said_keys[0], body, properties)
                method = wait_for(lambda: channel.basic_get(at.said)[0], what="the answer")
                channel.basic_reject(method.delivery_tag, requeue=False)
            wait_for(lambda: count(connection, at.said_parking) == (2, 0), what="them to be parked")

    (health,) = json.loads(commanded(departments, "health", "--json").stdout)["departments"]
    unread, read = facts_told(departments, "answers", "list")["letters"]
    replayed = commanded(departments, "answers", "replay", "--all", "--json")

    assert (health["answers_parked"], health["answers_parked_since"]) == (2, None)
    assert (unread["reason"], read["reason"]) == ("unknown", "rejected")
    told = json.loads(replayed.stdout)
    assert (replayed.exit_code, told["letters"], list(told["not_replayed"])) == (1, [read["id"]], [unread["id"]])
    assert facts_told(departments, "answers", "show", unread["id"])["size"] == 1
    assert facts_told(departments, "answers", "drop", unread["id"], "--reason", "x")["letters"] == [unread["id"]]


@pytest.mark.parametrize("days", ["0", "367", "seven", "7.5", "9" * 40])
def test_what_is_no_number_of_days_is_told(days: str, tmp_path: Path) -> None:
    stack = Stack(var=tmp_path, outside={"LOKET_DEPARTMENTS_KEPT_DAYS": days})

    with pytest.raises(PartError, match="LOKET_DEPARTMENTS_KEPT_DAYS"):
        kept_for(stack)


def test_without_the_http_api_the_operator_is_told_what_is_missing(elsewhere: Elsewhere) -> None:
    del elsewhere.stack.outside["LOKET_BROKER_API"]

    with pytest.raises(PartError, match="LOKET_BROKER_API"):
        elsewhere.declare()
