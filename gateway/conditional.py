"""Answers that a client may have already, or wants a part of (RFC 9110, sections 13 and 14)."""

import re
from hashlib import sha256

from flask import Response, request
from werkzeug.exceptions import PreconditionFailed

_ONE_RANGE = re.compile(r"bytes=\s*(?:\d{1,18}-\d{0,18}|-\d{1,18})\s*", re.IGNORECASE)


def conditional(response: Response, *, digest: str = "", in_parts: bool = False) -> Response:
    """The same with its ETag (`digest`, else the SHA-256 of what it holds), or what a condition makes of it: 304; 206
    and 416 where it is given `in_parts`. Several ranges at once, and other units than bytes, are given the whole.

    Raises what becomes a 412 or 416.
    """
    response.set_etag(digest or sha256(response.get_data()).hexdigest())
    in_part = in_parts and request.method == "GET" and _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    length = len(response.get_data())
    response.make_conditional(request.environ, accept_ranges=bool(in_part), complete_length=length)
    if response.status_code == 412:
        raise PreconditionFailed
    if in_parts:
        response.headers["Accept-Ranges"] = "bytes"
    return response
