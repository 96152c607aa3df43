"""register seed, pause, resume, fault, faults, check."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.commands.towns import chosen_town, town_option
from deploy.operator.terminal import Amount, Commands, Mistake, as_json, clear, screen, table, tell
from services.contracts.populations import MAGDA

if TYPE_CHECKING:
    from pymongo.database import Database

    from deploy.local.stack import Stack
    from services.contracts.towns import Town

FEWEST, MOST = 100, 1_000_000
"""Residents: room for the hard cases, and twice the largest Belgian town."""

DELAY_S = 10.0

_SOURCES = (MAGDA, "deeds", "criminal-record")
"""Of a demonstration, those that can be told to fail."""


class Finite(click.FloatRange):
    """A number in a range, which neither nan nor inf is."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """See click.ParamType."""
        found = super().convert(value, param, ctx)
        return found if isfinite(found) else self.fail(f"{value} is no number that can be waited for", param, ctx)


MOST_MINUTES = 366 * 24 * 60
"""Of a pause: a year."""


@click.group(cls=Commands)
def register() -> None:
    """The synthetic population registers (demonstration only), and whether a register elsewhere can be asked."""


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
    with population_database(stack, place) as database, bar:
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
@click.option("--minutes", type=Amount(most=MOST_MINUTES), help="Back by itself after so many; else when resumed.")
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
@click.argument("source", type=click.Choice(_SOURCES))
@click.argument("name", metavar="FAULT")
@click.option(
    "--delay", "delay_s", type=Finite(min=0, max=3600), help=f"Seconds, {DELAY_S:g} if not said; only `magda slow`."
)
@click.option("--minutes", type=Finite(min=0, min_open=True, max=525_600), help="Ends by itself then; only `magda`.")
@as_json
@clear
def fault(source: str, name: str, delay_s: float | None, minutes: float | None, as_json: bool) -> None:
    """Have a demonstration's source fail in one way, until it is told `none`.

    What each fault does, `loket register faults` tells.
    """
    from deploy.local.stack import this_stack

    known = _faults_of(source)
    if name != "none" and name not in known:
        raise Mistake(f"there is no fault {name}; choose from none, {', '.join(known)}")
    if delay_s is not None and (source, name) != (MAGDA, "slow"):
        raise Mistake(f"--delay is for `magda slow` alone; {source} {name} has none: leave it out")
    if minutes is not None and (source != MAGDA or name == "none"):
        instead = "" if name == "none" else f", and end it by `loket register fault {source} none`"
        raise Mistake(f"--minutes is for a fault of `magda` alone, which ends by itself then: leave it out{instead}")
    stack = this_stack()
    _only_demo(stack)
    chosen = None if name == "none" else name
    if source == "magda":
        _fail_magda(stack, chosen, delay_s=DELAY_S if delay_s is None else delay_s, minutes=minutes)
    else:
        from deploy.demo.far.faults import Switch

        Switch(stack.sources, source).set(chosen)
    done = known[chosen] if chosen else "answers as it should"
    tell({"source": source, "fault": name}, as_json=as_json, table=lambda: f"{source}: {done}")


@register.command()
@as_json
@clear
def faults(as_json: bool) -> None:
    """How a demonstration's sources can fail, and which fault is on now.

    Of `magda` that is known while the deployment runs.
    """
    known = {source: dict(_faults_of(source)) for source in _SOURCES}
    on = _on()
    rows = [
        [source, name, told, "on" if on.get(source) == name else ""]
        for source, each in known.items()
        for name, told in each.items()
    ]
    tell(known | {"on": on}, as_json=as_json, table=lambda: table("source", "fault", "what it does", "now", rows=rows))


@register.command()
@town_option
@as_json
@clear
def check(town: str | None, as_json: bool) -> None:
    """Whether a town's register and other sources can be asked. Nobody is looked up.

    Their keys are read, and each is knocked at: do both sides take each other's certificates? Exit code 1 where one
    cannot be asked.
    """
    from deploy.local.stack import this_stack
    from deploy.operator.registers import register_problem, sources_of
    from services.chassis.database import connect

    stack = this_stack()
    place = chosen_town(stack, town)
    found = {place.population.source: register_problem(stack, place, now=datetime.now(UTC))}
    with (
        connect(stack.mongo_uri, appname="loket") as client,  # nothing of it is needed to look at keys and to knock
        sources_of(stack, {place.refnis: place}, client[f"{stack.database}_registry"]) as sources,
    ):
        found |= {name: source.check(reach=True) for name, source in sources.items()}
    facts = {
        name: {"problem": each.said if each else None, "stops": bool(each and each.stops)}
        for name, each in found.items()
    }
    tell(
        {"town": place.refnis, "sources": facts},
        as_json=as_json,
        table=lambda: table(
            "source", "", rows=[[name, each["problem"] or "can be asked"] for name, each in facts.items()]
        ),
    )
    if any(each["stops"] for each in facts.values()):
        raise SystemExit(1)


@contextmanager
def registry_database(stack: "Stack") -> "Iterator[Database[dict[str, Any]]]":
    """The registry's own database. Raises PartError where this deployment does not run."""
    with database_of(stack, "registry") as database:
        yield database


