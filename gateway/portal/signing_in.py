"""Pages of a citizen's own: who is not signed in signs in first, and comes back to where they were."""

from flask import redirect, request
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.auth.callers import current_caller, require_citizen
from gateway.paths import READING


def signed_in_first() -> Response | None:
    """None where a citizen is signed in. Raises Problem `citizens-only`, for what cannot be repeated `not-signed-in`,
    and what `current_caller` raises."""
    if current_caller() is None and request.method in READING:
        here = request.full_path.rstrip("?")
        return redirect(local("sign_in.begin", next=here), 303)
    require_citizen()
    return None
