"""Counting requests: what a request is counted in, and how one process remembers it.

`shared_counts` has the counts of all processes.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from gateway.rates import Window

MOST_REMEMBERED = 20_000
"""Counts, and as many tickets, that one process keeps: about 10 MB. Those not used for longest go first."""


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """What is paid for once and may then be asked again: an Idempotency-Key of somebody, until a moment."""

    id: str
    until: float

    @property
    def used(self) -> "Ticket":
        """That it was asked again."""
        return Ticket(id=f"{self.id}:used", until=self.until)


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What a request is counted in: `windows`, or `again` where its ticket was paid before. The longest come first."""

    windows: tuple[Window, ...]
    ticket: Ticket | None = None
    again: tuple[Window, ...] = ()


class Counts(Protocol):
    """Where counts are kept."""

    def take(self, window: Window) -> bool:
        """One more, if there is room."""

    def give_back(self, window: Window) -> None:
        """One that was taken, as if it never had been."""

    def has_seen(self, ticket: Ticket) -> bool:
        """Whether it was paid, as far as this process knows by itself."""

    def knows(self, ticket: Ticket) -> bool:
        """Whether it was paid."""

    def remember(self, ticket: Ticket) -> bool:
        """That it was paid. False where it was already."""

    def forget(self, ticket: Ticket) -> None:
        """As if it had not been paid."""

    def take_new(self, windows: Sequence[Window], ticket: Ticket) -> Window | Ticket | None:
        """As the function `take_new`."""


class Counting(Protocol):
    """What requests are counted with. Never raises: what cannot be counted for all processes is counted for one."""

    def pay(self, bill: Bill) -> Window | None:
        """As the function `pay`."""

    def refund(self, bill: Bill) -> None:
        """As the function `refund`."""

    def exchange(self, windows: Sequence[Window], others: Sequence[Window]) -> None:
        """Have what was counted in `windows` count in `others` instead, where these have room."""


def pay(counts: Counts, bill: Bill) -> Window | None:
    """None where the bill is paid. Else the window that is full: then nothing of it was counted.

    Most tickets are new, so that it is paid first and then found out whether it was before.
    """
    ticket = bill.ticket
    if ticket is None:
        return take_all(counts, bill.windows)
    if not counts.has_seen(ticket):
        hindrance = counts.take_new(bill.windows, ticket)
        if hindrance is None:
            return None
        if isinstance(hindrance, Window) and not counts.knows(ticket):
            return hindrance
    counts.remember(ticket.used)
    if counts.knows(ticket):
        return take_all(counts, bill.again)
    full = take_all(counts, bill.windows)  # it was given back meanwhile, and nobody has paid for this one
    if full is None:
        counts.remember(ticket)
    return full


def refund(counts: Counts, bill: Bill) -> None:
    """What was paid came to nothing. It stays paid where the ticket was used besides: that may come to something. Who
    uses it says so first, and then looks whether it still stands; here it is forgotten first.
    """
    ticket = bill.ticket
    if ticket is not None:
        if not counts.knows(ticket):
            return
        counts.forget(ticket)
        if counts.knows(ticket.used):
            counts.remember(ticket)
            return
    give_all_back(counts, bill.windows)


def take_all(counts: Counts, windows: Sequence[Window]) -> Window | None:
    """One of each, or of none: then the window that is full."""
    for number, window in enumerate(windows):
        if not counts.take(window):
            give_all_back(counts, windows[:number])
            return window
    return None


def take_new(counts: Counts, windows: Sequence[Window], ticket: Ticket) -> Window | Ticket | None:
    """One of each for a ticket that was not paid before, or of none: then the window that is full, or the ticket."""
    full = take_all(counts, windows)
    if full is not None:
        return full
    if counts.remember(ticket):
        return None
    give_all_back(counts, windows)
    return ticket


def give_all_back(counts: Counts, windows: Sequence[Window]) -> None:
    """What `take_all` took."""
    for window in windows:
        counts.give_back(window)


def exchange(counts: Counts, windows: Sequence[Window], others: Sequence[Window]) -> None:
    """Have what was counted in `windows` count in `others` instead, where these have room."""
    if take_all(counts, others) is None:
        give_all_back(counts, windows)


class MemoryCounts:
    """In this process."""

    def __init__(self, *, most_remembered: int = MOST_REMEMBERED, clock: Callable[[], float] = time.time) -> None:
        self._most = most_remembered
        self._clock = clock
        self._lock = threading.Lock()
        self._taken: OrderedDict[str, int] = OrderedDict()
        self._tickets: OrderedDict[str, float] = OrderedDict()

    def take(self, window: Window) -> bool:
        with self._lock:
            taken = self._taken.get(window.id, 0)
            if taken < window.most:
                self._set(self._taken, window.id, taken + 1)
            return taken < window.most

    def give_back(self, window: Window) -> None:
        with self._lock:
            if taken := self._taken.get(window.id, 0):
                self._taken[window.id] = taken - 1

    def has_seen(self, ticket: Ticket) -> bool:
        return self.knows(ticket)

    def knows(self, ticket: Ticket) -> bool:
        with self._lock:
            return self._tickets.get(ticket.id, 0.0) > self._clock()

    def remember(self, ticket: Ticket) -> bool:
        with self._lock:
            known = self._tickets.get(ticket.id, 0.0) > self._clock()
            self._set(self._tickets, ticket.id, ticket.until)
            return not known

    def forget(self, ticket: Ticket) -> None:
        with self._lock:
            self._tickets.pop(ticket.id, None)

    def take_new(self, windows: Sequence[Window], ticket: Ticket) -> Window | Ticket | None:
        return take_new(self, windows, ticket)

    def _set(self, kept: OrderedDict[str, Any], id: str, value: float) -> None:
        kept[id] = value
        kept.move_to_end(id)
        if len(kept) > self._most:
            kept.popitem(last=False)
