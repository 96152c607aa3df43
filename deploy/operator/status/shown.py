"""The facts of `loket status` for people: what is wrong, the towns, the processes."""

from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from deploy.operator.status.waiting import age
from deploy.operator.terminal import table


def shown(facts: dict[str, Any]) -> RenderableType:
    """From top to bottom in the order in which an operator needs it."""
    parts: list[RenderableType] = [_headline(facts), *map(_wrong, facts["wrong"])]
    if facts["towns"]:
        parts += ["", _towns(facts["towns"])]
    if facts["services"] or facts["parts"]:
        parts += ["", _programs(facts)]
    if facts["delayed"]:
        parts += ["", Text(f"{facts['delayed']} events failed and are tried again by themselves")]
    return Group(*parts)


def _headline(facts: dict[str, Any]) -> Text:
    versions = facts["versions"]
    said = "ready" if facts["ready"] else "NOT READY"
    about = [facts["profile"], f"Loket {versions['loket']}"]
    about += [versions["broker"]] if versions["broker"] else []
    line = Text(said, style="green" if facts["ready"] else "bold red")
    return line.append(f"  {facts['address']}  ({', '.join(about)})", style="default")


def _wrong(trouble: dict[str, Any]) -> Text:
    mark = ("! ", "red") if trouble["blocks"] else ("- ", "yellow")
    return Text.assemble(mark, trouble["sentence"])


def _towns(towns: dict[str, Any]) -> RenderableType:
    rows = []
    for code, town in towns.items():
        register, oldest, departments = town["register"], town["oldest"], town["departments"]
        rows.append(
            [
                f"{town['name']} ({code})",
                f"version {town['served']}" if town["served"] else "as its file",
                register["state"] if register else "outside",
                town["waiting"],
                town["deferred"],
                "\n".join(f"{kind}={count}" for kind, count in sorted(town["contradicted"].items())) or 0,
                "\n".join(f"{name}={each['waiting']} ({age(each['age_s'])})" for name, each in departments.items())
                or 0,
                town["untold"],
                f"{age(oldest['age_s'])}: {oldest['application_id']} ({oldest['state']})" if oldest else None,
            ]
        )
    return table(
        "town",
        "served",
        "register",
        "waiting",
        "deferred",
        "contradicted",
        "departments",
        "untold",
        "oldest waiting",
        rows=rows,
    )


def _programs(facts: dict[str, Any]) -> RenderableType:
    rows = []
    for name, each in (facts["services"] | facts["parts"]).items():
        told, queues = each["processes"], each.get("queues", [])
        ready = sum(1 for process in told if process["ready"])
        rows.append(
            [
                name,
                "elsewhere" if each["wanted"] is None else f"{ready} of {each['wanted']} ready",
                " ".join(str(process["pid"]) for process in told),
                ", ".join(each.get("versions", [])),
                f"{sum(process.get('rss_mb', 0) for process in told):.0f} MB",
                "\n".join(f"{queue['name'].partition('.')[2]}={_known(queue['waiting'])}" for queue in queues),
                sum(queue["parked"] or 0 for queue in queues) if queues else None,
            ]
        )
    return table("process", "ready", "pids", "version", "memory", "in its queues", "dead letters", rows=rows)


def _known(count: int | None) -> str:
    return "?" if count is None else str(count)
