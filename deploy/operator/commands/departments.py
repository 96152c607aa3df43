"""departments add, list, rotate, access, certificate, suspend, resume, remove, health, replay; webhook …, answers …."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.answers import answers
from deploy.operator.commands.department_adding import add, rights_of
from deploy.operator.commands.department_admission import access, certificate, rotate
from deploy.operator.commands.reasons import because
from deploy.operator.commands.webhooks import webhook, webhook_facts
from deploy.operator.terminal import Commands, Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deploy.operator.departments import AtDeployment
    from services.notify.feed.departments import Department


@click.group(cls=Commands)
def departments() -> None:
    """Other departments that hear what happened: who, of what, for which purpose, and how they get on."""


for each in (add, rotate, access, certificate, webhook, answers):
    departments.add_command(each)


@departments.command("list")
@as_json
@clear
def list_departments(as_json: bool) -> None:
    """Who hears what, and what for."""

    from deploy.local.stack import this_stack
    from deploy.operator.departments import departments_of

    with departments_of(this_stack()) as found:
        facts = [_facts(each) for each in found.store.all()]
    tell({"departments": facts}, as_json=as_json, table=lambda: _listed(facts))


@departments.command()
@click.argument("name")
@because
@clear
def suspend(name: str, reason: str) -> None:
    """Let NAME take nothing until it is resumed. What it hears meanwhile waits for it, within the limits."""
    _set(name, is_suspended=True, reason=reason)
    click.echo(f"{name} takes nothing until `loket departments resume {name}`")


@departments.command()
@click.argument("name")
@because
@clear
def resume(name: str, reason: str) -> None:
    """Let NAME take what waits for it again."""
    _set(name, is_suspended=False, reason=reason)
    click.echo(f"{name} takes what waits for it")


@departments.command()
@click.argument("name")
@because
@clear
def remove(name: str, reason: str) -> None:
    """Let NAME hear no more: its user, its queues and what waits in them go, for good."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of
    from deploy.operator.webhooks import remove_webhooks

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        note(stack.logs / AUDIT, "departments remove", name, reason)
        found.begin_removing(department)
        found.credentials.remove(
            found.credentials.of(name)
        )  # first: whoever is called so next must not be let in by them
        remove_webhooks(stack, name)
        found.remove(department)
    click.echo(f"{name} is removed, and so is what waited for it")


@departments.command()
@as_json
@clear
def health(as_json: bool) -> None:
    """How far behind each is, and its webhooks. Exit code 1 where something of one is parked, it takes nothing of what
    waits, or a change of it was cut off."""

    from deploy.local.stack import this_stack
    from deploy.operator.departments import departments_of
    from deploy.operator.webhooks import webhooks_of

    stack = this_stack()
    with departments_of(stack) as found:
        facts = [{**_state(each), **_health(found, each)} for each in found.store.all()]
    with webhooks_of(stack) as webhooks:
        brought = webhook_facts(webhooks, webhooks.webhooks.all())
    tell({"departments": facts, "webhooks": brought}, as_json=as_json, table=lambda: _healthy(facts, brought))
    is_behind = any(
        each["cut_off"] or each["parked"] or each["answers_parked"] or (each["waiting"] and not each["consumers"])
        for each in facts
    )
    if is_behind or any(each["parked"] for each in brought):
        raise click.exceptions.Exit(1)


@departments.command()
@click.argument("name")
@click.option("--from", "since", required=True, help="first, a place in its stream, or 2026-11-27T08:00:00+01:00.")
@clear
def replay(name: str, since: str) -> None:
    """Send NAME once more what it was told from there on, the same to the last byte."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of
    from services.contracts.feed.catching_up import Since

    try:
        place = Since.parse(since)
    except ValueError as wrong:
        raise Mistake(f"--from: {wrong}") from None
    now = datetime.now(UTC)
    if place.moment is not None and place.moment > now:
        raise Mistake("--from: that is still to come; nothing was told then")
    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        note(stack.logs / AUDIT, "departments replay", name, since)
        count = found.replay(department, since=place, now=now)
    click.echo(f"{count} sent to {name} once more")


def _set(name: str, *, is_suspended: bool, reason: str) -> None:
    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        note(stack.logs / AUDIT, f"departments {'suspend' if is_suspended else 'resume'}", name, reason)
        found.suspend(department, is_suspended=is_suspended)


def _facts(department: "Department") -> dict[str, Any]:
    return {
        **_state(department),
        "title": department.title,
        "purpose": department.purpose,
        **rights_of(department),
        "added_at": department.added_at,
    }


def _state(department: "Department") -> dict[str, Any]:
    return {"department": department.id, "suspended": department.is_suspended}


def _health(found: "AtDeployment", department: "Department") -> dict[str, Any]:
    from deploy.operator.department_changes import cut_off

    health = found.health(department)
    return {
        "cut_off": cut_off(found.store, department, now=datetime.now(UTC)),
        "waiting": health.waiting,
        "oldest": health.oldest,
        "parked": health.parked,
        "kept": health.kept,
        "consumers": health.consumers,
        "answers_parked": health.answers_parked,
        "answers_parked_since": health.answers_parked_since,
    }


def _named(each: dict[str, Any]) -> str:
    return f"{each['department']}{' (suspended)' if each['suspended'] else ''}"


def _cut_off(begun: dict[str, Any]) -> str:
    return f"{begun['what']} was cut off: `{begun['mend']}`"


def _listed(facts: list[dict[str, Any]]) -> "RenderableType":
    if not facts:
        return "no department hears anything; `loket departments add` lets one"
    rows = [
        [
            _named(each),
            each["title"],
            "\n".join(each["topics"]) or ("" if each["answers"] else "the sandbox alone"),
            "\n".join(each["answers"]),
            each["purpose"],
        ]
        for each in facts
    ]
    return table("department", "title", "hears", "answers as", "what for", rows=rows)


def _healthy(facts: list[dict[str, Any]], brought: list[dict[str, Any]]) -> "RenderableType":
    from rich.console import Group

    from deploy.operator.webhook_tables import listed

    if not facts:
        return "no department hears anything"
    rows = [
        [
            "\n".join((_named(each), *map(_cut_off, each["cut_off"]))),
            "not there" if each["waiting"] is None else each["waiting"],
            moment(each["oldest"]),
            each["parked"],
            each["kept"],
            each["consumers"],
            each["answers_parked"],
            moment(each["answers_parked_since"]),
        ]
        for each in facts
    ]
    columns = ("waiting", "since", "parked", "can be read again", "connected", "answers parked", "since")
    queues = table("department", *columns, rows=rows)
    return Group(queues, "", listed(brought)) if brought else queues
