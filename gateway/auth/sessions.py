"""Sessions: the browser keeps who signed in, locked in a cookie; the gateway's database keeps which of them stand.

A cookie alone opens nothing. Its id must stand in the database, where signing out ends it and disuse lets it end.
The database holds no personal fact: the id's SHA-256, the town and three times.
"""

import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pymongo
import structlog
from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError, PyMongoError

from gateway.auth.cookies import SESSIONS, Cookies
from gateway.problems import RETRY_AFTER_S, Problem

log = structlog.get_logger()

ANSWER_S = 10.0
"""How long the store may take. Five hundred pages that come back at once keep this process busy for seconds: that it is
slow itself is no sign that the store is away, and whoever waits holds no thread."""

PROBE_S = 1.0
"""While the store is away one request in this time finds out whether it is back, and waits no longer than this; the
others are not kept waiting."""

SEEN_S = 60.0
"""Use is written down at most so often."""


class SessionsAway(Problem):
    """The store does not answer: nobody can say which sessions stand."""

    def __init__(self) -> None:
        super().__init__("sessions-unavailable", headers={"Retry-After": str(RETRY_AFTER_S)})


class LockedSession(SecureCookieSession):
    """What the cookie held: `id`, `until` (seconds since 1970), and `citizen` or `officer`; or what is `leaving`."""


class LockedSessions(SessionInterface):
    """Flask's port for sessions. What cannot be opened is an empty session."""

    session_class = LockedSession

    def __init__(self, cookies: Cookies) -> None:
        self._cookies = cookies

    def open_session(self, app: Flask, request: Request) -> LockedSession:  # noqa: ARG002
        """Never fails."""
        return LockedSession(self._cookies.read(request, self._cookies.name, purpose=SESSIONS))

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Only a change is written; it never puts off the end of a sign-in."""
        town = self._cookies.town_of(current_request)
        if not session.modified or town is None:
            return
        if not session:
            self._cookies.drop(response, self._cookies.name)
            return
        self._cookies.write(response, town, self._cookies.name, dict(session), purpose=SESSIONS, until=session["until"])


class StandingSessions:
    """Which sessions stand: one read for each personal request, and a write a minute while it is used."""

    def __init__(
        self,
        database: Database[dict[str, Any]],
        *,
        idle_s: float,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sessions = database["sessions"]
        self._idle_s = idle_s
        self._clock = clock
        self._monotonic = monotonic
        self._indexed = False
        self._probe = threading.Lock()
        self._away_until: float | None = None

    def check(self) -> None:
        """Raises SessionsAway where the store does not answer."""
        with self._asking():
            self._sessions.find_one({"_id": ""})

    def begin(self, *, town: str, until: float) -> str:
        """A new session's id, which nobody can guess. Raises SessionsAway."""
        id, now = secrets.token_urlsafe(32), self._clock()
        with self._asking():
            if not self._indexed:
                self._sessions.create_index("ends", expireAfterSeconds=0)
                self._indexed = True
            document = {"_id": _key(id), "town": town, "seen": _moment(now), "ends": self._ends(now, until)}
            try:
                self._sessions.insert_one(document | {"until": _moment(until)})
            except DuplicateKeyError:
                log.debug("session_began_before")  # our own insert, tried again by the driver
        return id

    def stands(self, id: str, *, town: str, in_use: bool) -> bool:
        """Whether this session is still one of this town. `in_use` is somebody at work, not a page that looks again by
        itself. Raises SessionsAway.
        """
        with self._asking():
            found = self._sessions.find_one({"_id": _key(id)})
            now = self._clock()
            if found is None or found["town"] != town or found["until"].timestamp() <= now:
                return False
            idle = now - found["seen"].timestamp()
            if idle >= self._idle_s:
                return False
            if in_use and idle >= min(SEEN_S, self._idle_s / 4):
                ends = self._ends(now, found["until"].timestamp())
                self._sessions.update_one({"_id": found["_id"]}, {"$max": {"seen": _moment(now), "ends": ends}})
        return True

    def end(self, id: str) -> None:
        """It opens nothing any more, whoever has the cookie. Raises SessionsAway."""
        with self._asking():
            self._sessions.delete_one({"_id": _key(id)})

    def _ends(self, now: float, until: float) -> datetime:
        """When the store may forget it."""
        return _moment(min(until, now + self._idle_s))

    @contextmanager
    def _asking(self) -> Iterator[None]:
        """A store that is away is not waited for by everybody."""
        away_until = self._away_until
        probing = away_until is not None and self._probe.acquire(blocking=False)
        try:
            if away_until is not None and (not probing or self._monotonic() < away_until):
                raise SessionsAway
            try:
                with pymongo.timeout(PROBE_S if probing else ANSWER_S):
                    yield
            except PyMongoError as error:
                self._away_until = self._monotonic() + PROBE_S
                log.warning("sessions_away", error=type(error).__name__)
                raise SessionsAway from error
            self._away_until = None
        finally:
            if probing:
                self._probe.release()


def _key(id: str) -> str:
    """What a reader of the database finds opens no session."""
    return sha256(id.encode()).hexdigest()


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
