"""logs."""

import json
import re
import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.logs.lines import LEVELS
from deploy.operator.terminal import Mistake, as_json_text, clear, printable

if TYPE_CHECKING:
    from deploy.operator.logs.chosen import Told, Wanted
    from deploy.operator.logs.journals import Follower, Journal

LINES = 50

LOOK_S = 0.25
"""Between two looks for what is new."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_COLOURS = {"error": "red", "warning": "yellow", "debug": "bright_black"}


class Moment(click.ParamType[datetime]):
    """`90s`, `10m`, `2h`, `3d` ago, or a date and time (UTC unless it names a zone)."""

    name = "moment"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """See the class."""
        if isinstance(value, datetime):
            return value
        try:
            if found := re.fullmatch(r"(\d{1,6})([smhd])", value):
                return datetime.now(UTC) - timedelta(seconds=int(found[1]) * _UNITS[found[2]])
            moment = datetime.fromisoformat(value)
        except (ValueError, OverflowError):
            self.fail("write 90s, 10m, 2h, 3d, or a time such as 2026-11-26T07:30", param, ctx)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@click.command()
@click.argument("program", required=False)
@click.option("--service", "services", multiple=True, help="Of this program only; may be given several times.")
@click.option("--application", metavar="ID", help="The road of one application through all services.")
@click.option("--request", metavar="NUMBER", help="What one request brought about; pages about mistakes show it.")
@click.option("--level", type=click.Choice(LEVELS), help="From this level on; lines that say none are shown, too.")
@click.option("--since", type=Moment(), help="90s, 10m, 2h or 3d ago, or a time such as 2026-11-26T07:30 (UTC).")
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come, until Ctrl-C.")
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    help=f"How many of the last; {LINES} unless --application or --since is given.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@clear
def logs(
    *,
    program: str | None,
    services: tuple[str, ...],
    application: str | None,
    request: str | None,
    level: str | None,
    since: datetime | None,
    follow: bool,
    lines: int | None,
    as_json: bool,
) -> None:
    """What all processes, or one, told: by time, of one request or of one application.

    PROGRAM is one of them. Times are UTC; a line without a time stands behind the one before it.
    """
    if application is not None and not re.fullmatch(r"[0-9a-f]{32}", application):
        raise Mistake(
            "the id of an application is 32 characters of 0-9 and a-f, as in `loket status` and the address of its page"
        )
    from deploy.local.stack import this_stack
    from deploy.operator.logs.chosen import Wanted, told
    from services.chassis.request_ids import is_request_id

    if request is not None and not is_request_id(request):
        raise Mistake("the number of a request is a UUID, as its page and the header X-Request-Id show it")
    from deploy.operator.logs.journals import journals

    stack = this_stack()
    stack.must_be_there()
    chosen = (*services, program) if program else services

    def all_of_them() -> "list[Journal]":
        return [each for each in journals(stack) if (each.program in chosen if chosen else not each.is_inner)]

    known = sorted({each.program for each in journals(stack)})
    if not known:
        raise Mistake("there are no logs yet; start with `loket up`")
    if unknown := [each for each in chosen if each not in known]:
        raise Mistake(f"{unknown[0]} has no log; choose from {', '.join(known)}")
    if lines is None and not application and not request and not since:
        lines = LINES
    wanted = Wanted(level=level, since=since, application=application, request=request)
    if follow:
        _follow(all_of_them, wanted, lines=lines, as_json=as_json)
    elif not _show(told(all_of_them(), wanted, lines=lines), as_json) and (application or request):
        click.echo(f"loket: no line tells of {application or request}; what is kept may not go back so far", err=True)
        raise click.exceptions.Exit(1)


def _follow(find: "Callable[[], list[Journal]]", wanted: "Wanted", *, lines: int | None, as_json: bool) -> None:
    """What there is, and from where that ends what comes, until Ctrl-C."""
    from deploy.operator.logs.chosen import told
    from deploy.operator.logs.journals import Follower

    followers = {each: Follower(each) for each in find()}
    ends = {journal: each.position for journal, each in followers.items()}
    try:
        _show(told(followers, wanted, lines=lines, ends=ends), as_json)
        while True:
            for journal in set(find()) - set(followers):
                followers[journal] = Follower(journal, from_start=True)
            _show(_new(followers, wanted), as_json)
            time.sleep(LOOK_S)
    finally:
        for each in followers.values():
            each.close()


def _new(followers: "dict[Journal, Follower]", wanted: "Wanted") -> "list[Told]":
    found = []
    for journal, follower in followers.items():
        for at, entry in follower.new():
            wanted.learn(entry)
            found.append((at, journal.program, entry))
    return sorted((each for each in found if wanted.takes(each[0], each[2])), key=lambda each: each[0])


def _show(lines: "Iterable[Told]", as_json: bool) -> int:
    count = 0
    for each in lines:
        click.echo(_as_json(each) if as_json else _as_text(each))
        count += 1
    return count


def _as_json(line: "Told") -> str:
    at, program, entry = line
    facts = {"at": at.isoformat(), "timed": entry.timed, "service": program, "level": entry.level}
    facts |= {"event": entry.event, "text": printable(entry.text) if entry.text else None, "fields": entry.fields}
    return as_json_text(facts)


def _as_text(line: "Told") -> str:
    at, program, entry = line
    when = at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    if entry.text is not None:
        said = printable(entry.text)
    else:
        fields = (f"{name}={_value(value)}" for name, value in entry.fields.items() if name != "trace_id")
        said = " ".join((printable(str(entry.event)), *fields))
    level = entry.level or ("?" if entry.text and not entry.timed else "")
    text = f"{when} {program:<12} {level:<7} {said}"
    return click.style(text, fg=_COLOURS[level]) if level in _COLOURS else text


def _value(value: Any) -> str:
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
