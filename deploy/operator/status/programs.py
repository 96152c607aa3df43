"""Which process is not as it should be, and which queue nobody takes from."""

from collections.abc import Iterator
from typing import Any

from deploy.local.scales import STANDING
from deploy.operator.status.elsewhere import log_of
from deploy.operator.status.trouble import Trouble, busy

AGAIN_AND_AGAIN = 3
"""Ends within five minutes that are no accident any more."""


def in_programs(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Processes that end again and again, were scaled to none, or are not ready for a reason of their own."""
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
            yield _not_ready(name, each, wait=busy(facts))


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


def _not_ready(name: str, each: dict[str, Any], *, wait: str | None) -> Trouble:
    if each["settling"]:
        return _settling(name, "is not ready yet")
    told = each["processes"]
    behind = [one for one in told if not one["ready"]]
    missing = sorted({part for one in behind for part, well in (one.get("checks") or {}).items() if not well})
    silent = [str(one["pid"]) for one in behind if not one.get("checks")]
    if missing:
        why = f"does not reach the {' and the '.join(missing)}"
    elif silent and wait:
        why = f"did not answer twice (process {', '.join(silent)}); {wait}, before anything is ended"
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


def in_queues(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Queues that nobody takes from, though their service says that it is ready, or runs elsewhere."""
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
