"""departments answers list, show, replay, drop."""

from typing import TYPE_CHECKING

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.parked import add_acts
from deploy.operator.terminal import Commands

if TYPE_CHECKING:
    from deploy.operator.parked_answers import ParkedAnswers


@click.group(cls=Commands)
def answers() -> None:
    """What departments answered and nobody took: refused (mostly they were told why), failed at, or handed out too
    often (they were told nothing). Every act is in the audit log."""


def _open(name: str | None) -> "ParkedAnswers":
    from deploy.local.control import Control
    from deploy.local.stack import this_stack
    from deploy.operator.departments import departments_of

    stack = this_stack()
    Control(stack).require("broker")
    with departments_of(stack) as found:
        known = [found.known(name)] if name else found.store.all()
        return found.parked_answers(known, audit=stack.logs / AUDIT)


add_acts(
    answers,
    click.option("--department", "only", metavar="NAME", help="Of this department only."),
    _open,
    begin="run `loket broker declare`",
)
