"""gateway/api/README.md, as it is written: every command runs, and says what the page says that it does."""

import os
import re
import subprocess
from itertools import pairwise
from pathlib import Path

import gateway.api
from deploy.local.stack import Stack
from tests.system.conftest import Deployment

PAGE = Path(gateway.api.__file__ or "").with_name("README.md")
ROOT = PAGE.parents[2]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
END = "---- end of a block ----"


def blocks() -> list[tuple[str, str]]:
    """Commands, each with what they print."""
    found: list[tuple[str, str]] = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    pairs = [*pairwise(found), (found[-1], ("", ""))]
    return [(text, said if kind != "sh" else "") for (shell, text), (kind, said) in pairs if shell == "sh"]


def is_as_told(printed: str, told: str) -> bool:
    pattern = ".*?".join(map(re.escape, " ".join(told.split()).split("…")))
    return re.fullmatch(pattern, " ".join(printed.split())) is not None


def run(script: str, *, stack: Stack, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / ".venv").symlink_to(ROOT / ".venv")
    environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LOKET_VAR": str(stack.var), "PYTHONPATH": str(ROOT)}
    command = ["bash", "-euo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=120, check=False)


def test_the_first_hour_is_as_it_is_written(deployment: Deployment, tmp_path: Path) -> None:
    written = blocks()
    assert len(written) > 8
    script = "".join(f"{commands}echo; echo '{END}'\n" for commands, _ in written)
    assert script.count("AT=http://127.0.0.1:8080\n") == 1
    script = script.replace("AT=http://127.0.0.1:8080\n", f"AT={deployment.stack.address}\n")

    done = run(script, stack=deployment.stack, folder=tmp_path)

    printed = done.stdout.split(END)
    assert done.returncode == 0, (len(printed), done.stderr, printed[-1])
    for (commands, told), out in zip(written, printed, strict=False):
        assert is_as_told(out, told), (commands, out, told)
