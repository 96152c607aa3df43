"""Request ids: what one request of a client brought about is found again by its id, in every log and trace it reached.

The gateway takes or makes one for each request and answers with it; questions and events carry it on, from cause to
effect. It is a UUID (RFC 9562) and nothing else: what a client chose freely might say something of a person.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

import structlog

_current: ContextVar[str | None] = ContextVar("request_id", default=None)


def make() -> str:
    """A new one."""
    return str(uuid.uuid4())


def is_request_id(text: object) -> bool:
    """A UUID in its usual form, or without hyphens, as nginx makes them."""
    if not isinstance(text, str) or len(text) not in (32, 36):
        return False
    try:
        known = uuid.UUID(text)
    except ValueError:
        return False
    return text.lower() in (str(known), known.hex)


def current() -> str | None:
    """That of the request on whose behalf something is done right now."""
    return _current.get()


@contextmanager
def on_behalf_of(request_id: object) -> Iterator[None]:
    """What is logged and traced, asked and emitted meanwhile is this request's; nobody's where it is no request id."""
    if not is_request_id(request_id):
        yield
        return
    before = _current.get()
    _current.set(str(request_id))
    structlog.contextvars.bind_contextvars(request_id=request_id)
    try:
        yield
    finally:
        _current.set(before)
        if before is None:
            structlog.contextvars.unbind_contextvars("request_id")
        else:
            structlog.contextvars.bind_contextvars(request_id=before)
