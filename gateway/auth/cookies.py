"""Cookies that can be neither read nor changed, bound to one town and one purpose."""

import time
from typing import Any

from flask import Request
from werkzeug.wrappers import Response

from gateway.tenancy import Towns
from services.chassis.locking import KeyNotHere, KeyRing, Locker
from services.contracts.delivery import Unacceptable
from services.contracts.towns import Town

SESSIONS, SIGN_IN, HELD, DEPARTMENTS = "sessions", "sign-in", "held", "departments"
"""What a cookie is for; one kind does not open as the other."""


class Cookies:
    """Those of this deployment. One of another town, purpose or key, or of an earlier day, opens as none.

    Over https their names begin with `__Host-`: no neighbour of our host can set them (RFC 6265bis, section 4.1.3.2).
    """

    def __init__(self, keys: KeyRing, towns: Towns, *, secure: bool) -> None:
        self._lockers = {purpose: Locker(purpose, keys) for purpose in (SESSIONS, SIGN_IN, HELD, DEPARTMENTS)}
        self._towns = towns
        self._secure = secure
        self.name = "__Host-loket" if secure else "loket"
        self.sign_in_prefix = f"{self.name}-in-"
        self.held = f"{self.name}-held"
        self.department_name = f"{self.name}-department"

    def town_of(self, request: Request) -> Town | None:
        """Whose cookies this request brings."""
        return self._towns.of_host(request.headers.get("Host", ""))

    def names(self, request: Request) -> list[str]:
        """Of those that are ours."""
        whole = (self.name, self.held, self.department_name)
        return [name for name in request.cookies if name in whole or name.startswith(self.sign_in_prefix)]

    def read(self, request: Request, name: str, *, purpose: str) -> dict[str, Any]:
        """What it holds; empty where it is none. Never fails."""
        cookie, town = request.cookies.get(name, ""), self.town_of(request)
        if not cookie or town is None:
            return {}
        try:
            data = self._lockers[purpose].unlock_data(cookie, bound_to=town.refnis)
        except (KeyNotHere, Unacceptable, UnicodeError):
            return {}
        held = data.get("session")
        return held if isinstance(held, dict) and data["until"] > time.time() else {}

    def write(
        self, response: Response, town: Town, name: str, held: dict[str, Any], *, purpose: str, until: float
    ) -> None:
        """A session's cookie ends with the browser, or when `until` (seconds since 1970) is over."""
        locked = self._lockers[purpose].lock_data({"until": until, "session": held}, bound_to=town.refnis)
        age = round(until - time.time()) if purpose in (SIGN_IN, HELD) else None
        response.set_cookie(name, locked, max_age=age, **self._options())

    def drop(self, response: Response, name: str) -> None:
        """Have the browser forget it."""
        response.delete_cookie(name, **self._options())

    def _options(self) -> dict[str, Any]:
        return {"path": "/", "secure": self._secure, "httponly": True, "samesite": "Lax"}
