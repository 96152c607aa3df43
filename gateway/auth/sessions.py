"""The session cookie: sealed, so that it can be neither read nor changed, and bound to one town. No server keeps it."""

import time
from typing import Any

from flask import Flask, Request, Response
from flask import request as current_request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

from gateway.tenancy import Towns
from services.chassis.locking import KeyRing, Locker
from services.contracts.delivery import Unacceptable

SIGN_IN_SECONDS = 600
"""How long one may take at the identity provider."""


class SealedSession(SecureCookieSession):
    """What the cookie held. `until` (seconds since 1970) says when a sign-in ends."""


class SealedSessions(SessionInterface):
    """Flask's port for sessions. A cookie of another town, another key or an earlier day opens as an empty session."""

    session_class = SealedSession

    def __init__(self, keys: KeyRing, towns: Towns, *, secure: bool) -> None:
        self._locker = Locker("sessions", keys)
        self._towns = towns
        self._secure = secure
        self._name = "__Host-loket" if secure else "loket"

    def open_session(self, app: Flask, request: Request) -> SealedSession:  # noqa: ARG002
        """Never fails: what cannot be opened is no session."""
        cookie = request.cookies.get(self._name, "")
        town = self._towns.of_host(request.headers.get("Host", ""))
        if cookie and town:
            try:
                data = self._locker.unlock_data(cookie, bound_to=town.refnis)
            except (Unacceptable, UnicodeError):
                return SealedSession()
            if data["until"] > time.time():
                return SealedSession(data["session"])
        return SealedSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:  # noqa: ARG002
        """Only a change is written; it never puts off the end of a sign-in."""
        town = self._towns.of_host(current_request.headers.get("Host", ""))
        if not session.modified or town is None:
            return
        options: dict[str, Any] = {"path": "/", "secure": self._secure, "httponly": True, "samesite": "Lax"}
        if not session:
            response.delete_cookie(self._name, **options)
            return
        until = session.get("until", time.time() + SIGN_IN_SECONDS)
        sealed = self._locker.lock_data({"until": until, "session": dict(session)}, bound_to=town.refnis)
        response.set_cookie(self._name, sealed, **options)
