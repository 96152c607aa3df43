"""Which town a request is for: by its Host header, and by nothing else."""

import re
from collections.abc import Mapping

from flask import g, request

from gateway.problems import Problem
from services.chassis.settings import SettingsError
from services.contracts.hosts import ascii_host
from services.contracts.towns import Town

_PORT = re.compile(r":\d{0,5}$")
_AUTHORITY = re.compile(r"(?:(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])(?::\d{0,5})?")
"""A host that is not empty, and a port (RFC 3986, section 3.2); nobody is signed in by an address."""

_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


class Towns:
    """The towns of this deployment by host name, each as it is served now.

    Raises SettingsError for a `default` that is none of them."""

    def __init__(self, towns: Mapping[str, Town], *, default: str = "") -> None:
        self._by_refnis = towns
        self._by_host = {ascii_host(host): refnis for refnis, town in towns.items() for host in town.hosts}
        if default and default not in towns:
            served = ", ".join(sorted(towns)) or "none"
            raise SettingsError(f"LOKET_DEFAULT_TOWN cannot be used: {default} is not served here (served: {served})")
        if default:
            for host in _LOOPBACK:
                self._by_host.setdefault(host, default)

    def of_refnis(self, refnis: str) -> Town | None:
        """None where this deployment serves no such town."""
        return self._by_refnis.get(refnis)

    def of_host(self, host: str) -> Town | None:
        """`Etterbeek.localhost:8080.` and the like; None where the name leads to no town."""
        return self._by_refnis.get(self._by_host.get(_PORT.sub("", host.strip().lower()).rstrip("."), ""))


def refuse_bad_host() -> None:
    """Raises Problem `bad-host` for a Host that cannot be one (RFC 9112, section 3.2), or is empty: neither http nor
    https has that (RFC 9110, section 4.2).
    """
    host = request.headers.get("Host")
    if host is not None and not _AUTHORITY.fullmatch(host):
        raise Problem("bad-host")


def find_town(towns: Towns) -> None:
    """Before each request: whose it is, where it is a town's."""
    g.towns = towns
    town = towns.of_host(request.headers.get("Host", ""))
    if town is not None:
        g.town = town


def require_town() -> None:
    """Raises Problem `unknown-town` (RFC 9110, section 15.5.20) or, for HTTP/1.0 without a Host, `bad-host`."""
    if "Host" not in request.headers:
        raise Problem("bad-host")
    if "town" not in g:
        raise Problem("unknown-town")


def current_town() -> Town:
    """The town of this request."""
    town: Town = g.town
    return town


def town_of(refnis: str) -> Town | None:
    """A town of this deployment, also another than that of this request."""
    towns: Towns = g.towns
    return towns.of_refnis(refnis)


def leads_here(host: str) -> bool:
    """Whether an address with this host, and port where it has one, is of the town of this request."""
    towns: Towns = g.towns
    town = current_town()
    return town.is_at(host) or towns.of_host(host) is town
