"""The API for other departments: what they hear, what they may know of it, what they answer, and what they
need to build a program.

Who asks here is no citizen: no token of theirs opens anything here, and none of these anything of theirs.
"""

import uuid

from flask import Flask

from gateway.departments import access, confirmations, events, facts, me, pages, sandbox, webhooks
from gateway.departments.tokens import AccessTokens
from gateway.settings import GatewaySettings

RESOURCES = (access, confirmations, events, facts, me, sandbox, webhooks)


def set_up(app: Flask, settings: GatewaySettings) -> None:
    """The pages, and what the operations need; the application registers those with all that is described."""
    app.register_blueprint(pages.blueprint)
    app.config.update(
        LOKET_DEPARTMENTS_LIMIT=settings.departments_limit,
        LOKET_DEPARTMENT_FACTS_LIMIT=settings.department_facts_limit,
        LOKET_DEPARTMENT_SANDBOX_LIMIT=settings.department_sandbox_limit,
        LOKET_DEPARTMENT_TOKENS=AccessTokens(settings.session_keys, new_id=lambda: uuid.uuid4().hex),
        LOKET_BEHIND_PROXY=settings.proxies > 0,
    )
