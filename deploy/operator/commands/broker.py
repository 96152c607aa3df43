"""broker declare, definitions, public-keys, leaders, spread."""

import json
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Commands, Mistake, as_json, clear, screen, table, tell

if TYPE_CHECKING:
    from rich.table import Table

    from deploy.broker.leaders import Leaders


@click.group(cls=Commands)
def broker() -> None:
    """The broker: what is declared there, its users and their rights, its nodes and what each leads."""


@broker.command("declare")
@clear
def declare_all() -> None:
    """Declare the queues and exchanges of this version, as the broker's administrator; the services wait for it. What
    departments have there is made where it is missing.

    `loket up` does so by itself.
    """
    from deploy.local.control import Control
    from deploy.local.running import declare_topology
    from deploy.local.stack import this_stack

    stack = this_stack()
    Control(stack).require("broker")
    declare_topology(stack, lambda line: screen().print(line, soft_wrap=True))
    click.echo("everything is declared")


@broker.command("definitions")
@clear
def show_definitions() -> None:
    """The users of an outside broker and their rights, for `rabbitmqctl import_definitions`.

    Passwords come from LOKET_BROKER_PASSWORD_<USER>, and leave as hashes; the virtual host from LOKET_AMQP_URI.
    """
    import pika

    from deploy.broker.definitions import definitions
    from deploy.broker.rights import USERS, password_variable
    from deploy.local.stack import this_stack

    stack = this_stack()
    if stack.is_embedded("broker"):
        raise Mistake("the embedded broker has its users from `loket up`; for another one set LOKET_AMQP_URI")
    passwords = {user: stack.outside.get(password_variable(user), "") for user in USERS}
    if missing := [password_variable(user) for user, password in passwords.items() if not password]:
        raise Mistake(f"set {', '.join(missing)} to a password of its own for each user")
    address = pika.URLParameters(stack.amqp_uri.partition(";")[0])
    made = definitions(address.virtual_host, passwords=passwords, administrator=address.credentials.username)
    click.echo(json.dumps(made, indent=2))


@broker.command("public-keys")
@clear
def show_public_keys() -> None:
    """LOKET_EVENT_KEYS, made from the private keys of events in LOKET_EVENT_KEY_<SERVICE>.

    A demonstration has made its own. Departments are given those of notify, with which they check what they hear.
    """
    from deploy.local.made_secrets import made_secrets
    from deploy.local.stack import this_stack
    from deploy.production.keys import event_key_variable
    from services.chassis.signing import SigningKey
    from services.contracts.topology import SERVICES

    stack = this_stack()
    outside = {**(made_secrets(stack.var) if stack.profile == "demo" else {}), **stack.outside}
    if missing := [name for name in map(event_key_variable, SERVICES) if name not in outside]:
        raise Mistake(
            f"set {', '.join(missing)}: <service>.<label>:<base64url of 32 random bytes>; a demonstration has its own"
            " once it was started"
        )
    try:
        keys = {service: SigningKey.parse(outside[event_key_variable(service)]) for service in SERVICES}
    except ValueError as error:
        raise Mistake(f"{error}: write <service>.<label>:<base64url of 32 random bytes>") from None
    if strange := [service for service, key in keys.items() if key.owner != service]:
        raise Mistake(f"{', '.join(map(event_key_variable, strange))} must begin with the service's own name and a dot")
    click.echo(",".join(key.public for key in keys.values()))


@broker.command("leaders")
@as_json
@clear
def show_leaders(as_json: bool) -> None:
    """Who leads what. Exit code 1 where the load is not spread."""
    from deploy.broker.leaders import nodes_of
    from deploy.local.control import Control
    from deploy.local.stack import this_stack

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
    from deploy.broker.leaders import nodes_of, spread
    from deploy.local.control import Control
    from deploy.local.stack import this_stack

    stack = this_stack()
    Control(stack).require("broker")
    with screen().status("moving leaders"):
        after = spread(nodes_of(stack))
    _tell(after, as_json=as_json)


def _tell(leaders: "Leaders", *, as_json: bool) -> None:
    tell(_facts(leaders), as_json=as_json, table=lambda: _table(leaders))
    if not leaders.are_spread():
        raise click.exceptions.Exit(1)


def _facts(leaders: "Leaders") -> dict[str, Any]:
    nodes = [
        {"node": node, "leads": leads, "holds": sum(1 for led in leaders.queues if node in led.members)}
        for node, leads in leaders.by_node().items()
    ]
    return {"spread": leaders.are_spread(), "queues": len(leaders.queues), "nodes": nodes}


def _table(leaders: "Leaders") -> "Table":
    facts = _facts(leaders)
    rows = [[each["node"], each["leads"], each["holds"]] for each in facts["nodes"]]
    title = f"{facts['queues']} queues, {'spread' if facts['spread'] else 'not spread: run `loket broker spread`'}"
    return table("node", "leads", "holds", rows=rows, title=title)
