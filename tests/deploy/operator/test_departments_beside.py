"""Two operators change one department at once: the broker ends with what the store says."""

from collections.abc import Callable, Mapping
from typing import Any

import pika
import pytest
from pika.exceptions import AMQPError, ChannelClosedByBroker
from pymongo.database import Database

from deploy.broker.administration import Administration
from deploy.operator.departments import AtDeployment, Removed
from services.contracts.feed import Subscriber
from tests.deploy.operator.departing import POLICE, heard
from tests.waiting import wait_for

pytestmark = pytest.mark.chaos

Act = Callable[[], object]


class Interrupted:
    """An administration beside which somebody else does something: just before it first tells the broker what to
    declare, or just after."""

    def __init__(self, administration: Administration, other: Act, *, before: bool) -> None:
        self._administration = administration
        self._waiting = [other]
        self._before = before

    def __getattr__(self, name: str) -> Any:
        return getattr(self._administration, name)

    def take(self, definitions: Mapping[str, Any]) -> None:
        act = self._waiting.pop() if self._waiting else None
        if act and self._before:
            act()
        self._administration.take(definitions)
        if act and not self._before:
            act()


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is in the middle of connecting here."""
    monkeypatch.setattr("deploy.operator.departments.OPENING_S", 0)


@pytest.fixture(params=[True, False], ids=["before it declares", "after"])
def beside(
    request: pytest.FixtureRequest, here: AtDeployment, database: Database[dict[str, Any]]
) -> Callable[[Act], AtDeployment]:
    """An operator in whose way another does something; the police hear already."""
    here.store.add(POLICE)
    here.declare(POLICE, password="first")

    def other(act: Act) -> AtDeployment:
        interrupted = Interrupted(here._administration(), act, before=request.param)
        return AtDeployment(here._stack, database, lambda: interrupted)

    return other


def test_who_is_suspended_while_its_password_changes_takes_nothing(
    here: AtDeployment, beside: Callable[[Act], AtDeployment]
) -> None:
    address = beside(lambda: here.suspend(POLICE, is_suspended=True)).rotate(POLICE)

    with pytest.raises(ChannelClosedByBroker, match="ACCESS_REFUSED"):
        list(Subscriber(address).history())
    here.suspend(POLICE, is_suspended=False)
    assert list(Subscriber(address).history()) == []


def test_a_connection_of_that_moment_ends(here: AtDeployment, beside: Callable[[Act], AtDeployment]) -> None:
    opened = []

    def suspend_and_be_connected() -> None:
        here.suspend(POLICE, is_suspended=True)
        opened.append(pika.BlockingConnection(pika.URLParameters(here.address(POLICE, "first"))))

    resuming = beside(suspend_and_be_connected)
    resuming.suspend(POLICE, is_suspended=False)

    with pytest.raises(AMQPError):
        wait_for(opened[0].process_data_events, what="the connection to end")


def test_who_is_resumed_while_it_is_suspended_takes_what_waits(
    here: AtDeployment, beside: Callable[[Act], AtDeployment]
) -> None:
    beside(lambda: here.suspend(POLICE, is_suspended=False)).suspend(POLICE, is_suspended=True)

    assert heard(here, "first") == []


def test_who_is_removed_while_its_password_changes_is_gone(
    here: AtDeployment, beside: Callable[[Act], AtDeployment]
) -> None:
    with pytest.raises(Removed):
        beside(lambda: here.remove(POLICE)).rotate(POLICE)

    assert here.store.find(POLICE.id) is None
    assert (here.has_user(POLICE), here.health(POLICE).waiting) == (False, None)


def test_who_is_removed_goes_though_its_password_changes_meanwhile(
    here: AtDeployment, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that is looked up in the store before it is gone there."""
    here.store.add(POLICE)
    here.declare(POLICE, password="first")
    removing = AtDeployment(here._stack, database, here._administration)
    remove = removing.store.remove

    def rotated_and_removed(id: str) -> None:
        here.rotate(POLICE)
        remove(id)

    monkeypatch.setattr(removing.store, "remove", rotated_and_removed)
    removing.remove(POLICE)

    assert (here.has_user(POLICE), here.health(POLICE).waiting) == (False, None)
