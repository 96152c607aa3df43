"""Which department asks: by the access token in the header Authorization, and by nothing else."""

from contextlib import AbstractContextManager
from functools import partial

from flask import current_app, request

from gateway.auth.callers import LONGEST_TOKEN
from gateway.auth.tokens import BadToken
from gateway.departments.certificates import shown_certificate
from gateway.departments.own import counted
from gateway.departments.tokens import AccessTokens
from gateway.limits import by_department, limited
from gateway.problems import Problem
from gateway.tenancy import current_town
from services.contracts.notify import Pass


def require_department() -> Pass:
    """As what notify and the registry are asked; the request counts for the department.

    Raises Problem `token-missing`, `bad-token` or `too-many-requests`.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    token = token.strip()
    if not scheme:
        raise Problem("token-missing")
    if scheme.lower() != "bearer" or not token or len(token) > LONGEST_TOKEN:
        raise Problem("bad-token")
    tokens: AccessTokens = current_app.config["LOKET_DEPARTMENT_TOKENS"]
    town = current_town()
    try:
        access = tokens.read(token, town=town, thumbprint=shown_certificate())
    except BadToken:
        raise Problem("bad-token") from None
    return counted(access)


def counted_look(asked_by: Pass) -> AbstractContextManager[None]:
    """A look at somebody, which counts for the department besides. Raises Problem `too-many-requests`."""
    rates = current_app.config["LOKET_DEPARTMENT_FACTS_LIMIT"]
    return limited(rates, scope="department-facts", key=partial(by_department, asked_by.department))
