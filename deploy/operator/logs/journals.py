"""The log files of each program, rotated ones included, read as one; and what comes to them later."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from deploy.local.stack import Stack
from deploy.operator.logs.lines import Entry, entries

WINDOW = 256 * 1024
"""Bytes from a journal's end that are read first where only its last lines are wanted."""


@dataclass(frozen=True, kw_only=True)
class Journal:
    """What one program wrote: `newest`, and beside it `newest.0` or `newest.1` (the last one) to `newest.9`."""

    program: str
    newest: Path
    is_inner: bool = False
    """A server's own log, of each client's every refusal: told where that server is asked for by name."""

    def files(self, since: datetime | None = None) -> list[Path]:
        """The oldest first, without those that were written for the last time before `since`."""
        rotated = [self.newest.with_name(f"{self.newest.name}.{number}") for number in range(9, -1, -1)]
        found = [path for path in (*rotated, self.newest) if path.exists()]
        return [path for path in found if since is None or path.stat().st_mtime >= since.timestamp()]

    def size(self) -> int:
        """Of all files together."""
        return sum(path.stat().st_size for path in self.files())

    def lines(
        self, *, since: datetime | None = None, last: int | None = None, end: int | None = None
    ) -> Iterator[bytes]:
        """Of the files that go back to `since`, or of the `last` bytes; `end` is where the newest file's end was."""
        files = self.files(since)
        sizes = [
            min(path.stat().st_size, end) if path == self.newest and end is not None else path.stat().st_size
            for path in files
        ]
        skip = max(0, sum(sizes) - last) if last is not None else 0
        cut = skip > 0
        for path, size in zip(files, sizes, strict=True):
            if skip >= size:
                skip -= size
                continue
            with path.open("rb") as file:
                file.seek(skip)
                left, skip = size - skip, 0
                while left > 0 and (line := file.readline(left)):
                    left -= len(line)
                    if not cut:
                        yield line
                    cut = False  # the first was perhaps but the end of a line


def journals(stack: Stack) -> list[Journal]:
    """By program. The embedded broker's nodes have two: what it says at its start, and its own log."""
    found = [Journal(program=path.stem, newest=path) for path in sorted(stack.logs.glob("*.log"))]
    own = [(node.name, node.folder / "log" / f"{node.node}.log") for node in stack.brokers()]
    return found + [Journal(program=name, newest=path, is_inner=True) for name, path in own if path.exists()]


def timed(lines: Iterator[bytes], *, otherwise: datetime) -> Iterator[tuple[datetime, Entry]]:
    """Each with its time or that of the line before; before the first time that anybody said, `otherwise`."""
    now = otherwise
    for line in lines:
        for entry in entries(line):
            if entry.at is None:
                yield now, replace(entry, at=now)
            else:
                now = entry.at
                yield now, entry


class Follower:
    """What comes to a journal from the moment on in which this is made, through rotations."""

    def __init__(self, journal: Journal, *, from_start: bool = False) -> None:
        self.journal = journal
        self.position = 0
        self._rest = b""
        self._last = datetime.now(UTC)
        self._file = self._opened()
        if self._file and not from_start:
            self.position = _after_last_line(self._file)

    def new(self) -> list[tuple[datetime, Entry]]:
        """Whole lines since the last time."""
        lines = self._read()
        if self._was_rotated():
            lines += self._read()
            self.close()
            self.position, self._rest, self._file = 0, b"", self._opened()
            lines += self._read()
        found = list(timed(iter(lines), otherwise=self._last))
        if found:
            self._last = found[-1][0]
        return found

    def close(self) -> None:
        """Nobody wants to know more."""
        if self._file:
            self._file.close()

    def _opened(self) -> BinaryIO | None:
        try:
            return self.journal.newest.open("rb")
        except FileNotFoundError:
            return None

    def _read(self) -> list[bytes]:
        if self._file is None:
            return []
        if os.fstat(self._file.fileno()).st_size < self.position:
            self.position, self._rest = 0, b""  # somebody emptied it
        self._file.seek(self.position)
        read = self._file.read()
        self.position += len(read)
        *whole, self._rest = (self._rest + read).split(b"\n")
        return [line + b"\n" for line in whole]

    def _was_rotated(self) -> bool:
        try:
            now = self.journal.newest.stat().st_ino
        except FileNotFoundError:
            return False
        return self._file is None or os.fstat(self._file.fileno()).st_ino != now


def _after_last_line(file: BinaryIO) -> int:
    """What is half written will be told once it is whole."""
    end = file.seek(0, os.SEEK_END)
    start = max(0, end - WINDOW)
    file.seek(start)
    found = file.read(end - start).rfind(b"\n")
    return start + found + 1 if found >= 0 else end
