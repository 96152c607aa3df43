"""bench."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deploy.operator.terminal import Mistake, as_json, clear, screen, table, tell

if TYPE_CHECKING:
    from deploy.bench.progress import Progress

T = TypeVar("T")

Measure = Callable[..., tuple[dict[str, Any], Any]]
"""Facts for programs, and what people see of them."""

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
PAIRED, KILLS = 3, 5
"""Rounds where --rounds does not say."""


@click.command()
@click.option("--tree", type=FOLDER, help="Measure another checkout instead of this one; it has its own .venv.")
@click.option("--against", type=FOLDER, help="Measure this tree and another checkout in turn, and tell the ratios.")
@click.option(
    "--rounds",
    type=click.IntRange(1, 50),
    help=f"Of which medians are told: 1, with --against {PAIRED}; with --recovery kills of each: {KILLS}.",
)
@click.option("--burst", default=300, show_default=True, type=click.IntRange(10), help="Applications at once.")
@click.option("--idle", default=40, show_default=True, type=click.IntRange(5), help="Applications one by one.")
@click.option(
    "--traced", default=30, show_default=True, type=click.IntRange(0), help="Applications counted by strace; 0: none."
)
@click.option(
    "--bare", default=200, show_default=True, type=click.IntRange(0), help="Pages per process, printed alone; 0: none."
)
@click.option("--starts", default=0, show_default=True, type=click.IntRange(0), help="Cold starts; each takes 15 s.")
@click.option("--growth", is_flag=True, help="Also with many certificates stored; takes 15 minutes.")
@click.option("--stored", default=20_000, show_default=True, type=click.IntRange(1000), help="How many, with --growth.")
@click.option("--towns", is_flag=True, help="Also at rest with 3 and with 30 towns; takes 4 minutes.")
@click.option("--recovery", is_flag=True, help="Instead: broker and store killed under load; how soon all works again.")
@click.option(
    "--departments",
    type=click.IntRange(2, 200),
    help="Instead: so many departments that hear; how soon each does, and what they cost. Takes six minutes.",
)
@click.option(
    "--watchers",
    type=click.IntRange(1, 2000),
    help="Instead: how soon citizens' pages are there, without and with so many who follow theirs. Takes five minutes.",
)
@click.option(
    "--town", is_flag=True, help="Instead: from nothing to the first certificate of a new town. Takes two minutes."
)
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON object to a file.")
@as_json
@clear
def bench(*, keep: Path | None, as_json: bool, **chosen: Any) -> None:
    """Measure a stack of its own from outside, beside render and seal alone on the same cores. Takes five minutes."""
    alone: dict[str, Callable[..., tuple[dict[str, Any], Any]]] = {
        "recovery": _recovery,
        "departments": _departments,
        "watchers": _pages,
        "town": _new_town,
    }
    asked = [name for name in alone if chosen[name]]
    if len(asked) > 1:
        raise Mistake(f"say either {' or '.join(f'--{each}' for each in asked)}: each is a run of its own")
    if keep:
        keep.open("a").close()  # before the minutes that it takes: a folder may not be there, or not be ours
    measure = alone[asked[0]] if asked else _figures
    facts, shown = measure(**chosen)
    tell(facts, as_json=as_json, table=lambda: shown)
    if keep:
        keep.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")


def _figures(
    *,
    tree: Path | None,
    against: Path | None,
    rounds: int | None,
    burst: int,
    idle: int,
    traced: int,
    bare: int,
    starts: int,
    growth: bool,
    stored: int,
    towns: bool,
    **_: Any,
) -> tuple[dict[str, Any], Any]:
    if tree and against:
        raise Mistake("say either --tree or --against: one measures another checkout, the other both")
    from deploy.bench.tree import this_tree, tree_at

    own = this_tree()
    if against and against.resolve() == own.folder.resolve():
        raise Mistake(f"{against} is this tree itself: name another checkout")
    trees = [tree_at(tree)] if tree else [own, *([tree_at(against)] if against else [])]

    from deploy.bench.one_round import Plan
    from deploy.bench.run import Wanted, run
    from deploy.bench.shown import as_facts, as_table

    wanted = Wanted(
        plan=Plan(idle=idle, burst=burst, traced=traced),
        rounds=rounds or (PAIRED if against else 1),
        bare=bare,
        starts=starts,
        stored=stored if growth else 0,
        towns=towns,
    )
    found = _watched(lambda told: run(trees, _var(), wanted, own=own, progress=told))
    return as_facts(found), as_table(found)


def _recovery(*, rounds: int | None, tree: Path | None, against: Path | None, **_: Any) -> tuple[dict[str, Any], Any]:
    if tree or against:
        raise Mistake("--recovery kills parts of this tree's own stack only: leave out --tree and --against")
    from deploy.bench.recovery import measure_recovery, rows
    from deploy.bench.tree import this_tree

    found = _watched(lambda told: measure_recovery(this_tree(), _var(), rounds=rounds or KILLS, progress=told))
    return asdict(found), table("what", "median", "longest", rows=rows(found))


def _departments(*, departments: int, tree: Path | None, against: Path | None, **_: Any) -> tuple[dict[str, Any], Any]:
    if tree or against:
        raise Mistake("--departments measures this tree alone: leave out --tree and --against")
    from deploy.bench.departments import facts, measure_departments, rows
    from deploy.bench.tree import this_tree

    found = _watched(lambda told: measure_departments(this_tree(), _var(), count=departments, progress=told))
    return facts(found), table("what", "measured", "limit", "", rows=rows(found))


def _pages(*, watchers: int, tree: Path | None, against: Path | None, **_: Any) -> tuple[dict[str, Any], Any]:
    if tree or against:
        raise Mistake("--watchers measures this tree alone: leave out --tree and --against")
    from deploy.bench.pages import facts, measure_pages, rows
    from deploy.bench.tree import this_tree

    found = _watched(lambda told: measure_pages(this_tree(), _var(), watchers=watchers, progress=told))
    return facts(found), table("what", "measured", "limit", "", rows=rows(found))


def _new_town(*, tree: Path | None, against: Path | None, **_: Any) -> tuple[dict[str, Any], Any]:
    if tree or against:
        raise Mistake("--town measures this tree alone: leave out --tree and --against")
    from deploy.bench.new_town import facts, measure_new_town, rows
    from deploy.bench.tree import this_tree

    found = _watched(lambda told: measure_new_town(this_tree(), _var(), progress=told))
    return facts(found), table("what", "measured", "limit", "", rows=rows(found))


def _var() -> Path:
    """Where the measured stacks are."""
    from deploy.local.outside import var_folder

    return var_folder() / "bench"


def _watched(work: "Callable[[Progress], T]") -> T:
    """With a bar that shows how far it is."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    from services.chassis import logs

    logs.set_up_command()  # what is measured in this process tells each step
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=screen(), transient=True) as bar:
        task = bar.add_task("starting", total=1)
        return work(lambda what, done, total: bar.update(task, description=what, completed=done, total=total))
