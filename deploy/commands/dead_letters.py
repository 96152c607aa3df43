"""dead-letters list, show, replay, drop."""

from collections.abc import Callable
from typing import Any

import click

from deploy.dead_letters import DeadLetters, Letter, NoSuchLetter
from deploy.stack import this_stack
from deploy.terminal import Mistake, as_json, clear, table, tell
from services.contracts.topology import SUBSCRIPTIONS

queue_option = click.option("--queue", type=click.Choice(list(SUBSCRIPTIONS)), help="Of this queue only.")


@click.group("dead-letters")
def dead_letters() -> None:
    """Messages that no service could handle. Every act is in the audit log."""


@dead_letters.command("list")
@queue_option
@as_json
@clear
def list_letters(queue: str | None, as_json: bool) -> None:
    """What is parked, and why."""
    letters = _open().letters(queue)
    facts = {"parked": len(letters), "letters": [letter.summary() for letter in letters]}
    tell(facts, as_json=as_json, table=lambda: _listed(letters))


@dead_letters.command()
@click.argument("letter")
@as_json
@clear
def show(letter: str, as_json: bool) -> None:
    """One parked message, with nothing of a person in it."""
    try:
        facts = _open().letter(letter).shown()
    except NoSuchLetter:
        raise _unknown(letter) from None
    tell(facts, as_json=as_json, table=lambda: table("", "", rows=[[k, v] for k, v in facts.items()]))


@dead_letters.command()
@click.argument("letters", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that are parked (of the queue).")
@queue_option
@click.option("--reason", default="", help="For the audit log.")
@as_json
@clear
def replay(letters: tuple[str, ...], every: bool, queue: str | None, reason: str, as_json: bool) -> None:
    """Give them back to the service that could not handle them."""
    opened = _open()
    done = _done("replay", letters, every, lambda wanted: opened.replay(wanted, queue=queue, reason=reason))
    _tell("replay", done, as_json)


@dead_letters.command()
@click.argument("letters", nargs=-1)
@click.option("--all", "every", is_flag=True, help="All that are parked (of the queue).")
@queue_option
@click.option("--reason", required=True, help="Why they may go; for the audit log.")
@as_json
@clear
def drop(letters: tuple[str, ...], every: bool, queue: str | None, reason: str, as_json: bool) -> None:
    """Throw them away for good."""
    opened = _open()
    done = _done("drop", letters, every, lambda wanted: opened.drop(wanted, queue=queue, reason=reason))
    _tell("drop", done, as_json)


def _done(
    act: str, letters: tuple[str, ...], every: bool, do: Callable[[set[str] | None], list[Letter]]
) -> list[Letter]:
    if every == bool(letters):
        raise Mistake(f"say which: `loket dead-letters {act} ID …`, or --all (with --queue)")
    try:
        return do(None if every else set(letters))
    except NoSuchLetter as error:
        raise _unknown(str(error)) from None


def _tell(act: str, done: list[Letter], as_json: bool) -> None:
    facts = {"act": act, "letters": [letter.id for letter in done]}
    words = {"replay": "replayed", "drop": "dropped"}
    tell(facts, as_json=as_json, table=lambda: f"{len(done)} {words[act]}")


def _open() -> DeadLetters:
    stack = this_stack()
    return DeadLetters(stack.amqp_uri, audit=stack.logs / "audit.jsonl")


def _unknown(letter: str) -> Mistake:
    return Mistake(f"nothing parked is called {letter}; see `loket dead-letters list`")


def _listed(letters: list[Letter]) -> Any:
    if not letters:
        return "nothing is parked"
    rows = []
    for letter in letters:
        told = letter.summary()
        kind = str(told["type"] or "").removeprefix("be.loket.")
        rows.append(
            [told["id"], told["queue"], told["reason"], told["detail"][:40], kind, told["subject"], told["time"]]
        )
    return table("id", "queue", "reason", "detail", "event", "application", "time", rows=rows)
