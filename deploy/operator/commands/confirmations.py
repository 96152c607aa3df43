"""confirmations list, show, answer, key."""

from functools import partial
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.register import database_of
from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Commands, Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from pymongo.database import Database
    from rich.console import RenderableType

    from deploy.local.stack import Stack
    from services.chassis.locking import KeyRing
    from services.contracts.confirmations import Concerned
    from services.intake.awaited import Awaited

KEYS = "LOKET_KEYS_CONFIRMATIONS"
ABOUT_KEYS = "intake's, from which each department's own are derived"
OUTCOMES = ("confirmed", "not-confirmed")


@click.group(cls=Commands)
def confirmations() -> None:
    """What other departments are to confirm before an application goes on, and their answers."""


@confirmations.command("list")
@town_option
@click.option("--department", help="Of this one only, as `loket confirmations list` names it.")
@as_json
@clear
def list_awaited(town: str | None, department: str | None, as_json: bool) -> None:
    """What waits for another department, in every town or in one, without a word of anybody. Departments know it by the
    last column, which `show` and `answer` take as well."""

    from deploy.local.stack import this_stack
    from services.contracts.feed.concerning import confirmation_of
    from services.intake.awaited import awaited

    stack = this_stack()
    towns = [chosen_town(stack, town).refnis] if town else list(stack.towns())
    with database_of(stack, "intake") as database:
        found = [each for refnis in towns for each in awaited(database, town=refnis, department=department)]
    facts = [
        {
            "town": each.town,
            "town_name": _name(stack, each.town),
            "reference": each.reference,
            "confirmation": confirmation_of(each.reference),
            "asking": each.asking,
            "department": each.department,
            "product": each.product,
            "since": each.since,
            "due_at": each.due_at,
            "is_late": each.is_late,
            "expires_at": each.expires_at,
        }
        for each in found
    ]
    tell({"waiting": len(facts), "confirmations": facts}, as_json=as_json, table=lambda: _listed(facts))


@confirmations.command()
@click.argument("reference")
@click.option("--reason", required=True, help="Why you look at somebody's data; it goes into the audit log.")
@as_json
@clear
def show(reference: str, reason: str, as_json: bool) -> None:
    """About whom the department is asked, and what it has to know, for asking it by letter or telephone."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.rings import key_ring
    from services.contracts.feed.concerning import confirmation_of

    if not reason.strip():
        raise Mistake("say why you look: --reason '…' goes into the audit log")
    stack = this_stack()
    reference = _own(stack, reference)
    with database_of(stack, "intake") as database:
        found = _one(database, stack, reference)
    keys = key_ring(stack, KEYS, ABOUT_KEYS)
    note(stack.logs / AUDIT, "confirmations show", reference, reason)
    concerned = _opened(found, keys)
    facts = {
        "reference": reference,
        "confirmation": confirmation_of(reference),
        "asking": found.asking,
        "department": found.department,
        "product": found.product,
        "national_number": concerned.national_number,
        "fields": concerned.fields,
        "due_at": found.due_at,
    }
    tell(facts, as_json=as_json, table=lambda: _shown(facts))


@confirmations.command()
@click.argument("reference")
@click.argument("outcome", type=click.Choice(OUTCOMES))
@click.option("--asking", type=int, required=True, help="Which asking was answered, as `list` numbers it.")
@click.option("--by", required=True, help="Who answered at the department, as you would find them again.")
@as_json
@clear
def answer(reference: str, outcome: str, asking: int, by: str, as_json: bool) -> None:
    """Take down what a department answered. Who answered, and your account, are kept with the application.

    The same answer may be given again. It cannot be changed: a confirmation leads on at once, a refusal ends the
    application and the citizen is told.
    """

    from deploy.local.stack import this_stack
    from deploy.operator.answering import give_answer
    from deploy.operator.audit import note, operator

    if not by.strip():
        raise Mistake("say who answered at the department: --by '…' is kept with the application")
    stack = this_stack()
    reference = _own(stack, reference)
    with database_of(stack, "intake") as database:
        town, department = _whose(database, stack, reference)
    noted = partial(note, stack.logs / AUDIT, subject=f"{reference} {asking} {outcome}")
    noted("confirmations answer", reason=by)
    try:
        given = give_answer(
            stack,
            town=town,
            department=department,
            reference=reference,
            asking=asking,
            outcome=outcome,
            by=f"{by} (operator {operator()})",
        )
    except Mistake as not_taken:  # of two opposite answers at once one counts: which, the log says, too
        noted("confirmations answer not taken", reason=not_taken.message)
        raise
    noted("confirmations answer taken", reason=by)
    facts = {
        "reference": given.reference,
        "asking": given.asking,
        "outcome": given.outcome,
        "answered_at": given.answered_at,
        "counts_until": given.counts_until,
    }
    tell(facts, as_json=as_json, table=lambda: f"{reference}: {given.outcome}, kept since {moment(given.answered_at)}")


@confirmations.command()
@click.argument("department", metavar="TOWN.DEPARTMENT")
@clear
def key(department: str) -> None:
    """Print the keys by which who answers as TOWN.DEPARTMENT opens about whom it is asked there, and nothing else. Give
    them to nobody else."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.confirming import known_answering
    from deploy.operator.rings import key_ring

    stack = this_stack()
    found = known_answering(stack.towns(), department)
    written = key_ring(stack, KEYS, ABOUT_KEYS).derived(found.written).written()
    note(stack.logs / AUDIT, "confirmations key", found.written, "")
    click.echo(written)


