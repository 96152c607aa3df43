"""register seed, pause, resume."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Commands, Mistake, as_json, clear, screen, tell

if TYPE_CHECKING:
    from pymongo.database import Database

    from deploy.local.stack import Stack

FEWEST, MOST = 100, 1_000_000
"""Residents: room for the hard cases, and twice the largest Belgian town."""


@click.group(cls=Commands)
def register() -> None:
    """The synthetic population register (demonstration only)."""


@register.command()
@click.option("--residents", type=click.IntRange(FEWEST, MOST), default=30_000, show_default=True, help="How many.")
@click.option("--seed", default=1, show_default=True, help="The same seed makes the same town.")
@town_option
@as_json
@clear
def seed(residents: int, seed: int, town: str | None, as_json: bool) -> None:
    """Give a town a new population. Questions are answered from the old one until the new one is complete."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from deploy.demo.generator.seeding import seed as fill
    from deploy.local.stack import this_stack

    stack = this_stack()
    _only_demo(stack)
    place = chosen_town(stack, town)
    bar = Progress(
        TextColumn("seeding"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=screen(), transient=True
    )
    with registry_database(stack) as database, bar:
        task = bar.add_task("", total=residents)
        try:
            seeded = fill(
                database,
                town=place.refnis,
                residents=residents,
                seed=seed,
                progress=lambda count: bar.advance(task, count),
                now=datetime.now(UTC),
            )
        except ValueError as error:
            raise Mistake(f"this town cannot be made: {error}") from None
    name = place.name(place.languages[0])
    tell(
        asdict(seeded) | {"seed": seed},
        as_json=as_json,
        table=lambda: (
            f"{name} has {seeded.residents} residents in {seeded.households} households ({seeded.seconds:.1f} s)"
        ),
    )


@register.command()
@click.option(
    "--minutes", type=click.FloatRange(min=0, min_open=True), help="Back by itself after so many; else when resumed."
)
@click.option("--reason", default="paused by an operator", show_default=True)
@town_option
@as_json
@clear
def pause(minutes: float | None, reason: str, town: str | None, as_json: bool) -> None:
    """Take a town's register away, as an outage would."""
    until = datetime.now(UTC) + timedelta(minutes=minutes) if minutes else None
    _switch(town, as_json, "away", lambda populations, refnis: populations.pause(refnis, until=until, reason=reason))


@register.command()
@town_option
@as_json
@clear
def resume(town: str | None, as_json: bool) -> None:
    """Bring it back: what waited for it completes by itself."""
    _switch(town, as_json, "back", lambda populations, refnis: populations.resume(refnis))


@register.command()
@click.argument("source", type=click.Choice(["deeds", "criminal-record"]))
@click.argument("fault")
@as_json
@clear
def fault(source: str, fault: str, as_json: bool) -> None:
    """Have a source beyond the population fail, until it is told `none`.

    What each fault does, `loket register faults` tells.
    """
    from deploy.demo.far.faults import FAULTS, Switch
    from deploy.local.stack import this_stack

    stack = this_stack()
    _only_demo(stack)
    try:
        Switch(stack.sources, source).set(None if fault == "none" else fault)
    except ValueError:
        raise Mistake(f"there is no fault {fault}; choose from none, {', '.join(FAULTS)}") from None
    done = "answers as it should" if fault == "none" else FAULTS[fault]
    tell({"source": source, "fault": fault}, as_json=as_json, table=lambda: f"{source} {done}")


@register.command()
@as_json
@clear
def faults(as_json: bool) -> None:
    """How a source beyond the population can fail."""
    from deploy.demo.far.faults import FAULTS

    tell(FAULTS, as_json=as_json, table=lambda: "\n".join(f"{name:18} {what}" for name, what in FAULTS.items()))


@contextmanager
def registry_database(stack: "Stack") -> "Iterator[Database[dict[str, Any]]]":
    """The registry's own database. Raises PartError where this deployment does not run."""
    from deploy.local.control import Control
    from services.chassis.database import connect

    Control(stack).require("store")
    with connect(stack.mongo_uri, appname="loket") as client:
        client.admin.command("ping")
        yield client[f"{stack.database}_registry"]


def _switch(town: str | None, as_json: bool, state: str, act: Any) -> None:
    from deploy.local.stack import this_stack
    from services.registry.sources.populations import Populations

    stack = this_stack()
    _only_demo(stack)
    place = chosen_town(stack, town)
    with registry_database(stack) as database:
        act(Populations(database), place.refnis)
    name = place.name(place.languages[0])
    tell({"town": place.refnis, "register": state}, as_json=as_json, table=lambda: f"the register of {name} is {state}")


def _only_demo(stack: "Stack") -> None:
    from deploy.local.strangers import refuse_strangers

    if stack.profile != "demo":
        raise Mistake("the synthetic register is for demonstrations; LOKET_PROFILE is not demo")
    stack.must_be_asked_for()
    refuse_strangers(stack)
