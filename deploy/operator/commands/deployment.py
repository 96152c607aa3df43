"""up, down, status, scale, logs."""

import os
import re
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from deploy.local import running
from deploy.local.stack import Stack, this_stack
from deploy.operator.terminal import Mistake, as_json, clear, screen, table, tell


@click.command()
@as_json
@clear
def up(as_json: bool) -> None:
    """Start everything and wait until it is ready."""
    stack = this_stack()
    with screen.status("starting"):
        seconds = running.up(stack, lambda name, after: screen.print(f"  {name:<13} ready after {after:4.1f} s"))
    facts = {"address": stack.address, "seconds": round(seconds, 2)}
    tell(facts, as_json=as_json, table=lambda: f"Loket runs at {stack.address} (after {seconds:.1f} s)")


@click.command()
@as_json
@clear
def down(as_json: bool) -> None:
    """End everything; what services hold they finish or hand back."""
    with screen.status("ending") as shown:
        ran = running.down(this_stack(), lambda name: shown.update(f"ending {name}"))
    tell({"ran": ran}, as_json=as_json, table=lambda: "Loket is down" if ran else "nothing ran")


@click.command()
@as_json
@clear
def status(as_json: bool) -> None:
    """How everything is. Exit code 1 where something is not ready."""
    facts = running.status(this_stack())
    tell(facts, as_json=as_json, table=lambda: _status_table(facts))
    if not facts["ready"]:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("change", metavar="SERVICE=N")
@as_json
@clear
def scale(change: str, as_json: bool) -> None:
    """More or fewer processes of a service, live."""
    found = re.fullmatch(r"([a-z]{1,40})=(\d{1,2})", change)
    if not found or not int(found[2]):
        raise Mistake("write SERVICE=N with N from 1 to 99, such as documents=2")
    with screen.status(f"scaling {found[1]}"):
        running.scale(this_stack(), found[1], int(found[2]))
    facts = {"service": found[1], "processes": int(found[2])}
    tell(facts, as_json=as_json, table=lambda: f"{found[1]}: {found[2]} ready")


@click.command()
@click.argument("service", required=False)
@click.option("-f", "--follow", is_flag=True, help="Go on as lines come.")
@click.option(
    "-n", "--lines", type=click.IntRange(min=0), default=50, show_default=True, help="How many of the last lines."
)
@clear
def logs(service: str | None, follow: bool, lines: int) -> None:
    """The last lines of the logs, of all services or of one."""
    files = _log_files(this_stack(), service)
    os.execvp("tail", ["tail", "-n", str(lines), *(["-F"] if follow else []), *map(str, files)])  # noqa: S606 - no shell is wanted


def _log_files(stack: Stack, service: str | None) -> list[Path]:
    files = sorted(stack.logs.glob("*.log"))
    if not files:
        raise Mistake("there are no logs yet; start with `loket up`")
    if service is None:
        return files
    chosen = [path for path in files if path.stem == service]
    if not chosen:
        raise Mistake(f"{service} has no log; choose from {', '.join(path.stem for path in files)}")
    return chosen


def _status_table(facts: dict[str, Any]) -> Table:
    rows = []
    for name, each in (facts["services"] | facts["parts"]).items():
        told = each["processes"]
        ready = sum(1 for process in told if process["ready"])
        queues = each.get("queues", [])
        rows.append(
            [
                name,
                f"{ready} of {each.get('wanted', len(told))} ready",
                " ".join(str(process["pid"]) for process in told),
                f"{sum(process.get('rss_mb', 0) for process in told):.0f} MB",
                "\n".join(f"{q['name'].partition('.')[2]}={_known(q['waiting'])}" for q in queues),
                sum(queue["parked"] or 0 for queue in queues) if queues else None,
                each.get("version"),
            ]
        )
    versions = facts["versions"]
    broker = versions["broker"] or "broker does not answer"
    title = f"{facts['address']}  ({facts['profile']}, Loket {versions['loket']}, {broker})"
    made = table("service", "processes", "pids", "memory", "waiting", "parked", "version", rows=rows, title=title)
    notes = [_held(facts["held"])] if facts["held"] else []
    if facts["astray"]:
        notes.append(
            f"{facts['astray']} messages came due for a queue that is not there; see `loket dead-letters list`"
        )
    notes += _edited(**facts["towns"])
    if notes:
        made.caption, made.caption_justify = escape("\n".join(notes)), "left"
    return made


def _edited(*, edited: list[str], wrong: list[str]) -> list[str]:
    """Every process has the towns of the start."""
    if not edited:
        return []
    mend = "mend them first (`loket towns check`), then" if wrong else "these take effect by"
    return [f"edited since the start: {', '.join(edited)}; {mend} `loket down` and `loket up`"]


def _held(by_town: dict[str, dict[str, int]]) -> str:
    """What the register contradicts or cannot be asked again: somebody has to look at it."""
    lines = [f"{town}: {', '.join(f'{kind}={n}' for kind, n in kinds.items())}" for town, kinds in by_town.items()]
    return "\n".join(("extracts that wait until somebody has mended", *lines))


def _known(count: int | None) -> str:
    return "?" if count is None else str(count)
