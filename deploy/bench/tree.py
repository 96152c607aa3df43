"""A checkout of Loket that is measured. Its own python runs its own `loket`: nothing of it is imported here."""

import os
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.embedded.part import PartError
from deploy.local.outside import ROOT

HANDED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "SSL_CERT_FILE")
ADDRESSES = ("LOKET_AMQP_URI", "LOKET_MONGO_URI", "LOKET_SMTP_URI", "LOKET_TOWNS")
"""With one of these a stack would not be the bench's own."""

NO_LIMITS = {"LOKET_LIMIT_APPLICATIONS": "1000000 per hour", "LOKET_LIMIT_CHANGES": "1000000 per hour"}


@dataclass(frozen=True, kw_only=True)
class Tree:
    """`name` is its commit, or its folder's where git knows none; `outside` are the LOKET_* variables of all runs."""

    folder: Path
    name: str
    python: Path
    program: str
    outside: Mapping[str, str]

    @property
    def opt(self) -> Path:
        """Where its set-up unpacked the embedded store."""
        return self.folder / "var" / "opt" / "store"

    def run(self, var: Path, *words: str, more: Mapping[str, str] | None = None) -> str:
        """What its `loket` says about the deployment in `var`. Raises PartError with its last line where it fails."""
        handed = {name: os.environ[name] for name in HANDED_ON if name in os.environ}
        ours = {"LOKET_VAR": str(var), "PYTHONPATH": str(self.folder)}
        done = subprocess.run(
            [str(self.python), "-W", "ignore::DeprecationWarning", "-m", self.program, *words],
            cwd=self.folder,
            env={**handed, **self.outside, **(more or {}), **ours},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip() or "it says nothing").splitlines()[-1]
            raise PartError(f"`loket {' '.join(words)}` of {self.folder} failed: {last} (its logs: {var / 'log'})")
        return done.stdout


def this_tree() -> Tree:
    """The one that this command belongs to."""
    return _tree(ROOT, Path(sys.executable))


def tree_at(folder: Path) -> Tree:
    """Another checkout, which was set up by its own `make setup`. Raises PartError."""
    folder = folder.absolute()
    python = folder / ".venv" / "bin" / "python"
    if not python.exists():
        raise PartError(f"{folder} is not set up: run `make setup` there first")
    return _tree(folder, python)


def _tree(folder: Path, python: Path) -> Tree:
    return Tree(folder=folder, name=_commit(folder), python=python, program=_program(folder), outside=_outside())


def _outside() -> dict[str, str]:
    """The operator's LOKET_* variables, so that one can be tried: LOKET_GATEWAY_WORKERS=1 loket bench."""
    if named := [name for name in ADDRESSES if os.environ.get(name)]:
        raise PartError(f"loket bench measures stacks of its own on this machine: unset {', '.join(named)}")
    ours = {name: value for name, value in os.environ.items() if name.startswith("LOKET_")}
    return {**NO_LIMITS, **ours}


def _program(folder: Path) -> str:
    """The module that `loket` is, as its pyproject.toml says."""
    try:
        with (folder / "pyproject.toml").open("rb") as file:
            entry: str = tomllib.load(file)["project"]["scripts"]["loket"]
    except (FileNotFoundError, KeyError, tomllib.TOMLDecodeError):
        raise PartError(f"{folder} is no checkout of Loket: its pyproject.toml names no `loket`") from None
    return entry.partition(":")[0]


def _commit(folder: Path) -> str:
    asked = subprocess.run(
        ["git", "-C", str(folder), "describe", "--always", "--dirty", "--exclude=*"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip() or folder.name
