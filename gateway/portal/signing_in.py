"""Pages of somebody's own: who is not signed in signs in first, and comes back to where they were."""

from collections.abc import Callable

from flask import redirect, request
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.auth.callers import current_caller, require_citizen
from gateway.paths import READING


def signed_in_first(require: Callable[[], object] = require_citizen) -> Response | None:
    """None where somebody of the kind that is required is signed in. Raises what `require` raises for another, Problem
    `not-signed-in` for what cannot be repeated, and what `current_caller` raises."""
    if current_caller() is None and request.method in READING:
        here = request.full_path.rstrip("?")
        return redirect(local("sign_in.begin", next=here), 303)
    require()
    return None
