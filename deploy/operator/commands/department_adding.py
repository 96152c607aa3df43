"""departments add."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from deploy.operator.audit import AUDIT
from deploy.operator.commands.department_admission import connecting
from deploy.operator.terminal import Mistake, as_json, clear, tell

if TYPE_CHECKING:
    from deploy.local.stack import Stack
    from services.contracts.departments import Answering, Topic
    from services.notify.feed.departments import Department


@click.command()
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
    told = {"department": name, **rights_of(wanted)}
    tell(told | {"address": address}, as_json=as_json, table=lambda: connecting(name, address))


def rights_of(department: "Department") -> dict[str, list[str]]:
    """What it hears, may ask and answers, as it is written."""
    return {
        "topics": [each.binding for each in department.topics],
        "facts": list(department.facts),
        "answers": [each.written for each in department.answers],
    }


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
