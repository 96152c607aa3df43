"""What a killed process left is cleared away by the next; what somebody uses is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from services.chassis.held import MARK, clear_unheld, hold

HOLDS = """
import sys, time, os
from pathlib import Path
from services.chassis.held import hold
held = hold(Path(sys.argv[1]))
if sys.argv[2] == "fork":
    if os.fork():
        os.kill(os.getpid(), 9)
print("on", os.getpid(), flush=True)
time.sleep(60)
"""


def test_what_nobody_holds_is_cleared_whoever_has_its_number_by_now(tmp_path: Path) -> None:
    mine = tmp_path / f"loket-children-{os.getpid()}-abc"
    mine.mkdir()
    os.close(hold(mine))
    (mine / "more").mkdir()

    clear_unheld(tmp_path.iterdir())

    assert list(tmp_path.iterdir()) == []


def test_what_is_held_stays_whatever_its_number_says(tmp_path: Path) -> None:
    gone = tmp_path / "gateway-999999999.metrics"
    gone.mkdir()
    held = hold(gone)

    clear_unheld(tmp_path.iterdir())
    there = gone.exists()
    os.close(held)
    clear_unheld(tmp_path.iterdir())

    assert (there, gone.exists()) == (True, False)


@pytest.mark.parametrize("how", ["alone", "fork"])
def test_a_folder_is_held_until_the_last_of_those_is_killed_who_hold_it(tmp_path: Path, how: str) -> None:
    folder = tmp_path / "gateway-1.metrics"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(folder), how], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        pid = int(process.stdout.readline().split()[1])
        clear_unheld([folder])
        there = folder.exists()
        os.kill(pid, 9)
        process.stdout.read()  # until nobody holds the pipe either
    clear_unheld([folder])

    assert (there, folder.exists()) == (True, False)


def test_without_a_lock_the_number_decides_and_other_names_are_nobodys_to_remove(tmp_path: Path) -> None:
    kept = {f"intake-{os.getpid()}.json", "notes.json", "intake-.json", "intake-1x.json"}
    for name in (*kept, "intake-999999999.json"):
        (tmp_path / name).write_text("{}")
    (tmp_path / "loket-children-999999999-x").mkdir()

    clear_unheld(tmp_path.iterdir())

    assert {path.name for path in tmp_path.iterdir()} == kept


def test_a_lock_that_leads_elsewhere_is_not_followed(tmp_path: Path) -> None:
    """In a temporary folder others may lay what they like."""
    theirs = tmp_path / "theirs"
    theirs.write_text("kept")
    folder = tmp_path / f"loket-children-{os.getpid()}-x"
    folder.mkdir()
    (folder / MARK).symlink_to(theirs)

    clear_unheld([folder])

    assert folder.exists()
    assert theirs.read_text() == "kept"
