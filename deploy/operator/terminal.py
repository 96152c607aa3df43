"""How `loket` speaks: tables for people, one JSON object with --json, one line and exit code 2 for a mistake."""

import codecs
import errno
import functools
import json
import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from io import TextIOWrapper
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import click

from deploy.local.embedded.part import PartError

if TYPE_CHECKING:  # whoever wants help or made a mistake does not wait for what draws tables
    from rich.console import Console, RenderableType
    from rich.table import Table

P = ParamSpec("P")
R = TypeVar("R")

PIPED_WIDTH = 2000
"""Of what goes into a file or another command: no id is folded there, and no sentence."""

LONGEST_SUMMARY = 400
"""Characters of a command's line in the help: more than any has, so that none is cut."""

MOST_TOLD = 3
"""Problems of a file in one line."""

as_json = click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a table.")


class Commands(click.Group):
    """A group whose help says each command's first sentence whole."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Beneath each other, as wide as the screen allows."""
        found = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, each.get_short_help_str(LONGEST_SUMMARY)) for name, each in found if each])


class Mistake(click.ClickException):
    """Something the operator can mend: one line, exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"loket: {self.format_message()}", file=file, err=file is None)


@functools.cache
def screen() -> "Console":
    """Progress; facts go to standard output."""
    from rich.console import Console  # noqa: PLC0415

    return Console(stderr=True, highlight=False)


def clear(command: Callable[P, R]) -> Callable[P, R]:
    """Every expected failure of a command becomes a Mistake, and so does a text that could not be kept or shown."""

    @functools.wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with mistakes():
            _check_texts(kwargs)
            return command(*args, **kwargs)

    return run


_SPACES = frozenset("\u00a0\u202f")
"""That do not break a line: they stand in what people copy."""


def _check_texts(given: Mapping[str, Any]) -> None:
    """What was typed stands in audit logs, messages and tables. Raises Mistake for bytes that are no UTF-8, for line
    breaks, controls and marks of direction. Paths are no texts here: a file may be called anything."""
    for name, value in given.items():
        for text in value if isinstance(value, tuple) else (value,):
            if not isinstance(text, str) or all(each.isprintable() or each in _SPACES for each in text):
                continue
            if any("\ud800" <= each <= "\udfff" for each in text):
                raise Mistake(f"{name.replace('_', '-')} is not in UTF-8: type it in a terminal that writes UTF-8")
            raise Mistake(f"{name.replace('_', '-')} holds a line break or a control character: write one plain line")


class Amount(click.FloatRange):
    """A number above 0 that can be reckoned with: neither `nan` nor `inf`, and no more than `most`."""

    def __init__(self, *, most: float) -> None:
        super().__init__(min=0, max=most, min_open=True)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Fails for what is no such number."""
        found = super().convert(value, param, ctx)
        if math.isnan(found):  # no comparison with it is false
            self.fail(f"{value} is no number", param, ctx)
        return float(found)


@contextmanager
def mistakes() -> Any:
    """See clear."""
    try:
        yield
    except PartError as error:
        raise Mistake(str(error)) from None
    except OSError as error:
        if error.filename is None:  # a connection's: no file that the operator could look at
            raise
        raise Mistake(_of_file(error)) from None
    except Exception as error:
        if isinstance(error, _raised_by("services.contracts.schema", "Unreadable")):
            raise Mistake(f"{error.what} cannot be read: {_some(error.problems)}") from None
        if isinstance(error, _raised_by("services.contracts.rooms", "NoExtensions")):
            raise Mistake(str(error)) from None
        if isinstance(error, _raised_by("pika.exceptions", "AMQPError")):
            raise Mistake(f"the broker does not answer ({type(error).__name__}); see `loket status`") from None
        if isinstance(error, _raised_by("pymongo.errors", "OperationFailure")):
            raise Mistake(_of_store(error.code)) from None
        if isinstance(error, _raised_by("pymongo.errors", "PyMongoError")):
            raise Mistake(f"the store does not answer ({type(error).__name__}); see `loket status`") from None
        raise


