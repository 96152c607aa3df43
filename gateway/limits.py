"""How many requests one client may send. What that is: a citizen or officer who is signed in, else an address.

Every unsafe request counts, and besides it applications, sign-ins and verifications each on their own. What is asked
again under one Idempotency-Key counts once, and so does what we answered with 503 and asked to be sent again; how often
that may be done is limited in turn, or it would be a way around.
"""

import hmac
import ipaddress
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from flask import Flask, Response, current_app, g, request

from gateway.auth.callers import current_caller, require_citizen, require_officer
from gateway.auth.identity import Caller, Citizen
from gateway.counting import Bill, Counting, Ticket
from gateway.cross_site import SAFE
from gateway.idempotency import HEADER, read_key
from gateway.problems import Problem
from gateway.rates import Rate, Rates, Window
from gateway.tenancy import current_town
from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.errors import DomainError

OPEN_TO_ALL = frozenset(
    {
        "verifications",
        "verification",
        "sign_in",
        "department_access",
        "department_pages",
        "department_confirmations",
        "department_sandbox",
        "department_webhooks",
    }
)
"""Blueprints that need no citizen to be signed in: they count addresses, and look at no token first."""

RETRIES_OF_A_KEY = Rate(most=20, seconds=60)
"""A 503 asks for one in 5 s (problems.RETRY_AFTER_S)."""

RETRIES = Rate(most=120, seconds=60)
"""Of one client, whatever the keys."""

TICKET_S = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What this application counts with."""

    counts: Counting
    pseudonyms: KeyedPseudonyms
    changes: Rates
    clock: Callable[[], float] = time.time


@dataclass(kw_only=True)
class _Counted:
    """What this request was counted in so far."""

    scopes: set[str] = field(default_factory=set)
    windows: dict[str, tuple[Window, ...]] = field(default_factory=dict)


def set_up(app: Flask, *, counts: Counting, key: bytes, changes: Rates) -> None:
    """Before each request that may change something, and after each answer. `key` is what pseudonyms are made with.

    Call it once another site's requests are refused: they would use up what their victim may send.
    """
    app.config["LOKET_LIMITS"] = Limits(
        counts=counts,
        pseudonyms=KeyedPseudonyms(hmac.digest(key, b"loket gateway counts", "sha256")),
        changes=changes,
    )
    app.before_request(_count_change)
    app.after_request(_forgive_what_was_unavailable)


def by_address() -> str:
    """The client's address as counts know it; one count for all of an IPv6 network of 64 bits, which is one line."""
    return _limits().pseudonyms.of("address", town="", value=_network(request.remote_addr or ""))


def by_citizen() -> str:
    """The citizen as counts know them. Raises Problem where none is signed in."""
    return _of_caller(require_citizen())


def by_officer() -> str:
    """The officer, likewise. Raises Problem where none is signed in."""
    return _of_caller(require_officer())


def by_department(id: str) -> str:
    """A department as counts know it."""
    return _limits().pseudonyms.of("department", town=current_town().refnis, value=id)


@contextmanager
def limited(
    rates: Rates, *, scope: str, key: Callable[[], str] = by_address, once: str = "", refunds: bool = False
) -> Iterator[None]:
    """At most so many of these for one client, and one for each Idempotency-Key `once`. A second time in the same
    request costs nothing. Where it `refunds`, neither does what a rule refuses (a DomainError): nothing was done, and
    who mistypes must not run out of what they came for; that they ask at all is counted as a change.

    Raises Problem `too-many-requests`.
    """
    bill = _count(rates, scope=scope, who=key(), once=once)
    try:
        yield
    except DomainError:
        if refunds and bill:
            _limits().counts.refund(bill)
        raise


def _count_change() -> None:
    """Who floods is refused before anything is read of the body."""
    if request.method in SAFE or "town" not in g:
        return
    who, once = by_address(), ""
    if request.endpoint is not None and request.blueprint not in OPEN_TO_ALL:
        try:
            caller = current_caller()
        except Exception:
            _count(_limits().changes, scope="changes", who=who)
            raise
        if caller is not None:
            who, once = _of_caller(caller), read_key(request.headers.get(HEADER, "")) or ""
    _count(_limits().changes, scope="changes", who=who, once=once)


def _count(rates: Rates, *, scope: str, who: str, once: str = "") -> Bill | None:
    """What it was counted in; None where it was before."""
    limits, counted = _limits(), _counted()
    if scope in counted.scopes:
        return None
    now = limits.clock()
    windows = tuple(rate.window(scope, who, now=now) for rate in rates)
    ticket = None
    if once:
        value = f"{scope}|{request.endpoint}|{who}|{once}"
        id = limits.pseudonyms.of("idempotency-key", town=current_town().refnis, value=value)
        ticket = Ticket(id=id, until=now + TICKET_S)
    bill = Bill(windows=windows, ticket=ticket, again=_retries(scope, who, ticket, now=now))
    full = limits.counts.pay(bill)
    if full is not None:
        raise Problem("too-many-requests", headers={"Retry-After": str(full.wait(now))})
    counted.scopes.add(scope)
    if ticket is None:
        counted.windows[who] = counted.windows.get(who, ()) + windows
    return bill


def _forgive_what_was_unavailable(response: Response) -> Response:
    """A 503 asks to be tried again: that is then a retry and not another request, as with a key."""
    counted: _Counted | None = g.get("counted")
    if response.status_code == 503 and counted:
        limits = _limits()
        for who, windows in counted.windows.items():
            limits.counts.exchange(windows, _retries("unavailable", who, None, now=limits.clock()))
    return response


def _retries(scope: str, who: str, ticket: Ticket | None, *, now: float) -> tuple[Window, ...]:
    of_all = RETRIES.window(f"{scope}-again", who, now=now)
    return (of_all, RETRIES_OF_A_KEY.window(f"{scope}-again", ticket.id, now=now)) if ticket else (of_all,)


def _of_caller(caller: Caller) -> str:
    kind, value = ("citizen", caller.national_number) if isinstance(caller, Citizen) else ("officer", caller.name)
    return _limits().pseudonyms.of(kind, town=current_town().refnis, value=value)


def _network(address: str) -> str:
    try:
        known = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"  # all of these together: what cannot be told apart is not to be counted apart
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


def _limits() -> Limits:
    found: Limits = current_app.config["LOKET_LIMITS"]
    return found


def _counted() -> _Counted:
    if "counted" not in g:
        g.counted = _Counted()
    counted: _Counted = g.counted
    return counted
