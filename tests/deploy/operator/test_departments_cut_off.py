"""An operator is killed who changes a department: it is named, and the next declaring or the same command ends it."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import amqp
import pika
import pytest
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError
from pymongo.database import Database

from deploy.broker.administration import Administration
from deploy.operator.commands.departments import departments
from deploy.operator.department_changes import ADD, REMOVE, ROTATE, UNDER_WAY, begin
from deploy.operator.departments import OPENING_S, AtDeployment
from deploy.operator.status.departments import facts_of
from services.contracts.feed import Subscriber
from services.notify.feed.departments import Change
from tests.deploy.operator.commanding import told as commanded
from tests.deploy.operator.departing import POLICE, Elsewhere, heard, tell
from tests.waiting import wait_for

pytestmark = pytest.mark.chaos

ROTATED = (
    "`loket departments rotate police` was cut off, and perhaps nobody knows its password; its connections ended:"
    " `rotate police`"
)


class Killed(BaseException):
    """As by SIGKILL: nothing that follows is done."""


class Deadly:
    """An administration over which whoever uses it is killed: before or after it tells the broker what to declare, or
    before it ends connections."""

    def __init__(self, administration: Administration, *, at: str) -> None:
        self._administration = administration
        self._at = at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._administration, name)

    def take(self, definitions: Mapping[str, Any]) -> None:
        self._die("before it is told")
        self._administration.take(definitions)
        self._die("after it was told")

    def disconnect(self, user: str) -> None:
        self._die("before connections end")
        self._administration.disconnect(user)

    def _die(self, place: str) -> None:
        if place == self._at:
            raise Killed


STEPS = ("before it is told", "after it was told", "before connections end")


@pytest.fixture(params=STEPS)
def killed(request: pytest.FixtureRequest, elsewhere: Elsewhere) -> Iterator[Callable[[Callable[..., object]], None]]:
    """Does something of the police with an operator who is killed over it; they hear, with the password `first`."""
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="first")
        deadly = Deadly(found._administration(), at=request.param)
        dying = AtDeployment(elsewhere.stack, found.store._collection.database, lambda: deadly)

        def over(act: Callable[..., object]) -> None:
            with pytest.raises(Killed):
                act(dying)

        yield over


def program(found: AtDeployment, password: str) -> pika.BlockingConnection:
    return pika.BlockingConnection(pika.URLParameters(found.address(POLICE, password)))


def ends(connection: pika.BlockingConnection) -> None:
    with pytest.raises(AMQPError):
        wait_for(connection.process_data_events, what="the connection to end")


def test_after_a_cut_off_rotation_declaring_ends_connections_and_names_it_until_another(
    elsewhere: Elsewhere, killed: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.operator.departments.OPENING_S", 0)
    with elsewhere.departments() as found:
        old = program(found, "first")
        killed(lambda dying: dying.rotate(POLICE))

        assert elsewhere.declare() == [ROTATED]
        ends(old)
        assert elsewhere.declare() == [ROTATED]
        address = found.rotate(POLICE)

        assert elsewhere.declare() == []
        assert list(Subscriber(address).history()) == []
        with pytest.raises(AMQPError):
            program(found, "first")


def test_a_resumption_that_was_cut_off_is_brought_to_its_end(elsewhere: Elsewhere, killed: Callable[..., None]) -> None:
    """The store says that it may take what waits, and nobody said so to the broker."""
    with elsewhere.departments() as found:
        found.suspend(POLICE, is_suspended=True)
        tell(found, 1)
        killed(lambda dying: dying.suspend(POLICE, is_suspended=False))

        assert elsewhere.declare() == ["`loket departments resume police` was cut off; it is so now"]

        assert len(heard(found, "first")) == 1
        assert elsewhere.declare() == []


def test_the_same_command_brings_it_to_its_end(elsewhere: Elsewhere, killed: Callable[..., None]) -> None:
    with elsewhere.departments() as found:
        old = program(found, "first")
        killed(lambda dying: dying.suspend(POLICE, is_suspended=True))

        found.suspend(POLICE, is_suspended=True)

        ends(old)
        assert found.store.begun(POLICE) == ()


def test_who_is_half_removed_is_not_made_anew(elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_id: str) -> None:
        raise Killed

    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="first")
        found.begin_removing(POLICE)
        with monkeypatch.context() as patched:
            patched.setattr(found.store, "remove", die)
            with pytest.raises(Killed):
                found.remove(POLICE)

        told = elsewhere.declare()

        assert told == ["removing police was cut off, nothing is made anew: `loket departments remove police`"]
        assert (found.has_user(POLICE), found.has_queue(POLICE)) == (False, False)
        found.remove(POLICE)
        assert elsewhere.declare() == []


def test_an_operator_sees_what_was_cut_off_and_not_what_is_under_way(
    elsewhere: Elsewhere, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]
) -> None:
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: elsewhere.stack)
    now = datetime.now(UTC).replace(microsecond=0)
    with elsewhere.departments() as found:
        found.declare_shared()
        found.store.add(POLICE)
        found.declare(POLICE, password="first")
        begin(found.store, POLICE, ADD)
        found.store.begin(POLICE, Change(id="x", what=ROTATE, at=now - 2 * UNDER_WAY))
        cut_off = {"what": ROTATE, "at": now - 2 * UNDER_WAY, "mend": ROTATE}

        health = commanded(departments, "health", "--json")
        (at_status,) = facts_of(elsewhere.stack, found.store._collection.database, now=now)["departments"]

    (at_health,) = json.loads(health.stdout)["departments"]
    assert (health.exit_code, at_health["cut_off"][0]["what"], len(at_health["cut_off"])) == (1, ROTATE, 1)
    assert at_status["cut_off"] == [cut_off]
    assert "rotate was cut off" in commanded(departments, "health").stdout


def test_nothing_of_another_that_is_called_so_is_known_to_have_begun(here: AtDeployment) -> None:
    here.store.add(POLICE)
    begin(here.store, POLICE, REMOVE)

    assert here.store.begun(replace(POLICE, user="department.police.0")) == ()


class HalfOpen(amqp.Connection):
    """Shows its password, and goes on only once it is told to."""

    def __init__(self, address: str) -> None:
        known = pika.URLParameters(address)
        super().__init__(
            f"{known.host}:{known.port}",
            userid=known.credentials.username,
            password=known.credentials.password,
            virtual_host=known.virtual_host,
        )
        self.shown, self.go_on = threading.Event(), threading.Event()

    def _on_tune(self, *arguments: Any) -> None:
        self.shown.set()
        self.go_on.wait()
        super()._on_tune(*arguments)


@pytest.mark.slow
def test_who_had_shown_the_old_password_before_it_changed_does_not_stay(here: AtDeployment) -> None:
    """The broker asks for it once, and then gives ten seconds: a thief who keeps such connections would outlive every
    new password."""
    here.store.add(POLICE)
    here.declare(POLICE, password="stolen")
    thief = HalfOpen(here.address(POLICE, "stolen"))
    connecting = threading.Thread(target=thief.connect)
    connecting.start()
    assert thief.shown.wait(10)

    def go_on_once_it_has_changed() -> None:
        try:
            wait_for(lambda: not can_connect(here, "stolen"), what="another password")
            threading.Event().wait(3)  # beyond the first ending of connections
        finally:
            thief.go_on.set()

    watching = threading.Thread(target=go_on_once_it_has_changed)
    watching.start()
    began = datetime.now(UTC)
    address = here.rotate(POLICE)
    watching.join()
    connecting.join()

    assert datetime.now(UTC) - began >= timedelta(seconds=OPENING_S)
    with pytest.raises((amqp.AMQPError, OSError)):
        wait_for(lambda: thief.drain_events(timeout=1), what="the connection to end")
    assert list(Subscriber(address).history()) == []


def can_connect(here: AtDeployment, password: str) -> bool:
    try:
        program(here, password).close()
    except (AMQPError, AMQPConnectorException):
        return False
    return True
