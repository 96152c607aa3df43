"""How much one request may hold, and how many of them one client may send."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from flask import Flask, current_app, g, request
from flask_limiter import Limiter, RateLimitExceeded
from flask_limiter.util import get_remote_address

from gateway.problems import Problem

JSON_BYTES = 64 * 1024
PDF_BYTES = 5 * 1024 * 1024
MULTIPART_BYTES = PDF_BYTES + 64 * 1024
"""A PDF and what a form wraps around it."""

LONGEST_PATH = 512
LONGEST_QUERY = 2048


def set_up(app: Flask, *, storage: str) -> None:
    """Limits for all requests; each endpoint says which of its own it has."""
    app.config["MAX_CONTENT_LENGTH"] = JSON_BYTES
    app.config["MAX_FORM_MEMORY_SIZE"] = JSON_BYTES
    app.config["MAX_FORM_PARTS"] = 8
    limiter = Limiter(get_remote_address, app=app, storage_uri=storage, strategy="fixed-window")
    app.config["LOKET_LIMITER"] = limiter


def refuse_oversized() -> None:
    """Before each request. A compressed body is refused unread: no bomb can go off."""
    if len(request.path) > LONGEST_PATH or len(request.query_string) > LONGEST_QUERY:
        raise Problem("too-long")
    if "\x00" in request.path or "\\" in request.path:
        raise Problem("bad-path")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem("unsupported-media-type")


@contextmanager
def limited(limit: str, *, scope: str, key: Callable[[], str] = get_remote_address) -> Iterator[None]:
    """At most so many of these for one key. Raises RateLimitExceeded."""
    limiter: Limiter = current_app.config["LOKET_LIMITER"]
    try:
        with limiter.shared_limit(limit, scope=scope, key_func=key):
            yield
    except RateLimitExceeded:
        current = limiter.current_limit
        g.retry_after = max(1, round(current.reset_at - time.time())) if current else 60
        raise
