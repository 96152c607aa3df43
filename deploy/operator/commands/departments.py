"""departments add, list, rotate, access, certificate, suspend, resume, remove, health, replay; webhook …, answers …."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.answers import answers
from deploy.operator.commands.reasons import because
from deploy.operator.commands.webhooks import webhook, webhook_facts
from deploy.operator.terminal import Commands, Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deploy.local.stack import Stack
    from deploy.operator.departments import AtDeployment
    from services.contracts.departments import Answering, Topic
    from services.notify.feed.departments import Department


@click.group(cls=Commands)
def departments() -> None:
    """Other departments that hear what happened: who, of what, for which purpose, and how they get on."""


departments.add_command(webhook)
departments.add_command(answers)


@departments.command()
@click.argument("name")
@click.option("--title", required=True, help="As people call it: `Police zone 5387`.")
@click.option(
    "--topic",
    "topics",
    multiple=True,
    help="TOWN.EVENT.PRODUCT, with * for any event or product; several times for more. Without any it hears of the"
    " sandbox alone, to build its program.",
)
@click.option(
    "--fact",
    "facts",
    multiple=True,
    help="What it may ask of whom an event is about, such as residence; several times for more. It gets no more than"
    " the event's product has.",
)
@click.option(
    "--answers",
    multiple=True,
    help="TOWN.DEPARTMENT, such as 24001.police: it is asked for the confirmations that the town's products want of"
    " whom the catalogue's gates name so, and gives them itself. With the town 00000 it answers in the sandbox alone.",
)
@click.option("--purpose", required=True, help="What for it may know this, and who decided so; citizens may read it.")
@as_json
@clear
def add(
    *,
    name: str,
    title: str,
    topics: tuple[str, ...],
    facts: tuple[str, ...],
    answers: tuple[str, ...],
    purpose: str,
    as_json: bool,
) -> None:
    """Let the department NAME hear, and answer. Prints the address with which it connects, once: the password is kept
    nowhere."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of
    from deploy.operator.webhooks import remove_webhooks
    from services.contracts.departments import is_department_id
    from services.notify.feed.departments import Department, new_user

    if not is_department_id(name):
        raise Mistake(f"{name} is no name for a department: write lower-case words with hyphens, at most 40 characters")
    for option, text in (("--title", title), ("--purpose", purpose)):
        if not text.strip():
            raise Mistake(f"{option} is empty: say it in words")
    stack = this_stack()
    wanted = Department(
        id=name,
        user=new_user(name),
        title=title.strip(),
        purpose=purpose.strip(),
        topics=_topics(stack, topics),
        facts=_allowed(facts),
        answers=_answers(stack, answers),
        added_at=datetime.now(UTC),
    )
    with departments_of(stack) as found:
        if found.store.find(name):
            raise Mistake(f"there is a department {name}: `loket departments rotate {name}` gives it a new password")
        note(stack.logs / AUDIT, "departments add", f"{name} {' '.join((*topics, *facts, *answers))}", purpose)
        remove_webhooks(stack, name)  # of another that was called so, as found.add does with all else
        address = found.add(wanted)
        if address is None:
            raise Mistake(f"somebody else added {name} at the same moment: `loket departments rotate {name}`")
    told = {"department": name, **_rights(wanted)}
    tell(told | {"address": address}, as_json=as_json, table=lambda: _connecting(name, address))


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
@as_json
@clear
def rotate(name: str, as_json: bool) -> None:
    """Give NAME a new password, and end the connections that were made with the old one."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        note(stack.logs / AUDIT, "departments rotate", name, "")
        address = found.rotate(department)
    tell({"department": name, "address": address}, as_json=as_json, table=lambda: _connecting(name, address))


@departments.command()
@click.argument("name")
@click.option("--only", is_flag=True, help="No other secret is valid from now on: one was lost, or seen by others.")
@as_json
@clear
def access(name: str, only: bool, as_json: bool) -> None:
    """Give NAME a new secret for the HTTP API, which is printed once. The one before stays valid until the next."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.departments import departments_of
    from services.notify.feed.credentials import SECRET, new_secret

    stack = this_stack()
    with departments_of(stack) as found:
        department = found.known(name)
        made, secret = new_secret(department.id, now=datetime.now(UTC))
        note(stack.logs / AUDIT, "departments access", f"{name} {made.id}", "only" if only else "")
        if only:
            found.credentials.remove(each for each in found.credentials.of(name) if each.kind == SECRET)
        found.credentials.add(made)
    facts = {"department": name, "id": made.id, "secret": secret}
    shown = f"{name} gets its tokens with this secret, which is shown once:\n{secret}"
    tell(facts, as_json=as_json, table=lambda: shown)


