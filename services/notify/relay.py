"""The mail relay, as LOKET_SMTP_URI names it."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from services.contracts.hosts import ascii_host

_WRITTEN = "write smtp://[user:password@]host[:port] or smtps://…, with signs such as / # @ : in a password as %2F …"


@dataclass(frozen=True, kw_only=True)
class Relay:
    """A mail server. `smtps` is TLS from the start; otherwise STARTTLS where offered, and always before a password."""

    host: str
    port: int
    smtps: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def parse(cls, uri: str) -> "Relay":
        """From `smtp://[user:password@]host[:port]` or `smtps://…`. Raises ValueError, never repeating a password."""
        try:
            parts = urlsplit(uri)
            host, port = parts.hostname, parts.port
        except ValueError:
            raise ValueError(_WRITTEN) from None
        if parts.scheme not in ("smtp", "smtps") or not host or parts.path not in ("", "/"):
            raise ValueError(_WRITTEN)
        if parts.query or parts.fragment:
            raise ValueError(_WRITTEN)
        if not all(0 < len(label) <= 63 for label in host.removesuffix(".").split(".")):
            raise ValueError("not a host name")
        smtps = parts.scheme == "smtps"
        user, password = (unquote(text) if text else None for text in (parts.username, parts.password))
        if not all((text or "").isascii() for text in (user, password)):
            raise ValueError("user and password must be ASCII")
        return cls(
            host=host if host.isascii() else ascii_host(host),
            port=port or (465 if smtps else 25),
            smtps=smtps,
            user=user,
            password=password,
        )
