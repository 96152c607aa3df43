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
    tag = digest or sha256(response.get_data()).hexdigest()
    response.set_etag(tag)
    if request.if_match and not (request.if_match.star_tag or request.if_match.is_strong(tag)):
        raise PreconditionFailed
    # that one holds (section 13.2.2), and werkzeug would not see it in `*`, and look at no other beside it
    environ = {name: value for name, value in request.environ.items() if name != "HTTP_IF_MATCH"}
    in_part = in_parts and request.method == "GET" and _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    length = len(response.get_data())
    response.make_conditional(environ, accept_ranges=bool(in_part), complete_length=length)
    if in_parts:
        response.headers["Accept-Ranges"] = "bytes"
    return response
