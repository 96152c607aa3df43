"""towns check, new; and the commands of town_versions.py."""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deploy.operator.commands.town_versions import publish, take_back, versions
from deploy.operator.terminal import Commands, Mistake, as_json, clear, tell

if TYPE_CHECKING:
    from services.contracts.municipalities import Municipality
    from services.contracts.town_files import TownFile


class Asked(click.Option):
    """What is asked for where it is not given. Where nobody answers, as in a script, it is what it is by default; of
    what only the town knows it is told that it is missing."""

    def prompt_for_value(self, ctx: click.Context) -> Any:
        """See click.Option."""
        try:
            return super().prompt_for_value(ctx)
        except click.Abort:
            if sys.stdin.isatty():
                raise
        click.echo()
        if not isinstance(self.default, str):
            raise Mistake(f"give {self.opts[0]}: {self.help}") from None
        return self.default


def _known(_ctx: click.Context, _parameter: click.Parameter, town: str) -> "Municipality":
    """Told before anything is asked for."""
    from deploy.operator.new_town import found

    known = found(town)
    if len(known) != 1:
        which = ", ".join(f"{each.refnis} ({each.postcode})" for each in known)
        raise Mistake(f"several are called {town}: give the code: {which}" if known else _none_called(town))
    return known[0]


@click.group(cls=Commands)
def towns() -> None:
    """The towns: their files, and what was changed while they are served."""


for each in (versions, publish, take_back):
    towns.add_command(each)


@towns.command()
@click.argument("place", metavar="[FOLDER|FILE...]", nargs=-1, type=click.Path(exists=True, path_type=Path))
@as_json
@clear
def check(place: tuple[Path, ...], as_json: bool) -> None:
    """Everything that is wrong with towns' files, with the mend. Exit code 1 where something is.

    Without FOLDER or FILE those that `loket up` would take. Nothing has to run, and nothing is changed or asked for.
    The folder of LOKET_TOWNS is compared with the towns of the last start, another folder with that one: host names to
    which no town would answer any more are told, and are no exit code 1. Nor is what production alone would refuse, as
    a seal that is not there: a demonstration makes its own.
    """

    from deploy.local.outside import outside_now, profile_of, towns_of_operator
    from deploy.local.towns import KEEP_HOSTS, looked_at, refused_in_production
    from services.contracts.text import visible

    outside = outside_now()
    production = profile_of(outside) == "production"
    found = looked_at(_found(place or (towns_of_operator(outside),)), production=production)
    warned = {} if production else {each.path: refused_in_production(each) for each in found}
    problems = sum(len(each.problems) for each in found)
    lost = _lost_hosts(place, outside)
    facts = {
        "files": [_facts(each, warned.get(each.path, {})) for each in found],
        "problems": problems,
        "lost_hosts": lost,
    }
    if as_json:
        tell(facts, as_json=True, table=str)
    else:
        gone = [f"leads to no town any more: {each}; {KEEP_HOSTS}" for each in lost]
        lines = [*gone, *_lines(found, warned)]  # one problem, one line, however wide the screen
        click.echo("\n".join(map(visible, lines)))
    if problems:
        raise click.exceptions.Exit(1)


@towns.command()
@click.argument("known", metavar="NAME|REFNIS", callback=_known)
@click.option("--into", type=click.Path(file_okay=False, path_type=Path), help="A folder; else the one of LOKET_TOWNS.")
@click.option(
    "--street",
    cls=Asked,
    prompt="Street and number of the town hall",
    help="In a town of two languages both, with ` / `.",
)
@click.option("--phone", cls=Asked, prompt=True, help="As people dial it.")
@click.option("--email", cls=Asked, prompt=True, help="Of the civil-affairs counter.")
@click.option("--website", cls=Asked, prompt=True, help="With the opening hours.")
@click.option(
    "--primary", cls=Asked, default="#1d4e89", show_default=True, prompt="Main colour", help="Bears white text."
)
@click.option(
    "--accent", cls=Asked, default="#b8741a", show_default=True, prompt="Second colour", help="Marks and divides."
)
@clear
def new(known: "Municipality", into: Path | None, **said: str) -> None:
    """Write the two files of a town: names, language regime and postal code are those of the official lists.

    What only the town knows is asked for, or given by options. Nothing is overwritten. It is a demonstration until its
    own seal and sign-in are written in.
    """

    from deploy.local.outside import outside_now, towns_of_operator
    from deploy.operator.new_town import Said, slug, write
    from services.contracts.colours import colour_problems

    folder = into or towns_of_operator(outside_now())
    if wrong := list(colour_problems(said["primary"], said["accent"])):
        raise Mistake("; ".join(f"{name}: {mend}" for name, mend in wrong))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        paths = write(folder, known, Said(**said))
    except FileExistsError as there:
        raise Mistake(f"{there} is there already: nothing was written; change that, or remove it first") from None
    (looked,) = _found(paths[:1])
    if looked.problems:
        for path in paths:
            path.unlink()
        told = "\n".join(f"  {field}: {problem}" for field, problem in looked.problems.items())
        raise Mistake(f"nothing was written; say it otherwise:\n{told}")
    click.echo(f"written: {paths[0]} and {paths[1]}")
    click.echo(f"next: `loket down`, `loket up`, `loket register seed --town {known.refnis}`, and open")
    click.echo(f"http://{slug(known)}.localhost with the port that `loket up` says")


