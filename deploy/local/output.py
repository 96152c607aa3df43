"""What a supervised process writes: kept in its log, and listened to."""

import contextlib
from typing import Any

import psutil
import structlog
from circus.stream import FileStream

from deploy.local.embedded.part import MARK

log = structlog.get_logger()

GIVES_UP = b"the process must exit and restart: WT_PANIC"
"""The embedded store's storage engine, once it could not write what it had to, on a full disk say: from then on every
question about data fails, and its server goes on saying so for ever.
"""


LONGEST_LINE = 64 * 1024
"""Bytes of a line that are waited for before it is written as it is."""


class Output(FileStream):  # type: ignore[misc]
    """A log, of what the processes of a program write on both their streams, line by line: none is torn by another's,
    nor by the file's rotation. Who says there that it has to be started again is ended, and its supervisor starts it.

    `mark` is the value of MARK in the supervisor's processes. What finds no room on the disk is lost, and nothing else.
    """

    def __init__(self, *, mark: str, **options: Any) -> None:
        super().__init__(**options)
        self._mark = mark
        self._begun: dict[tuple[int, str], bytes] = {}

    def __call__(self, data: dict[str, Any]) -> None:
        """circus: some bytes of a process, cut anywhere."""
        pid, stream = data["pid"], data.get("name", "")
        self._finish_of_the_dead(pid)
        heard = self._begun.pop((pid, stream), b"") + data["data"]
        if GIVES_UP in heard:
            self._end(pid)
        whole, end, begun = heard.rpartition(b"\n")
        if len(begun) > LONGEST_LINE:
            whole, begun = heard, b""
        if begun:
            self._begun[pid, stream] = begun
        self._write(pid, whole + end)

    def close(self) -> None:
        """What was begun is written as it is."""
        for (pid, _), begun in self._begun.items():
            self._write(pid, begun)
        self._begun.clear()
        super().close()

    def _finish_of_the_dead(self, pid: int) -> None:
        """The last words of processes before this one, which ended in the middle of a line."""
        for other in [each for each in self._begun if each[0] != pid and not psutil.pid_exists(each[0])]:
            self._write(other[0], self._begun.pop(other) + b"\n")

    def _write(self, pid: int, text: bytes) -> None:
        if text:
            with contextlib.suppress(OSError):
                super().__call__({"data": text, "pid": pid})

    def _end(self, pid: int) -> None:
        """No signal that it could answer: a server in this state may wait for its storage."""
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if process.environ().get(MARK) == self._mark:  # its last words may come when it has gone
                log.warning("process_gave_up", pid=pid, said=GIVES_UP.decode())
                process.kill()
