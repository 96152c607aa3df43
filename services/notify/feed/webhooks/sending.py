"""One attempt over HTTPS: to the address that was checked, in a time that ends, and nothing is read but the status.

What comes of it is told in one word:

    delivered      2xx; all else is no success
    gone           410
    redirect       3xx: it is not followed, since where it leads nobody has checked
    refused        4xx and 5xx, and what is no status at all
    too-slow       no status in time, or nothing yet of where the name leads
    no-answer      no connection, or one that ended, or something that is not HTTP
    certificate    the receiver's is not of the authorities, or not of that name; or it does not take ours
    no-such-name   the name leads nowhere
    files          the certificate, key or authorities that the operator named cannot be used
    key-not-here   a signing key is locked under a key that this process does not have
    address-not-public, not-https, url-malformed   where it may not lead
"""

import logging
import ssl
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from time import monotonic

from services.chassis.cutting import cut_after
from services.notify.feed.webhooks.addresses import (
    Address,
    Destination,
    NotAllowed,
    Resolve,
    addresses_of,
    destination,
)
from services.notify.feed.webhooks.domain import Files, Response

logging.getLogger("httpx").setLevel(logging.WARNING)  # it tells every address

LOOK_UP_S = 5.0
"""Seconds to resolve a name. A slow resolver asks its next server after five (resolv.conf(5)); that is left to the next
attempt."""

CONNECT_S = 5.0
"""For one of a name's addresses; then the next is tried."""

MOST_READ = 128 * 1024
"""Bytes of an answer: its head has less. Before it a receiver may say `100 Continue` (RFC 9110, section 15.2) as often
as it likes, and some would for ever."""

LONGEST_WAIT = timedelta(hours=2)
"""That a receiver may ask for."""


class Sender:
    """Sends, each time over a connection of its own: one that is kept would be another name's, too."""

    def __init__(self, *, deadline_s: float, resolve: Resolve, allows_loopback: bool = False) -> None:
        self._deadline_s = deadline_s
        self._allows_loopback = allows_loopback
        self._resolve = resolve
        self._contexts: dict[tuple[Files, tuple[int, ...]], ssl.SSLContext] = {}

    def send(self, url: str, *, headers: Mapping[str, str], body: bytes, files: Files) -> Response:
        """Whatever happens, something comes of it."""
        ends = monotonic() + self._deadline_s
        try:
            to = destination(url, allows_loopback=self._allows_loopback)
            addresses = addresses_of(to, resolve=self._resolve, allows_loopback=self._allows_loopback)
        except NotAllowed as wrong:
            return Response(reason=str(wrong))
        except TimeoutError:
            return Response(reason="too-slow")
        except (OSError, UnicodeError):
            return Response(reason="no-such-name")
        try:
            context = self._context(files) if to.is_secure else None
        except OSError:  # ssl.SSLError is one
            return Response(reason="files")
        response = Response(reason="too-slow")
        for address in addresses:
            left = ends - monotonic()
            if left <= 0:
                break
            response, connected = _exchange(to, address, headers=headers, body=body, context=context, seconds=left)
            if connected:
                break
        return response

    def _context(self, files: Files) -> ssl.SSLContext:
        """Of the files as they are now. Raises OSError, ssl.SSLError among it."""
        named = [Path(each) for each in (files.certificate, files.key, files.authorities) if each]
        as_they_are = (files, tuple(each.stat().st_mtime_ns for each in named))
        if as_they_are not in self._contexts:
            context = ssl.create_default_context(cafile=files.authorities)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
            if files.certificate and files.key:
                context.load_cert_chain(files.certificate, files.key, password="")  # an empty one: never asked for
            self._contexts = {known: kept for known, kept in self._contexts.items() if known[0] != files}
            self._contexts[as_they_are] = context
        return self._contexts[as_they_are]


def _exchange(
    to: Destination,
    address: Address,
    *,
    headers: Mapping[str, str],
    body: bytes,
    context: ssl.SSLContext | None,
    seconds: float,
) -> tuple[Response, bool]:
    """What came, and whether it was connected at all. The certificate is checked against the name, not the address."""
    import httpx  # noqa: PLC0415 - 10 MB that nobody needs where there are no webhooks

    url = httpx.URL(
        scheme="https" if to.is_secure else "http", host=str(address), port=to.port, raw_path=to.target.encode()
    )
    sent = {**headers, "Host": to.authority, "Accept-Encoding": "identity"}
    timeout = httpx.Timeout(seconds, connect=min(seconds, CONNECT_S))
    with (
        cut_after(seconds, most=MOST_READ) as line,
        httpx.Client(verify=context or False, trust_env=False, follow_redirects=False, timeout=timeout) as http,
    ):
        extensions = {"trace": line.learn, "sni_hostname": to.host}
        try:
            with http.stream("POST", url, headers=sent, content=body, extensions=extensions) as response:
                return Response.of(response.status_code, wait=_wait(response.headers.get("Retry-After", ""))), True
        except httpx.TimeoutException as error:
            return Response(reason="too-slow"), not isinstance(error, httpx.ConnectTimeout)
        except (httpx.HTTPError, OSError, ValueError) as error:
            if line.is_cut:
                return Response(reason="too-slow"), True
            if _is_of_certificates(error):
                return Response(reason="certificate"), True
            return Response(reason="no-answer"), not isinstance(error, httpx.ConnectError)


def _wait(asked: str) -> timedelta:
    """Seconds; a receiver that names a moment (RFC 9110, section 10.2.3) is tried as always."""
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 6):
        return timedelta()
    return min(timedelta(seconds=int(asked)), LONGEST_WAIT)


_ABOUT_CERTIFICATES = ("CERTIFICATE", "UNKNOWN_CA", "ACCESS_DENIED")
"""Of the alerts of TLS (RFC 8446, section 6.2)."""


def _is_of_certificates(error: BaseException) -> bool:
    """Whether one side did not take the other's."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return True
        if isinstance(cause, ssl.SSLError) and any(word in str(cause).upper() for word in _ABOUT_CERTIFICATES):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
