"""What the store and the broker ask of the system, counted by strace from outside.

The embedded store counts no commands itself (its serverStatus says 0), but it answers each with one `sendto`; tests
hold this against known numbers. A traced process is slower: this is a phase of its own, in which no time is taken.
"""

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.embedded.part import PartError, wait_until

SYNCS = ("fsync", "fdatasync")
ANSWERS = ("sendto",)
ATTACHED_S = 20.0

MISSING = "not measured: apt install strace"

_BEGUN = re.compile(r"^\d+ +(?P<at>\d+\.\d+) (?P<call>\w+)\((?:\d+<TCP[^>]*->127\.0\.0\.1:(?P<peer>\d+)\]>)?")


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call that was begun, at a time as time.time() says it; `peer` is the port of who was answered."""

    at: float
    name: str
    peer: int | None


@dataclass
class Calls:
    """Filled when the tracing ends."""

    made: list[Call] = field(default_factory=list)

    def between(self, start: float, end: float, names: Iterable[str]) -> list[Call]:
        """Those begun from `start` until before `end`."""
        return [each for each in self.made if start <= each.at < end and each.name in names]


def is_there() -> bool:
    """Can anything be traced here?"""
    return shutil.which("strace") is not None


@contextmanager
def traced(pid: int, names: Iterable[str]) -> Iterator[Calls]:
    """Every call with one of these names that any thread of a process makes. Raises PartError where strace may not."""
    calls = Calls()
    with tempfile.TemporaryDirectory() as folder, Path(folder, "said").open("w+", encoding="utf-8") as said:
        written = Path(folder, "calls")
        command = ("strace", "-f", "-qq", "-ttt", "-yy", "-s", "0", "-e", "signal=none", "-o", str(written))
        tracer = subprocess.Popen(
            (*command, "-e", f"trace={','.join(names)}", "-p", str(pid)), stdin=subprocess.DEVNULL, stderr=said
        )
        try:
            if not wait_until(lambda: tracer.poll() is not None or _is_traced(pid), ATTACHED_S) or tracer.poll():
                said.seek(0)
                why = (said.read().strip() or "it does not attach").splitlines()[-1]
                raise PartError(f"strace does not work here: {why}; run as root, or leave it with --traced 0")
            yield calls
        finally:
            tracer.send_signal(signal.SIGINT)  # it lets go of the process, which goes on
            tracer.wait()
        calls.made += parsed(written.read_text(encoding="utf-8", errors="replace").splitlines())


def parsed(lines: Iterable[str]) -> Iterator[Call]:
    """What `strace -f -ttt -yy` wrote; a call that was resumed is not counted twice."""
    for line in lines:
        if begun := _BEGUN.match(line):
            peer = begun["peer"]
            yield Call(at=float(begun["at"]), name=begun["call"], peer=int(peer) if peer else None)


def an_application(quiet: float, busy: float, *, quiet_s: float, busy_s: float, applications: int) -> float:
    """How many calls one application costs: those of the busy time, without what goes on while nothing happens."""
    return (busy - quiet * busy_s / quiet_s) / applications


def by_kind(calls: Iterable[Call], kinds: Mapping[int, str]) -> Counter[str]:
    """Answers by the kind of process that was answered (Processes.by_port); whose port is gone is `rest`."""
    return Counter(kinds.get(each.peer or 0, "rest") for each in calls)


def _is_traced(pid: int) -> bool:
    """All threads of a process (proc(5), TracerPid), which are attached one by one."""
    threads = list(Path(f"/proc/{pid}/task").glob("*"))
    return bool(threads) and all("TracerPid:\t0" not in _status(each) for each in threads)


def _status(thread: Path) -> str:
    try:
        return (thread / "status").read_text(encoding="ascii", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""


def now() -> float:
    """The clock of Call.at."""
    return time.time()
