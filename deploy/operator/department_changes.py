"""Changes of departments that are cut off.

What an operator changes of a department stands in two places: the store says it, and the broker has to be told. Who is
killed in between leaves it with rights, connections or a password of before. So a change is noted before it begins, and
until the broker has all of it `loket status` names it; `loket broker declare`, as at each `loket up`, tells the broker.
"""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notify.feed.departments import Change, Department, DepartmentStore

ADD, ROTATE, SUSPEND, RESUME, REMOVE = "add", "rotate", "suspend", "resume", "remove"
"""As the commands are called."""

_OF_A_PASSWORD = frozenset({ADD, ROTATE})
"""It is printed last: until then nobody knows it, and only another one helps."""

_OF_WHAT_THE_STORE_SAYS = frozenset({SUSPEND, RESUME})

UNDER_WAY = timedelta(minutes=1)
"""Within that time somebody is still at it."""


@contextmanager
def changing(store: DepartmentStore, department: Department, what: str) -> Iterator[None]:
    """What is done here is known to have begun, until it has come to its end. So are those that were cut off before:
    the broker is told what stands in the store as a whole. Of a new password only another one is the end."""
    before = store.begun(department)
    own = begin(store, department, what)
    yield
    store.end(department, (*ended_by(what, before), own))


def begin(store: DepartmentStore, department: Department, what: str) -> Change:
    """Note it before anything of it is done."""
    change = Change(id=secrets.token_hex(8), what=what, at=datetime.now(UTC))
    store.begin(department, change)
    return change


def ended_by(what: str | None, begun: Iterable[Change]) -> tuple[Change, ...]:
    """Those that the broker has all of once this command (None: another) has told it what the store says."""
    ends = _OF_A_PASSWORD if what == ROTATE else frozenset()
    return tuple(each for each in begun if each.what in ends | _OF_WHAT_THE_STORE_SAYS)


def mend_of(change: Change) -> str:
    """The command that brings it to its end."""
    return ROTATE if change.what in _OF_A_PASSWORD else change.what


def cut_off(store: DepartmentStore, department: Department, *, now: datetime) -> list[dict[str, Any]]:
    """Those of which nobody is at it any more: `what`, since when (`at`), and the command that is its `mend`."""
    return [
        {"what": each.what, "at": each.at, "mend": mend_of(each)}
        for each in store.begun(department)
        if each.at <= now - UNDER_WAY
    ]