def _none_called(town: str) -> str:
    from difflib import get_close_matches

    from deploy.operator.new_town import names_of_today

    near = get_close_matches(town.title(), names_of_today(), n=3)
    return f"no municipality of today is called {town}" + (f"; was {' or '.join(near)} meant?" if near else "")


def _lost_hosts(place: tuple[Path, ...], outside: Mapping[str, str]) -> list[str]:
    """The operator's folder is compared with the last start, another one with LOKET_TOWNS. Of a file alone nobody can
    tell what the others answer to."""
    from deploy.local.outside import towns_of_operator, var_folder
    from deploy.local.towns import lost_hosts
    from services.contracts.town_files import look_at_folder

    own = towns_of_operator(outside)
    (folder,) = place if len(place) == 1 else (own,)
    if len(place) > 1 or not folder.is_dir():
        return []
    is_own = folder.resolve() == own.resolve()
    before = var_folder() / "towns" if is_own else own if "LOKET_TOWNS" in outside else None
    return lost_hosts(look_at_folder(before), look_at_folder(folder)) if before and before.is_dir() else []


def _found(places: tuple[Path, ...]) -> "list[TownFile]":
    """Of a file, what is wrong with it beside the others of its folder is found, too."""

    from services.contracts.town_files import TownFile, look_at, look_at_folder

    found: dict[Path, TownFile] = {}
    for place in places:
        if place.is_dir():
            found |= {each.path: each for each in look_at_folder(place)}
        else:
            beside = {each.path: each for each in look_at_folder(place.parent)}
            found[place] = beside.get(place) or look_at([place])[0]
    return [found[path] for path in sorted(found)]


def _facts(file: "TownFile", warned: Mapping[str, str]) -> dict[str, Any]:
    from services.contracts.text import visible

    def said(problems: Mapping[str, str]) -> list[dict[str, Any]]:
        return [
            {"field": visible(field), "line": file.written.line_of(field), "problem": visible(problem)}
            for field, problem in problems.items()
        ]

    return {
        "file": visible(str(file.path)),
        "town": file.town.refnis if file.town else None,
        "problems": said(file.problems),
        "warnings": said(warned),
    }


def _lines(files: "list[TownFile]", warned: Mapping[Path, Mapping[str, str]]) -> list[str]:
    lines = []
    for file in files:
        lines += [f"{_where(file, field)}: {problem}" for field, problem in file.problems.items()]
        warnings = warned.get(file.path, {})
        lines += [f"{_where(file, field)}: refused in production: {problem}" for field, problem in warnings.items()]
        if file.town:
            town = file.town
            lines.append(
                f"{_near(file.path)}: {town.name(town.languages[0])} ({town.refnis}), {', '.join(town.languages)}"
            )
    wrong = sum(1 for file in files if file.problems)
    problems = sum(len(file.problems) for file in files)
    end = f"{problems} to mend in {wrong} of {len(files)} files" if problems else f"{len(files)} in order"
    if refused := sum(1 for each in warned.values() if each):
        end += f"; production would refuse {refused}"
    return [*lines, end]


def _where(file: "TownFile", field: str) -> str:
    line = file.written.line_of(field)
    return f"{_near(file.path)}{f':{line}' if line else ''}: {field}"


def _near(path: Path) -> Path:
    """As one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
