"""Where a webhook may lead: to the public internet alone, whatever its name says.

What a name leads to is looked up once for an attempt, and that address is connected to: between a check and a
connection no name can change its mind (DNS rebinding). One address that is not public is enough to refuse them all.
https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
"""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from services.contracts.hosts import ascii_host

Address = IPv4Address | IPv6Address

LONGEST = 2000
"""Characters of an address."""

NOT_PUBLIC = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by providers
            "127.0.0.0/8",  # loopback
            "169.254.0.0/16",  # link-local, with what clouds tell their machines
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved, and broadcast
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4: leads to the IPv4 address within
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)

GLOBAL_UNICAST = ip_network("2000::/3")
"""All that the registries give out of IPv6. Outside of it lie loopback, what stands for an IPv4 address
(`::ffff:0:0/96`, `64:ff9b::/96`), private, link-local and multicast addresses."""

Resolve = Callable[[str, int], list[str]]
"""The addresses of a host name, for a port. Raises OSError; TimeoutError where it takes too long."""


class NotAllowed(ValueError):
    """There it may not lead; the text is a word of the list that attempts tell (sending.py)."""


@dataclass(frozen=True, kw_only=True)
class Destination:
    """An address, read once: whoever reads it again may read it differently. `host` is in ASCII."""

    is_secure: bool
    host: str
    port: int
    target: str
    """Path and query."""

    @property
    def authority(self) -> str:
        """As the header Host says it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.is_secure else 80
        return host if self.port == usual else f"{host}:{self.port}"


def destination(url: str, *, allows_loopback: bool) -> Destination:
    """Where it leads: `https://host[:port][/path][?query]`, without a user and without a fragment. `http` only where
    loopback is allowed, and to it alone (addresses_of). Raises NotAllowed.
    """
    if len(url) > LONGEST or not all("!" <= each <= "~" or each > "\x9f" for each in url) or "\\" in url:
        raise NotAllowed("url-malformed")
    try:
        parts = urlsplit(url)
        port, named = parts.port, parts.hostname
        host = _host(named or "")
    except ValueError:
        raise NotAllowed("url-malformed") from None
    if parts.scheme != "https" and not (allows_loopback and parts.scheme == "http"):
        raise NotAllowed("not-https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if "@" in parts.netloc or parts.fragment or port == 0 or not target.isascii():
        raise NotAllowed("url-malformed")
    is_secure = parts.scheme == "https"
    return Destination(is_secure=is_secure, host=host, port=port or (443 if is_secure else 80), target=target)


def addresses_of(found: Destination, *, resolve: Resolve, allows_loopback: bool) -> list[Address]:
    """Those to connect to. Raises NotAllowed, also where only one of them is not public; and OSError."""
    addresses = list(dict.fromkeys(map(ip_address, resolve(found.host, found.port))))
    if not addresses:
        raise OSError(f"{found.host} leads nowhere")
    if not all(is_public(each) or (allows_loopback and is_loopback(each)) for each in addresses):
        raise NotAllowed("address-not-public")
    if not found.is_secure and not all(map(is_loopback, addresses)):
        raise NotAllowed("not-https")
    return addresses


def is_public(address: Address) -> bool:
    """Whether it is somebody's on the public internet."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in GLOBAL_UNICAST):
        return False
    return not any(address in each for each in NOT_PUBLIC)


def is_loopback(address: Address) -> bool:
    """Whether it is this machine, written as itself and not as an address of the other kind."""
    return address.is_loopback and getattr(address, "ipv4_mapped", None) is None


def resolved(host: str, port: int) -> list[str]:
    """As the system does, however long it takes. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _host(named: str) -> str:
    """A name in ASCII, or an address as it is usually written. Raises ValueError."""
    if ":" in named:
        address = IPv6Address(named)
        if address.scope_id:
            raise ValueError("of one machine's network only")
        return str(address)
    return ascii_host(named)
