"""Environment files: `NAME=value` lines that systemd's EnvironmentFile= and a shell's `.` read alike.

Values with a sign that means something to a shell stand in double quotes. Files are written whole or not at all, for
their owner only.
"""

import errno
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from deploy.production.env_lines import lines_of
from services.contracts.schema import Unreadable
from services.contracts.yaml_files import read_bytes

MOST_BYTES = 1024 * 1024
"""Of a file: a hundred times what a process is told."""

_PLAIN = re.compile(r"[A-Za-z0-9_.,:/@%+=-]*")


def read_env(path: Path) -> dict[str, str]:
    """Names to values. Raises Unreadable with the number of each line that is none, never repeating it, or with why
    the file cannot be read; FileNotFoundError, PermissionError.
    """
    found: dict[str, str] = {}
    problems = {}
    for line in lines_of(_text_of(path)):
        if line.mend:
            problems[f"line {line.number}"] = line.mend
        elif line.name in found:
            problems[f"line {line.number}"] = f"{line.name} is there twice; keep one"
        else:
            found[line.name] = line.value
    if problems:
        raise Unreadable(str(path), problems)
    return found


def _text_of(path: Path) -> str:
    """Raises Unreadable, FileNotFoundError and PermissionError: who may not read a secret is not given the right to."""
    if os.path.lexists(path) and not os.access(path, os.R_OK) and os.path.exists(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
    try:
        content = read_bytes(path, most=MOST_BYTES)
    except ValueError as error:
        if not os.path.lexists(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from None
        raise Unreadable(str(path), {"file": str(error)}) from None
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Unreadable(str(path), {f"line {line}": "is not UTF-8; save the file as UTF-8"}) from None


@dataclass(frozen=True, kw_only=True)
class EnvFile:
    """What is to stand in a file; `head` becomes the comments above it."""

    values: Mapping[str, str]
    head: str = ""


def write_env(path: Path, values: Mapping[str, str], *, head: str = "") -> None:
    """Whole or not at all, readable for its owner only; a file that is there is replaced. Raises OSError."""
    write_envs({path: EnvFile(values=values, head=head)})


def write_envs(files: Mapping[Path, EnvFile]) -> None:
    """As write_env. None is replaced before all of them lie beside, so that a full disk changes none.

    Raises OSError with the file's name.
    """
    drafts = {path: path.with_name(f".{path.name}.new") for path in files}
    try:
        for path, draft in drafts.items():
            _write(draft, _text(files[path]))
    except OSError as error:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
        raise OSError(error.errno, error.strerror, error.filename or str(path)) from None
    for path, draft in drafts.items():
        draft.rename(path)


def head_of(path: Path) -> str:
    """The comments at the head of a file."""
    lines = []
    for line in _text_of(path).splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return "\n".join(lines)


def _text(file: EnvFile) -> str:
    lines = [f"# {line}".rstrip() for line in file.head.splitlines()]
    lines += [f"{name}={_quoted(value)}" for name, value in file.values.items()]
    return "\n".join((*lines, ""))


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(descriptor, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _quoted(value: str) -> str:
    if _PLAIN.fullmatch(value):
        return value
    if any(sign in value for sign in '"$`\\\n'):
        raise ValueError("no environment file can hold this value as both systemd and a shell read it")
    return f'"{value}"'
