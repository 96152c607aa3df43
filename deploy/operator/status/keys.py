"""What `loket keys check` knows, in short: what is wrong with keys and seals, or will be soon."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.local.stack import Stack
from deploy.operator.status.trouble import Trouble

ETC = "/etc/loket"
"""Where the files of a production deployment are, unless LOKET_ETC says otherwise."""


def keys_facts(stack: Stack, *, runs: bool) -> dict[str, Any] | None:
    """`looked_at` (a folder of files, or None for the variables that this deployment's processes were started with),
    `problems` in one line each, and the `seals` of the towns. None where there is nothing to look at, or only others
    may. Raises Unreadable where a town's file cannot be read.
    """
    from deploy.production.checking import file_problems, together  # noqa: PLC0415 - brings what keys need
    from deploy.production.generations import unfinished  # noqa: PLC0415
    from deploy.production.seals import seal_states  # noqa: PLC0415

    environments: dict[str, dict[str, str]] = {}
    folder = etc_of(stack)
    try:
        if stack.profile == "production" and (folder / "common.env").exists():
            problems = file_problems(folder, environments)
        elif runs:
            folder, environments = Path(), _started(stack)
            problems = list(together(environments))
        else:
            return None
    except PermissionError:
        return None
    now = datetime.now(UTC)
    documents = environments.get("documents", {})
    seals = seal_states(documents, now=now, with_key=False) if documents.get("LOKET_TOWNS") else []
    if not problems:
        problems = list(unfinished(environments, today=now.date()))
    return {
        "looked_at": str(folder) if folder.name else None,
        "problems": problems,
        "seals": {each.refnis: {"ends": each.ends, "seals": each.seals, "problem": each.problem} for each in seals},
    }


def etc_of(stack: Stack) -> Path:
    """The folder of the environment files of a production deployment."""
    return Path(stack.outside.get("LOKET_ETC") or ETC)


def in_keys(facts: dict[str, Any]) -> Iterator[Trouble]:
    """Each seal that ends, and the first of all else."""
    known = facts["keys"]
    if not known:
        return
    for refnis, seal in known["seals"].items():
        if seal["problem"]:
            said = seal["problem"].removeprefix("documents: ")
            code = "seal-ends" if seal["seals"] else "no-seal"
            yield Trouble(
                code=code,
                about=refnis,
                sentence=said if seal["seals"] else f"{said}; until then nothing is issued there",
                blocks=not seal["seals"],
            )
    if found := known["problems"]:
        folder = known["looked_at"]
        more = f", and {len(found) - 1} more" if len(found) > 1 else ""
        all_of_it = f"`loket keys check {folder}` tells all" if folder else "see deploy/production/README.md"
        yield Trouble(code="keys", about="keys", sentence=f"keys: {found[0]}{more}; {all_of_it}")


def _started(stack: Stack) -> dict[str, dict[str, str]]:
    """The variables that `loket up` gives each process."""
    from deploy.local.programs import programs  # noqa: PLC0415 - imports every service's settings
    from deploy.production.variables import PROCESSES  # noqa: PLC0415

    return {each.name: each.environ for each in programs(stack) if each.name in PROCESSES}
