"""Requests that two readers could read in two ways (RFC 9112): refused, whatever stands in front of us."""

from typing import Any
from urllib.parse import urlsplit

from gunicorn.http.body import Body, EOFReader, LengthReader
from gunicorn.http.errors import InvalidHeader, InvalidRequestLine, UnsupportedTransferCoding


def refuse_ambiguous(request: Any) -> None:
    """After gunicorn's own checks of a request's head, and read it as RFC 9112 has it. Raises its ParseException."""
    hosts = [value for name, value in request.headers if name == "HOST"]
    if request.version >= (1, 1) and not hosts:
        raise InvalidHeader("HOST", req=request)  # RFC 9112, section 3.2
    _check_target(request.uri, hosts)
    if (codings := _listed(request, "TRANSFER-ENCODING")) not in ([], ["chunked"]):
        raise UnsupportedTransferCoding(", ".join(codings))  # section 6.1: gunicorn takes others and leaves them on
    request.path = request.path or "/"  # section 3.2.2: of a whole address without a path
    request.version = min(request.version, (1, 1))  # section 2.3: we answer in ours
    if "close" in _listed(request, "CONNECTION"):
        request.force_close()  # section 9.6, among whatever other options
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


def _listed(request: Any, header: str) -> list[str]:
    """What a header lists, in all its lines."""
    values = [value for name, value in request.headers if name == header]
    return [each.strip(" \t").lower() for value in values for each in value.split(",")]
