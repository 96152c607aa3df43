"""The front proxy of a production deployment: Debian's nginx, configured from the towns' files.

It ends TLS, reads a slow head to its end before the gateway sees any of it, bounds what one address may hold open, and
says by X-Forwarded-* who asks, whatever the client said there. The gateway is told so by LOKET_PROXIES=1.
"""

import contextlib
import os
import shutil
import socket
import subprocess
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.local.embedded.part import PartError
from services.contracts.hosts import ascii_host
from services.contracts.naming import LANGUAGES
from services.contracts.towns import Town

TEMPLATE = Path(__file__).with_name("nginx.conf.j2")
NGINX = "/usr/sbin/nginx"


@dataclass(frozen=True, kw_only=True)
class FrontProxy:
    """Where it listens (`port` for every address of the machine, `address:port`, `[address]:port`), what it shows, and
    the gateway behind it (`host:port`).

    At `departments`, where it is given, clients are asked for a certificate, and nothing but the departments' API is
    there.

    One address may hold `connections` open and send `requests_per_s`, with bursts of twice that: many citizens can
    share one, behind a provider's address translation.
    """

    folder: Path
    hosts: tuple[str, ...]
    gateway: str
    certificate: Path
    key: Path
    https: str = "443"
    http: str = "80"
    departments: str = ""
    connections: int = 100
    requests_per_s: int = 50

    @property
    def https_addresses(self) -> tuple[str, ...]:
        """For browsers, as nginx writes them."""
        return _addresses(self.https)

    @property
    def http_addresses(self) -> tuple[str, ...]:
        """For those who are led to https."""
        return _addresses(self.http)

    @property
    def departments_addresses(self) -> tuple[str, ...]:
        """For programs that show a certificate."""
        return _addresses(self.departments)

    @property
    def port_told(self) -> str:
        """What stands behind the host where browsers would not find it by themselves."""
        port = self.https.rpartition(":")[2]
        return "" if port == "443" else f":{port}"

    def configuration(self) -> str:
        """The text of nginx.conf."""
        from deploy.proxy import refusals  # noqa: PLC0415 - brings Flask, which no other command of `loket` needs
        from gateway.language import COOKIE  # noqa: PLC0415 - the same

        templates = Environment(
            loader=FileSystemLoader(TEMPLATE.parent), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True,
            autoescape=False,  # noqa: S701 - not HTML; every value was checked
        )  # fmt: skip
        return templates.get_template(TEMPLATE.name).render(
            proxy=self,
            refused=refusals.errors(),
            bodies={name: refusals.quoted(body) for name, body in refusals.bodies().items()},
            policy=refusals.page_policy(),
            cookie=COOKIE,
            anybody=refusals.ANYBODY,
            languages=", ".join(LANGUAGES),
        )

    def write(self) -> Path:
        """nginx.conf in its folder, after nginx itself has found nothing wrong with it. Raises PartError."""
        if not shutil.which(NGINX):
            raise PartError("nginx is not installed; `apt-get install nginx-light`")
        for path in (self.certificate, self.key):
            if not os.access(path, os.R_OK):
                raise PartError(f"{path} cannot be read; give the certificate chain and its key as PEM files")
        self.folder.mkdir(parents=True, exist_ok=True)
        written = self.folder / "nginx.conf"
        written.write_text(self.configuration(), encoding="utf-8")
        checked = subprocess.run(self._argv("-t", "-q"), capture_output=True, text=True, check=False)
        if checked.returncode:
            last = checked.stderr.strip().splitlines()[:1] or ["no reason given"]
            raise PartError(f"nginx refuses {written}: {last[0]}")
        return written

    def become(self) -> None:
        """Replace this process by nginx, in the foreground, so that whoever started us holds it. Raises PartError."""
        self.write()
        argv = self._argv()
        os.execv(argv[0], argv)  # noqa: S606 - nginx itself, not a shell

    def _argv(self, *more: str) -> list[str]:
        here = str(self.folder)
        return [NGINX, "-p", here, "-e", "stderr", "-c", f"{here}/nginx.conf", *more]


def hosts_of(towns: Iterable[Town]) -> tuple[str, ...]:
    """The names all towns answer to, as DNS knows them."""
    return tuple(ascii_host(host.partition(":")[0]) for town in towns for host in town.hosts)


def _addresses(listening: str) -> tuple[str, ...]:
    """A port alone means IPv4 and, where the machine knows it, IPv6."""
    if not listening.isdecimal():
        return (listening,)
    return (listening, f"[::]:{listening}") if _knows_ipv6() else (listening,)


def _knows_ipv6() -> bool:
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET6) as probe:
        probe.bind(("::", 0))
        return True
    return False
