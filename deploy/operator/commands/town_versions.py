"""towns versions, publish, take-back."""

from typing import TYPE_CHECKING, Any

import click

from deploy.operator.audit import AUDIT, note, operator
from deploy.operator.commands.towns import chosen_town
from deploy.operator.terminal import Mistake, as_json, clear, moment, table, tell

if TYPE_CHECKING:
    from rich.console import RenderableType

    from deploy.local.stack import Stack
    from services.contracts.questions import Question
    from services.contracts.town_setups import ChangedTown, TownHistory, TownSetup


@click.command()
@click.argument("town")
@as_json
@clear
def versions(town: str, as_json: bool) -> None:
    """How TOWN was and is served: what its officers chose, the latest first, and who did. The first line counts."""

    from deploy.local.stack import this_stack

    stack = this_stack()
    refnis = chosen_town(stack, town).refnis
    history = _history(stack, refnis)
    facts = {
        "town": refnis,
        "served": history.versions[0].version if history.versions else 0,
        "versions": [
            {
                **{"version": each.version, "changed_at": each.changed_at, "by": each.by, "of": each.of},
                **{"file": each.is_file, "changed": each.changed},
            }
            for each in history.versions
        ],
    }
    tell(facts, as_json=as_json, table=lambda: _listed(facts))


@click.command()
@click.argument("town")
@as_json
@clear
def publish(town: str, as_json: bool) -> None:
    """Serve TOWN from now on as its file in the folder of LOKET_TOWNS says today, without a restart.

    That is its departments' name, office, colours, logo, languages by courtesy, products that are off, tariffs and the
    statements on accessibility and privacy: what else was edited takes effect by `loket down` and `loket up`. Every
    process follows within seconds. What is wrong in the file is told, and changes nothing.
    """

    from deploy.local.stack import this_stack
    from services.contracts.town_setups import ChangeTown

    stack = this_stack()
    refnis = chosen_town(stack, town).refnis
    setup, before = _written(stack, refnis), _history(stack, refnis)
    served = before.versions[0].version if before.versions else 0
    note(stack.logs / AUDIT, "towns publish", refnis, "")
    changed = _asked(stack, ChangeTown(town=refnis, setup=setup, by=operator(), after=served))
    _tell(refnis, changed, served, as_json=as_json)


@click.command("take-back")
@click.argument("town")
@click.option("--to", required=True, type=click.IntRange(min=0), help="Of `loket towns versions`; 0: as its file says.")
@as_json
@clear
def take_back(town: str, to: int, as_json: bool) -> None:
    """Serve TOWN again as in an earlier version. That is a version, too, and can be taken back itself."""

    from deploy.local.stack import this_stack
    from services.contracts.town_setups import TakeTownBack

    stack = this_stack()
    refnis = chosen_town(stack, town).refnis
    history = _history(stack, refnis)
    served = history.versions[0].version if history.versions else 0
    if to not in (0, *(each.version for each in history.versions)):
        raise Mistake(f"there is no version {to}; see `loket towns versions {refnis}`")
    note(stack.logs / AUDIT, "towns take-back", f"{refnis} {to}", "")
    changed = _asked(stack, TakeTownBack(town=refnis, to=to, by=operator(), after=served))
    _tell(refnis, changed, served, as_json=as_json)


def _written(stack: "Stack", refnis: str) -> "TownSetup":
    """What the operator's file chooses today. Raises Mistake where it is not in order, or not there."""
    from services.contracts.logos import read_logo
    from services.contracts.town_files import look_at_folder
    from services.contracts.town_setups import TownSetup

    for file in look_at_folder(stack.towns_source):
        code = file.town.refnis if file.town else file.written.data.get("refnis") if _is_read(file) else None
        if str(code) != refnis:
            continue
        if file.town is None:
            raise Mistake("\n".join(f"{file.name}: {field}: {mend}" for field, mend in file.problems.items()))
        return TownSetup.of(file.town, logo=read_logo(file.path.parent, file.town.logo))
    raise Mistake(f"no file in {stack.towns_source} has the code {refnis}; see `loket towns check`")


def _is_read(file: Any) -> bool:
    return isinstance(file.written.data, dict)


def _history(stack: "Stack", refnis: str) -> "TownHistory":
    from deploy.operator.asking import ask_intake
    from services.contracts.town_setups import ReadTownHistory

    return ask_intake(stack, ReadTownHistory(town=refnis))


def _asked(stack: "Stack", question: "Question[ChangedTown]") -> "ChangedTown":
    from deploy.operator.asking import ask_intake
    from services.contracts.errors import DomainError, TownChangedMeanwhile, TownNotInOrder

    try:
        return ask_intake(stack, question)
    except TownNotInOrder as error:
        raise Mistake(f"nothing was changed: {'; '.join(error.detail.splitlines())}") from None
    except TownChangedMeanwhile:
        raise Mistake("it was changed a moment ago; look at `loket towns versions`, and try again") from None
    except DomainError as error:
        raise Mistake(f"nothing was changed: {error}") from None


def _tell(refnis: str, changed: "ChangedTown", before: int, *, as_json: bool) -> None:
    facts = {"town": refnis, "served": changed.version, "changed": changed.version != before}
    if as_json:
        tell(facts, as_json=True, table=str)
    elif facts["changed"]:
        click.echo(f"{refnis} is served as version {changed.version}; every process follows within seconds")
    else:
        click.echo(f"{refnis} is served so already, as version {changed.version}: nothing was changed")


def _listed(facts: dict[str, Any]) -> "RenderableType":
    if not facts["versions"]:
        return f"{facts['town']} is served as its file says; nothing was ever chosen since"
    rows = [
        [each["version"], moment(each["changed_at"]), each["by"], _chosen(each), ", ".join(each["changed"])]
        for each in facts["versions"]
    ]
    return table("version", "since", "by", "what", "changed", rows=rows)


def _chosen(version: dict[str, Any]) -> str:
    if version["file"]:
        return "as its file says"
    return "chosen anew" if version["of"] == version["version"] else f"as version {version['of']}"
