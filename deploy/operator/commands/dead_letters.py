"""dead-letters list, show, replay, drop, practise."""

from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.parked import add_acts
from deploy.operator.terminal import Commands, Mistake, as_json, clear, tell

if TYPE_CHECKING:
    from deploy.operator.dead_letters import DeadLetters


class ParkingQueue(click.ParamType[str]):
    """One of the queues that messages are parked for; which there are is looked up once somebody names one."""

    name = "queue"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See the class."""
        from deploy.operator.dead_letters import PARKING

        if value not in PARKING:
            self.fail(f"{value} is none; choose from {', '.join(PARKING)}", param, ctx)
        return str(value)


@click.group("dead-letters", cls=Commands)
def dead_letters() -> None:
    """Messages that no service could handle. Every act is in the audit log."""


@dead_letters.command()
@as_json
@clear
def practise(as_json: bool) -> None:
    """Have a message parked that is about nobody, to try these commands on. In a demonstration only."""
    from deploy.local.stack import this_stack

    stack = this_stack()
    if stack.profile != "demo":
        raise Mistake("this is production, where a message that nobody signed is an alarm; practise in a demonstration")
    stack.must_be_asked_for()
    id = _open(None).practise()
    told = f"{id} was sent to notify, which parks it, since nobody signed it; see `loket dead-letters list`"
    tell({"id": id}, as_json=as_json, table=lambda: told)


def _open(queue: str | None) -> "DeadLetters":
    from deploy.local.control import Control
    from deploy.local.stack import this_stack
    from deploy.operator.dead_letters import PARKING, DeadLetters

    stack = this_stack()
    Control(stack).require("broker")
    return DeadLetters(stack.amqp_uri, audit=stack.logs / AUDIT, queues=[queue] if queue else PARKING)


add_acts(
    dead_letters,
    click.option("--queue", "only", type=ParkingQueue(), help="Of this queue only."),
    _open,
    begin="start that version of its service",
)
