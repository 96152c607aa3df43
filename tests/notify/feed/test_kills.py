"""kill -9 at every crash point of the feed: by each way a department has each event, and they are numbered in a row."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pika
import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.contracts.feed.events import PublicEvent, type_of
from services.contracts.feed.queues import history_of
from tests.deploy.broker.side import POLICE, Side, department
from tests.notify.conftest import StartPost
from tests.notify.feed.making import TOWN
from tests.notify.feed.webhooks.conftest import Side as Webhooks
from tests.notify.feed.webhooks.receiving import Receiver, papers, receiving
from tests.notify.process import ServiceProcess
from tests.notify.test_process import a_notify, issued
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

COUNT = 6

ISSUED = {"name": "certificate-issued"}

POINTS = (
    *(f"notify.tell-departments.{step}" for step in ("received", "saved", "relayed", "settled")),
    "notify.numbers-claimed",
    "notify.webhooks-spread",
    "notify.webhook-claimed",
    "notify.webhook-sent",
)
"""Every one of the feed."""

TELLING = ("notify.tell-departments.saved", "notify.numbers-claimed")
"""Those that run at every slow test; the others run with the chaos. Of webhooks: webhooks/test_process.py."""

Bodies = list[tuple[str, bytes]]


@dataclass(frozen=True)
class Road:
    """notify, and the police, who hear by queue, stream and webhook."""

    notify: ServiceProcess
    uri: str
    receiver: Receiver
    database: Database[dict[str, Any]]
    taken: list[bytes] = field(default_factory=list)

    def tell(self, count: int) -> None:
        """One more, and until it is kept, so often that there are so many."""
        events = self.database["department_events"]
        for told in range(events.count_documents(ISSUED), count):
            self.notify.publish(issued(f"{told:032x}"))
            wait_for(lambda told=told: events.count_documents(ISSUED) > told, what="the event to be kept")

    def tell_until_dead(self, running: list[subprocess.Popen[bytes]]) -> int:
        """COUNT events, and on until one of them has died; another begins in its place. How many these were.

        A process repeats what leaves on a young connection (chassis/outbox.py), and does not come to each point before.
        """
        told = COUNT - 1

        def one_more() -> bool:
            nonlocal told
            told += 1
            self.tell(told)
            return any(each.poll() is not None for each in running)

        wait_for(one_more, what="the crash")
        self.notify.start()
        return told

    def read(self, queue: str) -> Bodies:
        """What came so far, but for what says that the way is open: from the stream what it holds, from the queue also
        what was taken before, as a department acknowledges what it has.
        """
        found = [] if queue != POLICE else self.taken
        arguments = {"x-stream-offset": "first"} if queue != POLICE else None
        with pika.BlockingConnection(pika.URLParameters(self.uri)) as connection:
            channel = connection.channel()
            channel.basic_qos(prefetch_count=100)
            for method, _, body in channel.consume(queue, inactivity_timeout=1, arguments=arguments):
                if method is None:
                    break
                found.append(body)
                channel.basic_ack(method.delivery_tag)
        return issued_ones(found)

    def posted(self) -> Bodies:
        return issued_ones(each.body for each in self.receiver.requests)

    def numbers(self) -> list[int]:
        """Of all events; 0 where one has none yet."""
        return sorted(each.get("number", 0) for each in self.database["department_events"].find())


def issued_ones(bodies: Any) -> Bodies:
    events = [(PublicEvent.from_json(each), each) for each in bodies]
    return [(event.id, body) for event, body in events if event.type == type_of("certificate-issued")]


@pytest.fixture
def road(
    departments: Side,
    start_post: StartPost,
    tmp_path: Path,
    amqp_uri: str,
    mongo_uri: str,
    mongo_client: MongoClient[dict[str, Any]],
    database_prefix: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Road]:
    monkeypatch.setenv("LOKET_WEBHOOKS_LOOPBACK", "1")
    monkeypatch.setenv("LOKET_WEBHOOKS_TIMEOUT_S", "2")
    shown = papers(tmp_path)
    database = mongo_client[f"{database_prefix}_notify"]
    with (
        a_notify(start_post(), tmp_path, amqp_uri=amqp_uri, mongo_uri=mongo_uri, prefix=database_prefix) as notify,
        receiving(shown.context()) as receiver,
    ):
        side = Webhooks(database, now=datetime.now(UTC) - timedelta(seconds=1))
        side.department()
        side.webhook(url=f"https://localhost:{receiver.port}/", files=shown.files())
        yield Road(notify, departments.add(department("police", f"{TOWN}.*.*")), receiver, database)


@pytest.mark.parametrize(
    "point", [each if each in TELLING else pytest.param(each, marks=pytest.mark.chaos) for each in POINTS]
)
def test_a_process_killed_at_a_crash_point_of_the_feed(road: Road, point: str) -> None:
    """Queue, stream and webhook have each at least once, and the same bytes of the same id; the numbers have no gap and
    no double.
    """
    running = [road.notify.start() for _ in range(2)]
    road.notify.arm(point)

    count = road.tell_until_dead(running)

    ways = {POLICE: lambda: road.read(POLICE), history_of(POLICE): lambda: road.read(history_of(POLICE))}
    for way, read in (ways | {"webhook": road.posted}).items():
        told = wait_for(
            lambda read=read: len(dict(each := read())) == count and each,
            what=f"all by {way} in {road.notify.log()[-2000:]}",
        )
        assert len(set(told)) == count, way
    wait_for(lambda: all(road.numbers()), what="the numbers")
    assert road.numbers() == list(range(1, len(road.numbers()) + 1))
    doubles = Counter(Counter(id for id, _ in road.posted()).values())
    assert set(doubles) <= {1, 2}  # whatever it died of: another of its green threads may just have sent