def _opened(found: "Awaited", keys: "KeyRing") -> "Concerned":
    """What was asked before each town had keys of its own is locked for the department's name alone."""
    from services.chassis.locking import Locker
    from services.contracts.confirmations import Concerned
    from services.contracts.delivery import TryLater, Unacceptable
    from services.contracts.departments import Answering
    from services.contracts.feed.concerning import PURPOSE

    mend = ""
    for reader in (Answering(town=found.town, asked=found.department).written, found.department):
        try:
            locker = Locker(PURPOSE, keys.derived(reader))
            return locker.unlock(Concerned, found.concerning, bound_to=found.reference)
        except (Unacceptable, TryLater) as error:
            mend = f"it does not unlock ({error.reason}): add the old key to {KEYS}"
    raise Mistake(mend)


def _own(stack: "Stack", reference: str) -> str:
    """Intake's reference, where the department's own was given: that is the one in its letters."""
    from services.notify.feed.confirmations import Confirmations

    with database_of(stack, "notify") as database:
        return Confirmations(database).reference_of(reference) or reference


def _one(database: "Database[dict[str, Any]]", stack: "Stack", reference: str) -> "Awaited":
    from services.intake.awaited import find_awaited

    found = find_awaited(database, reference)
    if found is None or found.town not in stack.towns():
        raise Mistake(f"no confirmation {reference} is waited for; see `loket confirmations list`")
    return found


def _whose(database: "Database[dict[str, Any]]", stack: "Stack", reference: str) -> tuple[str, str]:
    """Town and department, also of one that was answered before: to that, too, the answer may be given again."""
    from services.intake.awaited import asked_of

    found = asked_of(database, reference)
    if found is None or found[0] not in stack.towns():
        raise Mistake(f"no confirmation {reference} was asked for; see `loket confirmations list`")
    return found


def _name(stack: "Stack", refnis: str) -> str:
    town = stack.towns()[refnis]
    return town.name(town.languages[0])


def _listed(facts: list[dict[str, Any]]) -> "RenderableType":
    if not facts:
        return "nothing waits for another department"
    rows = [
        [
            each["town_name"],
            each["reference"],
            each["asking"],
            each["department"],
            each["product"],
            moment(each["since"]),
            f"{moment(each['due_at'])}{' (late)' if each['is_late'] else ''}",
            moment(each["expires_at"]),
            each["confirmation"],
        ]
        for each in facts
    ]
    columns = ("town", "reference", "asking", "department", "product", "since", "due", "expires", "known there as")
    return table(*columns, rows=rows)


def _shown(facts: dict[str, Any]) -> "RenderableType":
    from services.contracts.national_number import display

    rows = [
        ["department", facts["department"]],
        ["product", facts["product"]],
        ["asking", facts["asking"]],
        ["known there as", facts["confirmation"]],
        ["national number", display(facts["national_number"])],
        *([name, value] for name, value in facts["fields"].items()),
        ["due", moment(facts["due_at"])],
    ]
    return table("", "", rows=rows)
