"""What waits for a department, as an operator sees it and sends it once more: a real broker and a real store."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pika
import pytest
from pymongo.database import Database

from deploy.local.embedded.part import PartError
from deploy.operator.department_health import waits_since
from deploy.operator.department_replays import _Line
from deploy.operator.departments import AtDeployment
from deploy.operator.status.departments import facts_of
from services.contracts.departments import EXCHANGE
from services.contracts.feed import Since
from services.contracts.feed.events import ALIVE, PublicEvent, source_of, type_of
from services.contracts.feed.queues import history_of
from services.contracts.feed.streams import Message
from services.notify.feed.departments import Replayed, new_user
from services.notify.feed.projecting import Told
from services.notify.feed.store import FeedStore
from tests.contracts.feed.department import events
from tests.deploy.operator.departing import POLICE, tell
from tests.notify.feed.making import NOON, told
from tests.outbox import KeptInOutbox
from tests.waiting import wait_for


def keep(database: Database[dict[str, Any]], here: AtDeployment, told: Told, *, at: datetime) -> None:
    """As notify keeps and tells it then."""
    FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=lambda: at).tell(told)
    with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(EXCHANGE, told.routing_key, told.event.to_json())


def test_how_it_gets_on(here: AtDeployment) -> None:
    assert here.health(POLICE).waiting is None
    here.declare(POLICE, password="secret")
    found = here.health(POLICE)
    assert (found.waiting, found.parked, found.consumers, found.oldest) == (0, 0, 0, None)

    tell(here, 3)

    wait_for(lambda: here.health(POLICE).waiting == 3, what="three to wait")
    assert here.health(POLICE).oldest == events(1)[0].time.replace(microsecond=123000)
    assert here.health(POLICE).waiting == 3  # nothing is taken by looking


def test_what_waits_does_so_since_it_was_told(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    """Not since it happened, as `alive` did at the full hour, perhaps before there was the department."""
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    at = NOON + timedelta(minutes=40)
    alive = PublicEvent(id="a" * 32, type=type_of(ALIVE), source=source_of("24001"), subject="a" * 32, time=NOON)

    keep(database, here, Told(event=alive), at=at)
    keep(database, here, told(1), at=at + timedelta(minutes=1))

    wait_for(lambda: here.health(POLICE).waiting == 2, what="both to wait")
    assert here.health(POLICE).oldest == at


REPLAYED = NOON + timedelta(days=3)


@pytest.mark.parametrize(
    ("waiting", "since"),
    [
        (1, REPLAYED + timedelta(hours=1)),
        (2, REPLAYED),
        (4, REPLAYED),
        (5, NOON + timedelta(hours=2)),
        (7, NOON),
        (9, NOON),
    ],
)
def test_what_was_replayed_waits_since_then(waiting: int, since: datetime) -> None:
    """Three were told, each in its hour, all of them replayed days later, and one told after that."""
    told = [NOON + timedelta(hours=hour) for hour in range(3)] + [REPLAYED + timedelta(hours=1)]
    before = Replayed(at=NOON - timedelta(days=1), count=50)

    found = waits_since(
        waiting, [Replayed(at=REPLAYED, count=3), before], lambda place: told[max(0, len(told) - place)]
    )

    assert found == since


def test_what_is_replayed_is_the_same(here: AtDeployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.operator.department_replays.AT_ONCE", 2)
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    tell(here, 4, headers={"loket-signature": "kid:x"})

    assert here.replay(POLICE, since=Since(offset=1), now=NOON) == 3

    wait_for(lambda: here.health(POLICE).waiting == 7, what="seven to wait")
    with pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "secret"))) as connection:
        channel = connection.channel()
        found = [channel.basic_get(POLICE.user, auto_ack=True)[1:] for _ in range(7)]
    assert [body for _, body in found] == [each.to_json() for each in (*events(4), *events(4)[1:])]
    assert found[4][0] == found[1][0]


def test_a_replay_pushes_nothing_out_that_waits(here: AtDeployment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of what is said once more no more goes into the queue than has room there: where to go on is told."""
    monkeypatch.setattr("deploy.operator.department_replays.AT_ONCE", 2)
    monkeypatch.setattr("deploy.operator.department_replays.SPARE", 0)
    monkeypatch.setattr("deploy.operator.department_replays.LONGEST_QUEUE", 7)
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    tell(here, 4)

    with pytest.raises(PartError, match=r"^2 were sent once more, and no others: .* go on with --from 2$"):
        here.replay(POLICE, since=Since(), now=NOON)

    wait_for(lambda: here.health(POLICE).waiting == 6, what="those that have room")
    with here._connected() as connection:
        connection.channel().queue_purge(POLICE.user)
    assert here.replay(POLICE, since=Since(offset=2), now=NOON) == 2


