"""A private RabbitMQ node: Debian's rabbitmq-server with a name, ports, cookie, port mapper and folders of its own.

It reads nothing under /etc/rabbitmq, writes nothing outside its folder and listens on the loopback only, so a node
that already runs on the machine never notices it. Several of them make a cluster: they share cookie, passwords
and port mapper, each is a program of its own, and a node that is new joins those that are there.
"""

import contextlib
import json
import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path

from deploy.broker.definitions import definitions
from deploy.broker.passwords import password_hash
from deploy.broker.rights import USERS
from deploy.local.embedded.nodes import await_first, greets, node_name
from deploy.local.embedded.part import Command, PartError

SCRIPTS = Path("/usr/lib/rabbitmq/bin")
"""Those in /usr/sbin switch to the package's own user and folders."""

LAUNCH = """\
set -e
setpriv --pdeathsig KILL flock --no-fork "$HOME/port-mapper.lock" epmd -port "$ERL_EPMD_PORT" -address 127.0.0.1 &
until epmd -port "$ERL_EPMD_PORT" -names >/dev/null 2>&1; do sleep 0.02; done
looks=0  # a process that is just becoming epmd has no words yet, like one that has ended
until tr '\\0' ' ' <"/proc/$!/cmdline" | grep -q epmd; do
  looks=$((looks + 1))
  [ $looks -lt 40 ] || { echo "port $ERL_EPMD_PORT is taken" >&2; exit 1; }
  sleep 0.05
done
exec "$0"
"""
"""The node's own port mapper first; it ends with the node, however that ends. In a cluster that of the first node
serves all; the others' wait for its lock and take over when it ends, and the nodes tell the new one who they are."""

CARETAKER = Path(__file__).with_name("caretaker.exprs")
"""What every node looks after by itself, in Erlang."""

WAITING = "+sbwtdio short"
"""How long Erlang's threads for files look for more work before they sleep, as Erlang has it unless told; RabbitMQ
tells them not to. A node that starts opens a file some fifty thousand times, one after the other, and waking a thread
for each is dear on a virtual machine: `loket up` took 27.3, 20.4, 28.6 and 21.7 s without this, 17.5, 21.4, 16.1 and
17.6 s with it, in turn. CPU at rest and under load does not show it."""

EVALUATE = 'file:eval(os:getenv("LOKET_CARETAKER")).'
"""Without blanks, because the start script splits at them."""

TICK_S = 15
"""A node that hangs is given up by the others after this time and at most a quarter more; Erlang's own minute would
stall for as long whatever declares or binds a queue."""

DEPRECATED = (
    "amqp_address_v1",
    "global_qos",
    "management_metrics_collection",
    "queue_master_locator",
    "ram_node_type",
    "transient_nonexcl_queues",
)
"""What RabbitMQ 4 still permits unless told (https://www.rabbitmq.com/docs/deprecated-features) and will drop."""

ADVANCED = f"[{{rabbit,[{{permit_deprecated_features,#{{{','.join(f'{name}=>false' for name in DEPRECATED)}}}}}]}}].\n"
"""Refuses all of it, so that Loket cannot come to lean on it. In Erlang's form, which 3.10 passes over; in
rabbitmq.conf it would refuse what it does not know."""

REWRITTEN = "message_containers"
"""The feature of RabbitMQ 3.13 without which data of release 3 cannot be read by release 4
(https://www.rabbitmq.com/docs/upgrade)."""


LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes; 128 MiB where nothing is said, which departments may send as well. The largest of ours, a file of LARGEST_PDF
on its way to the gateway, is in base64 twice and has nine."""


@dataclass(frozen=True, kw_only=True)
class Broker:
    """Where the node lives and listens. With `management_port` it also offers the management plugin's HTTP API.

    `cluster` names the nodes of its cluster, itself included, `home` is the folder with their cookie and passwords, and
    `joins` the AMQP port of the first, which is None for the first itself.
    """

    folder: Path
    amqp_port: int
    distribution_port: int
    epmd_port: int
    management_port: int | None = None
    user: str = "loket"
    vhost: str = "loket"
    memory: str = "1GB"
    name: str = "broker"
    cluster: tuple[str, ...] = ()
    home: Path | None = None
    joins: int | None = None

    @property
    def uri(self) -> str:
        """For the operator, who administers it; password included."""
        return self.uri_of(self.vhost)

    def uri_of(self, vhost: str) -> str:
        """The operator's address of another virtual host of this node."""
        return f"amqp://{self.user}:{self.password}@127.0.0.1:{self.amqp_port}/{vhost}"

    def uri_for(self, user: str) -> str:
        """For one of Loket's processes (broker.rights.USERS), which has a user of its own; password included."""
        return f"amqp://{user}:{self.password_of(user)}@127.0.0.1:{self.amqp_port}/{self.vhost}"

    def password_of(self, user: str) -> str:
        """Made once, kept where `password` is."""
        return _secret(self._home / "passwords" / user)

    @property
    def password(self) -> str:
        """Made once, kept in the node's folder, or in that of the cluster's first."""
        return _secret(self._home / "password")

    @property
    def node(self) -> str:
        """The Erlang node's name."""
        return node_name(self.name)

    @property
    def _home(self) -> Path:
        return self.home or self.folder

    def check(self) -> None:
        """Raises PartError where the Debian package is missing, or cannot read what an older one left."""
        server = SCRIPTS / "rabbitmq-server"
        if not server.exists() or not shutil.which("epmd"):
            raise PartError("rabbitmq-server is not installed; run `make setup`")
        if installed_release() >= 4 and self._holds_data_of_release_3():
            raise PartError(
                f"RabbitMQ 4 cannot read the queues that RabbitMQ 3 left in {self.folder}: empty them on the Debian"
                f" before (`loket status`), then delete {self.folder / 'data'}; `make clean` forgets a demonstration"
            )

    def prepare(self) -> Command:
        """Raises PartError as `check` does."""
        self.check()
        for name in ("data", "log", "conf.d"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        _secret(self._home / ".erlang.cookie")
        plugins = "rabbitmq_management" if self.management_port else ""
        (self.folder / "enabled_plugins").write_text(f"[{plugins}].\n", encoding="ascii")
        (self.folder / "advanced.config").write_text(ADVANCED, encoding="ascii")
        (self.folder / "rabbitmq-env.conf").touch()
        imported = self.folder / "definitions.json"
        imported.touch(mode=0o600)
        imported.write_text(json.dumps(self._definitions()), encoding="ascii")
        configuration = self.folder / "rabbitmq.conf"
        configuration.touch(mode=0o600)
        configuration.write_text(self._configuration(), encoding="ascii")
        if self.joins is not None and not self._has_joined():
            await_first(self.joins)
        return Command(argv=("/bin/sh", "-c", LAUNCH, str(SCRIPTS / "rabbitmq-server")), environ=self.environ())

    def _holds_data_of_release_3(self) -> bool:
        features = self.folder / "data" / f"{self.node}-feature_flags"
        return features.exists() and REWRITTEN not in features.read_text(encoding="ascii")

    def environ(self) -> dict[str, str]:
        """What the node, and a rabbitmqctl that should reach it, run with."""
        here = str(self.folder)
        return {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "LANG": "C.UTF-8",
            "HOME": str(self._home),
            "ERL_EPMD_PORT": str(self.epmd_port),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_CRASH_DUMP": f"{here}/log/erl_crash.dump",
            "RUNNING_UNDER_SYSTEMD": "true",  # the start script then becomes the node instead of waiting for it
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1",
            "RABBITMQ_NODE_PORT": str(self.amqp_port),
            "RABBITMQ_DIST_PORT": str(self.distribution_port),
            "RABBITMQ_HOME_DIR": here,
            "LOKET_CARETAKER": str(CARETAKER),
            "RABBITMQ_MNESIA_BASE": f"{here}/data",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{here}/data/config",
            "RABBITMQ_LOG_BASE": f"{here}/log",
            "RABBITMQ_PID_FILE": f"{here}/pid",
            "RABBITMQ_CONF_ENV_FILE": f"{here}/rabbitmq-env.conf",
            "RABBITMQ_CONFIG_FILE": f"{here}/rabbitmq.conf",
            "RABBITMQ_CONFIG_FILES": f"{here}/conf.d/*.conf",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{here}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{here}/enabled_plugins",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                f"-kernel inet_dist_use_interface {{127,0,0,1}} -kernel net_ticktime {TICK_S}"
                f" {WAITING} -eval {EVALUATE}"
            ),
        }

    def _has_joined(self) -> bool:
        """What RabbitMQ itself keeps of its cluster names the first node; a join that was cut off left it without."""
        with contextlib.suppress(FileNotFoundError):
            known = (self.folder / "data" / self.node / "cluster_nodes.config").read_text(encoding="ascii")
            return self.cluster[0] in known
        return False

    def _configuration(self) -> str:
        lines = [
            f"listeners.tcp.1 = 127.0.0.1:{self.amqp_port}",
            f"load_definitions = {self.folder}/definitions.json",
            f"vm_memory_high_watermark.absolute = {self.memory}",
            "disk_free_limit.absolute = 50MB",
            f"max_message_size = {LARGEST_MESSAGE}",
            "log.console = false",
            "log.connection.level = error",  # each look of `loket` is a connection
            "log.file.rotation.size = 20000000",
            "log.file.rotation.count = 3",
        ]
        if self.cluster:
            lines += ["cluster_partition_handling = autoheal", "queue_leader_locator = balanced"]
        if self.joins is not None:
            lines.append("cluster_formation.peer_discovery_backend = classic_config")
            lines += [f"cluster_formation.classic_config.nodes.{n} = {node}" for n, node in enumerate(self.cluster, 1)]
        if self.management_port:
            lines += [
                "management.tcp.ip = 127.0.0.1",
                f"management.tcp.port = {self.management_port}",
                "management.disable_stats = true",
                "management_agent.disable_metrics_collector = true",
            ]
        return "\n".join(lines) + "\n"

    def _definitions(self) -> dict[str, object]:
        """Users and what each may do; read at each start."""
        passwords = {user: self.password_of(user) for user in USERS}
        found = definitions(self.vhost, passwords=passwords, administrator=self.user)
        found["users"].append(
            {"name": self.user, "tags": "administrator", "password_hash": password_hash(self.password)}
        )
        return found

    def answers(self) -> bool:
        """Does it greet a client as AMQP 0-9-1 (section 4.2.2) says?"""
        return greets(self.amqp_port)


def installed_release() -> int:
    """The major release of the Debian package; 0 where it does not say."""
    found = [
        int(each.name.split("-")[1].split(".")[0]) for each in SCRIPTS.with_name("lib").glob("rabbitmq_server-[0-9]*")
    ]
    return max(found, default=0)


def _secret(path: Path) -> str:
    """A random word kept in a file that only its owner may read; made when it is not there."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
        draft.touch(mode=0o400)
        draft.chmod(0o600)
        draft.write_text(secrets.token_hex(16), encoding="ascii")
        draft.chmod(0o400)
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(draft)
        draft.unlink()
    return path.read_text(encoding="ascii")
