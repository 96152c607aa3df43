"""Which node of a RabbitMQ cluster leads which queue, and having the load spread over all of them.

A queue's leader is where the client was that declared it unless the broker is told otherwise, and a cluster that grew
holds the older queues on its first nodes only; neither mends itself on RabbitMQ 3.10. Nothing here depends on how the
queues were declared, and no argument of a queue is touched (a later declaration with other arguments would be refused):
members and leaders are moved by the broker's own `rabbitmq-queues`, or its HTTP API from version 4 on.
"""

import re
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

import pika

from deploy.broker.administration import Absent, HttpApi, Scripts, api_of
from deploy.local.embedded.part import PartError
from deploy.local.stack import Stack
from services.contracts.departments import virtual_host

MEMBERS = 3
"""Of one queue, as RabbitMQ gives them to a queue that is declared on a cluster; on fewer nodes, one on each."""


@dataclass(frozen=True, kw_only=True)
class Led:
    """A quorum queue: the node that leads it and all that hold it; no leader while one is elected."""

    vhost: str
    queue: str
    leader: str | None
    members: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class Leaders:
    """The running nodes of a broker, and its quorum queues in our virtual hosts."""

    nodes: tuple[str, ...]
    queues: tuple[Led, ...]

    def by_node(self) -> dict[str, int]:
        """How many queues each running node leads."""
        counted = Counter(led.leader for led in self.queues)
        return {node: counted[node] for node in self.nodes}

    def are_spread(self) -> bool:
        """Has every queue its members and a leader, and leads no node more than its share, rounded up?"""
        share = -(-len(self.queues) // max(1, len(self.nodes)))
        led = self.by_node()
        return not self.lacking() and sum(led.values()) == len(self.queues) and all(n <= share for n in led.values())

    def lacking(self) -> list[tuple[Led, str]]:
        """Pairs of a queue and a node that should become its member: first the nodes that hold least."""
        held = Counter(member for led in self.queues for member in led.members)
        pairs: list[tuple[Led, str]] = []
        for led in self.queues:
            for _ in range(min(MEMBERS, len(self.nodes)) - len(led.members)):
                others = [node for node in self.nodes if node not in led.members and (led, node) not in pairs]
                if not others:
                    break
                node = min(others, key=lambda each: held[each])
                held[node] += 1
                pairs.append((led, node))
        return pairs


class Nodes(Protocol):
    """A broker whose leaders can be asked and moved. All raise PartError where it does not answer or cannot."""

    def leaders(self) -> Leaders: ...

    def add_members(self, pairs: Iterable[tuple[Led, str]]) -> None:
        """Have each node hold the queue, too."""

    def rebalance(self) -> None:
        """Move leaders until no node has more than its share."""


def nodes_of(stack: Stack) -> Nodes:
    """Those of this deployment, with the queues of its services and of its departments. Raises PartError where a broker
    from outside gives us no HTTP API."""
    own = pika.URLParameters(stack.amqp_uri.partition(";")[0]).virtual_host
    vhosts = (own, virtual_host(own))
    if stack.is_embedded("broker"):
        return LeadersByScripts(Scripts(stack.brokers()), vhosts=vhosts)
    return LeadersOverHttp(api_of(stack), vhosts=vhosts)


def spread(nodes: Nodes) -> Leaders:
    """Give every queue its members, then every node its share of the leaders; how it is then. Raises PartError."""
    before = nodes.leaders()
    if lacking := before.lacking():
        nodes.add_members(lacking)
    if not nodes.leaders().are_spread():
        nodes.rebalance()
    return nodes.leaders()


def are_spread(nodes: Nodes, *, over: int) -> bool:
    """Is the load spread over so many running nodes? Not while the broker does not answer."""
    try:
        leaders = nodes.leaders()
    except PartError:
        return False
    return len(leaders.nodes) == over and leaders.are_spread()


class LeadersByScripts:
    """Those of the embedded nodes."""

    def __init__(self, scripts: Scripts, *, vhosts: tuple[str, ...]) -> None:
        self._scripts = scripts
        self._vhosts = vhosts

    def leaders(self) -> Leaders:
        """See Nodes."""
        running = self._scripts.told("rabbitmqctl", "cluster_status")["running_nodes"]
        there = {each["name"] for each in self._scripts.told("rabbitmqctl", "list_vhosts", "name")}
        columns = ("name", "type", "leader", "members")
        queues: list[Led] = []
        for vhost in (each for each in self._vhosts if each in there):
            told = self._scripts.told("rabbitmqctl", "list_queues", "--vhost", vhost, *columns)
            queues += _led(told, vhost=vhost, running=running)
        return Leaders(nodes=tuple(sorted(running)), queues=tuple(queues))

    def add_members(self, pairs: Iterable[tuple[Led, str]]) -> None:
        """See Nodes."""
        for node in sorted({node for _, node in pairs}):  # there are no more nodes than members: each gets them all
            self._scripts.run("rabbitmq-queues", "grow", node, "all", *self._our_queues)

    def rebalance(self) -> None:
        """See Nodes."""
        self._scripts.run("rabbitmq-queues", "rebalance", "quorum", *self._our_queues)

    @property
    def _our_queues(self) -> tuple[str, str]:
        return "--vhost-pattern", f"^({'|'.join(map(re.escape, self._vhosts))})$"


class LeadersOverHttp:
    """Those of nodes that others run."""

    def __init__(self, api: HttpApi, *, vhosts: tuple[str, ...]) -> None:
        self._api = api
        self._vhosts = vhosts

    def leaders(self) -> Leaders:
        """See Nodes."""
        running = sorted(node["name"] for node in self._api.ask("GET", "/nodes") if node["running"])
        queues: list[Led] = []
        for vhost in self._vhosts:
            with suppress(Absent):  # the departments', before there are any
                told = self._api.ask("GET", f"/queues/{quote(vhost, safe='')}")
                queues += _led(told, vhost=vhost, running=running)
        return Leaders(nodes=tuple(running), queues=tuple(queues))

    def add_members(self, pairs: Iterable[tuple[Led, str]]) -> None:
        """See Nodes."""
        for led, node in pairs:
            path = f"/queues/quorum/{quote(led.vhost, safe='')}/{quote(led.queue, safe='')}/replicas/add"
            try:
                self._api.ask("POST", path, {"node": node})
            except Absent:
                mend = "this broker adds no members over HTTP; on it, run `rabbitmq-queues grow NODE all`"
                raise PartError(mend) from None

    def rebalance(self) -> None:
        """See Nodes."""
        self._api.ask("POST", "/rebalance/queues", {})


def _led(told: list[dict[str, Any]], *, vhost: str, running: Iterable[str]) -> Iterable[Led]:
    alive = set(running)
    return (
        Led(
            vhost=vhost,
            queue=each["name"],
            leader=each.get("leader") if each.get("leader") in alive else None,
            members=frozenset(each.get("members") or ()),
        )
        for each in told
        if each.get("type") in ("quorum", "rabbit_quorum_queue")
    )
