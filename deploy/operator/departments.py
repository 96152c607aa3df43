"""Departments as an operator sees and changes them: their record at notify, their user and queues at the broker."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pika
from pika.exceptions import AMQPError, ProbableAccessDeniedError
from pymongo.database import Database

from deploy.broker.administration import Administration, administration_of
from deploy.broker.departments import (
    LONGEST_QUEUE,
    PARKED,
    AtBroker,
    bindings_of,
    definitions_of,
    queues_of,
    shared_definitions,
)
from deploy.broker.queues import connect, count, has_exchange
from deploy.local.control import Control
from deploy.local.embedded.cluster import as_user
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack
from deploy.operator.department_changes import ADD, REMOVE, RESUME, ROTATE, SUSPEND, begin, changing
from deploy.operator.department_credentials import new_password
from deploy.operator.department_health import Health, health_of
from deploy.operator.department_places import at_broker, kept_for, notify_database
from deploy.operator.department_replays import Full, lay_again
from deploy.operator.parked_answers import ParkedAnswers
from services.chassis.addresses import LOST, beside
from services.chassis.publisher import Unpublished
from services.contracts.departments import EXCHANGE, virtual_host
from services.contracts.feed.catching_up import Since
from services.contracts.feed.queues import answers_of, user_of
from services.notify.feed.credentials import CredentialStore
from services.notify.feed.departments import Department, DepartmentStore, Replayed

OPENING_S = 11.0
"""A connection that was let in is opened within ten seconds (the broker's `handshake_timeout`), or ends."""


class Removed(PartError):
    """Somebody removed the department meanwhile."""


class AtDeployment:
    """The departments of one deployment. Everything raises PartError where the broker does not answer or refuses."""

    def __init__(
        self,
        stack: Stack,
        database: Database[dict[str, Any]],
        administration: Callable[[], Administration],
    ) -> None:
        self.store = DepartmentStore(database)
        self.credentials = CredentialStore(database)
        self._told = database["department_events"]
        self._stack = stack
        self._uri = beside(stack.amqp_uri, virtual_host)
        self._address = pika.URLParameters(self._uri.partition(";")[0])
        self._administration = administration
        self._kept = kept_for(stack)

    def known(self, name: str) -> Department:
        """The one of that name. Raises PartError where there is none."""
        department = self.store.find(name)
        if department is None:
            names = ", ".join(each.id for each in self.store.all())
            raise PartError(f"no department is called {name}; {f'choose from {names}' if names else 'there are none'}")
        return department

    def declare_shared(self) -> None:
        """The virtual host of all, where it is missing."""
        try:
            with connect(self._uri) as connection:
                if all(has_exchange(connection, name) for name in (EXCHANGE, PARKED)):
                    return
        except ProbableAccessDeniedError:
            pass  # no such virtual host, or none of ours
        except AMQPError as error:
            raise self._away(error) from None
        shared = shared_definitions(self._address.virtual_host, administrator=self._address.credentials.username)
        self._administration().take(shared)

    def add(self, department: Department) -> str | None:
        """Let it hear and answer; the address with which it connects. None where there is one of that name. Where the
        broker does not take it, `rotate` declares it.

        Nothing opens anything any more that another of that name had, whose removal was cut off or undone by a restored
        backup. What there is of it is looked up before whether there is a department: then it is nobody's."""
        credentials, users = self.credentials.of(department.id), self._users_called(department.id)
        if self.store.find(department.id):
            return None
        self.credentials.remove(credentials)
        for user in users:
            self._remove_at_broker(user)
        if not self.store.add(department):
            return None
        password = new_password()
        with changing(self.store, department, ADD):
            self.declare_as_it_stands(department, password=password)
        return self.address(department, password)

    def rotate(self, department: Department) -> str:
        """Another password, with which alone it connects from now on: the address, after OPENING_S. Raises Removed.

        Whoever had shown the old one just before has until then to go on with a connection that nobody sees yet.
        """
        password = new_password()
        with changing(self.store, department, ROTATE):
            declared = self.declare_as_it_stands(department, password=password)
            self.disconnect(declared)
            time.sleep(OPENING_S)
            self.disconnect(declared)
        return self.address(department, password)

    def suspend(self, department: Department, *, is_suspended: bool) -> None:
        """Let it take nothing, or what waits for it again, in the store first. Raises Removed."""
        try:
            with changing(self.store, department, SUSPEND if is_suspended else RESUME):
                changed = self.store.suspend(department, is_suspended=is_suspended)
                if changed is None:
                    raise Removed(f"{department.id} was removed at the same moment")
                self.disconnect(self.declare_as_it_stands(changed, password=None))
        except Removed:
            raise
        except PartError as error:
            state = "suspended" if is_suspended else "open"
            raise PartError(
                f"{department.id} is {state} over HTTP, and as before at the broker: {error}; then say the same again"
            ) from None

    def bind(self, department: Department) -> bool:
        """Have its queues hear its topics, as they do unless its declaring was cut off; False where one is missing."""
        known = self.at_broker(department)
        with self._connected() as connection:
            queues = (count(connection, name) for name in known.queues)
            if None in queues or not all(has_exchange(connection, name) for name in known.exchanges):
                return False
            channel = connection.channel()
            for exchange, queue, key in bindings_of(known):
                channel.queue_bind(queue, exchange, key)
        return True

    def has_user(self, department: Department) -> bool:
        """Whether somebody may know its password."""
        return self.at_broker(department).user in self._administration().users()

    def has_queue(self, department: Department) -> bool:
        """Whether something may wait for it."""
        with self._connected() as connection:
            return count(connection, self.at_broker(department).queue) is not None

    def declare_as_it_stands(self, department: Department, *, password: str | None) -> Department:
        """`declare`, until the broker has what the store says after it: others may have changed that meanwhile, and
        told the broker before us. What it is then; raises Removed where it is no more."""
        while True:
            self.declare(department, password=password)
            stands = self.store.find(department.id)
            if stands is None or stands.user != department.user:
                self._remove_at_broker(department.user)
                raise Removed(f"{department.id} was removed at the same moment")
            if self._declared(stands) == self._declared(department):
                return stands
            department, password = stands, None

    def declare(self, department: Department, *, password: str | None) -> None:
        """Its queues, bound to its topics alone, and its user with its rights: none while it is suspended."""
        known, vhost = self.at_broker(department), self._address.virtual_host
        definitions = definitions_of(known, vhost, password=password, may_read=not department.is_suspended)
        administration, is_new = self._administration(), not self.has_queue(department)
        administration.take(definitions)
        if is_new:
            return  # bound to nothing else
        with self._connected() as connection:
            for exchange, queue, key in administration.bindings(vhost) - set(bindings_of(known)):
                if exchange and queue in known.queues:
                    connection.channel().queue_unbind(queue, exchange, key)

    def disconnect(self, department: Department) -> None:
        """Its connections end: they go on with the rights and the password that they began with."""
        self._administration().disconnect(department.user)

    def begin_removing(self, department: Department) -> None:
        """From now on nothing of it is made anew, and it is named until `remove` has come to its end."""
        begin(self.store, department, REMOVE)

    def remove(self, department: Department) -> None:
        """Its user, its queues and what waits in them, and then what is known of it: cut off, it can be said again."""
        self._remove_at_broker(department.user)
        self.store.remove(department.id)
        self._remove_at_broker(department.user)  # whoever declared it in between may have found it in the store still

    def address(self, department: Department, password: str) -> str:
        """With which it connects: of each node, with `;`."""
        return ";".join(as_user(each, department.user, password) for each in self._uri.split(";"))

    def health(self, department: Department) -> Health:
        """As the broker knows it now."""
        with self._connected() as connection:
            return health_of(
                connection, self.at_broker(department), replays=self.store.replays(department), told=self._told
            )

    def parked_answers(self, departments: Iterable[Department], *, audit: Path) -> ParkedAnswers:
        """Those of some of them."""
        return ParkedAnswers(self._uri, map(self.at_broker, departments), audit=audit)

    def replay(self, department: Department, *, since: Since, now: datetime) -> int:
        """Put what its stream has from there up to now into its queue again, as it is; how many messages that were.
        Nothing that waits there is pushed out for it."""
        sent = 0
        self.store.note_replayed(department, Replayed(at=now, count=0))  # who may not write it sends nothing either
        try:
            for confirmed in lay_again(self._uri, self.at_broker(department), since):
                sent += confirmed
                self.store.note_replayed(department, Replayed(at=now, count=confirmed))
        except Full as full:
            raise PartError(
                f"{sent} were sent once more, and no others: more than {LONGEST_QUEUE} would wait, and the oldest be"
                f" pushed out; once {department.id} has taken some, go on with --from {full.place}"
            ) from None
        except (Unpublished, *LOST, AMQPError) as error:
            raise PartError(
                f"{sent} were sent once more, perhaps some others, and not all: {self._away(error)}"
            ) from None
        return sent

    def at_broker(self, department: Department) -> AtBroker:
        """Its names there."""
        return at_broker(department, kept=self._kept)

    def _declared(self, department: Department) -> tuple[AtBroker, bool]:
        """What of it the broker is told."""
        return self.at_broker(department), department.is_suspended

    def _users_called(self, department: str) -> list[str]:
        users = self._administration().users_in(self._address.virtual_host)
        return [each for each in users if each.startswith(user_of(department, ""))]

    def _remove_at_broker(self, user: str) -> None:
        self._administration().remove_user(user)
        with self._connected() as connection:
            channel = connection.channel()
            for name in queues_of(user):
                channel.queue_delete(name)
            channel.exchange_delete(answers_of(user))

    @contextmanager
    def _connected(self) -> Iterator[pika.BlockingConnection]:
        try:
            with connect(self._uri) as connection:
                yield connection
        except AMQPError as error:
            raise self._away(error) from None

    def _away(self, error: Exception) -> PartError:
        return PartError(
            f"the broker does not answer in {self._address.virtual_host} ({type(error).__name__}): run `loket broker"
            " declare`, and see `loket status`"
        )


@contextmanager
def departments_of(stack: Stack, *, must_be_up: bool = True) -> Iterator[AtDeployment]:
    """Those of a deployment, while its store is connected. Where that `must_be_up`, raises PartError where it is
    embedded, and down: another's may be on the usual port."""
    if must_be_up:
        Control(stack).require("store")
    with notify_database(stack) as database:
        yield AtDeployment(stack, database, lambda: administration_of(stack))
