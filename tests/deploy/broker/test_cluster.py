"""A broker that grew from one node to three: its queues and those of a new topology are led by all of them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from kombu import Connection

from deploy.broker.administration import HttpApi, Scripts
from deploy.broker.leaders import Leaders, LeadersByScripts, LeadersOverHttp, Led, are_spread, spread
from deploy.broker.rights import TOPOLOGY
from deploy.local.embedded import nodes
from deploy.local.embedded.broker import Broker
from deploy.local.embedded.cluster import cluster
from deploy.local.embedded.part import PartError, Running, wait_until
from deploy.local.stack import Stack
from services.chassis.declaring import declare
from services.chassis.topology import Topology, queues
from services.contracts.topology import Subscription
from tests.ports import free_ports

pytestmark = pytest.mark.timeout(900)

ONE, TWO, THREE = NODES = ("loket-2@localhost", "loket-3@localhost", "loket@localhost")

VHOSTS = ("loket", "loket-departments")
A_DEPARTMENTS = "department.housing.0123456789abcdef"

WIDER = Topology(
    subscriptions={**TOPOLOGY.subscriptions, "new.listen": Subscription(events=())},
    questions=(*TOPOLOGY.questions, "new.ask"),
)


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Broker, ...]]:
    """The topology was declared on one node, which then got two beside it."""
    amqp, distribution, epmd, management, *others = free_ports(8)
    alone = Broker(
        folder=tmp_path_factory.mktemp("grown") / "broker",
        amqp_port=amqp,
        distribution_port=distribution,
        epmd_port=epmd,
        management_port=management,
    )
    with Running(alone):
        _declare(alone, TOPOLOGY)
        _declare_for_a_department(alone)
    nodes = cluster(alone, others=((others[0], others[1]), (others[2], others[3])))
    with ExitStack() as started:
        running = [Running(node) for node in nodes]
        for each in running:
            started.callback(each.kill)
            each.launch()
        for each in running:
            each.await_answer()
        yield nodes


@pytest.mark.chaos
def test_every_node_holds_every_queue_and_leads_its_share(grown: tuple[Broker, ...]):
    scripts = LeadersByScripts(Scripts(grown), vhosts=VHOSTS)

    assert wait_until(lambda: are_spread(scripts, over=3), 180)

    leaders = scripts.leaders()
    assert {led.queue for led in leaders.queues} == {queue.name for queue in queues(TOPOLOGY)} | {A_DEPARTMENTS}
    assert {led.members for led in leaders.queues} == {frozenset(NODES)}


@pytest.mark.chaos
def test_a_new_topology_is_declared_on_a_cluster_that_grew(grown: tuple[Broker, ...]):
    """What stood keeps its arguments, so nothing is refused; what is new is held and led like the rest."""
    _declare(grown[1], WIDER)
    _declare(grown[2], TOPOLOGY)

    scripts = LeadersByScripts(Scripts(grown), vhosts=VHOSTS)
    assert wait_until(lambda: are_spread(scripts, over=3), 180)
    found = {led.queue: led.members for led in scripts.leaders().queues}
    assert found["new.listen"] == found["new.ask"] == frozenset(NODES)


@pytest.mark.chaos
def test_the_operator_spreads_by_script_and_over_http_alike(grown: tuple[Broker, ...]):
    first = grown[0]
    address = f"http://{first.user}:{first.password}@127.0.0.1:{first.management_port}"
    api = LeadersOverHttp(HttpApi(address), vhosts=VHOSTS)

    assert spread(LeadersByScripts(Scripts(grown), vhosts=VHOSTS)).are_spread()
    assert spread(api).are_spread()
    assert api.leaders().nodes == NODES
    assert {led.vhost for led in api.leaders().queues} == set(VHOSTS)


@pytest.mark.chaos
def test_an_http_api_that_refuses_or_is_not_there_is_told(grown: tuple[Broker, ...]):
    port = grown[0].management_port

    with pytest.raises(PartError, match="administrator"):
        LeadersOverHttp(HttpApi(f"http://nobody:x@127.0.0.1:{port}"), vhosts=VHOSTS).leaders()
    with pytest.raises(PartError, match="LOKET_BROKER_API"):
        LeadersOverHttp(HttpApi("http://127.0.0.1:1"), vhosts=VHOSTS).leaders()


def test_a_share_is_rounded_up_and_nothing_less_will_do():
    assert _leaders(ONE, TWO, THREE, ONE).are_spread()
    assert not _leaders(ONE, ONE, ONE, TWO).are_spread()
    assert not _leaders(ONE, TWO, None).are_spread()
    assert not _leaders(ONE, TWO, THREE, members=frozenset({ONE, TWO})).are_spread()


def test_a_queue_gets_members_on_the_nodes_that_hold_least():
    """Three of five, as RabbitMQ gives a new queue."""
    held = Leaders(
        nodes=("a", "b", "c", "d", "e"),
        queues=(
            Led(vhost="loket", queue="old", leader="a", members=frozenset({"a"})),
            Led(vhost="loket-departments", queue="old", leader="b", members=frozenset({"b", "c", "a"})),
        ),
    )

    assert held.lacking() == [(held.queues[0], "d"), (held.queues[0], "e")]


@pytest.mark.parametrize(
    ("wanted", "grew", "mend"), [("2", False, "write 1 or 3"), ("x", False, "write 1 or 3"), ("1", True, "shrink")]
)
def test_nodes_that_cannot_be_are_refused(tmp_path: Path, wanted: str, grew: bool, mend: str):
    if grew:
        (tmp_path / "broker-2").mkdir()

    with pytest.raises(PartError, match=mend):
        Stack(var=tmp_path, outside={"LOKET_BROKER_NODES": wanted}).check()


def test_a_node_that_has_not_joined_waits_for_the_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """One that has may start alone; one that was killed as it joined may not, and begin a cluster of its own."""
    monkeypatch.setattr(nodes, "JOIN_PATIENCE_S", 0)
    first_port, *ports = free_ports(7)
    first = Broker(folder=tmp_path / "broker", amqp_port=first_port, distribution_port=ports[0], epmd_port=ports[1])
    _, second, _ = cluster(first, others=((ports[2], ports[3]), (ports[4], ports[5])))
    known = second.folder / "data" / second.node / "cluster_nodes.config"
    known.parent.mkdir(parents=True)

    known.write_text(f"{{['{second.node}'],['{second.node}']}}.")
    with pytest.raises(PartError, match="first node"):
        second.prepare()

    known.write_text(f"{{['{second.node}',{first.node}],['{second.node}']}}.")
    assert second.prepare()


def test_a_cluster_stays_one_when_nothing_is_said(tmp_path: Path):
    (tmp_path / "broker-2").mkdir()
    stack = Stack(var=tmp_path, outside={})

    stack.check()

    assert [node.name for node in stack.brokers()] == ["broker", "broker-2", "broker-3"]
    assert stack.amqp_uri.count(";") == stack.amqp_uri_for("intake").count(";") == 2


def _declare_for_a_department(node: Broker) -> None:
    with Connection(node.uri_of(VHOSTS[1])) as connection:
        arguments = {"x-queue-type": "quorum"}
        connection.default_channel.queue_declare(A_DEPARTMENTS, durable=True, auto_delete=False, arguments=arguments)


def _leaders(*leaders: str | None, members: frozenset[str] = frozenset(NODES)) -> Leaders:
    led = tuple(Led(vhost="loket", queue=str(n), leader=leader, members=members) for n, leader in enumerate(leaders))
    return Leaders(nodes=NODES, queues=led)


def _declare(node: Broker, topology: Topology) -> None:
    with Connection(node.uri) as connection:
        declare(connection, topology)
