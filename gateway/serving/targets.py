"""Requests that two readers could read in two ways (RFC 9112): refused, whatever stands in front of us."""

from typing import Any
from urllib.parse import urlsplit

from gunicorn.http.body import Body, EOFReader, LengthReader
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine


def refuse_ambiguous(request: Any) -> None:
    """After gunicorn's own checks of a request's head. Raises gunicorn's ParseException."""
    hosts = [value for name, value in request.headers if name == "HOST"]
    if request.version >= (1, 1) and not hosts:
        raise InvalidHeader("HOST", req=request)  # RFC 9112, section 3.2
    _check_target(request.uri, hosts)
    if isinstance(request.body.reader, EOFReader):
        request.body = Body(LengthReader(request.unreader, 0))  # section 6.3: no length is no body


def _check_target(target: str, hosts: list[str]) -> None:
    """Section 3.2: a path, `*`, or the whole address of the host that the request names."""
    if "#" in target:
        raise InvalidRequestLine(target)
    if target.startswith("/") or target == "*":
        return
    address = urlsplit(target)
    if address.scheme not in ("http", "https") or [address.netloc.lower()] != [host.lower() for host in hosts]:
        raise InvalidRequestLine(target)
