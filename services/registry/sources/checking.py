"""Whether a source could be asked: what its files say, and a knock at its door. Nobody is asked about."""

import socket
import ssl
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from cryptography import x509

from services.registry.ports import Finding

SOON = timedelta(days=60)
"""A new certificate takes weeks to get."""
HANDSHAKE_S = 3.0
ALERT_S = 0.5
"""Under TLS 1.3 a server says only after the handshake that it does not take our certificate."""


def ending(certificate: x509.Certificate, *, name: str, now: datetime) -> Finding | None:
    """A certificate that has ended, or ends soon; `name` is what it is for."""
    ends = certificate.not_valid_after_utc
    if ends <= now:
        return Finding(said=f"the certificate for {name} ended on {ends:%Y-%m-%d}; ask for a new one")
    if ends - now < SOON:
        return Finding(said=f"the certificate for {name} ends on {ends:%Y-%m-%d}; ask for a new one", stops=False)
    return None


def worst(found: Iterable[Finding | None]) -> Finding | None:
    """The first of what stops a source, or else of what is for soon."""
    return min(filter(None, found), key=lambda each: not each.stops, default=None)


def unsafe(key: Path) -> str | None:
    """A private key that everybody may read. Raises OSError."""
    return f"{key} may be read by everybody; take that right away" if key.stat().st_mode & 0o007 else None


def unreached(url: str, context: ssl.SSLContext) -> Finding | None:
    """A server that does not answer, or does not take our certificate as we do not take its own."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    try:
        with (
            socket.create_connection((host, port), timeout=HANDSHAKE_S) as plain,
            context.wrap_socket(plain, server_hostname=host) as locked,
        ):
            locked.settimeout(ALERT_S)
            with suppress(TimeoutError):  # it says nothing, having been asked nothing
                locked.recv(1)
    except ssl.SSLError as error:
        return Finding(said=f"{host} and this town do not take each other's certificates ({error.reason})")
    except OSError as error:
        return Finding(said=f"{host} does not answer ({error.strerror or type(error).__name__})")
    return None
