"""One outbox for both buses: without the departments' virtual host the services go on, and departments hear later."""

from typing import Any

import httpx
import pika
import pytest
from pymongo import MongoClient

from services.contracts.feed import PublicEvent
from services.contracts.feed.events import ALIVE
from services.contracts.notify import CitizenTold
from tests.deploy.broker.side import POLICE, Side, a_side, department, management_of
from tests.notify.feed.making import TOWN
from tests.notify.process import ServiceProcess
from tests.notify.test_process import issued
from tests.waiting import wait_for

pytestmark = pytest.mark.slow

COUNT = 8


@pytest.fixture
def api(broker: tuple[str, httpx.Client]) -> httpx.Client:
    return broker[1]


def test_the_services_go_on_and_departments_hear_later(
    notify: ServiceProcess,
    departments: Side,
    api: httpx.Client,
    amqp_uri: str,
    mongo_client: MongoClient[dict[str, Any]],
    database_prefix: str,
) -> None:
    """Also where a process dies meanwhile, between saving and telling, and another begins without that virtual host."""
    kept = mongo_client[f"{database_prefix}_notify"]["department_events"]
    api.delete(f"/vhosts/{departments.vhost}").raise_for_status()
    dying = notify.start()
    notify.arm("notify.tell-citizen.saved")

    for number in range(COUNT):
        notify.publish(issued(f"{number:032x}"))
    dying.wait(60)
    notify.start()
    notify.wait_event(CitizenTold, COUNT)

    wait_for(lambda: kept.count_documents({"name": {"$ne": ALIVE}}) == COUNT, what="all events to be kept")
    assert kept.count_documents({"outbox": []}) == 0

    again = a_side(amqp_uri, management_of(api))
    uri = again.add(department("police", f"{TOWN}.*.*"))
    departments.users.extend(again.users)
    wait_for(lambda: kept.count_documents({"outbox": {"$ne": []}}) == 0, seconds=120, what="the outbox to be empty")

    told = {each["_id"]: each["body"].encode() for each in kept.find({"name": {"$ne": ALIVE}})}
    assert told.items() <= heard(uri).items()
    assert len(notify.events(CitizenTold)) == COUNT


def heard(uri: str) -> dict[str, bytes]:
    with pika.BlockingConnection(pika.URLParameters(uri)) as connection:
        channel = connection.channel()
        found = {}
        for method, _, body in channel.consume(POLICE, inactivity_timeout=1):
            if method is None:
                return found
            found[PublicEvent.from_json(body).id] = body
    return found
