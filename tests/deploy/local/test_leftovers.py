"""What is left of a deployment whose supervisor was killed, and who is at work on it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local import running
from deploy.local.cleaning import clean
from deploy.local.embedded.part import MARK, SUPERVISES, PartError
from deploy.local.leftovers import clear_run_files, end_orphans, forget_process, mark_of, orphans, strays
from deploy.local.running import down
from deploy.local.scales import Scales, check_scale, most
from deploy.local.stack import Stack
from deploy.local.turns import turn

STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); signal.pause()"
KEEPER = """
import os, signal, subprocess, sys
environ = {os.environ["KEPT"]: os.environ["KEPT_MARK"]}
while True:
    kept = subprocess.Popen([sys.executable, "-c", "import signal; print(flush=True); signal.pause()"],
        env=environ, stdout=subprocess.PIPE, preexec_fn=lambda: __import__("ctypes").CDLL(None).prctl(1, 15))
    kept.stdout.readline()
    print("on", flush=True)
    kept.wait()
"""
"""Holds one process as a supervisor does: it starts it again, and the process ends with it."""

ENDING = """
import fcntl, os, threading
lock = open(os.environ["LOCK"], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
lock.write(str(os.getpid()))
lock.flush()
print("on", flush=True)
threading.Event().wait(2)
fcntl.flock(lock, fcntl.LOCK_UN)
threading.Event().wait(1)
"""
"""A supervisor that is on its way out."""

MEEK = "import signal; print('on', flush=True); signal.pause()"


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    stack = Stack(var=tmp_path / "var", outside={})
    stack.run.mkdir(parents=True)
    return stack


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[str]]]:
    processes: list[subprocess.Popen[str]] = []
    yield processes
    for each in processes:
        each.kill()
        each.wait()
        if each.stdout:
            each.stdout.close()


def start(started: list[subprocess.Popen[str]], program: str, **environ: str) -> int:
    process = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, **environ}, stdout=subprocess.PIPE, text=True
    )
    started.append(process)
    assert process.stdout
    assert process.stdout.readline() == "on\n"
    return process.pid


def test_only_what_the_supervisor_marked_is_ours(stack: Stack, started: list[subprocess.Popen[str]]) -> None:
    """Not an operator's shell, which has LOKET_VAR as well, and nothing of another deployment."""
    ours = start(started, MEEK, **{MARK: mark_of(stack)})
    start(started, MEEK, LOKET_VAR=str(stack.var))
    start(started, MEEK, **{MARK: f"{mark_of(stack)}-2"})
    told: list[str] = []

    assert [each.pid for each in orphans(stack)] == [ours]
    assert end_orphans(stack, told.append) == 1
    assert len(told) == 1
    assert [each.poll() is None for each in started] == [False, True, True]
    assert end_orphans(stack, told.append) == 0


def test_a_supervisor_whose_files_were_removed_is_ended_before_what_it_would_start_again(
    stack: Stack, started: list[subprocess.Popen[str]]
) -> None:
    supervisor = start(started, KEEPER, **{SUPERVISES: mark_of(stack), "KEPT": MARK, "KEPT_MARK": mark_of(stack)})
    stack.run.rmdir()
    told: list[str] = []

    assert [each.pid for each in strays(stack)] == [supervisor]
    assert len(orphans(stack)) == 1
    assert down(stack, note=told.append)

    assert "a supervisor whose files were removed" in told[0]
    assert (strays(stack), orphans(stack)) == ([], [])
    assert not down(stack, note=told.append)


def test_an_ordinary_end_is_told_as_nothing_else(stack: Stack, started: list[subprocess.Popen[str]]) -> None:
    """A supervisor gives up its lock while it ends: nobody has removed its files."""
    start(started, ENDING, **{SUPERVISES: mark_of(stack), "LOCK": str(stack.run / "supervisor.lock")})
    told: list[str] = []

    assert down(stack, note=told.append)

    assert told == []
    assert started[0].wait() == 0


def test_cleaning_ends_every_deployment_under_the_folder_and_none_elsewhere(
    tmp_path: Path, started: list[subprocess.Popen[str]]
) -> None:
    """Whichever LOKET_VAR is set."""
    first, second, elsewhere = (tmp_path / each for each in ("var", "var/try", "variant"))
    for folder in (first, second, elsewhere):
        start(started, MEEK, **{MARK: str(folder)})
    told: list[str] = []

    clean(first, elsewhere, told.append)

    assert [each.poll() is None for each in started] == [False, False, True]
    assert [line for line in told if "in " in line and "deployment" in line] == [
        f"ending the deployment in {first}",
        f"ending the deployment in {second}",
    ]
    assert told[-1].startswith(f"LOKET_VAR is {elsewhere}: what is there is left as it is")


def test_who_does_not_end_is_ended(
    stack: Stack, started: list[subprocess.Popen[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.leftovers.FINISHES_S", 0.2)
    pid = start(started, STUBBORN, **{MARK: mark_of(stack)})

    end_orphans(stack, lambda _: None)

    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_what_was_written_about_the_dead_goes(stack: Stack) -> None:
    for name in ("intake-5.json", "intake-55.json", "control", "gateway-5.metrics/counter", "supervisor.lock"):
        path = stack.run / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("5")

    forget_process(stack, 5)
    assert {path.name for path in stack.run.iterdir()} == {"intake-55.json", "control", "supervisor.lock"}

    clear_run_files(stack)
    assert [(path.name, path.read_text()) for path in stack.run.iterdir()] == [("supervisor.lock", "")]


def test_one_waits_for_the_other(stack: Stack) -> None:
    order: list[str] = []
    waits = threading.Event()

    def second() -> None:
        with turn(stack, lambda _: waits.set()):
            order.append("second")

    thread = threading.Thread(target=second)
    with turn(stack, order.append):
        thread.start()
        assert waits.wait(20)
        order.append("first")
    thread.join(20)

    assert order == ["first", "second"]


def test_scales_are_kept(stack: Stack) -> None:
    scales = Scales(stack.var)
    assert (scales.of_service("documents"), scales.workers("5")) == (1, 5)
    assert scales.workers(None) == max(1, (os.cpu_count() or 1) // 2)

    scales.keep("documents", 3)
    scales.keep("gateway", 4)

    again = Scales(stack.var)
    assert (again.of_service("documents"), again.of_service("notify"), again.workers("5")) == (3, 1, 4)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"documents": "many"}', "3"])
def test_a_broken_file_of_scales_is_named(stack: Stack, text: str) -> None:
    (stack.var / "scale.json").write_text(text)

    with pytest.raises(PartError, match=r"scale\.json cannot be read; delete it"):
        Scales(stack.var).kept()


@pytest.mark.parametrize(
    ("name", "count", "mend"),
    [("gateway", 0, "loket down"), ("broker", 2, "choose from"), ("documents", most() + 1, f"at most {most()}")],
)
def test_what_cannot_be_scaled_names_the_mend(name: str, count: int, mend: str) -> None:
    with pytest.raises(PartError, match=mend):
        check_scale(name, count)


def test_all_up_to_the_limit_can(stack: Stack) -> None:
    for count in (0, most()):
        check_scale("documents", count)


class Hanging:
    """A supervisor that answers until it is told to scale."""

    hangs = False

    def is_running(self) -> bool:
        return True

    def wanted(self, _name: str) -> int:
        if self.hangs:
            raise PartError("the supervisor does not answer")
        return 2

    def scale(self, name: str, _count: int) -> None:
        self.hangs = True
        self.wanted(name)


def test_a_scale_that_failed_is_not_kept(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    supervisor = Hanging()
    monkeypatch.setattr(running, "Control", lambda _: supervisor)
    stack.run.mkdir(parents=True, exist_ok=True)

    with pytest.raises(PartError, match="does not answer"):
        running.scale(stack, "notify", 5)

    assert Scales(stack.var).kept() == {"notify": 2}
