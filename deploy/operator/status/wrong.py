"""What is wrong, in one sentence each with its mend: the cause first, and what only follows from it not at all."""

from collections.abc import Iterator
from typing import Any

from deploy.local.scales import STANDING
from deploy.local.stack import Stack
from deploy.local.towns import KEEP_HOSTS
from deploy.operator.status.elsewhere import log_of
from deploy.operator.status.keys import in_keys
from deploy.operator.status.trouble import Trouble
from deploy.operator.status.waiting import dead_letters, in_towns

AGAIN_AND_AGAIN = 3
"""Ends within five minutes that are no accident any more."""

LOW_DISK_MB = 500


def troubles(stack: Stack, facts: dict[str, Any]) -> list[Trouble]:
    """The most urgent first."""
    found = [
        *_deployment(stack, facts),
        *_needed(stack, facts),
        *_programs(facts),
        *_queues(facts),
        *_town_files(facts),
        *dead_letters(facts),
        *in_towns(facts),
        *in_keys(facts),
        *_machine(facts),
    ]
    return sorted(found, key=lambda each: not each.blocks)


def _deployment(stack: Stack, facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["supervised"] and not facts["answers"]:
        yield Trouble(
            code="supervisor-hangs",
            about="supervisor",
            sentence="the supervisor does not answer; `loket down` ends it, then `loket up`",
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
            yield Trouble(code=f"{part}-away", about=part, sentence=_away(stack, part, variable, follows), blocks=True)
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


def _away(stack: Stack, part: str, variable: str, follows: str) -> str:
    if stack.is_embedded(part):
        return f"the {part} does not answer: {follows}; read `loket logs {part}`, then `loket down` and `loket up`"
    return f"the {part} at {variable} does not answer: {follows}; look whether it runs and takes this address"


def _programs(facts: dict[str, Any]) -> Iterator[Trouble]:
    away = {part for part in ("broker", "store") if facts[part] is False}
    if facts["topology_current"] is False:
        away.add("broker")
    yield from _moments(facts, away)
    for name, each in (facts["services"] | facts["parts"]).items():
        if len(each["ends"]) >= AGAIN_AND_AGAIN:
            yield _crashing(name, each)
        elif each["wanted"] is None:
            continue  # others supervise it
        elif each["wanted"] == 0:
            yield Trouble(
                code="scaled-to-zero",
                about=name,
                sentence=f"{name} was scaled to 0: {STANDING[name]}; `loket scale {name}=1` starts it",
                blocks=True,
            )
        elif not each["ready"] and not _follows(facts, name, away):
            yield _not_ready(name, each)


def _moments(facts: dict[str, Any], away: set[str]) -> Iterator[Trouble]:
    """What answers now and did not a moment ago, and is the cause of what others say; goes into `away`, too."""
    for part in ("broker", "store"):
        if part in away:
            continue
        nodes = {name: each for name, each in facts["parts"].items() if name.startswith(part)}
        behind = [name for name, each in facts["services"].items() if _misses(each, part)]
        settling = any(each["settling"] for each in nodes.values())
        if (settling and (behind or not all(each["ready"] for each in nodes.values()))) or len(behind) > 1:
            away.add(part)
            who = f": {', '.join(behind)} {'do' if len(behind) > 1 else 'does'} not reach it" if behind else ""
            said = f"the {part} was started a moment ago{who} yet; look again in a few seconds"
            if not settling:
                said = (
                    f"the {part} answers here{who}: it was away a moment ago, then look again in a few seconds, or they"
                    f" have another address or no right; see `loket logs {behind[0]}`"
                )
            yield Trouble(code=f"{part}-not-reached", about=part, sentence=said, blocks=True)


def _misses(each: dict[str, Any], part: str) -> bool:
    """Has it a process that lacks this part and no other?"""
    found = [{what for what, well in (one.get("checks") or {}).items() if not well} for one in each["processes"]]
    return {part} in found


def _crashing(name: str, each: dict[str, Any]) -> Trouble:
    last = each["ends"][-1]["exit_code"]
    how = "an unknown code" if last is None else f"signal {-last}" if last < 0 else f"code {last}"
    again = f"; the next is started at {each['paused_until']:%H:%M:%S} UTC" if each["paused_until"] else ""
    return Trouble(
        code="crashes",
        about=name,
        sentence=f"{name} ended {len(each['ends'])} times in five minutes, the last time with {how}"
        f" ({'it runs now' if each['ready'] else each['last_words']}); read `loket logs {name}`{again}",
        blocks=not each["ready"],
    )


def _follows(facts: dict[str, Any], name: str, away: set[str]) -> bool:
    """Is it not ready only because of what is said already? Beside a part that hangs, a process may take its time."""
    if any(name == part or name.startswith(f"{part}-") for part in away):
        return True
    if name in facts["parts"] or not away:
        return False
    behind = [one for one in facts["services"][name]["processes"] if not one["ready"]]
    failing = [{part for part, well in (one.get("checks") or {}).items() if not well} for one in behind]
    return bool(behind) and all(parts <= away for parts in failing)


def _not_ready(name: str, each: dict[str, Any]) -> Trouble:
    if each["settling"]:
        return _settling(name, "is not ready yet")
    told = each["processes"]
    behind = [one for one in told if not one["ready"]]
    missing = sorted({part for one in behind for part, well in (one.get("checks") or {}).items() if not well})
    silent = [str(one["pid"]) for one in behind if not one.get("checks")]
    if missing:
        why = f"does not reach the {' and the '.join(missing)}"
    elif silent:
        why = f"does not answer (process {', '.join(silent)}); it starts, or hangs: then end it with `kill -9`"
    else:
        why = "has not all its processes yet"
    return Trouble(
        code="not-ready",
        about=name,
        sentence=f"{name} is not ready ({len(told) - len(behind)} of {each['wanted']} processes): it {why}; see"
        f" `loket logs {name}`",
        blocks=True,
    )


def _settling(name: str, what: str) -> Trouble:
    """Nothing is to be done about it: whoever ends its process ends the one that was started just now."""
    return Trouble(
        code="starting",
        about=name,
        sentence=f"{name} was started a moment ago and {what}; look again in a few seconds",
        blocks=True,
    )


def _queues(facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["broker_alarm"]:
        return  # on a full disk its queues give up, and come back with the room
    for name, each in facts["services"].items():
        if facts["topology_current"] is False or (not each["ready"] and each["wanted"] is not None):
            continue
        idle = [queue["name"] for queue in each["queues"] if queue["consumers"] == 0] + each["unanswered"]
        moving = each["settling"] or any(part["settling"] for part in facts["parts"].values())
        if idle and moving and each["wanted"] is not None:
            yield _settling(name, "does not take from its queues yet")
        elif idle:
            yield Trouble(
                code="no-consumer",
                about=name,
                sentence=f"nobody takes from {', '.join(idle)}: {name} runs nowhere, or hangs; start it, or see"
                f" {log_of(name, supervised=False)}"
                if each["wanted"] is None
                else f"nobody takes from {', '.join(idle)}, though {name} says that it is ready; read"
                f" `loket logs {name}`, then end its process with `kill` and the supervisor starts another",
                blocks=True,
            )


def _machine(facts: dict[str, Any]) -> Iterator[Trouble]:
    if facts["disk_free_mb"] is not None and facts["disk_free_mb"] < LOW_DISK_MB:
        yield Trouble(
            code="disk-full",
            about=facts["folder"],
            sentence=f"only {facts['disk_free_mb']} MB are free for {facts['folder']}; make room, or broker and store"
            " stop taking anything",
        )
