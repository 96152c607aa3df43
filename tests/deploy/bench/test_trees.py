"""Another checkout is driven from outside: its own python runs its own `loket`."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.bench.deployments import empty
from deploy.bench.many_towns import write_towns
from deploy.bench.tree import this_tree, tree_at
from deploy.local.embedded.part import PartError
from deploy.local.outside import ROOT, TOWNS
from services.contracts.town_files import read_towns

LOKET = """
import os, sys
if "fail" in sys.argv:
    sys.exit("the door is locked")
print(*sys.argv[1:], os.environ["LOKET_VAR"], os.getcwd(), os.environ.get("LOKET_GATEWAY_WORKERS"))
"""


def a_checkout(folder: Path) -> Path:
    """One that was set up, whose `loket` lies where no other version's does."""
    (folder / "older").mkdir(parents=True)
    (folder / "older" / "command.py").write_text(LOKET)
    (folder / "pyproject.toml").write_text('[project.scripts]\nloket = "older.command:main"\n')
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    return folder


@pytest.fixture(autouse=True)
def _no_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOKET_AMQP_URI", "LOKET_MONGO_URI", "LOKET_SMTP_URI", "LOKET_TOWNS", "LOKET_VAR"):
        monkeypatch.delenv(name, raising=False)


def test_a_checkout_runs_its_own_loket_on_the_folder_of_the_bench(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOKET_VAR", "another")
    monkeypatch.setenv("LOKET_GATEWAY_WORKERS", "1")
    checkout = a_checkout(tmp_path / "checkout")

    said = tree_at(checkout).run(tmp_path / "var", "status", "--json")

    assert said.split() == ["status", "--json", str(tmp_path / "var"), str(checkout), "1"]


def test_what_it_says_when_it_fails_is_told(tmp_path: Path) -> None:
    tree = tree_at(a_checkout(tmp_path))

    with pytest.raises(PartError, match=r"`loket fail` of .* failed: the door is locked \(its logs: .*/var/log\)"):
        tree.run(tmp_path / "var", "fail")


def test_this_tree_is_driven_like_any_other() -> None:
    tree = this_tree()

    assert (tree.folder, tree.program) == (ROOT, "deploy.operator.cli")
    assert "Usage: " in tree.run(ROOT / "var", "--help")


def test_a_folder_that_is_not_set_up_or_no_checkout_is_told(tmp_path: Path) -> None:
    with pytest.raises(PartError, match="run `make setup` there first"):
        tree_at(tmp_path)

    (a_checkout(tmp_path) / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    with pytest.raises(PartError, match="is no checkout of Loket"):
        tree_at(tmp_path)


def test_an_outside_part_is_not_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKET_MONGO_URI", "mongodb://store.example/")

    with pytest.raises(PartError, match="unset LOKET_MONGO_URI"):
        tree_at(a_checkout(tmp_path))


def test_a_measured_stack_begins_with_nothing_but_the_stores_program(tmp_path: Path) -> None:
    tree = tree_at(a_checkout(tmp_path / "checkout"))
    (tree.opt).mkdir(parents=True)
    var = tmp_path / "var"
    (var / "store").mkdir(parents=True)

    empty(tree, var)

    assert [each.relative_to(var).as_posix() for each in var.rglob("*")] == ["opt", "opt/store"]
    assert (var / "opt" / "store").resolve() == tree.opt


def test_as_many_towns_as_are_wanted_are_in_order(tmp_path: Path) -> None:
    write_towns(TOWNS, tmp_path, count=30, seals=tmp_path / "seal")

    towns = read_towns(tmp_path)

    assert (len(towns), list(towns)[:3]) == (30, ["24001", "21005", "63023"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tree", ".", "--against", "."), "say either --tree or --against"),
        (("--recovery", "--tree", "."), "leave out --tree and --against"),
        (("--against", str(ROOT)), "is this tree itself"),
        (("--tree", "/"), "/ is not set up: run `make setup` there first"),
        (("--against", "/nowhere"), "does not exist"),
    ],
)
def test_a_mistake_is_one_line(words: tuple[str, ...], said: str) -> None:
    done = _loket("bench", *words)

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert said in done.stderr


def test_the_help_names_what_takes_long() -> None:
    said = " ".join(_loket("bench", "--help").stdout.split())

    for option in ("--tree", "--against", "--rounds", "--starts", "--growth", "--towns", "--traced", "--recovery"):
        assert option in said
    assert "takes 15 minutes" in said


def test_what_is_measured_in_its_own_process_logs_nothing_into_the_answer() -> None:
    measuring = """
import structlog
from deploy.operator.commands.benchmark import _watched
_watched(lambda told: structlog.get_logger().info("a step"))
print("the answer")
"""
    done = subprocess.run([sys.executable, "-c", measuring], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("the answer\n", 0)


def _loket(*words: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "deploy.operator.cli", *words)
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
