"""What an operator reads where something is wrong: one plain line."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest

from deploy.local.control import last_line
from deploy.operator import cli
from deploy.operator.commands.deployment import _edited, _status_table
from deploy.operator.terminal import Mistake, mistakes, tell
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


def test_the_help_imports_no_command() -> None:
    """It would take seconds."""
    asked = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "deploy.operator.cli", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "Commands:" in asked.stdout
    assert "click" in asked.stderr
    assert not any(heavy in asked.stderr for heavy in ("deploy.operator.commands.", "weasyprint", "kombu"))


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


@pytest.mark.parametrize("held", [{"24001": {"resident-without-address": 2, "cannot-unlock": 1}}, {}, None])
def test_status_names_what_waits_until_somebody_has_mended_it(held: Any, capsys: pytest.CaptureFixture[str]) -> None:
    facts: dict[str, Any] = {
        "address": "http://localhost",
        "profile": "demo",
        "services": {},
        "parts": {},
        "versions": {"loket": "1", "broker": "RabbitMQ"},
        "held": held,
        "astray": 0,
        "towns": {"edited": [], "wrong": []},
    }

    tell(facts, as_json=False, table=lambda: _status_table(facts))

    told = capsys.readouterr().out
    assert "http://localhost" in told
    assert ("24001: resident-without-address=2, cannot-unlock=1" in told) == bool(held)
    assert "edited" not in told


@pytest.mark.parametrize(
    ("wrong", "mend"),
    [
        ([], "these take effect by `loket down` and `loket up`"),
        (["a.yaml"], "mend them first (`loket towns check`), then `loket down` and `loket up`"),
    ],
)
def test_status_says_how_an_edited_town_takes_effect(wrong: list[str], mend: str) -> None:
    assert _edited(edited=["a.svg", "a.yaml"], wrong=wrong) == [f"edited since the start: a.svg, a.yaml; {mend}"]


def test_a_line_tells_three_problems_and_how_many_more_there_are() -> None:
    with pytest.raises(Mistake) as told, mistakes():
        raise Unreadable("towns", {"a.yaml": {"b": "x", "c": "x"}, "d.yaml": {"e": "x", "f": "x", "g": "x"}})

    assert str(told.value) == (
        "towns cannot be read: a.yaml: b: x; a.yaml: c: x; d.yaml: e: x; and 2 more: see `loket towns check`"
    )
