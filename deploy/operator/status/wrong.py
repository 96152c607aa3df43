"""What is wrong, in one sentence each with its mend: the cause first, and what only follows from it not at all."""

from collections.abc import Iterator
from typing import Any

from deploy.local.stack import Stack
from deploy.local.towns import KEEP_HOSTS
from deploy.operator.status.catalogue import in_catalogue
from deploy.operator.status.departments_wrong import in_departments
from deploy.operator.status.faults import in_faults
from deploy.operator.status.keys import in_keys
from deploy.operator.status.programs import in_programs, in_queues
from deploy.operator.status.trouble import Trouble, busy
from deploy.operator.status.waiting import dead_letters, in_towns

LOW_DISK_MB = 500


def troubles(stack: Stack, facts: dict[str, Any]) -> list[Trouble]:
    """The most urgent first."""
    found = [
        *_deployment(stack, facts),
        *_needed(stack, facts),
        *in_programs(facts),
        *in_queues(facts),
        *_town_files(facts),
        *in_catalogue(facts),
        *dead_letters(facts),
        *in_towns(facts),
        *in_departments(facts),
        *in_faults(facts),
        *in_keys(facts),
        *_machine(facts),
    ]
    return sorted(found, key=lambda each: not each.blocks)


def _deployment(stack: Stack, facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["supervised"] and not facts["answers"]:
        yield Trouble(
            code="supervisor-hangs",
            about="supervisor",
            sentence=f"the supervisor did not answer twice; {wait}, and where it stays so `loket logs supervisor` tells"
            " more"
            if (wait := busy(facts))
            else "the supervisor does not answer; `loket down` ends it, then `loket up`",
            blocks=True,
        )
    elif facts["strays"]:
        pids = ", ".join(map(str, facts["strays"]))
        yield Trouble(
            code="stray-supervisor",
            about="supervisor",
            sentence=f"the supervisor (process {pids}) runs, but the files by which it is found were removed: it ends"
            " by itself, and `loket down` ends it with all that it started",
            blocks=True,
        )
    elif facts["orphans"]:
        left = len(facts["orphans"])
        yield Trouble(
            code="orphans",
            about="supervisor",
            sentence=f"the supervisor is gone and {left} of its processes still run; `loket up` ends them and starts"
            " anew, `loket down` ends them",
            blocks=True,
        )
    elif not facts["supervised"] and not stack.is_embedded("broker") and not facts["services"]:
        yield Trouble(
            code="not-supervised",
            about="deployment",
            sentence="no process is supervised here, and of those elsewhere only the broker could tell something",
        )
    elif not facts["supervised"] and facts["services"]:
        yield Trouble(
            code="not-supervised",
            about="deployment",
            sentence="no process is supervised here: those elsewhere are judged by their queues alone",
        )
    elif not facts["supervised"]:
        yield Trouble(
            code="not-running",
            about="deployment",
            sentence=stack.absence or "nothing runs here; start it with `loket up`",
            blocks=True,
        )
    yield from _versions(facts)


def _versions(facts: dict[str, Any]) -> Iterator[Trouble]:
    """What each process says it runs, and what a process that is started now would."""
    installed, by_version = facts["versions"]["loket"], dict[str, list[str]]()
    if supervisor := facts["versions"]["running"]:
        by_version.setdefault(supervisor, []).append("the supervisor")
    for name, each in facts["services"].items():
        for told in each["versions"]:
            by_version.setdefault(told, []).append(name)
    if set(by_version) <= {installed}:
        return
    if len(by_version) == 1:
        (running,) = by_version
        said = f"version {running} runs and {installed} is installed"
    else:
        here = "; ".join(f"{told}: {', '.join(names)}" for told, names in sorted(by_version.items()))
        said = f"several versions run side by side ({here}) and {installed} is installed"
    mend = (
        "`loket down`, then `loket up`" if facts["supervised"] else "start those anew (deploy/production/UPGRADING.md)"
    )
    yield Trouble(code="version-differs", about="deployment", sentence=f"{said}; {mend}")


def _town_files(facts: dict[str, Any]) -> Iterator[Trouble]:
    if edited := facts["town_files"]["edited"]:
        mend = "mend them first (`loket towns check`), then" if facts["town_files"]["wrong"] else "these take effect by"
        yield Trouble(
            code="towns-edited",
            about="deployment",
            sentence=f"edited since the start: {', '.join(edited)}; {mend} `loket down` and `loket up`",
        )
    if gone := facts["town_files"]["gone"]:
        yield Trouble(
            code="towns-gone",
            about="deployment",
            sentence=f"taken away since the start: {', '.join(gone)}; after the next `loket up` nobody reaches what"
            " such a town has issued: put its file back unless that is meant",
        )
    if lost := facts["town_files"]["lost_hosts"]:
        yield Trouble(
            code="hosts-lost",
            about="deployment",
            sentence=f"after the next `loket up` these lead to no town: {', '.join(lost)}; {KEEP_HOSTS}",
        )


def _needed(stack: Stack, facts: dict[str, Any]) -> Iterator[Trouble]:
    for part, variable in (("broker", "LOKET_AMQP_URI"), ("store", "LOKET_MONGO_URI")):
        if facts[part] is False:
            follows = "nothing is taken (503) and nothing moves" if part == "broker" else "nothing personal is shown"
            yield Trouble(
                code=f"{part}-away", about=part, sentence=_away(stack, facts, part, variable, follows), blocks=True
            )
    if facts["broker"] and facts["broker_alarm"]:
        yield Trouble(
            code="broker-refuses",
            about="broker",
            sentence=f"the broker takes nothing, being {facts['broker_alarm']}: nothing is filed (503) and nothing"
            f" moves; make room {_place(stack, facts)}, and it goes on by itself",
            blocks=True,
        )
    if facts["broker"] and facts["topology_current"] is False:
        yield Trouble(
            code="topology-old",
            about="broker",
            sentence="the broker lacks queues or exchanges of this version, and services wait for them;"
            " `loket broker declare` makes them",
            blocks=True,
        )
    if facts["relay"] is False:
        yield Trouble(
            code="relay-away",
            about="relay",
            sentence="the mail relay takes no connection: mail waits and is sent later; look at LOKET_SMTP_URI and"
            " at the relay",
        )


def _place(stack: Stack, facts: dict[str, Any]) -> str:
    if not stack.is_embedded("broker"):
        return "where it runs"
    return f"in {facts['folder']}" if "disk" in facts["broker_alarm"] else "in this machine's memory"


def _away(stack: Stack, facts: dict[str, Any], part: str, variable: str, follows: str) -> str:
    if wait := busy(facts):
        more = f"read `loket logs {part}`" if stack.is_embedded(part) else f"look whether it runs, at {variable}"
        return f"the {part} did not answer twice; {wait}, and where it stays so {more} (while it is away, {follows})"
    if stack.is_embedded(part):
        return f"the {part} does not answer: {follows}; read `loket logs {part}`, then `loket down` and `loket up`"
    return f"the {part} at {variable} does not answer: {follows}; look whether it runs and takes this address"


def _machine(facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["disk_free_mb"] is not None and facts["disk_free_mb"] < LOW_DISK_MB:
        yield Trouble(
            code="disk-full",
            about=facts["folder"],
            sentence=f"only {facts['disk_free_mb']} MB are free for {facts['folder']}; make room, or broker and store"
            " stop taking anything",
        )
