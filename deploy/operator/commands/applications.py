"""applications list, end."""

from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.register import database_of
from deploy.operator.terminal import Commands, Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from deploy.local.stack import Stack
    from services.intake.left import Left


@click.group(cls=Commands)
def applications() -> None:
    """Applications whose product the catalogue has no more, or gives otherwise: nobody can make what was promised."""


@applications.command("list")
@as_json
@clear
def list_left(as_json: bool) -> None:
    """What waits for such a product, in every town, without a word of anybody."""

    from deploy.local.left import LACKING
    from deploy.local.stack import this_stack

    facts = [
        {
            "town": each.town,
            "application": each.application_id,
            "product": each.product,
            "lacking": each.lacking.value,
            "because": LACKING[each.lacking],
            "state": each.state.value,
            "since": each.since,
        }
        for each in _left(this_stack())
    ]
    tell({"waiting": len(facts), "applications": facts}, as_json=as_json, table=lambda: _listed(facts))


@applications.command()
@click.argument("applications", nargs=-1)
@click.option("--product", help="All that wait for this one.")
@click.option("--reason", required=True, help="Why, for the audit log; their citizens read that it is no longer given.")
@as_json
@clear
def end(applications: tuple[str, ...], product: str | None, reason: str, as_json: bool) -> None:
    """End them. Each citizen is told, by mail and on their page, that this is no longer given; there is no way back.

    What was cleared may be made, or may have been, and is not ended: once its facts are too old it is found out which,
    and where it was not made, the same command ends it a little later. May be given as often as you like.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from services.contracts.errors import DomainError

    if not reason.strip():
        raise Mistake("say why you end them: --reason '…' goes into the audit log")
    if bool(applications) == bool(product):
        raise Mistake("say which: ids that `loket applications list` shows, or --product")
    stack = this_stack()
    chosen = _chosen(_left(stack), applications, product)
    ended, refused = [], {}
    for each in chosen:
        note(stack.logs / AUDIT, "applications end", each.application_id, reason)
        try:
            _end(stack, each)
            ended.append(each.application_id)
        except DomainError as error:
            refused[each.application_id] = _said(error)
        except Mistake as mistake:  # those before it were ended, and are told of
            refused[each.application_id] = mistake.format_message()
    tell({"ended": ended, "not_ended": refused}, as_json=as_json, table=lambda: _told(ended, refused))
    if refused:
        raise click.exceptions.Exit(1)


def _left(stack: "Stack") -> "list[Left]":
    from services.contracts.catalogue import products
    from services.intake.left import left

    with database_of(stack, "intake") as database:
        return left(database, products=products())


def _chosen(found: "list[Left]", ids: "Sequence[str]", product: str | None) -> "list[Left]":
    by_id = {each.application_id: each for each in found}
    if unknown := [id for id in ids if id not in by_id]:
        raise Mistake(f"{unknown[0]} does not wait for a product that is gone; see `loket applications list`")
    chosen = [by_id[id] for id in dict.fromkeys(ids)] or [each for each in found if each.product == product]
    if not chosen:
        raise Mistake(f"nothing waits in vain for {product}; see `loket applications list`")
    return chosen


def _end(stack: "Stack", each: "Left") -> None:
    from deploy.operator.asking import ask_intake
    from services.contracts.intake import EndApplication

    ask_intake(stack, EndApplication(town=each.town, application_id=each.application_id))


def _said(error: Exception) -> str:
    from services.contracts.errors import ASKED_ANEW, ApplicationOver, NotFound, StillBeingMade, StillGiven

    match error:
        case StillGiven():
            return "intake runs with the catalogue of its start, which has it: `loket down`, `loket up --leave-waiting`"
        case StillBeingMade(detail=detail) if detail == ASKED_ANEW:
            return (
                "it was cleared, and may have been made already: documents is asked. Give the same command in a minute,"
                " which ends it where it was not"
            )
        case StillBeingMade():
            return (
                f"it was cleared, and may be made by a process that has the file, until {error.detail}: give the same"
                " command after that"
            )
        case ApplicationOver():
            return f"it is {error.detail} by now"
        case NotFound():
            return "it is not there any more"
    return str(error)


def _listed(facts: list[dict[str, Any]]) -> "RenderableType":
    if not facts:
        return "nothing waits for a product that the catalogue lacks"
    names = ("town", "application", "product", "because", "state")
    rows = [[*(each[name] for name in names), moment(each["since"])] for each in facts]
    return table("town", "application", "product", "why in vain", "state", "since", rows=rows)


def _told(ended: list[str], refused: dict[str, str]) -> str:
    return "\n".join([f"{len(ended)} ended", *(f"{id} not: {why}" for id, why in refused.items())])
