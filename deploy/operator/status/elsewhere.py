"""Services that others supervise: where their logs are, and which version those of this machine say they run."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from deploy.local.probing import probed
from services.contracts.schema import Unreadable
from services.contracts.topology import SERVICES

ANSWERS_S = 2.0

ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - a process may listen on all; it is asked on one

UNITS = {"gateway": "loket-gateway"}
"""systemd's names where they are not `loket@<service>` (deploy/production/etc)."""


def log_of(name: str, *, supervised: bool) -> str:
    """How an operator reads the log of a process."""
    return f"`loket logs {name}`" if supervised else f"`journalctl -u {UNITS.get(name, f'loket@{name}')}` where it runs"


def logs_about(application_id: str, *, supervised: bool) -> str:
    """How an operator reads the road of an application."""
    if supervised:
        return f"`loket logs --application {application_id}`"
    return f"`journalctl -u 'loket*' --grep {application_id}` wherever a service runs"


def versions(folder: Path) -> dict[str, str]:
    """By service, as each says at /healthz; none of a service that does not answer here, or says none.

    `folder` holds the environment files of this machine (/etc/loket), which say where each listens.
    """
    with ThreadPoolExecutor(len(SERVICES)) as pool:
        told = zip(SERVICES, pool.map(lambda name: _version(_address(folder, name)), SERVICES), strict=True)
        return {name: version for name, version in told if version}


def _address(folder: Path, name: str) -> str | None:
    from deploy.production.env_files import read_env  # noqa: PLC0415 - brings what keys need

    environ: dict[str, str] = {}
    for file in ("common.env", f"{name}.env"):
        try:
            environ |= read_env(folder / file)
        except (OSError, Unreadable):
            continue
    host, port = environ.get("LOKET_HEALTH_HOST", "127.0.0.1"), environ.get("LOKET_HEALTH_PORT", "0")
    host = ANY_ADDRESS.get(host, host)
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/healthz" if port != "0" else None


def _version(address: str | None) -> str | None:
    if address is None:
        return None
    try:
        told = probed(address, timeout_s=ANSWERS_S).json().get("version")
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, AttributeError):
        return None
    return told if isinstance(told, str) else None
