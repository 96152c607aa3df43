"""`python -m deploy.local.cleaning`: ends every deployment under `var`, before `make clean` removes that folder.

Whichever LOKET_VAR is set: what is removed is `var`, and a deployment elsewhere is left as it is.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from deploy.local.embedded.part import PartError
from deploy.local.leftovers import marks
from deploy.local.outside import ROOT, started_with, var_folder
from deploy.local.running import down
from deploy.local.stack import Stack


def deployments(under: Path) -> list[Path]:
    """The folders of those of which something runs, in this folder or below it."""
    top = under.resolve()
    return sorted(folder for folder in map(Path, marks()) if folder.is_relative_to(top))


def end_all(under: Path, note: Callable[[str], None]) -> None:
    """Raises PartError where one does not end."""
    for folder in deployments(under):
        note(f"ending the deployment in {folder}")
        down(Stack(var=folder, outside=started_with(folder)), note=note)


def clean(var: Path, chosen: Path, note: Callable[[str], None]) -> None:
    """End what is under `var`; `chosen` is that of the commands. Raises PartError."""
    end_all(var, note)
    if not chosen.resolve().is_relative_to(var.resolve()):
        note(f"LOKET_VAR is {chosen}: what is there is left as it is (`loket down` ends it)")


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


if __name__ == "__main__":
    try:
        clean(ROOT / "var", var_folder(), _say)
    except PartError as error:
        sys.exit(f"loket: {error}; nothing was removed")