@contextmanager
def population_database(stack: "Stack", town: "Town") -> "Iterator[Database[dict[str, Any]]]":
    """Where a town's synthetic people are: the registry's, or those of the stand-in for MAGDA. Raises PartError, and
    Mistake where they are at MAGDA itself.
    """
    if town.population.source == MAGDA and not stack.asks_standin(town):
        raise Mistake(f"the people of {town.refnis} are at {town.population.url}; nobody is made there")
    with database_of(stack, "magda" if stack.asks_standin(town) else "registry") as database:
        yield database


@contextmanager
def database_of(stack: "Stack", owner: str) -> "Iterator[Database[dict[str, Any]]]":
    """One of this deployment's databases. Raises PartError where it does not run."""
    from deploy.local.control import Control
    from services.chassis.database import connect

    Control(stack).require("store")
    with connect(stack.mongo_uri, appname="loket") as client:
        client.admin.command("ping")
        yield client[f"{stack.database}_{owner}"]


def _switch(town: str | None, as_json: bool, state: str, act: Any) -> None:
    from deploy.local.stack import this_stack
    from services.registry.sources.population.populations import Populations

    stack = this_stack()
    _only_demo(stack)
    place = chosen_town(stack, town)
    with population_database(stack, place) as database:
        act(Populations(database), place.refnis)
    name = place.name(place.languages[0])
    tell({"town": place.refnis, "register": state}, as_json=as_json, table=lambda: f"the register of {name} is {state}")


def _only_demo(stack: "Stack") -> None:
    from deploy.local.strangers import refuse_strangers

    if stack.profile != "demo":
        raise Mistake("the synthetic register is for demonstrations; LOKET_PROFILE is not demo")
    stack.must_be_asked_for()
    refuse_strangers(stack)


def _faults_of(source: str) -> Mapping[str, str]:
    """What each does, by name."""
    from deploy.demo.far import faults as far
    from deploy.demo.magda import faults as magda

    return magda.ALL_FAULTS if source == MAGDA else far.ACTING[source]


def _on() -> dict[str, str]:
    """Source to the fault that is on."""
    from pymongo.errors import PyMongoError

    from deploy.local.stack import this_stack
    from deploy.operator.status.faults import each_on

    found: dict[str, str] = {}
    with suppress(PyMongoError):
        for each in each_on(this_stack()):
            found[each.source] = each.fault
    return found


def _fail_magda(stack: "Stack", name: str | None, *, delay_s: float, minutes: float | None) -> None:
    from deploy.demo.magda.faults import Fault, Faults

    if not any(map(stack.asks_standin, stack.towns().values())):
        raise Mistake("no town of this deployment asks the stand-in for MAGDA")
    until = datetime.now(UTC) + timedelta(minutes=minutes) if minutes else None
    with database_of(stack, "magda") as database:
        Faults(database).set(Fault(name=name, delay_s=delay_s, until=until) if name else None)
