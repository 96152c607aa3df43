"""What one deployment on this machine consists of: folders, ports and addresses.

A LOKET_* variable from outside goes before what is chosen here. Where it is the address of a part (LOKET_AMQP_URI,
LOKET_MONGO_URI, LOKET_SMTP_URI; LOKET_TOWNS for the identity provider, which the towns' files name), the embedded part
is not started.
"""

import contextlib
import fcntl
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from deploy.broker.rights import USERS, password_variable
from deploy.local.embedded.broker import Broker
from deploy.local.embedded.cluster import CLUSTER, as_user, check_nodes, cluster
from deploy.local.embedded.part import Part, PartError
from deploy.local.embedded.ports import Claims
from deploy.local.embedded.store import Store
from deploy.local.outside import (
    ROOT,
    outside_now,
    profile_of,
    remembered,
    started_with,
    towns_of_operator,
    var_folder,
)
from deploy.local.ports import USUAL_PLATFORM, Ports, chosen_ports, keep_ports, kept_ports
from deploy.local.towns import Demonstration, drafts, edited, gone, looked_at, lost_hosts, write
from services.contracts.populations import MAGDA
from services.contracts.town_files import look_at_folder, read_towns
from services.contracts.towns import Town

SOURCES = {"deeds": "deeds", "criminal-record": "criminal_record"}
"""The demonstration's sources beyond the population, each a process, and the names of their ports."""

OUTSIDE = {
    "broker": "LOKET_AMQP_URI",
    "store": "LOKET_MONGO_URI",
    "mail-catcher": "LOKET_SMTP_URI",
    "sign-in": "LOKET_TOWNS",
}
"""Embedded part to the variable that puts another in its place."""


