"""What an operator reads where something is wrong: one plain line."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from deploy.local.control import last_line
from deploy.operator import cli
from deploy.operator.terminal import Mistake, mistakes
from services.contracts.schema import Unreadable


def test_a_broken_file_is_told_in_one_line() -> None:
    broken = Unreadable(
        "aarschot.yaml", {"yaml": ["while parsing a flow node\n  in line 2:\n    ^"], "seal": {"path": ["missing"]}}
    )

    with pytest.raises(Mistake) as told, mistakes():
        raise broken

    assert (
        str(told.value)
        == "aarschot.yaml cannot be read: yaml: while parsing a flow node in line 2: ^; seal: path: missing"
    )


def test_the_help_says_of_each_command_what_it_says_of_itself() -> None:
    context = click.Context(cli.main)

    for name, (_, line) in cli.COMMANDS.items():
        command = cli.main.get_command(context, name)
        assert command is not None
        assert (command.name, str(command.help).split("\n\n")[0].replace("\n", " ").strip()) == (name, line)


@pytest.mark.parametrize("name", ["broker", "keys", "held", "register", "dead-letters", "towns"])
def test_the_help_of_a_group_cuts_no_summary(name: str) -> None:
    group = cli.main.get_command(click.Context(cli.main), name)
    assert isinstance(group, click.Group)

    text = " ".join(group.get_help(click.Context(group, info_name=name, terminal_width=80)).split())

    for each in group.commands.values():
        assert str(each.help).replace("\n", " ").split(". ")[0].rstrip(".") in text


HEAVY = ("kombu", "pymongo", "pika", "marshmallow", "circus", "rich.console", "weasyprint", "cryptography", "httpx")


def imported_by(*words: str) -> tuple[subprocess.CompletedProcess[str], set[str]]:
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "deploy.operator.cli", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    modules = {line.rpartition("|")[2].strip() for line in asked.stderr.splitlines() if line.startswith("import time:")}
    return asked, modules


@pytest.mark.parametrize(
    "words",
    [(), *((name,) for name in cli.COMMANDS), ("register", "seed"), ("broker", "declare"), ("dead-letters", "drop")],
)
def test_help_imports_nothing_that_takes_its_time(words: tuple[str, ...]) -> None:
    """It is there in a tenth of a second; with all that is needed to work it would take two."""
    asked, modules = imported_by(*words, "--help")

    assert (asked.returncode, "Usage:" in asked.stdout) == (0, True)
    assert "click" in modules
    assert not {name for name in modules if name in HEAVY or name.startswith(tuple(f"{each}." for each in HEAVY))}


@pytest.mark.parametrize("words", [("nothing",), ("scale",), ("scale", "documents"), ("bench", "--x"), ("token",)])
def test_so_does_a_mistake(words: tuple[str, ...]) -> None:
    asked, modules = imported_by(*words)

    assert asked.returncode == 2
    assert not modules & set(HEAVY)


def test_a_service_that_waits_is_told_in_plain_words(tmp_path: Path) -> None:
    log = tmp_path / "registry.log"
    log.write_text('{"event": "waiting_for", "what": "broker", "error": "ConnectionRefusedError"}\n')

    assert last_line(log) == "it waits for the broker (ConnectionRefusedError)"


def test_all_that_a_service_lacks_is_told(tmp_path: Path) -> None:
    log = tmp_path / "registry.log"
    log.write_text("LOKET_TOWNS is not set: a folder\nLOKET_KEYS_FACTS is not set: keys\n" * 2)

    assert last_line(log) == "set LOKET_TOWNS, LOKET_KEYS_FACTS"
    with log.open("a") as file:
        file.write('{"event": "waiting_for", "what": "store", "error": "Timeout"}\n')
    assert last_line(log) == "it waits for the store (Timeout)"


def test_a_line_tells_three_problems_and_how_many_more_there_are() -> None:
    with pytest.raises(Mistake) as told, mistakes():
        raise Unreadable("towns", {"a.yaml": {"b": "x", "c": "x"}, "d.yaml": {"e": "x", "f": "x", "g": "x"}})

    assert str(told.value) == (
        "towns cannot be read: a.yaml: b: x; a.yaml: c: x; d.yaml: e: x; and 2 more: see `loket towns check`"
    )
