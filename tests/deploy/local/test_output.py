"""What supervised processes write is kept, and a server that gives itself up there is ended."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from deploy.local.embedded.part import MARK, PartError
from deploy.local.output import GIVES_UP, Output
from deploy.local.scales import Scales

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


def test_a_scale_that_cannot_be_kept_is_told_in_a_line(tmp_path: Path) -> None:
    scales = Scales(tmp_path)
    scales.keep("notify", 1)
    (tmp_path / "scale.new").symlink_to("/dev/full")

    with pytest.raises(PartError, match=r"scale\.json cannot be written: no space left on device; make room there"):
        scales.keep("notify", 2)

    assert scales.kept() == {"notify": 1}
