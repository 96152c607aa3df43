"""Several nodes of the embedded broker that are one: cookie, passwords and port mapper are the first's."""

from collections.abc import Sequence
from dataclasses import replace

from deploy.local.embedded.broker import Broker
from deploy.local.embedded.nodes import node_name


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
