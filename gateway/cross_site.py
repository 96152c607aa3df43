"""One rule before every unsafe method: another site's page changes nothing here, in nobody's name.

Browsers tell where a request comes from, and no page can make them lie: Sec-Fetch-Site (W3C Fetch Metadata Request
Headers) and Origin (Fetch Standard, RFC 6454). A program that is no browser tells neither, and carries no cookie.
The one change that another site may bring about is the end of a sign-in: a GET, which its `state` protects.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from flask import Flask, request

from gateway.auth.cookies import Cookies
from gateway.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443}


def set_up(app: Flask, cookies: Cookies, *, https: bool) -> None:
    """Call it once host and town of a request are known. `https` is how browsers reach us, whatever a proxy does."""

    @app.before_request
    def refuse_cross_site() -> None:
        if request.method in SAFE:
            return
        own = _origin(f"{'https' if https else request.scheme}://{request.host}")
        if not is_ours(dict(request.headers), own=own, has_cookie=bool(cookies.names(request))):
            raise Problem("cross-site")


def is_ours(headers: Mapping[str, str], *, own: tuple[str, str, int] | None, has_cookie: bool) -> bool:
    """Whether a change with these headers comes from our own pages, or from a program that speaks for itself.

    | Sec-Fetch-Site | Origin | |
    |---|---|---|
    | same-origin | ours, `null` or none | taken: a page with `Referrer-Policy: no-referrer` sends `null` |
    | none | ours or none | taken: typed, or tried again, by a person |
    | none of these two | any | refused |
    | absent | ours | taken: an older browser |
    | absent | absent | taken without a cookie of ours: no browser |
    | any | another, also by scheme or port alone | refused |

    A bearer token without a cookie of ours is taken in each case: no browser adds one by itself.
    """
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip() and not has_cookie:
        return True
    site, origin = headers.get("Sec-Fetch-Site"), headers.get("Origin")
    is_own_origin = origin is not None and own is not None and _origin(origin) == own
    if site is None:
        return is_own_origin if origin is not None else not has_cookie
    if site == "same-origin":
        return is_own_origin or origin in (None, "null")
    return site == "none" and (is_own_origin or origin is None)


def _origin(text: str) -> tuple[str, str, int] | None:
    """Scheme, host and port (RFC 6454, section 4); None for `null` and whatever else is no origin."""
    scheme, _, place = text.partition("://")
    if scheme.lower() not in _PORTS or any(each in "/?#@\\" or each.isspace() for each in place):
        return None
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname:
        return None
    return parts.scheme, parts.hostname.rstrip("."), port if port is not None else _PORTS[parts.scheme]
