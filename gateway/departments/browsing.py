"""A department before the pages: a session in a cookie of its own, beside a citizen's, which ends as that one does.

The cookie holds who was admitted and by what, and no secret; notify looks at each question whether that still holds.
"""

import time

from flask import current_app, g, request
from werkzeug.wrappers import Response

from gateway.auth.cookies import DEPARTMENTS, Cookies
from gateway.auth.sessions import StandingSessions
from gateway.departments.own import counted
from gateway.departments.tokens import Access
from gateway.tenancy import current_town
from services.contracts.notify import Pass


def begin(access: Access, answer: Response) -> None:
    """A new session, under a new id; the one before ends. Raises SessionsAway."""
    town, until = current_town(), time.time() + current_app.config["LOKET_SESSION_SECONDS"]
    id = _standing().begin(town=town.refnis, until=until)
    _end_standing()
    held = {"id": id, "department": access.department, "key": access.key}
    _cookies().write(answer, town, _cookies().department_name, held, purpose=DEPARTMENTS, until=until)


def signed_in() -> Pass | None:
    """Who asks, which counts for the department; None where none is signed in. Raises SessionsAway and Problem
    `too-many-requests`."""
    if "department" not in g:
        g.department = _found()
    department: Pass | None = g.department
    return department


def end(answer: Response) -> None:
    """It opens nothing any more, whoever has the cookie. Raises SessionsAway."""
    _end_standing()
    _cookies().drop(answer, _cookies().department_name)


def _end_standing() -> None:
    """The session of this browser, where it has one. Raises SessionsAway."""
    if id := _held().get("id"):
        _standing().end(id)


def _found() -> Pass | None:
    held = _held()
    if not held or not _standing().stands(held["id"], town=current_town().refnis, in_use=True):
        return None
    return counted(Access(department=held["department"], key=held["key"]))


def _held() -> dict[str, str]:
    cookies = _cookies()
    return cookies.read(request, cookies.department_name, purpose=DEPARTMENTS)


def _cookies() -> Cookies:
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    return cookies


def _standing() -> StandingSessions:
    standing: StandingSessions = current_app.config["LOKET_SESSIONS"]
    return standing
