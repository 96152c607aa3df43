"""One way to write each address: no slash at its end, none twice, none hidden in `%2F`.

Proxies, caches and people read other spellings as they like. Who reads one with a slash at the end is led to the
address without it, here as everywhere; nothing is ever changed under another spelling, and no other one is served.
"""

from urllib.parse import urlsplit

from flask import Response, current_app, request
from werkzeug.exceptions import HTTPException

from gateway.problems import Problem

READING = ("GET", "HEAD")


def lead_to_the_address() -> Response | None:
    """Before each request. What somebody typed or pasted may hold any slashes, but the last.

    Raises Problem `bad-path`.
    """
    path, sent = request.path, _sent()
    if request.environ["PATH_INFO"].startswith("//"):  # werkzeug shows one of them
        raise Problem("bad-path")
    if path == "/":
        return None
    before, typed, _ = (request.url_rule.rule if request.url_rule else "").partition("<typed:")
    fixed, as_sent = (before, _beginning(sent, before.count("/"))) if typed else (path, sent)
    if "//" in fixed or "%2f" in as_sent.lower() or (typed and path[len(before) :].startswith("/")):
        raise Problem("bad-path")
    if not path.endswith("/") or (typed and sent.lower().endswith("%2f")):
        return None
    plain, sent = path.rstrip("/"), sent.rstrip("/")
    if request.method not in READING or not can_be_read(plain):
        raise Problem("bad-path")
    query = request.query_string.decode("latin-1")
    return Response(status=308, headers={"Location": f"{sent}?{query}" if query else sent})


def tell_methods() -> Response | None:
    """The answer to OPTIONS, which needs nobody to be signed in; None for any other request."""
    if request.method != "OPTIONS":
        return None
    if _sent() == "*":  # RFC 9110, section 9.3.7: about the server itself
        return Response(status=204)
    if isinstance(request.routing_exception, HTTPException):
        return None
    return Response(status=204, headers={"Allow": allowed()})


def allowed() -> str:
    """The methods that this address takes, as Allow has them."""
    adapter = current_app.create_url_adapter(request)
    return ", ".join(sorted(adapter.allowed_methods())) if adapter else ""


def can_be_read(path: str) -> bool:
    """Whether something answers GET there."""
    adapter = current_app.create_url_adapter(request)
    try:
        return adapter is not None and bool(adapter.match(path, method="GET"))
    except HTTPException:
        return False


def _beginning(path: str, slashes: int) -> str:
    """All of a path before so many slashes are over."""
    return "/".join(path.split("/", slashes)[:slashes])


def _sent() -> str:
    """The path as it came, or `*`; that of a whole address, too (RFC 9112, section 3.2.2)."""
    target = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or request.path)
    if not target.startswith("/"):
        target = urlsplit(target).path if "://" in target else target
    return target.partition("?")[0] or "/"
