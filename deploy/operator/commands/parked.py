"""What may be done with parked messages, whosever they are: list, show, replay, drop."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Mistake, as_json, as_json_text, clear, moment, printable, table, tell

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from deploy.operator.dead_letters import DeadLetters
    from deploy.operator.letters import DeadLetter


def add_acts(
    group: click.Group,
    only_option: Callable[[Any], Any],
    open_those: "Callable[[str | None], DeadLetters]",
    *,
    begin: str,
) -> None:
    """Give `group` these commands. `only_option` is one of the name `only`, with which `open_those` opens some of what
    is parked, or without it all; `begin` says how a consumer's queue comes to be there."""
    every_option = click.option("--all", "every", is_flag=True, help="All that are parked, or all of one.")

    @group.command("list")
    @only_option
    @as_json
    @clear
    def list_letters(only: str | None, as_json: bool) -> None:
        """What is parked, and why."""
        with _known(opened := open_those(only)):
            letters = opened.list()
        facts = {"parked": len(letters), "letters": [asdict(letter) for letter in letters]}
        tell(facts, as_json=as_json, table=lambda: listed(letters))

    @group.command()
    @click.argument("message")
    @as_json
    @clear
    def show(message: str, as_json: bool) -> None:
        """One parked message, with nothing of a person in it."""
        with _known(opened := open_those(None)):
            facts = asdict(opened.show(message))
        tell(facts, as_json=as_json, table=lambda: shown(facts))

    @group.command()
    @click.argument("messages", nargs=-1)
    @every_option
    @only_option
    @as_json
    @clear
    def replay(messages: tuple[str, ...], every: bool, only: str | None, as_json: bool) -> None:
        """Give them back to the service that could not handle them. Exit code 1 where one cannot go back; the others
        do."""
        with _known(opened := open_those(only)):
            done = opened.replay(*_wanted(opened, messages, every, only))
        left = {letter.id: _why(error, begin) for letter, error in done.left}
        facts = {"act": "replay", "letters": [letter.id for letter in done.sent], "not_replayed": left}
        tell(facts, as_json=as_json, table=lambda: _replayed(len(done.sent), left))
        if left:
            raise click.exceptions.Exit(1)

    @group.command()
    @click.argument("messages", nargs=-1)
    @every_option
    @only_option
    @click.option("--reason", required=True, help="Why they may go; for the audit log.")
    @as_json
    @clear
    def drop(messages: tuple[str, ...], every: bool, only: str | None, reason: str, as_json: bool) -> None:
        """Throw them away for good."""
        with _known(opened := open_those(only)):
            done = opened.drop(*_wanted(opened, messages, every, only), reason=reason)
        facts = {"act": "drop", "letters": [letter.id for letter in done]}
        tell(facts, as_json=as_json, table=lambda: f"{len(done)} dropped")


def _wanted(opened: "DeadLetters", messages: tuple[str, ...], every: bool, only: str | None) -> list[str]:
    if every == bool(messages) or (only and messages):
        raise Mistake(f"say which: the ids that `loket {opened.command} list` shows, or --all (of one with its option)")
    return [letter.id for letter in opened.list()] if every else list(messages)


@contextmanager
def _known(opened: "DeadLetters") -> Iterator[None]:
    from deploy.operator.dead_letters import AnotherAtWork, NoSuchMessage, TwoOfOneId

    try:
        yield
    except NoSuchMessage as error:
        called = f"; {' and '.join(error.alike)} begin so: give the whole id" if error.alike else ""
        raise Mistake(f"nothing parked is called {error}{called}; see `loket {opened.command} list`") from None
    except TwoOfOneId as error:
        raise Mistake(f"two different messages are called {error}: nothing was done to either") from None
    except AnotherAtWork:
        raise Mistake("somebody else is looking at what is parked at this moment; try again") from None
    except ValueError as error:
        raise Mistake(str(error)) from None


def _why(error: Exception, begin: str) -> str:
    """It is still parked."""
    from pika.exceptions import NackError, UnroutableError

    from deploy.operator.dead_letters import NoConsumer

    match error:
        case NoConsumer():
            name = printable(str(error))
            return f"there is no consumer's queue {name}, and nothing was sent there: {begin} first, or drop it"
        case UnroutableError():
            return f"the consumer's queue is not there any more: {begin} first, then replay"
        case NackError():
            return "the broker did not take it on: try again"
    return str(error)


def _replayed(sent: int, left: dict[str, str]) -> "RenderableType":
    from rich.console import Group

    if not left:
        return f"{sent} sent back"
    return Group(f"{sent} sent back, {len(left)} not:", table("", "", rows=[[id, why] for id, why in left.items()]))


def listed(letters: "list[DeadLetter]") -> "RenderableType":
    """As a person reads them."""
    if not letters:
        return "nothing is parked"
    rows = [
        [letter.id, letter.queue, letter.reason, letter.detail, _since(letter.parked_at), letter.size]
        for letter in letters
    ]
    return table("id", "queue", "reason", "detail", "parked since", "bytes", rows=rows)


def shown(facts: dict[str, Any]) -> "Table":
    """`deaths` in words, and the event as the JSON that it is."""
    told = facts | {"parked_at": _since(facts["parked_at"]), "event": as_json_text(facts["event"], indent=1)}
    names = {"parked_at": "parked since", "size": "bytes", "deaths": "taken away by the broker itself (times)"}
    return table("", "", rows=[[names.get(name, name), value] for name, value in told.items()])


def _since(at: datetime | None) -> str | None:
    return moment(at, seconds=True) or None
