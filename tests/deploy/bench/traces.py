"""Calls as strace would have seen them."""

from collections.abc import Mapping, Sequence

from deploy.bench.calls import Call, Calls


def calls_of(made: Mapping[float, Sequence[int | None]], *, name: str) -> Calls:
    """At each time, to each of these peers."""
    return Calls(made=[Call(at=at, name=name, peer=peer) for at, peers in made.items() for peer in peers])
