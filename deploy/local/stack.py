"""What one deployment on this machine consists of: folders, ports, addresses and every variable of every process.

A LOKET_* variable from outside goes before what is chosen here. Where it is the address of a part (LOKET_AMQP_URI,
LOKET_MONGO_URI, LOKET_SMTP_URI; LOKET_TOWNS for the identity provider, which the towns' files name), the embedded part
is not started.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.broker.rights import USERS, password_variable
from deploy.local.embedded.broker import Broker, cluster
from deploy.local.embedded.part import Part, PartError, listens
from deploy.local.embedded.store import Store
from services.contracts.towns import Town, read_towns

ROOT = Path(__file__).parents[2]
TOWNS = ROOT / "deploy" / "towns"

PROFILES = ("demo", "production")

CLUSTER = "3"
"""Nodes of the embedded broker where it is not one: with two of three there is a majority."""

OUTSIDE = {
    "broker": "LOKET_AMQP_URI",
    "store": "LOKET_MONGO_URI",
    "mail-catcher": "LOKET_SMTP_URI",
    "sign-in": "LOKET_TOWNS",
}
"""Embedded part to the variable that puts another in its place."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """Of the loopback, below the range that the system gives to clients."""

    gateway: int = 8080
    sign_in: int = 9400
    smtp: int = 10025
    amqp: int = 25772
    distribution: int = 25773
    epmd: int = 25774
    store: int = 27117
    amqp_2: int = 25775
    distribution_2: int = 25776
    amqp_3: int = 25777
    distribution_3: int = 25778


class Stack:
    """One deployment, from its folder `var` and the variables of the outside."""

    def __init__(self, *, var: Path, outside: Mapping[str, str]) -> None:
        self.var = var
        self.outside = {name: value for name, value in outside.items() if name.startswith("LOKET_") and value}
        self.run = var / "run"
        self.logs = var / "log"
        self.mail = var / "mail"
        self.seals = var / "seal"
        self.opt = var / "opt" / "store"
        self._ports_file = var / "ports.json"

    @property
    def profile(self) -> str:
        """`demo` unless told otherwise."""
        return self.outside.get("LOKET_PROFILE", "demo")

    @property
    def ports(self) -> Ports:
        """Those chosen by `choose_ports`, or the usual ones."""
        try:
            return Ports(**json.loads(self._ports_file.read_text(encoding="ascii")))
        except FileNotFoundError:
            return Ports()

    def choose_ports(self) -> Ports:
        """For a start: a port that somebody else holds by now is left to them, and another taken for good."""
        chosen = self.ports
        for name, port in asdict(chosen).items():
            free = next((p for p in range(port, port + 2000, 10) if not listens(p)), None)
            if free is None:
                raise PartError(f"no free port for {name} from {port} on; end what holds them")
            chosen = replace(chosen, **{name: free})
        self.var.mkdir(parents=True, exist_ok=True)
        self._ports_file.write_text(json.dumps(asdict(chosen)), encoding="ascii")
        return chosen

    def is_embedded(self, part: str) -> bool:
        """Is this part ours to run?"""
        return OUTSIDE[part] not in self.outside

    def brokers(self) -> tuple[Broker, ...]:
        """The nodes of the embedded broker: as many as LOKET_BROKER_NODES says, otherwise as many as there were."""
        ports = self.ports
        first = Broker(
            folder=self.var / "broker",
            amqp_port=ports.amqp,
            distribution_port=ports.distribution,
            epmd_port=ports.epmd,
        )
        beside = [(ports.amqp_2, ports.distribution_2), (ports.amqp_3, ports.distribution_3)]
        return cluster(first, others=beside) if self._broker_nodes() == CLUSTER else (first,)

    def _broker_nodes(self) -> str:
        return self.outside.get("LOKET_BROKER_NODES") or (CLUSTER if self._was_cluster() else "1")

    def _was_cluster(self) -> bool:
        return (self.var / "broker-2").exists()

    def store(self) -> Store:
        """The embedded store."""
        return Store(folder=self.var / "store", port=self.ports.store, opt=self.opt)

    @property
    def amqp_uri(self) -> str:
        """The broker's address for the operator, password included; those of all nodes with `;`."""
        return self.outside.get("LOKET_AMQP_URI") or ";".join(node.uri for node in self.brokers())

    def amqp_uri_for(self, user: str) -> str:
        """The broker's address for one of Loket's processes: each has a user of its own (broker.rights.USERS)."""
        if self.is_embedded("broker"):
            return ";".join(node.uri_for(user) for node in self.brokers())
        password = self.outside.get(password_variable(user), "")
        return ";".join(_as_user(uri, user, password) for uri in self.amqp_uri.split(";"))

    @property
    def mongo_uri(self) -> str:
        """The store's address."""
        return self.outside.get("LOKET_MONGO_URI") or self.store().uri

    @property
    def database(self) -> str:
        """The prefix of the databases' names."""
        return self.outside.get("LOKET_DATABASE", "loket")

    @property
    def issuer(self) -> str:
        """The embedded identity provider."""
        return f"http://127.0.0.1:{self.ports.sign_in}"

    @property
    def address(self) -> str:
        """Where the gateway listens."""
        bind = self.outside.get("LOKET_GATEWAY_BIND", f"127.0.0.1:{self.ports.gateway}")
        return f"http://{bind}"

    @property
    def towns_folder(self) -> Path:
        """The towns' files: the outside's, or the demonstration's as `write_towns` wrote them."""
        outer = self.outside.get("LOKET_TOWNS")
        return Path(outer).absolute() if outer else self.var / "towns"

    def towns(self) -> dict[str, Town]:
        """All towns by REFNIS code, as this deployment was started with them. Raises Unreadable."""
        if self.is_embedded("sign-in") and not self.towns_folder.exists():
            self.write_towns()
        return read_towns(self.towns_folder)

    def write_towns(self) -> None:
        """The demonstration's towns with this deployment's addresses in the place of the usual ones.

        Raises Unreadable where one is wrong; then those that were written before stay.
        """
        drafts = self._town_files()
        with TemporaryDirectory() as trial:
            _write(Path(trial), drafts)
            read_towns(trial)
        self.towns_folder.mkdir(parents=True, exist_ok=True)
        for stale in {path.name for path in self.towns_folder.iterdir()} - set(drafts):
            (self.towns_folder / stale).unlink()
        _write(self.towns_folder, drafts)

    def edited_towns(self) -> list[str]:
        """The files of the demonstration's towns that are not as they were when this deployment was started."""
        if not self.is_embedded("sign-in"):
            return []
        drafts = self._town_files()
        names = set(drafts) | {path.name for path in self.towns_folder.iterdir()}
        return sorted(name for name in names if drafts.get(name) != _read(self.towns_folder / name))

    def _town_files(self) -> dict[str, str]:
        usual, ports = Ports(), self.ports
        files = {}
        for source in TOWNS.iterdir():
            text = source.read_text(encoding="utf-8")
            if source.suffix == ".yaml":
                text = text.replace(f":{usual.gateway}\n", f":{ports.gateway}\n")
                text = text.replace(f":{usual.sign_in}\n", f":{ports.sign_in}\n")
                text = text.replace("../../var/", "../")
            files[source.name] = text
        return files

    def remember(self) -> None:
        """Keep the variables of the outside for the commands that come after this start."""
        path = _remembered(self.var)
        path.touch(mode=0o600)
        path.write_text(json.dumps({k: v for k, v in self.outside.items() if k != "LOKET_VAR"}), encoding="utf-8")

    def changed(self) -> list[str]:
        """Variables of the outside that are not as they were when this deployment was started."""
        started = _started_with(self.var)
        return sorted(k for k, value in self.outside.items() if k != "LOKET_VAR" and started.get(k) != value)

    def forget(self) -> None:
        """The next start begins with its own."""
        _remembered(self.var).unlink(missing_ok=True)

    def check(self) -> None:
        """Raises PartError for an unknown profile, for a number of nodes that cannot be, where production lacks what is
        its own, and as Broker.check does."""
        if self.profile not in PROFILES:
            raise PartError(f"LOKET_PROFILE is {self.profile}: write {' or '.join(PROFILES)}")
        if self.is_embedded("broker"):
            self._check_broker_nodes()
        if self.profile != "production":
            if self.is_embedded("broker"):
                for node in self.brokers():
                    node.check()
            return
        missing = [variable for part, variable in OUTSIDE.items() if self.is_embedded(part)]
        missing += [name for name in map(password_variable, USERS) if name not in self.outside]
        if missing:
            raise PartError(f"LOKET_PROFILE is production: set {', '.join(missing)} to the town's own")

    def _check_broker_nodes(self) -> None:
        wanted = self._broker_nodes()
        if wanted not in ("1", CLUSTER):
            raise PartError(
                f"LOKET_BROKER_NODES is {wanted}: write 1 or {CLUSTER}; two nodes are lost with one of them"
            )
        if wanted == "1" and self._was_cluster():
            raise PartError(
                f"LOKET_BROKER_NODES is 1, but messages lie on {CLUSTER} nodes and a cluster does not shrink: "
                f"write {CLUSTER}, or nothing"
            )


def _as_user(uri: str, user: str, password: str) -> str:
    """The same broker under another user's name."""
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))


def this_stack() -> Stack:
    """The deployment in LOKET_VAR, or in `var` beside the code; what it was started with holds for later commands."""
    var = Path(os.environ.get("LOKET_VAR") or ROOT / "var").absolute()
    return Stack(var=var, outside=_started_with(var) | dict(os.environ))


def _started_with(var: Path) -> dict[str, str]:
    try:
        kept: dict[str, str] = json.loads(_remembered(var).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return kept


def _remembered(var: Path) -> Path:
    return var / "outside.json"


def embedded_part(name: str) -> Part:
    """A node of the broker, or the store, of this deployment."""
    stack = this_stack()
    parts: tuple[Part, ...] = (*stack.brokers(), stack.store())
    return next(part for part in parts if part.name == name)


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        if _read(folder / name) != text:
            (folder / name).write_text(text, encoding="utf-8")


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
