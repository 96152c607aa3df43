"""notify as processes: a webhook hears every event, though they die between any two steps, and one is dead."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from services.contracts.department_webhooks import Progress
from services.contracts.feed.events import PublicEvent
from services.contracts.feed.webhooks import Receiver as Reader
from services.notify.feed.webhooks.delivering import AT_ONCE
from tests.deploy.broker.side import Side as Departments
from tests.notify.conftest import StartPost
from tests.notify.feed.webhooks.conftest import Side
from tests.notify.feed.webhooks.receiving import Papers, Receiver, papers, receiving
from tests.notify.process import ServiceProcess
from tests.notify.test_process import a_notify, issued
from tests.waiting import wait_for

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Road:
    """notify, a department with webhooks, and its receiver."""

    notify: ServiceProcess
    side: Side
    receiver: Receiver
    papers: Papers

    def webhook(self, id: str = "hook", path: str = "/") -> None:
        url = f"https://localhost:{self.receiver.port}{path}"
        self.side.webhook(id, url=url, files=self.papers.files())

    def marked(self, count: int, id: str = "hook") -> bool:
        return self.side.record.standings([id])[id].counts[Progress.DELIVERED] == count


@pytest.fixture
def road(
    departments: Departments,
    start_post: StartPost,
    tmp_path: Path,
    mongo_uri: str,
    mongo_client: MongoClient[dict[str, Any]],
    database_prefix: str,
    amqp_uri: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Road]:
    monkeypatch.setenv("LOKET_WEBHOOKS_LOOPBACK", "1")
    monkeypatch.setenv("LOKET_WEBHOOKS_TIMEOUT_S", "2")
    shown = papers(tmp_path)
    database: Database[dict[str, Any]] = mongo_client[f"{database_prefix}_notify"]
    with (
        a_notify(start_post(), tmp_path, amqp_uri=amqp_uri, mongo_uri=mongo_uri, prefix=database_prefix) as notify,
        receiving(shown.context()) as receiver,
    ):
        side = Side(database, now=datetime.now(UTC) - timedelta(seconds=1))
        side.department()
        yield Road(notify, side, receiver, shown)


def test_what_happens_is_brought_and_can_be_verified(road: Road) -> None:
    road.webhook()
    road.notify.start()

    road.notify.publish(issued())
    wait_for(lambda: road.marked(1), what=f"the event in {road.notify.log()[-2000:]}")

    (request,) = road.receiver.requests
    event = Reader(road.side.keys["hook"]).read(request.headers, request.body)
    assert (event.name, event.town, event.data["product"]) == ("certificate-issued", "24001", "residence")
    assert request.body == PublicEvent.from_json(request.body).to_json()


@pytest.mark.parametrize(
    ("point", "most"),
    [("notify.webhooks-spread", 1), ("notify.webhook-claimed", 1), ("notify.webhook-sent", 2)],
)
def test_whoever_dies_in_between_is_taken_over(road: Road, point: str, most: int) -> None:
    """Between sending and marking it leaves again, as the same."""
    road.webhook()
    dying = road.notify.start()
    road.notify.arm(point)

    road.notify.publish(issued())
    dying.wait(60)
    road.notify.start()
    wait_for(lambda: road.marked(1), what=f"the event in {road.notify.log()[-2000:]}")

    assert len(road.receiver.requests) == most
    assert len(set(road.receiver.ids)) == 1
    assert len({request.body for request in road.receiver.requests}) == 1


def test_two_processes_bring_each_event_once_beside_one_webhook_that_hangs(road: Road) -> None:
    road.webhook()
    road.webhook("dead", "/hang")
    for _ in range(2):
        road.notify.start()

    for number in range(20):
        road.notify.publish(issued(f"{number:032x}"))
    wait_for(lambda: road.marked(20), what=f"all events in {road.notify.log()[-2000:]}")

    ids = [each.headers["webhook-id"] for each in road.receiver.requests if each.path == "/"]
    assert len(ids) == len(set(ids)) == 20
    assert road.marked(0, "dead")


def test_a_receiver_that_never_falls_silent_holds_up_nobody_else(road: Road) -> None:
    """Where there is always more to read, nothing else in the process would have its turn."""
    road.webhook()
    road.webhook("loud", "/torrent")
    road.notify.start()

    for number in range(3):
        road.notify.publish(issued(f"{number:032x}"))
        wait_for(lambda told=number + 1: road.marked(told), what=f"event {number} in {road.notify.log()[-2000:]}")
    wait_for(lambda: any(each.failing_since for each in road.side.webhooks.all()), what="the other's attempt")


def test_processes_that_are_killed_again_and_again_lose_nothing(road: Road) -> None:
    """What was in hand when one died comes again as it was: the same id, the same bytes."""
    road.webhook()
    running = [road.notify.start() for _ in range(2)]

    for number in range(60):
        road.notify.publish(issued(f"{number:032x}"))
        if number % 12 == 11:
            wait_for(lambda most=number: len(set(road.receiver.ids)) > most - 8, what="some events")
            dying = running.pop(0)
            dying.kill()
            dying.wait()
            running.append(road.notify.start())
    wait_for(lambda: road.marked(60), what=f"all events in {road.notify.log()[-2000:]}")

    bodies = {request.headers["webhook-id"]: request.body for request in road.receiver.requests}
    assert len(bodies) == 60
    assert all(bodies[request.headers["webhook-id"]] == request.body for request in road.receiver.requests)
    assert len(road.receiver.requests) <= 60 + 5 * AT_ONCE
