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


class Output(FileStream):  # type: ignore[misc]
    """A log, of what a process writes on both its streams. Who says there that it has to be started again is ended, and
    so is started again by its supervisor.

    `mark` is the value of MARK in the supervisor's processes. What finds no room on the disk is lost, and nothing else.
    """

    def __init__(self, *, mark: str, **options: Any) -> None:
        super().__init__(**options)
        self._mark = mark
        self._before: dict[str, bytes] = {}

    def __call__(self, data: dict[str, Any]) -> None:
        """circus: some bytes of a process, cut anywhere."""
        stream = data.get("name", "")
        heard = self._before.pop(stream, b"") + data["data"]
        if GIVES_UP not in heard:
            self._before[stream] = heard[-len(GIVES_UP) + 1 :]
        else:
            self._end(data["pid"])
        with contextlib.suppress(OSError):
            super().__call__(data)

    def _end(self, pid: int) -> None:
        """No signal that it could answer: a server in this state may wait for its storage."""
        with contextlib.suppress(psutil.Error, OSError):
            process = psutil.Process(pid)
            if process.environ().get(MARK) == self._mark:  # its last words may come when it has gone
                log.warning("process_gave_up", pid=pid, said=GIVES_UP.decode())
                process.kill()
