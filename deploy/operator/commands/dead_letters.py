"""dead-letters list, show, replay, drop, practise."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.terminal import Commands, Mistake, as_json, as_json_text, clear, printable, table, tell

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from deploy.operator.dead_letters import DeadLetter, DeadLetters


class ParkingQueue(click.ParamType[str]):
    """One of the queues that messages are parked for; which there are is looked up once somebody names one."""

    name = "queue"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """See the class."""
        from deploy.operator.dead_letters import PARKING

        if value not in PARKING:
            self.fail(f"{value} is none; choose from {', '.join(PARKING)}", param, ctx)
        return str(value)


queue_option = click.option("--queue", type=ParkingQueue(), help="Of this queue only.")


every_option = click.option("--all", "every", is_flag=True, help="All that are parked, or all of one queue.")


@click.group("dead-letters", cls=Commands)
def dead_letters() -> None:
    """Messages that no service could handle. Every act is in the audit log."""


@dead_letters.command("list")
@queue_option
@as_json
@clear
def list_letters(queue: str | None, as_json: bool) -> None:
    """What is parked, and why."""
    with _known():
        letters = _open().list(queue)
    facts = {"parked": len(letters), "letters": [asdict(letter) for letter in letters]}
    tell(facts, as_json=as_json, table=lambda: _listed(letters))


@dead_letters.command()
@click.argument("message")
@as_json
@clear
def show(message: str, as_json: bool) -> None:
    """One parked message, with nothing of a person in it."""
    with _known():
        facts = asdict(_open().show(message))
    tell(facts, as_json=as_json, table=lambda: _shown(facts))


@dead_letters.command()
@click.argument("messages", nargs=-1)
@every_option
@queue_option
@as_json
@clear
def replay(messages: tuple[str, ...], every: bool, queue: str | None, as_json: bool) -> None:
    """Give them back to the service that could not handle them."""
    opened = _open()
    with _known():
        done = opened.replay(*_wanted(opened, messages, every, queue))
    _tell("replay", "sent back", done, as_json)


@dead_letters.command()
@click.argument("messages", nargs=-1)
@every_option
@queue_option
@click.option("--reason", required=True, help="Why they may go; for the audit log.")
@as_json
@clear
def drop(messages: tuple[str, ...], every: bool, queue: str | None, reason: str, as_json: bool) -> None:
    """Throw them away for good."""
    opened = _open()
    with _known():
        done = opened.drop(*_wanted(opened, messages, every, queue), reason=reason)
    _tell("drop", "dropped", done, as_json)


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
    id = _open().practise()
    told = f"{id} was sent to notify, which parks it, since nobody signed it; see `loket dead-letters list`"
    tell({"id": id}, as_json=as_json, table=lambda: told)


def _wanted(opened: "DeadLetters", messages: tuple[str, ...], every: bool, queue: str | None) -> list[str]:
    if every == bool(messages) or (queue and messages):
        raise Mistake("say which: the ids that `loket dead-letters list` shows, or --all (of one queue with --queue)")
    return [letter.id for letter in opened.list(queue)] if every else list(messages)


@contextmanager
def _known() -> Iterator[None]:
    from pika.exceptions import NackError, UnroutableError

    from deploy.operator.dead_letters import AnotherAtWork, NoConsumer, NoSuchMessage, TwoOfOneId

    try:
        yield
    except NoSuchMessage as error:
        called = f"; {' and '.join(error.alike)} begin so: give the whole id" if error.alike else ""
        raise Mistake(f"nothing parked is called {error}{called}; see `loket dead-letters list`") from None
    except TwoOfOneId as error:
        raise Mistake(f"two different messages are called {error}: nothing was done to either") from None
    except NoConsumer as error:
        raise Mistake(
            f"there is no consumer's queue {printable(str(error))}, and nothing was sent there: start that version of"
            " its service first"
        ) from None
    except AnotherAtWork:
        raise Mistake("somebody else is looking at what is parked at this moment; try again") from None
    except ValueError as error:
        raise Mistake(str(error)) from None
    except UnroutableError:
        raise Mistake("the consumer's queue is not there; start its service first, then replay") from None
    except NackError:
        raise Mistake("the broker did not take it on; it is still parked: try again") from None


def _open() -> "DeadLetters":
    from deploy.local.control import Control
    from deploy.local.stack import this_stack
    from deploy.operator.dead_letters import DeadLetters

    stack = this_stack()
    Control(stack).require("broker")
    return DeadLetters(stack.amqp_uri, audit=stack.logs / "audit.jsonl")


def _tell(act: str, done_word: str, done: "list[DeadLetter]", as_json: bool) -> None:
    facts = {"act": act, "letters": [letter.id for letter in done]}
    tell(facts, as_json=as_json, table=lambda: f"{len(done)} {done_word}")


def _listed(letters: "list[DeadLetter]") -> "RenderableType":
    if not letters:
        return "nothing is parked"
    rows = [
        [letter.id, letter.queue, letter.reason, letter.detail, _since(letter.parked_at), letter.size]
        for letter in letters
    ]
    return table("id", "queue", "reason", "detail", "parked since", "bytes", rows=rows)


def _shown(facts: dict[str, Any]) -> "Table":
    """`deaths` in words, and the event as the JSON that it is."""
    told = facts | {"parked_at": _since(facts["parked_at"]), "event": as_json_text(facts["event"], indent=1)}
    names = {"parked_at": "parked since", "size": "bytes", "deaths": "taken away by the broker itself (times)"}
    return table("", "", rows=[[names.get(name, name), value] for name, value in told.items()])


def _since(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC" if moment else None
