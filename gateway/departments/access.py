"""Access tokens for departments: OAuth 2.0 client credentials (RFC 6749, section 4.4), with a secret or, behind the
front proxy, a certificate (RFC 8705, section 2.2: `self_signed_tls_client_auth`).
"""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from flask import current_app, request

from gateway.departments.certificates import shown_certificate
from gateway.departments.own import admitted
from gateway.departments.schemas import TokenShape
from gateway.departments.tokens import LIFETIME_S, AccessTokens
from gateway.limits import limited
from gateway.problems import Problem
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import ASKING, CHANGING, READING, described
from gateway.tenancy import current_town
from services.contracts.departments import LONGEST_SECRET, is_department_id
from services.contracts.errors import NotAdmitted

blueprint = resource("department_access", "/departments/token", "An access token for a department")

FORM = "application/x-www-form-urlencoded"

GRANT = "client_credentials"

ASKED = {
    "required": True,
    "content": {
        FORM: {
            "schema": {
                "type": "object",
                "properties": {
                    "grant_type": {"type": "string", "enum": [GRANT]},
                    "client_id": {"type": "string", "description": "The department's name, unless in Authorization"},
                    "client_secret": {
                        "type": "string",
                        "description": "Unless in Authorization (Basic), or a certificate is shown instead",
                    },
                },
                "required": ["grant_type"],
            }
        }
    },
}


@dataclass(frozen=True, kw_only=True)
class _Shown:
    """Who somebody says to be, and the secret that they show; None where they show none."""

    department: str
    secret: str | None


@blueprint.post("")
@blueprint.response(200, TokenShape)
@blueprint.doc(requestBody=ASKED)
@described(*ASKING, *READING, *CHANGING, "not-admitted")
def give_token() -> dict[str, Any]:
    """An access token for ten minutes, for this town's address alone. A refusal has `error` beside what all have
    (RFC 6749, section 5.2). A token that a certificate was shown for is good with that one only."""
    offer(*JSON)
    if request.mimetype != FORM:
        raise Problem("unsupported-media-type", headers={"Accept": FORM})
    with limited(current_app.config["LOKET_SIGN_IN_LIMIT"], scope="department-token"):
        shown = _shown()
    thumbprint = shown_certificate() if shown.secret is None else None
    try:
        access = admitted(shown.department, secret=shown.secret, thumbprint=thumbprint)
    except NotAdmitted:
        raise _refused("invalid_client") from None
    tokens: AccessTokens = current_app.config["LOKET_DEPARTMENT_TOKENS"]
    return {"access_token": tokens.issue(access, town=current_town()), "token_type": "Bearer", "expires_in": LIFETIME_S}


def _shown() -> _Shown:
    """Raises Problem, with an `error` of RFC 6749, section 5.2."""
    form = request.form
    if any(len(values) > 1 for _, values in form.lists()) or not form.get("grant_type"):
        raise _refused("invalid_request")
    if form["grant_type"] != GRANT:
        raise _refused("unsupported_grant_type")
    department, secret = form.get("client_id", ""), form.get("client_secret")
    if "Authorization" in request.headers:
        named, (department, secret) = department, _basic()
        if "client_secret" in form or named not in ("", department):
            raise _refused("invalid_request")  # one way only (RFC 6749, section 2.3)
    if not is_department_id(department) or (secret is not None and len(secret) > LONGEST_SECRET):
        raise _refused("invalid_client")
    return _Shown(department=department, secret=secret)


def _basic() -> tuple[str, str]:
    """Name and secret, each encoded as in a form (RFC 6749, section 2.3.1)."""
    scheme, _, encoded = request.headers["Authorization"].partition(" ")
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode("ascii")
    except (binascii.Error, ValueError):
        text = ""
    name, colon, secret = text.partition(":")
    if scheme.lower() != "basic" or not colon:
        raise _refused("invalid_client")
    return unquote_plus(name), unquote_plus(secret)


def _refused(error: str) -> Problem:
    return Problem("not-admitted" if error == "invalid_client" else "bad-request", members={"error": error})
