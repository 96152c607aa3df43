"""Departments as an operator sees and changes them: their record at notify, their user and queues at the broker."""

import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pika
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509 import load_pem_x509_certificate
from pika.exceptions import AMQPError, ProbableAccessDeniedError
from pymongo.database import Database

from deploy.broker.administration import Administration, administration_of
from deploy.broker.departments import PARKED, AtBroker, bindings_of, definitions_of, queues_of, shared_definitions
from deploy.broker.queues import connect, count, has_exchange
from deploy.local.control import Control
from deploy.local.embedded.cluster import as_user
from deploy.local.embedded.part import PartError, wait_until
from deploy.local.patience import PATIENCE_S
from deploy.local.stack import Stack
from deploy.operator.department_health import Health, health_of
from deploy.operator.department_replays import lay_again
from deploy.operator.parked_answers import ParkedAnswers
from services.chassis.addresses import LOST, beside
from services.chassis.database import connect as connect_store
from services.chassis.publisher import Unpublished
from services.chassis.settings import whole
from services.contracts.departments import EXCHANGE, KEPT_DAYS, MOST_KEPT_DAYS, virtual_host
from services.contracts.feed.catching_up import Since
from services.contracts.feed.queues import answers_of, user_of
from services.notify.feed.credentials import CredentialStore
from services.notify.feed.departments import Department, DepartmentStore, Replayed

KEPT_VARIABLE = "LOKET_DEPARTMENTS_KEPT_DAYS"


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
        self.declare_as_it_stands(department, password=password)
        return self.address(department, password)

    def rotate(self, department: Department) -> str:
        """Another password, with which alone it connects from now on: the address. Raises Removed."""
        password = new_password()
        self.disconnect(self.declare_as_it_stands(department, password=password))
        return self.address(department, password)

    def suspend(self, department: Department, *, is_suspended: bool) -> None:
        """Let it take nothing, or what waits for it again, in the store first. Raises Removed."""
        changed = self.store.suspend(department, is_suspended=is_suspended)
        if changed is None:
            raise Removed(f"{department.id} was removed at the same moment")
        try:
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
        """Put what its stream has from there up to now into its queue again, as it is; how many messages that were."""
        sent = 0
        self.store.note_replayed(department, Replayed(at=now, count=0))  # who may not write it sends nothing either
        try:
            for confirmed in lay_again(self._uri, self.at_broker(department), since):
                sent += confirmed
                self.store.note_replayed(department, Replayed(at=now, count=confirmed))
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
def departments_of(stack: Stack) -> Iterator[AtDeployment]:
    """Those of a deployment, while its store is connected. Raises PartError where that is embedded, and down: another's
    may be on the usual port."""
    Control(stack).require("store")
    with _departments(stack) as found:
        yield found


@contextmanager
def _departments(stack: Stack) -> Iterator[AtDeployment]:
    with notify_database(stack) as database:
        yield AtDeployment(stack, database, lambda: administration_of(stack))


@contextmanager
def notify_database(stack: Stack) -> Iterator[Database[dict[str, Any]]]:
    """Where what is known of departments is kept."""
    with connect_store(stack.mongo_uri, appname="loket") as client:
        yield client[f"{stack.database}_notify"]


def declare_missing(stack: Stack, note: Callable[[str], None]) -> None:
    """What departments have at the broker, where that is new or was there before them: the virtual host of all, and
    what is each one's. `note` is told of each whose user was missing, as nobody knows the password that it has now, and
    whose queue was, as what waited there is gone.

    Raises PartError where the broker or the store does not answer or refuses.
    """
    with _departments(stack) as found:
        found.declare_shared()
        if stack.is_embedded("store") and not (stack.is_supervised() and wait_until(stack.store().answers, PATIENCE_S)):
            return  # it begins with `loket up`, which comes by here
        for each in found.store.all():
            if found.bind(each) and not each.is_suspended:
                continue
            is_new, lost = not found.has_user(each), not found.has_queue(each)
            try:
                declared = found.declare_as_it_stands(each, password=new_password() if is_new else None)
            except Removed:
                continue
            if declared.is_suspended:
                found.disconnect(declared)  # a suspension that was cut off has not come to the broker yet
            if is_new:
                note(f"{each.id} had no user at the broker: `loket departments rotate {each.id}` gives it a password")
            if lost:
                note(
                    f"{each.id} had no queue at the broker: what waited there is gone, and can be read at"
                    " `/departments/events`, while it is kept"
                )


def at_broker(department: Department, *, kept: timedelta) -> AtBroker:
    """As the broker knows it; its stream is kept for so long."""
    return AtBroker(
        id=department.id,
        user=department.user,
        topics=department.topics,
        answers=department.answers,
        kept=kept,
    )


def kept_for(stack: Stack) -> timedelta:
    """How long departments can catch up; what was declared before keeps its own. Raises PartError for no such time."""
    try:
        return timedelta(days=whole(1, MOST_KEPT_DAYS)(stack.outside.get(KEPT_VARIABLE) or str(KEPT_DAYS)))
    except ValueError as wrong:
        raise PartError(f"{KEPT_VARIABLE}: {wrong}") from None


def new_password() -> str:
    """256 random bits, of signs that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def thumbprint_of(file: Path) -> bytes:
    """The SHA-256 of the certificate in a PEM file. Raises PartError where there is none."""
    try:
        return load_pem_x509_certificate(file.read_bytes()).fingerprint(SHA256())
    except ValueError:
        raise PartError(f"{file} holds no certificate; give it as PEM (-----BEGIN CERTIFICATE-----)") from None
