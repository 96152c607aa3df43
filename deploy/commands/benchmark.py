"""bench."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import RenderableType
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from deploy.bench.figures import Figures, lines
from deploy.bench.run import measure
from deploy.stack import this_stack
from deploy.terminal import as_json, clear, screen, table, tell


@click.command()
@click.option(
    "--bare", default=1000, show_default=True, type=click.IntRange(20), help="Certificates per process, alone."
)
@click.option("--idle", default=40, show_default=True, type=click.IntRange(5), help="Applications one by one.")
@click.option("--burst", default=500, show_default=True, type=click.IntRange(10), help="Applications at once.")
@click.option("--keep", type=click.Path(dir_okay=False, path_type=Path), help="Also write the JSON object to a file.")
@as_json
@clear
def bench(bare: int, idle: int, burst: int, keep: Path | None, as_json: bool) -> None:
    """Measure a stack of its own beside render and seal alone, on the same cores in the same run. Takes minutes."""
    stack = this_stack()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
    )
    with bar:
        task = bar.add_task("starting", total=1)
        figures = measure(
            stack.var / "bench",
            opt=stack.opt,
            bare=bare,
            idle=idle,
            crowd=burst,
            progress=lambda what, done, total: bar.update(task, description=what, completed=done, total=total),
        )
    facts = _rounded(figures)
    if keep:
        keep.write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
    tell(facts, as_json=as_json, table=lambda: _shown(figures))


def _shown(figures: Figures) -> RenderableType:
    verdicts = {True: "met", False: "not met", None: ""}
    return table(
        "what", "reached", "aim", "",
        rows=[[line.what, line.reached, line.aim, verdicts[line.met]] for line in lines(figures)],
    )  # fmt: skip


def _rounded(figures: Figures) -> dict[str, object]:
    return {
        name: {k: round(v, 3) for k, v in value.items()} if isinstance(value, dict) else round(value, 3)
        for name, value in asdict(figures).items()
    }