def test_what_no_version_can_read_any_more_keeps_no_operator_from_the_rest(here: AtDeployment) -> None:
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    with here._connected() as connection:
        channel = connection.channel()
        channel.confirm_delivery()
        channel.basic_publish(EXCHANGE, "24001.certificate-issued.residence", b"{}")
    wait_for(lambda: here.health(POLICE).kept == 1, what="the message")

    health = here.health(POLICE)

    assert (health.waiting, health.oldest) == (1, None)


def test_only_what_the_broker_confirmed_counts_as_sent(here: AtDeployment, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.operator.department_replays.AT_ONCE", 2)
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    tell(here, 3)
    unpatched = _Line.lay

    def lay_while_the_queue_goes(line: _Line, messages: list[Message]) -> None:
        if len(messages) == 1:
            with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
                connection.channel().queue_delete(POLICE.user)
        unpatched(line, messages)

    monkeypatch.setattr(_Line, "lay", lay_while_the_queue_goes)

    with pytest.raises(PartError, match=r"^2 were sent once more"):
        here.replay(POLICE, since=Since(), now=NOON)

    assert here.store.replays(POLICE) == (Replayed(at=NOON, count=2),)


def test_what_was_replayed_today_is_not_old(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    now = NOON + timedelta(days=5)
    here.declare(POLICE, password="secret")
    here.store.add(POLICE)
    keep(database, here, told(1), at=now - timedelta(days=3))
    wait_for(lambda: here.health(POLICE).kept == 1, what="the event")

    def is_old() -> bool:
        (facts,) = facts_of(here._stack, database, now=now)["departments"]
        return bool(facts["is_old"])

    assert is_old()
    with here._connected() as connection:
        connection.channel().queue_purge(POLICE.user)
    here.replay(POLICE, since=Since(), now=now - timedelta(minutes=1))
    wait_for(lambda: here.health(POLICE).waiting == 1, what="it to wait once more")

    assert not is_old()
    assert here.health(POLICE).oldest == now - timedelta(minutes=1)
    with here._connected() as connection:
        connection.channel().queue_purge(POLICE.user)
    here.replay(POLICE, since=Since(), now=now - timedelta(days=2))
    wait_for(lambda: here.health(POLICE).waiting == 1, what="it to wait once more")
    now += timedelta(days=1)
    assert is_old()


def test_status_tells_what_waits_and_what_is_gone(here: AtDeployment, database: Database[dict[str, Any]]) -> None:
    now = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
    schools, waste = (replace(POLICE, id=id, user=new_user(id)) for id in ("schools", "waste"))
    for each in (POLICE, schools, waste):
        here.declare(each, password="secret")
        here.store.add(each)
    with pika.BlockingConnection(pika.URLParameters(here._uri)) as connection:
        connection.channel().queue_delete(history_of(waste.user))
    tell(here, 3)
    stored_at = [now - timedelta(hours=30), *[now - timedelta(hours=1)] * 2]
    for number, at in enumerate(stored_at):
        clock = lambda at=at: at  # noqa: E731
        FeedStore(database, relay=KeptInOutbox(), kept=timedelta(days=7), clock=clock).tell(told(number))
    program = pika.BlockingConnection(pika.URLParameters(here.address(schools, "secret")))
    channel = program.channel()
    wait_for(lambda: channel.basic_get(schools.user, auto_ack=True)[0], what="the first to be taken")

    def found() -> dict[str, dict[str, Any]]:
        facts = facts_of(here._stack, database, now=now)
        assert facts["is_there"]
        return {each["department"]: each for each in facts["departments"]}

    wait_for(lambda: [each["waiting"] for each in found().values()] == [3, 2, 3], what="the counts")
    program.close()
    facts = found()
    assert {name: each["is_old"] for name, each in facts.items()} == {"police": True, "schools": False, "waste": True}
    assert {name: each["missing"] for name, each in facts.items() if each["missing"]} == {
        "waste": [history_of(waste.user)]
    }
    for each in (POLICE, schools, waste):
        here.remove(each)
