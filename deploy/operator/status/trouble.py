"""One thing that is wrong."""

from dataclasses import asdict, dataclass
from typing import Any

BUSY = 2
"""Processes that want to run, for each core: with more of them what works answers late."""


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """`code` and `about` are for programs, `sentence` for people. What `blocks` keeps citizens from being served."""

    code: str
    about: str
    sentence: str
    blocks: bool = False

    def told(self) -> dict[str, Any]:
        """As facts."""
        return asdict(self)


def busy(facts: dict[str, Any]) -> str | None:
    """What to do where something did not answer while the machine has more to do than it can: nobody knows yet whether
    it hangs, and a restart makes the load larger. None where the load explains nothing."""
    load = facts["load"]
    if load["processes"] <= BUSY * load["cores"]:
        return None
    cores = f"{load['cores']} core{'s' if load['cores'] > 1 else ''}"
    return f"this machine is busy (load {load['processes']:.0f} on {cores}): look again in a moment"
