"""What supervised processes write is kept, and a server that gives itself up there is ended."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.local.embedded.part import MARK, PartError
from deploy.local.output import GIVES_UP, LONGEST_LINE, Output
from deploy.local.scales import Scales
from deploy.operator.logs.journals import Journal

MINE = "/a/deployment"
LAST_WORDS = b"[ERROR]: __wt_evict_thread_run, 344: " + GIVES_UP + b": WiredTiger library panic\n"


@pytest.fixture
def server() -> Iterator[subprocess.Popen[bytes]]:
    waits = [sys.executable, "-c", "print(flush=True); input()"]
    with subprocess.Popen(waits, env={MARK: MINE}, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


@pytest.mark.parametrize("cut", [0, 20, 60, len(LAST_WORDS)])
def test_a_server_that_says_it_must_be_started_again_is_ended(
    server: subprocess.Popen[bytes], tmp_path: Path, cut: int
) -> None:
    with closing(Output(mark=MINE, filename=str(tmp_path / "store.log"))) as output:
        for piece in (LAST_WORDS[:cut], LAST_WORDS[cut:]):
            output({"data": piece, "pid": server.pid, "name": "stderr"})

    assert server.wait(10) == -9
    assert (tmp_path / "store.log").read_bytes() == LAST_WORDS


def test_whoever_complains_otherwise_or_is_no_server_of_this_deployment_lives_on(
    server: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    path = str(tmp_path / "store.log")

    with closing(Output(mark=MINE, filename=path)) as ours, closing(Output(mark="/another", filename=path)) as theirs:
        ours({"data": b"pwrite: No space left on device\n", "pid": server.pid})
        theirs({"data": LAST_WORDS, "pid": server.pid})
        ours({"data": LAST_WORDS, "pid": 2**22 + 1})

    server.communicate(b"\n", timeout=10)
    assert server.returncode == 0


def test_what_a_full_disk_does_not_take_is_lost_and_its_process_is_ended_all_the_same(
    server: subprocess.Popen[bytes],
) -> None:
    output = Output(mark=MINE, filename="/dev/full")

    output({"data": b"a line\n", "pid": server.pid})
    output({"data": LAST_WORDS, "pid": server.pid})

    assert server.wait(10) == -9
    with pytest.raises(OSError, match="No space left"):
        output.close()


def test_what_comes_between_the_halves_of_last_words_on_the_other_stream_hides_nothing(
    server: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    with closing(Output(mark=MINE, filename=str(tmp_path / "store.log"))) as output:
        for stream, piece in (("stderr", LAST_WORDS[:60]), ("stdout", b"{}\n"), ("stderr", LAST_WORDS[60:])):
            output({"data": piece, "pid": server.pid, "name": stream})

    assert server.wait(10) == -9


def test_lines_of_several_processes_stay_whole_also_where_the_file_is_rotated(tmp_path: Path) -> None:
    """circus hands over 1,024 bytes at most, of whichever process wrote: a line was torn by its neighbour's, and by the
    end of a file."""
    pids = (os.getpid(), os.getppid())
    lines = [f"{pid} {number} {'é' * 40}".encode() for number in range(60) for pid in pids]
    said = {pid: b"".join(line + b"\n" for line in lines if line.startswith(b"%d " % pid)) for pid in pids}
    newest = tmp_path / "intake.log"

    with closing(Output(mark=MINE, filename=str(newest), max_bytes=2_000, backup_count=9)) as output:
        for at in range(0, max(map(len, said.values())), 37):
            for pid in pids:
                output({"data": said[pid][at : at + 37], "pid": pid, "name": "stderr"})

    journal = Journal(program="intake", newest=newest)
    assert len(journal.files()) > 3
    assert sorted(journal.lines()) == sorted(line + b"\n" for line in lines)


def test_the_last_words_of_a_process_are_kept_though_it_died_in_the_middle_of_a_line(tmp_path: Path) -> None:
    path, dead = tmp_path / "intake.log", 2**22 + 1

    with closing(Output(mark=MINE, filename=str(path))) as output:
        output({"data": b"out of mem", "pid": dead, "name": "stderr"})
        output({"data": b"begins anew\nand", "pid": os.getpid(), "name": "stderr"})

    assert path.read_bytes() == b"out of mem\nbegins anew\nand"


def test_a_line_that_does_not_end_is_not_kept_back_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "intake.log"

    with closing(Output(mark=MINE, filename=str(path))) as output:
        for _ in range(LONGEST_LINE // 1024 + 1):
            output({"data": b"." * 1024, "pid": os.getpid(), "name": "stderr"})
        assert path.stat().st_size > LONGEST_LINE


def test_a_scale_that_cannot_be_kept_is_told_in_a_line(tmp_path: Path) -> None:
    scales = Scales(tmp_path)
    scales.keep("notify", 1)
    (tmp_path / "scale.new").symlink_to("/dev/full")

    with pytest.raises(PartError, match=r"scale\.json cannot be written: no space left on device; make room there"):
        scales.keep("notify", 2)

    assert scales.kept() == {"notify": 1}
