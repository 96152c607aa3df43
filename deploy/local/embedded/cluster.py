"""Several nodes of the embedded broker that are one: cookie, passwords and port mapper are the first's."""

from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, urlsplit, urlunsplit

from deploy.local.embedded.broker import Broker
from deploy.local.embedded.nodes import node_name
from deploy.local.embedded.part import PartError

CLUSTER = "3"
"""Nodes of the embedded broker where it is not one: with two of three there is a majority."""


def cluster(first: Broker, *, others: Sequence[tuple[int, int]]) -> tuple[Broker, ...]:
    """`first`, and beside it a node for each pair of an AMQP and a distribution port; their folders lie beside its."""
    suffixes = [f"-{number}" for number in range(2, len(others) + 2)]
    nodes = tuple(node_name(first.name + suffix) for suffix in ("", *suffixes))
    beside = (
        replace(
            first,
            name=first.name + suffix,
            folder=first.folder.with_name(first.folder.name + suffix),
            amqp_port=amqp,
            distribution_port=distribution,
            management_port=None,
            cluster=nodes,
            home=first.folder,
            joins=first.amqp_port,
        )
        for suffix, (amqp, distribution) in zip(suffixes, others, strict=True)
    )
    return replace(first, cluster=nodes), *beside


def check_nodes(wanted: str, *, was_cluster: bool) -> None:
    """Raises PartError for a number of nodes that cannot be."""
    if wanted not in ("1", CLUSTER):
        raise PartError(f"LOKET_BROKER_NODES is {wanted}: write 1 or {CLUSTER}; two nodes are lost with one of them")
    if wanted == "1" and was_cluster:
        raise PartError(
            f"LOKET_BROKER_NODES is 1, but messages lie on {CLUSTER} nodes and a cluster does not shrink: "
            f"write {CLUSTER}, or nothing"
        )


def as_user(uri: str, user: str, password: str) -> str:
    """The same broker under another user's name."""
    parts = urlsplit(uri)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, safe='')}:{quote(password, safe='')}@{host}"))
