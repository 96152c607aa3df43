"""How much one request may hold. What is larger is dropped before anything looks at it, then refused.

Much of what reads headers and forms takes time that grows with their square: werkzeug 3.1 split an Accept of 8 kB of
spaces in a second. So nothing of ours, and nothing of a library, is given more than it can read at once.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask import request
from werkzeug.exceptions import RequestHeaderFieldsTooLarge, RequestURITooLarge

from gateway.problems import Problem
from gateway.sentences import WANTED_PLAIN
from services.contracts.documents import LARGEST_PDF

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JSON_BYTES = 64 * 1024
FORM_BYTES = 64 * 1024
"""Of all texts in a form."""

MULTIPART_BYTES = LARGEST_PDF + 64 * 1024
"""A PDF and what a form wraps around it."""

LONGEST_PATH = 512
LONGEST_QUERY = 2048
LONGEST_HEADERS = 16 * 1024
"""All names and values together."""

LONGEST_FIELD = 2048
"""One header, or all of its name together; these have limits of their own:"""

LONGEST_OF = {
    "HTTP_AUTHORIZATION": 10_240,  # callers.LONGEST_TOKEN says which tokens are read
    "HTTP_COOKIE": 8192,
    "HTTP_X_CLIENT_CERTIFICATE": 8192,  # of the front proxy (departments/certificates.py)
    "HTTP_REFERER": 4096,
    "HTTP_ACCEPT": 512,
    "HTTP_ACCEPT_CHARSET": 512,
    "HTTP_ACCEPT_ENCODING": 512,
    "HTTP_ACCEPT_LANGUAGE": 512,
    "HTTP_IDEMPOTENCY_KEY": 512,
    "CONTENT_TYPE": 512,
    "CONTENT_LENGTH": 32,
}

_OVERSIZED = "loket.oversized"


class Bounded:
    """WSGI middleware, outside of all that reads a header: takes away what is too long, and notes that it did."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if len(environ.get("PATH_INFO", "")) > LONGEST_PATH or len(environ.get("QUERY_STRING", "")) > LONGEST_QUERY:
            environ[_OVERSIZED] = "address"
            environ["PATH_INFO"] = environ.get("PATH_INFO", "")[:LONGEST_PATH]
            environ["QUERY_STRING"] = ""
        if _is_too_much(fields := {name: value for name, value in environ.items() if _is_header(name)}):
            environ[_OVERSIZED] = "headers"
            for name, value in fields.items():
                if name != "HTTP_HOST" or len(value) > LONGEST_FIELD:
                    del environ[name]
        return self._app(environ, start_response)


def refuse_oversized() -> None:
    """Before each request. A compressed body is refused unread: no bomb can go off.

    Raises Problem, or what becomes a 414 or 431 (RFC 6585, section 5).
    """
    oversized = request.environ.get(_OVERSIZED)
    if oversized == "headers":
        raise RequestHeaderFieldsTooLarge
    if oversized == "address":
        raise RequestURITooLarge
    if "\x00" in request.path or "\\" in request.path:
        raise Problem("bad-path")
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        plain = {"Accept-Encoding": "identity"}  # RFC 9110, section 15.5.16
        raise Problem("unsupported-media-type", headers=plain, detail=WANTED_PLAIN)


def _is_header(name: str) -> bool:
    return name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH")


def _is_too_much(fields: dict[str, str]) -> bool:
    return sum(len(name) + len(value) for name, value in fields.items()) > LONGEST_HEADERS or any(
        len(value) > LONGEST_OF.get(name, LONGEST_FIELD) for name, value in fields.items()
    )
