"""One embedded server as a process: started in the foreground by the supervisor, or as a child by the tests."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

MARK = "LOKET_SUPERVISED"
"""The variable by which a process is known as one of a deployment's (deploy/local/leftovers.py)."""

SUPERVISES = "LOKET_SUPERVISES"
"""The variable by which its supervisor is."""


class PartError(Exception):
    """An embedded server cannot do its work; the text is one line that says the mend."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """What to run, in exactly this environment (nothing is inherited)."""

    argv: tuple[str, ...]
    environ: dict[str, str]


class Part(Protocol):
    """An embedded server, described; it runs nowhere yet."""

    @property
    def name(self) -> str: ...

    @property
    def uri(self) -> str: ...

    @property
    def folder(self) -> Path: ...

    def prepare(self) -> Command:
        """Write what the server reads at start. Raises PartError where it may not or cannot run."""

    def answers(self) -> bool:
        """Does it serve clients now?"""


def become(part: Part) -> None:
    """Replace this process by the server, so that who started us holds the server itself."""
    command = part.prepare()
    os.chdir(part.folder)  # where it may leave what it writes when it is killed
    mark = {MARK: os.environ[MARK]} if MARK in os.environ else {}
    os.execve(command.argv[0], command.argv, command.environ | mark)  # noqa: S606  the server's own program, not a shell's


class Running:
    """A part as a child of this process, ready when entered, ended with all it started when left.

    It ends with the thread that entered, too, however that ends; should it not, it is found by `mark`, the value of
    MARK that it is given.
    """

    def __init__(self, part: Part, *, patience_s: float = 60.0, mark: str | None = None) -> None:
        self.part = part
        self._mark = {MARK: mark} if mark else {}
        self._patience_s = patience_s
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _output(self) -> Path:
        return self.part.folder / "output.log"

    @property
    def pid(self) -> int:
        """The server's own process id."""
        assert self._process is not None
        return self._process.pid

    def runs(self) -> bool:
        """Has it been started, and not ended since?"""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start it and wait until it answers. Raises PartError with the last lines it wrote."""
        self.launch()
        self.await_answer()

    def launch(self) -> None:
        """Start it and wait for nothing. Raises PartError where its port is taken."""
        command = self.part.prepare()
        if self.part.answers():
            raise PartError(f"another server answers already where {self.part.name} would; its port is taken")
        with self._output.open("ab") as log:
            self._process = subprocess.Popen(
                ("/usr/bin/setpriv", "--pdeathsig", "TERM", *command.argv),
                env=command.environ | self._mark,
                cwd=self.part.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def await_answer(self) -> None:
        """Raises PartError where it ends or its patience does."""
        process, output = self._process, self._output
        assert process is not None
        if not wait_until(lambda: process.poll() is not None or self.part.answers(), self._patience_s):
            self.stop()
            raise PartError(f"{self.part.name} did not answer within {self._patience_s:.0f} s; read {output}")
        if process.poll() is not None:
            last = output.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
            raise PartError(f"{self.part.name} ended at once ({' '.join(last)}); read {output}")

    def wait(self) -> None:
        """Until it has ended by itself, or by somebody else's hand."""
        if self._process is not None:
            self._process.wait()

    def kill(self) -> None:
        """End it as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end; after 20 s, make it."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(how)
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def wait_until(happened: Callable[[], bool], patience_s: float, *, every_s: float = 0.05) -> bool:
    """Look again and again; False when the patience is over."""
    end = time.monotonic() + patience_s
    while not happened():
        if time.monotonic() > end:
            return False
        time.sleep(every_s)
    return True