@departments.command()
@click.argument("name")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@as_json
@clear
def certificate(name: str, file: Path, as_json: bool) -> None:
    """Let NAME in at the HTTP API with the client certificate in FILE (PEM), whoever issued it. The one before stays
    valid until the next."""

    from deploy.local.stack import this_stack
    from deploy.operator.audit import note
    from deploy.operator.department_credentials import thumbprint_of
    from deploy.operator.departments import departments_of
    from services.notify.feed.credentials import certificate as credential

    stack = this_stack()
    thumbprint = thumbprint_of(file)
    with departments_of(stack) as found:
        department = found.known(name)
        made = credential(department.id, thumbprint=thumbprint, now=datetime.now(UTC))
        note(stack.logs / AUDIT, "departments certificate", f"{name} {made.id} {thumbprint.hex()}", "")
        found.credentials.add(made)
    facts = {"department": name, "id": made.id, "sha256": thumbprint.hex()}
    tell(facts, as_json=as_json, table=lambda: f"{name} is let in with the certificate {thumbprint.hex()}")


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
    """How far behind each is, and its webhooks. Exit code 1 where something of one is parked, or it takes nothing of
    what waits."""

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
        each["parked"] or each["answers_parked"] or (each["waiting"] and not each["consumers"]) for each in facts
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


def _topics(stack: "Stack", written: tuple[str, ...]) -> tuple["Topic", ...]:
    from services.contracts.catalogue import products
    from services.contracts.department_events import every_event
    from services.contracts.departments import Topic

    try:
        topics = tuple(dict.fromkeys(map(Topic.parse, written)))
    except ValueError as wrong:
        raise Mistake(f"--topic: {wrong}") from None
    if unknown := _unknown_words(topics, towns=stack.towns(), events=every_event(), products=products()):
        raise Mistake(
            f"--topic: nothing is ever said of {', '.join(unknown)}; events are {', '.join(every_event())}, towns"
            f" {', '.join(stack.towns())}, products as `loket catalogue show` lists them"
        )
    return topics


def _unknown_words(
    topics: Iterable["Topic"], *, towns: Collection[str], events: Collection[str], products: Collection[str]
) -> list[str]:
    """What of these topics nothing is ever said of."""
    found: dict[str, None] = {}
    for topic in topics:
        for word, known in ((topic.town, towns), (topic.event, events), (topic.product, products)):
            if word != "*" and word not in known:
                found[word] = None
    return list(found)


def _allowed(facts: tuple[str, ...]) -> tuple[str, ...]:
    """Of the population register alone: other sources answer later, or with a document."""
    from services.contracts.facts import POPULATION, parts, source_of

    known = [name for name, part in parts().items() if source_of(part) == POPULATION]
    if unknown := [fact for fact in facts if fact not in known]:
        raise Mistake(f"--fact: {', '.join(unknown)} can be told to no department; choose from {', '.join(known)}")
    return tuple(dict.fromkeys(facts))


def _answers(stack: "Stack", written: tuple[str, ...]) -> tuple["Answering", ...]:
    from deploy.operator.confirming import known_answering
    from services.contracts.departments import SANDBOX

    towns = (*stack.towns(), SANDBOX)
    try:
        return tuple(dict.fromkeys(known_answering(towns, each) for each in written))
    except Mistake as wrong:
        raise Mistake(f"--answers: {wrong.message}") from None


def _facts(department: "Department") -> dict[str, Any]:
    return {
        **_state(department),
        "title": department.title,
        "purpose": department.purpose,
        **_rights(department),
        "added_at": department.added_at,
    }


def _rights(department: "Department") -> dict[str, list[str]]:
    return {
        "topics": [each.binding for each in department.topics],
        "facts": list(department.facts),
        "answers": [each.written for each in department.answers],
    }


def _state(department: "Department") -> dict[str, Any]:
    return {"department": department.id, "suspended": department.is_suspended}


def _health(found: "AtDeployment", department: "Department") -> dict[str, Any]:
    health = found.health(department)
    return {
        "waiting": health.waiting,
        "oldest": health.oldest,
        "parked": health.parked,
        "kept": health.kept,
        "consumers": health.consumers,
        "answers_parked": health.answers_parked,
        "answers_parked_since": health.answers_parked_since,
    }


def _connecting(name: str, address: str) -> str:
    return f"{name} connects with this address, which is shown once:\n{address}"


def _listed(facts: list[dict[str, Any]]) -> "RenderableType":
    if not facts:
        return "no department hears anything; `loket departments add` lets one"
    rows = [
        [
            f"{each['department']}{' (suspended)' if each['suspended'] else ''}",
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
            f"{each['department']}{' (suspended)' if each['suspended'] else ''}",
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