class Stack:
    """One deployment, from its folder `var` and the variables of the outside. Raises PartError for an unknown profile.

    `profile` is `demo` unless told otherwise.
    """

    def __init__(self, *, var: Path, outside: Mapping[str, str]) -> None:
        self.var = var
        self.outside = {name: value for name, value in outside.items() if name.startswith("LOKET_") and value}
        if "LOKET_TOWNS" in self.outside:  # later commands may be typed in another folder
            self.outside["LOKET_TOWNS"] = str(Path(self.outside["LOKET_TOWNS"]).absolute())
        self.profile = profile_of(self.outside)
        self.run = var / "run"
        self.logs = var / "log"
        self.mail = var / "mail"
        self.police_address = var / "police.address"
        self.seals = var / "seal"
        self.magda = var / "magda"
        self.sources = var / "sources"
        self.opt = var / "opt" / "store"
        self._ports_file = var / "ports.json"

    @property
    def ports(self) -> Ports:
        """Those chosen by `choose_ports`, or the usual ones."""
        return kept_ports(self._ports_file)

    def choose_ports(self, claims: Claims) -> Ports:
        """For a start: as chosen_ports, for good. Raises PartError."""
        chosen = chosen_ports(self.ports, claims)
        self.var.mkdir(parents=True, exist_ok=True)
        keep_ports(self._ports_file, chosen)
        return chosen

    def is_embedded(self, part: str) -> bool:
        """Is this part ours to run? A demonstration brings its people along, whosever the towns are."""
        if part in SOURCES:
            return self.profile == "demo"
        return OUTSIDE[part] not in self.outside or (part == "sign-in" and self.profile == "demo")

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
        return ";".join(as_user(uri, user, password) for uri in self.amqp_uri.split(";"))

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
        """The towns' files that all processes read, as `write_towns` wrote them."""
        return self.var / "towns"

    @property
    def towns_source(self) -> Path:
        """The operator's: the outside's, or those beside the code."""
        return towns_of_operator(self.outside)

    def towns(self) -> dict[str, Town]:
        """All towns by REFNIS code, as this deployment was started with them, or would be now. Raises Unreadable."""
        if self.is_supervised() and self.towns_folder.exists():
            return read_towns(self.towns_folder)
        with TemporaryDirectory() as trial:
            write(drafts(self.towns_source, self._demonstration()), Path(trial))
            return read_towns(trial)

    def write_towns(self) -> None:
        """For a start: copies with this deployment's addresses. Raises Unreadable, and then leaves all as it was."""
        write(drafts(self.towns_source, self._demonstration()), self.towns_folder)

    def edited_towns(self) -> list[str]:
        """The operator's files that are not as they were when this deployment was started."""
        return edited(self.towns_source, self.towns_folder, self._demonstration())

    def gone_towns(self) -> list[str]:
        """The towns of the last start, by file and code, that the next one would leave out."""
        return gone(self.towns_folder, look_at_folder(self.towns_source))

    def lost_hosts(self) -> list[str]:
        """The names of the last start, by file, that would lead nowhere after the next one."""
        before = look_at_folder(self.towns_folder) if self.towns_folder.is_dir() else []
        return lost_hosts(before, look_at_folder(self.towns_source))

    def wrong_towns(self) -> list[str]:
        """The operator's files that this deployment could not be started with."""
        found = looked_at(look_at_folder(self.towns_source), production=self.profile == "production")
        return [file.name for file in found if file.problems]

    @property
    def absence(self) -> str | None:
        """What to tell who means a deployment that was never started here: LOKET_VAR may be misspelt."""
        if self.var.exists():
            return None
        return f"there is no deployment in {self.var}; set LOKET_VAR to another, or start one here with `loket up`"

    def must_be_there(self) -> None:
        """Raises PartError."""
        if self.absence:
            raise PartError(self.absence)

    def asks_standin(self, town: Town) -> bool:
        """Are this town's people those of the demonstration's stand-in for MAGDA?"""
        ours = f"https://127.0.0.1:{self.ports.magda}/"
        return self.profile == "demo" and town.population.source == MAGDA and town.population.url == ours

    def is_supervised(self) -> bool:
        """Does it run? Its supervisor holds a lock as long as it lives."""
        with contextlib.suppress(FileNotFoundError), (self.run / "supervisor.lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)  # others may ask at the same moment
            except BlockingIOError:
                return True
        return False

    def _demonstration(self) -> Demonstration | None:
        if self.profile != "demo":
            return None
        usual = Ports()
        return Demonstration(
            usual_gateway=usual.gateway,
            usual_issuer=f"http://127.0.0.1:{usual.sign_in}",
            usual_seals=ROOT / "var" / "seal",
            gateway=urlsplit(self.address).port or usual.gateway,
            issuer=self.issuer,
            seals=self.seals,
            usual_platform=USUAL_PLATFORM,
            platform=f"https://127.0.0.1:{self.ports.magda}/",
            certificates=self.magda,
            usual_sources=ROOT / "var" / "sources",
            sources=self.sources,
            source_ports={getattr(usual, port): getattr(self.ports, port) for port in SOURCES.values()},
        )

    def remember(self) -> None:
        """Keep the variables of the outside for the commands that come after this start."""
        path = remembered(self.var)
        path.touch(mode=0o600)
        path.write_text(json.dumps({k: v for k, v in self.outside.items() if k != "LOKET_VAR"}), encoding="utf-8")

    def changed(self) -> list[str]:
        """Variables of the outside that are not as they were when this deployment was started."""
        started = started_with(self.var)
        return sorted(k for k, value in self.outside.items() if k != "LOKET_VAR" and started.get(k) != value)

    def forget(self) -> None:
        """The next start begins with its own."""
        remembered(self.var).unlink(missing_ok=True)

    def check(self) -> None:
        """Raises PartError for a number of nodes that cannot be, where production lacks what is its own, where nobody
        said that a demonstration may begin in others' broker or store, and as Broker.check does."""
        if self.is_embedded("broker"):
            check_nodes(self._broker_nodes(), was_cluster=self._was_cluster())
        if self.profile != "production":
            self.must_be_asked_for()
            if self.is_embedded("broker"):
                for node in self.brokers():
                    node.check()
            return
        missing = [variable for variable in OUTSIDE.values() if variable not in self.outside]
        missing += [name for name in map(password_variable, USERS) if name not in self.outside]
        if missing:
            raise PartError(f"LOKET_PROFILE is production: set {', '.join(missing)} to the town's own")

    def must_be_asked_for(self) -> None:
        """For what a demonstration alone does: its profile is the usual one also where somebody forgot to write another
        beside a town's own addresses. Raises PartError."""
        theirs = [OUTSIDE[part] for part in ("broker", "store") if not self.is_embedded(part)]
        if theirs and "LOKET_PROFILE" not in self.outside:
            raise PartError(
                f"{' and '.join(theirs)} {'are' if len(theirs) > 1 else 'is'} set and LOKET_PROFILE is not: write"
                " LOKET_PROFILE=production where a town's own is meant, or LOKET_PROFILE=demo to have a demonstration,"
                " with keys and people of its own, begin there"
            )


def this_stack() -> Stack:
    """The deployment in LOKET_VAR, or in `var` beside the code; what it was started with holds for later commands."""
    return Stack(var=var_folder(), outside=outside_now())


def embedded_part(name: str) -> Part:
    """A node of the broker, or the store, of this deployment."""
    stack = this_stack()
    parts: tuple[Part, ...] = (*stack.brokers(), stack.store())
    return next(part for part in parts if part.name == name)
