"""Every key that a deployment needs: which there are, who holds each, and how one is made.

A key has an id and 32 random bytes. The first of a ring locks, all of them unlock. An event key is a service's own;
its public half is in every process. Each process is given the keys that it reads (variables.py), and no other.
"""

import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from deploy.broker.rights import USERS, password_variable
from deploy.production.variables import OPERATORS_KEYS, PROCESSES, declared
from services.chassis.locking import NAMEABLE
from services.chassis.signing import SigningKey
from services.contracts.catalogue import products
from services.contracts.departments import FACTS_DAYS
from services.contracts.retention import on_its_road
from services.contracts.topology import PATIENCE, SERVICES

OPERATOR = "operator"
FILES = (*PROCESSES, OPERATOR)
"""One file for each process, and one for whoever gives `loket`'s commands."""

EVENT_KEY, EVENT_KEYS, NEXT_EVENT_KEY = "LOKET_EVENT_KEY", "LOKET_EVENT_KEYS", "LOKET_EVENT_KEY_NEXT"
AMQP_URI = "LOKET_AMQP_URI"
PEPPERS = {service: f"LOKET_{service.upper()}_PEPPER" for service in ("intake", "registry", "documents")}
"""Each service's under which it files, or compares."""

SIGN_IN_COOKIE = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class Ring:
    """`at_rest`: what is locked lies in the store or in queues, where `loket keys in-use` sees it; what does not is on
    its way for `travels_for`. `with_certificates`: it lies with them as well, until they are no longer current, and
    until no department may ask about them any more."""

    name: str
    variable: str
    travels_for: timedelta | None = None
    with_certificates: bool = False

    @property
    def at_rest(self) -> bool:
        """Does it lie somewhere, as long as an application is on its road?"""
        return self.travels_for is None

    @property
    def kept_for(self) -> timedelta:
        """How long something may lie locked under a key that is no longer the first, beside what is parked."""
        if self.travels_for is not None:
            return self.travels_for
        asked_again = [each.current_for_days for each in products().values() if each.is_asked_again]
        current = max(max(asked_again, default=-1) + 1, FACTS_DAYS) if self.with_certificates else 0
        return on_its_road(products().values()) + timedelta(days=current)


RINGS = {
    ring.name: ring
    for ring in (
        Ring(name="requests", variable="LOKET_KEYS_REQUESTS", with_certificates=True),
        Ring(name="facts", variable="LOKET_KEYS_FACTS"),
        Ring(name="contacts", variable="LOKET_KEYS_CONTACTS"),
        Ring(name="confirmations", variable="LOKET_KEYS_CONFIRMATIONS"),
        Ring(name="webhooks", variable="LOKET_KEYS_WEBHOOKS"),
        Ring(name="drafts", variable="LOKET_KEYS_DRAFTS", travels_for=timedelta(days=30)),
        Ring(name="sessions", variable="LOKET_KEYS_SESSIONS", travels_for=timedelta(hours=1)),
        *(
            Ring(
                name=f"questions-{service}",
                variable=f"LOKET_KEYS_QUESTIONS_{service.upper()}",
                travels_for=timedelta(minutes=1),
            )
            for service in ("documents", "intake", "notify", "registry")
        ),
    )
}

EVENTS = {f"events-{service}": service for service in SERVICES}
"""The keys of events by the name under which they are rotated, to the service whose they are."""

SIGNED_FOR = PATIENCE + timedelta(hours=2)
"""How long an event may be on its road through delays, signed with a key that is used no more; parked ones stay."""


def event_key_variable(service: str) -> str:
    """The private key of one service where `loket up` is told it; its process gets it as LOKET_EVENT_KEY."""
    return f"LOKET_EVENT_KEY_{service.upper()}"


def new_key() -> str:
    """32 random bytes in base64url."""
    return urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")


