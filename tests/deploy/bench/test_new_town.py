"""What the run with a new town tells, of known figures; the files it begins with."""

from pathlib import Path

from click.testing import CliRunner

from deploy.bench.new_town import LIMIT_S, SAID, TOWN, NewTown, facts, rows
from deploy.operator.commands.town_files import new
from services.contracts.town_files import read_towns

FOUND = NewTown(files_s=1.5, start_s=20.0, register_s=8.0, certificate_s=0.5)


def test_all_steps_together_are_beside_their_limit() -> None:
    told = facts(FOUND)

    assert (told["total_s"], told["aims"]["total_s"]["met"]) == (30.0, True)
    assert rows(FOUND)[-1] == ["from nothing to the first certificate", "30.0 s", "≤ 300 s", "met"]
    assert len(rows(FOUND)) == 5


def test_what_takes_longer_is_not_met() -> None:
    slow = NewTown(files_s=0.0, start_s=LIMIT_S, register_s=0.1, certificate_s=0.0)

    assert facts(slow)["aims"]["total_s"]["met"] is False
    assert rows(slow)[-1][-1] == "not met"


def test_its_town_is_one_that_loket_would_start(tmp_path: Path) -> None:
    words = [word for pair in SAID.items() for word in pair]

    assert CliRunner().invoke(new, [TOWN, "--into", str(tmp_path), *words]).exit_code == 0
    assert list(read_towns(tmp_path)) == [TOWN]
