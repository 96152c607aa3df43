"""How many processes of each program an operator wants: kept in the deployment's folder, over `down` and `up`."""

import errno
import json
import os
from dataclasses import dataclass
from pathlib import Path

from deploy.local.embedded.part import PartError
from gateway.serving.settings import ServingSettings
from services.chassis.settings import AT_ONCE, whole
from services.contracts.topology import SERVICES

COUNTER = ("gateway", *SERVICES)
"""Those that work for citizens, and can be scaled."""

A_CORE = 4
"""Processes of one service for each core: more of them wait for the same cores and take memory from each other."""

AT_LEAST = 8
"""So many may always be asked for, on the smallest machine too."""

STANDING = {
    "intake": "no application is taken (503) and none moves",
    "registry": "nobody is looked up: applications wait as submitted",
    "documents": "no certificate is printed and none is found: applications wait as cleared",
    "notify": "no mail leaves: certificates stay issued, nobody is told",
}
"""What citizens notice while a service has no process. Nothing is lost: its queues hold what comes."""


def most() -> int:
    """The upper limit for one program on this machine."""
    return max(AT_LEAST, A_CORE * (os.cpu_count() or 1))


@dataclass(frozen=True)
class Scales:
    """The file `scale.json` in the folder of one deployment."""

    var: Path

    @property
    def _path(self) -> Path:
        return self.var / "scale.json"

    def kept(self) -> dict[str, int]:
        """Program to processes, for those that were ever scaled. Raises PartError where the file is no such thing."""
        try:
            told = json.loads(self._path.read_text(encoding="utf-8"))
            return {name: int(count) for name, count in told.items() if name in COUNTER}
        except FileNotFoundError:
            return {}
        except (ValueError, TypeError, AttributeError):
            raise PartError(f"{self._path} cannot be read; delete it, then scale anew") from None

    def keep(self, name: str, count: int) -> None:
        """From now on, and after the next start too. Raises PartError where it cannot be written down."""
        wanted, fresh = self.kept() | {name: count}, self._path.with_suffix(".new")
        try:
            fresh.write_text(json.dumps(wanted), encoding="utf-8")
            fresh.rename(self._path)
        except OSError as error:
            mend = "; make room there" if error.errno in (errno.ENOSPC, errno.EDQUOT) else ""
            raise PartError(f"{self._path} cannot be written: {(error.strerror or '').lower()}{mend}") from None

    def of_service(self, name: str) -> int:
        """Processes of a service."""
        return self.kept().get(name, 1)

    def workers(self, said: str | None) -> int:
        """Of the gateway: as it was scaled, or as LOKET_GATEWAY_WORKERS said. Raises PartError."""
        try:
            otherwise = whole(1, AT_ONCE)(said) if said else ServingSettings.workers
        except ValueError:
            raise PartError(f"LOKET_GATEWAY_WORKERS is {said}: write a number from 1") from None
        return self.kept().get("gateway", otherwise)


def check_scale(name: str, count: int) -> None:
    """Raises PartError, with the mend, for what cannot be scaled so."""
    if name not in COUNTER:
        raise PartError(f"{name} cannot be scaled; choose from {', '.join(sorted(COUNTER))}")
    if count > most():
        raise PartError(
            f"{name}={count} is more than this machine bears: at most {most()}, which is {A_CORE} for each of its "
            f"{os.cpu_count() or 1} cores or {AT_LEAST}; more need another machine"
        )
    if name == "gateway" and not count:
        raise PartError("the gateway has at least 1; to close the door, end everything with `loket down`")
