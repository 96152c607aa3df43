"""bench."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from deploy.operator.terminal import as_json, clear, screen, table, tell

if TYPE_CHECKING:
    from deploy.bench.figures import Figures
    from deploy.bench.run import Progress

T = TypeVar("T")


@click.command()
@click.option(
    "--bare", default=1000, show_default=True, type=click.IntRange(20), help="Certificates per process, alone."
)
@click.option("--idle", default=40, show_default=True, type=click.IntRange(5), help="Applications one by one.")
@click.option("--burst", default=500, show_default=True, type=click.IntRange(10), help="Applications at once.")
@click.option("--recovery", is_flag=True, help="Instead: broker and store killed under load; how soon all works again.")
@click.option(
    "--rounds", default=5, show_default=True, type=click.IntRange(1, 50), help="Kills of each, with --recovery."
)
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON object to a file.")
@as_json
@clear
def bench(*, bare: int, idle: int, burst: int, recovery: bool, rounds: int, keep: Path | None, as_json: bool) -> None:
    """Measure a stack of its own beside render and seal alone, on the same cores in the same run. Takes minutes."""
    from deploy.bench import recovery as recovering
    from deploy.bench.run import measure, measure_recovery
    from deploy.local.stack import this_stack

    stack = this_stack()
    var = stack.var / "bench"
    if recovery:
        found = _watched(lambda told: measure_recovery(var, opt=stack.opt, rounds=rounds, progress=told))
        facts, shown = asdict(found), table("what", "median", "longest", rows=recovering.rows(found))
    else:
        figures = _watched(lambda told: measure(var, opt=stack.opt, bare=bare, idle=idle, crowd=burst, progress=told))
        facts, shown = _rounded(figures), _shown(figures)
    if keep:
        keep.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    tell(facts, as_json=as_json, table=lambda: shown)


def _watched(work: "Callable[[Progress], T]") -> T:
    """With a bar that shows how far it is."""
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bar(*columns, console=screen(), transient=True) as bar:
        task = bar.add_task("starting", total=1)
        return work(lambda what, done, total: bar.update(task, description=what, completed=done, total=total))


def _shown(figures: "Figures") -> Any:
    from deploy.bench.figures import lines

    verdicts = {True: "met", False: "not met", None: ""}
    return table(
        "what", "reached", "aim", "",
        rows=[[line.what, line.reached, line.aim, verdicts[line.met]] for line in lines(figures)],
    )  # fmt: skip


def _rounded(figures: "Figures") -> dict[str, Any]:
    return {
        name: {k: round(v, 3) for k, v in value.items()} if isinstance(value, dict) else round(value, 3)
        for name, value in asdict(figures).items()
    }