def new_label(taken: tuple[str, ...], *, today: date) -> str:
    """The day; with a letter where it is taken."""
    names = (today.isoformat(), *(f"{today.isoformat()}{letter}" for letter in "bcdefghijklmnopqrstuvwxyz"))
    return next(name for name in names if name not in taken)


def every_key(*, label: str, broker: str) -> dict[str, dict[str, str]]:
    """File to variables, all new. `broker` is its address, or several with `;`, without user and password.

    Raises ValueError.
    """
    if not NAMEABLE.fullmatch(label):
        raise ValueError("a label has 1 to 40 letters, digits, `.`, `_` or `-`")
    addresses = broker_addresses(broker)
    private = {service: f"{service}.{label}:{new_key()}" for service in SERVICES}
    shared = {ring.variable: f"{label}:{new_key()}" for ring in RINGS.values()}
    shared |= {pepper: new_key() for pepper in PEPPERS.values()}
    shared[EVENT_KEYS] = public_keys(private)
    passwords = {user: new_password() for user in USERS}
    files: dict[str, dict[str, str]] = {}
    for process in PROCESSES:
        files[process] = {AMQP_URI: amqp_uri(addresses, process, passwords[process])}
        if process in SERVICES:
            files[process][EVENT_KEY] = private[process]
        files[process] |= {name: value for name, value in shared.items() if name in declared(process)}
    files[OPERATOR] = {password_variable(user): password for user, password in passwords.items()}
    files[OPERATOR] |= {name: shared[name] for name in OPERATORS_KEYS}
    return files


def public_keys(private: Mapping[str, str]) -> str:
    """LOKET_EVENT_KEYS, from the private keys. Raises ValueError."""
    return ",".join(SigningKey.parse(key).public for key in private.values())


def new_password() -> str:
    """256 random bits, of signs that need no quoting anywhere."""
    return secrets.token_urlsafe(32)


def broker_addresses(text: str) -> tuple[str, ...]:
    """Raises ValueError where one is no address of a broker, or names a user."""
    found = tuple(text.split(";"))
    for each in found:
        parts = urlsplit(each)
        if parts.scheme not in ("amqp", "amqps") or not parts.hostname or not parts.path.strip("/"):
            raise ValueError("write amqps://host:5671/vhost, several with `;`")
        if "@" in parts.netloc or parts.query:
            raise ValueError(
                "write the broker's address without user, password and parameters; each process gets its own"
            )
    return found


def amqp_uri(addresses: tuple[str, ...], user: str, password: str) -> str:
    """LOKET_AMQP_URI of one user."""
    return ";".join(_as_user(each, user, password) for each in addresses)


def brokers_at(uri: str) -> frozenset[tuple[str, int, str]]:
    """Host, port and virtual host of each address in LOKET_AMQP_URI. Raises ValueError."""
    found = set()
    for each in uri.split(";"):
        parts = urlsplit(each)
        port = parts.port or (5671 if parts.scheme == "amqps" else 5672)
        found.add((parts.hostname or "", port, unquote(parts.path.removeprefix("/"))))
    return frozenset(found)


def place(uri: str) -> str:
    """The hosts that an address names, or several with `;`: without user, password and parameters."""
    hosts = (each.partition("://")[2].rpartition("@")[2].partition("?")[0].rstrip("/") for each in uri.split(";"))
    return ", ".join(hosts)


def with_password(uri: str, password: str) -> str:
    """The same addresses and user with another password."""
    return ";".join(_as_user(each, str(urlsplit(each).username), password) for each in uri.split(";"))


def _as_user(uri: str, user: str, password: str) -> str:
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def ids(ring: str) -> tuple[str, ...]:
    """The ids of the keys in the value of a ring or of public keys, the first first."""
    return tuple(part.strip().partition(":")[0] for part in ring.split(","))


def is_random(key: bytes) -> bool:
    """Whether it can come from a random generator: of 32 random bytes fewer than 16 different ones never do."""
    return len(set(key)) >= 16
