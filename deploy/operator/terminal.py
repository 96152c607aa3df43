"""How `loket` speaks: tables for people, one JSON object with --json, one line and exit code 2 for a mistake."""

import functools
import json
from collections.abc import Callable
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

import click
import pika.exceptions
from pymongo.errors import PyMongoError
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.table import Table

from deploy.local.embedded.part import PartError
from services.contracts.schema import Unreadable, told

P = ParamSpec("P")
R = TypeVar("R")

screen = Console(stderr=True, highlight=False)
"""Progress; facts go to standard output."""

PIPED_WIDTH = 240
"""Of a table that goes into a file or another command: no id is folded there."""

MOST_TOLD = 3
"""Problems of a file in one line."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")


class Mistake(click.ClickException):
    """Something the operator can mend: one line, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"loket: {self.format_message()}", file=file, err=file is None)


def clear(command: Callable[P, R]) -> Callable[P, R]:
    """Every expected failure of a command becomes a Mistake."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with mistakes():
            return command(*args, **kwargs)

    return run


@contextmanager
def mistakes() -> Any:
    """See clear."""
    try:
        yield
    except PartError as error:
        raise Mistake(str(error)) from None
    except Unreadable as error:
        raise Mistake(f"{error.what} cannot be read: {_some(list(told(error.problems)))}") from None
    except pika.exceptions.AMQPError as error:
        raise Mistake(f"the broker does not answer ({type(error).__name__}); see `loket status`") from None
    except PyMongoError as error:
        raise Mistake(f"the store does not answer ({type(error).__name__}); see `loket status`") from None


def tell(facts: Any, *, as_json: bool, table: Callable[[], RenderableType]) -> None:
    """Facts on standard output."""
    if as_json:
        click.echo(json.dumps(facts, indent=2, ensure_ascii=False, default=str))
    else:
        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = PIPED_WIDTH
        console.print(table())


def table(*columns: str, rows: list[list[Any]], title: str | None = None) -> Table:
    """Plain cells: nothing in them is taken for markup."""
    made = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")  # an id that is cut off cannot be typed
    for row in rows:
        made.add_row(*(escape("–" if cell is None else str(cell)) for cell in row))
    return made


def _some(problems: list[str]) -> str:
    """A line that can be read to its end."""
    more = f"; and {len(problems) - MOST_TOLD} more: see `loket towns check`" if len(problems) > MOST_TOLD else ""
    return "; ".join(problems[:MOST_TOLD]) + more
