"""What the processes of a stack use, seen from the operating system: the same for every version of Loket.

A process is known by what it was started as; one that was not started as anything known is of its parent's kind.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil

from deploy.local.embedded.part import PartError

KINDS = ("store", "broker", "gateway", "intake", "registry", "documents", "printing", "notify", "rest")
"""`documents` is the service itself and the child that examines files, `printing` its children that print; `rest` is
the supervisor, the mail catcher and the sign-in."""

PATIENCE_S = 60.0

_SIGNS = (
    ("secantusd-rs", "store"),
    ("beam.smp", "broker"),
    ("gunicorn", "gateway"),
    ("deploy.demo.register", "registry"),
    ("services.documents.children.printing", "printing"),
    ("services.documents.printing", "printing"),  # of 0.9 and before: a bench runs them beside
    ("services.intake", "intake"),
    ("services.registry", "registry"),
    ("services.documents", "documents"),
    ("services.notify", "notify"),
)


GONE_S = 10.0
"""Within this a killed process is gone, or dead and only not buried yet by whoever started it."""


def kind_of(command: Sequence[str], parent: str) -> str:
    """Of a process, from its command line and its parent's kind."""
    words = " ".join(command)
    return next((kind for sign, kind in _SIGNS if sign in words), parent)


class NothingRuns(PartError):
    """There is no deployment in a folder."""


class Processes:
    """All processes of the deployment in the folder `var`. Raises NothingRuns."""

    def __init__(self, var: Path) -> None:
        found = {each.pid: each for each in psutil.process_iter() if _belongs(each, var)}
        roots = [each for each in found.values() if _parent(each) not in found]
        if not roots:
            raise NothingRuns(f"no supervisor runs in {var}; see its logs")
        self._supervisor = roots[0]

    def all(self) -> Iterator[tuple[str, psutil.Process]]:
        """Each with its kind, parents first."""
        children: dict[int, list[psutil.Process]] = {}
        for each in self._supervisor.children(recursive=True):
            children.setdefault(_parent(each), []).append(each)
        waiting = [("rest", self._supervisor)]
        while waiting:
            kind, process = waiting.pop(0)
            yield kind, process
            for child in children.get(process.pid, []):
                waiting.append((kind_of(_command(child), kind), child))

    def of(self, kind: str) -> list[psutil.Process]:
        """Those of one kind, parents first. Raises PartError where there is none."""
        found = [process for each, process in self.all() if each == kind]
        if not found:
            raise PartError(f"no process of the stack is its {kind}; see the logs of the bench")
        return found

    def broker_nodes(self) -> list[psutil.Process]:
        """The nodes themselves, without what each has started."""
        return [each for each in self.of("broker") if Path(each.exe()).name == "beam.smp"]

    def cpu_s(self) -> dict[str, float]:
        """Seconds by kind since each began, with what its ended children had used: it never falls."""
        found = dict.fromkeys(KINDS, 0.0)
        for kind, process in self.all():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue  # its parent has its seconds now
            found[kind] += times.user + times.system + times.children_user + times.children_system
        return found

    def pss_mb(self) -> dict[str, float]:
        """Mebibytes by kind: what several processes share is shared out among them (proc(5), smaps_rollup)."""
        found = dict.fromkeys(KINDS, 0.0)
        for kind, process in self.all():
            try:
                found[kind] += process.memory_full_info().pss / 2**20
            except psutil.NoSuchProcess:
                continue
        return found

    def largest_mb(self) -> dict[str, float]:
        """Mebibytes of the largest process of each kind, as if it shared nothing."""
        found = dict.fromkeys(KINDS, 0.0)
        for kind, process in self.all():
            try:
                found[kind] = max(found[kind], process.memory_info().rss / 2**20)
            except psutil.NoSuchProcess:
                continue
        return found

    def variables(self) -> dict[str, str]:
        """The LOKET_* variables that the services were started with: addresses and secrets of this stack. Where two
        have another value, it is the gateway's."""
        found: dict[str, str] = {}
        for kind in ("intake", "registry", "documents", "notify", "gateway"):
            told = self.of(kind)[0].environ()
            found |= {name: value for name, value in told.items() if name.startswith("LOKET_")}
        return found

    def end(self, *, patience_s: float = PATIENCE_S) -> None:
        """End all that a run which was killed has left: the supervisor ends the rest, and what does not is killed."""
        left = [process for _, process in self.all()]
        with contextlib.suppress(psutil.NoSuchProcess):
            self._supervisor.terminate()
        hanging = psutil.wait_procs(left, timeout=patience_s)[1]
        for process in hanging:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(hanging, timeout=GONE_S)

    def by_port(self) -> dict[int, str]:
        """Local port of every open connection to the kind of process that holds it."""
        found: dict[int, str] = {}
        for kind, process in self.all():
            try:
                found |= {each.laddr.port: kind for each in process.net_connections("tcp") if each.raddr}
            except psutil.NoSuchProcess:
                continue
        return found


def spent(before: Mapping[str, float], after: Mapping[str, float]) -> dict[str, float]:
    """The difference of two looks, by kind."""
    return {kind: after[kind] - before[kind] for kind in after}


def _belongs(process: psutil.Process, var: Path) -> bool:
    try:
        return process.environ().get("LOKET_VAR") == str(var)
    except (psutil.Error, OSError):
        return False  # another user's, the kernel's, or gone


def _parent(process: psutil.Process) -> int:
    try:
        return int(process.ppid())
    except psutil.NoSuchProcess:
        return 0


def _command(process: psutil.Process) -> list[str]:
    try:
        return list(process.cmdline())
    except psutil.Error:
        return []
