"""broker leaders, spread."""

from typing import Any

import click
from rich.table import Table

from deploy.broker_leaders import Leaders, nodes_of, spread
from deploy.control import Control
from deploy.stack import this_stack
from deploy.terminal import as_json, clear, screen, table, tell


@click.group()
def broker() -> None:
    """The broker's nodes, and which of them leads how many queues."""


@broker.command("leaders")
@as_json
@clear
def show_leaders(as_json: bool) -> None:
    """Who leads what. Exit code 1 where the load is not spread."""
    stack = this_stack()
    Control(stack).require("broker")
    _tell(nodes_of(stack).leaders(), as_json=as_json)


@broker.command("spread")
@as_json
@clear
def spread_leaders(as_json: bool) -> None:
    """Give every queue its members and every node its share of the leaders, as after a cluster grew or a node was away.

    The embedded cluster does so by itself.
    """
    stack = this_stack()
    Control(stack).require("broker")
    with screen.status("moving leaders"):
        after = spread(nodes_of(stack))
    _tell(after, as_json=as_json)


def _tell(leaders: Leaders, *, as_json: bool) -> None:
    tell(_facts(leaders), as_json=as_json, table=lambda: _table(leaders))
    if not leaders.are_spread():
        raise click.exceptions.Exit(1)


def _facts(leaders: Leaders) -> dict[str, Any]:
    nodes = [
        {"node": node, "leads": leads, "holds": sum(1 for led in leaders.queues if node in led.members)}
        for node, leads in leaders.by_node().items()
    ]
    return {"spread": leaders.are_spread(), "queues": len(leaders.queues), "nodes": nodes}


def _table(leaders: Leaders) -> Table:
    facts = _facts(leaders)
    rows = [[each["node"], each["leads"], each["holds"]] for each in facts["nodes"]]
    title = f"{facts['queues']} queues, {'spread' if facts['spread'] else 'not spread: run `loket broker spread`'}"
    return table("node", "leads", "holds", rows=rows, title=title)