def _of_file(error: OSError) -> str:
    """Which file it is, and whom to ask or what to mend."""
    from deploy.local.outside import var_folder  # noqa: PLC0415

    path, var = Path(os.fsdecode(error.filename)), var_folder()
    is_ours = path == var or var in path.parents
    if isinstance(error, PermissionError) and is_ours:
        return f"{path} is another user's; run this as who started the deployment, or set LOKET_VAR to your own"
    if isinstance(error, PermissionError):
        return f"{path}: this user may not; run this as its owner, or as root"
    if isinstance(error, NotADirectoryError | FileExistsError) and is_ours:
        at = next((each for each in (*reversed(var.parents), var) if each.exists() and not each.is_dir()), path)
        return f"{at} is no folder; set LOKET_VAR to the folder of a deployment"
    mend = {errno.ENOSPC: "; make room there", errno.EROFS: "; choose a place that can be written to"}
    if is_ours and error.errno == errno.EROFS:
        mend[errno.EROFS] = "; set LOKET_VAR to a folder that can be written to"
    return f"{path}: {(error.strerror or 'it failed').lower()}{mend.get(error.errno or 0, '')}"


_NO_RIGHT = (13, 18)
"""MongoDB's codes Unauthorized and AuthenticationFailed."""


def _of_store(code: int | None) -> str:
    if code in _NO_RIGHT:
        return (
            f"the store refuses this to the user of LOKET_MONGO_URI (code {code}); deploy/production/README.md says "
            "which rights a command needs"
        )
    return f"the store refuses this (code {code})"


def _raised_by(module: str, name: str) -> Any:
    """An exception's class; none where its module was never imported, since nothing of it can have been raised then."""
    return getattr(sys.modules.get(module), name, ())


def printable(text: str) -> str:
    """A text from anywhere, as any terminal can show it: what is not printable stands as its code point."""
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode("ascii") for each in text)


def tell(facts: Any, *, as_json: bool, table: Callable[[], "RenderableType"]) -> None:
    """Facts on standard output."""
    if as_json:
        click.echo(as_json_text(facts, indent=2))
    else:
        from rich.console import Console  # noqa: PLC0415

        console = Console(highlight=False)
        if not console.is_terminal:
            console.width = PIPED_WIDTH
        console.print(table())


def as_json_text(facts: Any, *, indent: int | None = None) -> str:
    """Escaped where standard output cannot hold every letter."""
    holds_all = codecs.lookup(getattr(sys.stdout, "encoding", None) or "utf-8").name.startswith("utf")
    return json.dumps(facts, indent=indent, ensure_ascii=not holds_all, default=_plain)


def show_every_letter() -> None:
    """What the terminal's encoding lacks stands as its escape: no sentence is lost for a dash. ASCII is what Python
    takes where nothing is set (LC_ALL=POSIX); terminals of today read UTF-8 there, as click writes, too.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            is_ascii = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding="utf-8" if is_ascii else None, errors="backslashreplace")


def table(*columns: str, rows: list[list[Any]], title: str | None = None, widest: Sequence[int | None] = ()) -> "Table":
    """Plain cells: nothing in them is taken for markup. `widest` is for sentences: in how many columns each is broken
    into lines, also in a pipe."""
    from rich.markup import escape  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    made = Table(
        title=title, title_justify="left", box=None, pad_edge=False, header_style="bold", show_header=any(columns)
    )
    for column, width in zip_longest(columns, widest):
        made.add_column(column, overflow="fold", max_width=width)  # an id that is cut off cannot be typed
    for row in rows:
        made.add_row(*(escape("–" if cell is None else str(cell)) for cell in row))
    return made


def moment(at: datetime | None, *, seconds: bool = False) -> str:
    """As `loket status` and `loket logs` tell theirs, to be compared; nothing where there is none."""
    form = "%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M"
    return f"{at.astimezone(UTC):{form}} UTC" if at else ""


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _some(problems: dict[str, Any]) -> str:
    """A line that can be read to its end."""
    from services.contracts.schema import told  # noqa: PLC0415

    lines = list(told(problems))
    more = f"; and {len(lines) - MOST_TOLD} more: see `loket towns check`" if len(lines) > MOST_TOLD else ""
    return "; ".join(lines[:MOST_TOLD]) + more
