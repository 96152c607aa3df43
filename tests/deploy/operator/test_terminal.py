"""What an operator reads where something is wrong: one plain line."""

import errno
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from pymongo.errors import OperationFailure

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


@pytest.mark.parametrize("code", [13, 18])
def test_what_the_store_refuses_is_not_told_as_its_silence(code: int) -> None:
    with pytest.raises(Mistake, match="the store refuses this to the user of LOKET_MONGO_URI") as told, mistakes():
        raise OperationFailure("not authorized on loket_registry", code)

    assert "does not answer" not in str(told.value)


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
        assert " ".join(str(each.help).split()).split(". ")[0].rstrip(".") in text


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
    with log.open("a") as file:
        file.write('{"event": "noting_dwellings", "so_far": 12000}\n')
    assert "once after an upgrade (12000 so far)" in last_line(log)


def test_why_a_service_ended_is_told_and_not_that_it_stopped(tmp_path: Path) -> None:
    log = tmp_path / "intake.log"
    log.write_text(
        '{"event": "cannot_start", "mend": "LOKET_INTAKE_PEPPER is another"}\n{"event": "service_stopped"}\n'
    )

    assert last_line(log) == "LOKET_INTAKE_PEPPER is another"
    log.write_text('{"event": "service_stopped"}\n')
    assert last_line(log) == "service_stopped"


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


def loket(*words: str, var: Path, **environ: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", *words],
        capture_output=True,
        check=False,
        env={"PATH": os.environ["PATH"], "LOKET_VAR": str(var), **environ},
    )


@pytest.mark.parametrize("words", [("status",), ("up",), ("down",), ("logs",), ("scale", "notify=2"), ("held", "list")])
def test_a_deployment_that_is_a_file_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    var = tmp_path / "var"
    var.write_text("")

    told = loket(*words, var=var / "here")

    assert (told.returncode, told.stderr.decode()) == (
        2,
        f"loket: {var} is no folder; set LOKET_VAR to the folder of a deployment\n",
    )


def test_what_was_kept_of_the_start_and_is_broken_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "outside.json").write_text('{"LOKET_')

    assert b"outside.json is broken; remove it" in loket("status", var=tmp_path).stderr


@pytest.mark.parametrize(
    ("number", "mend"),
    [
        (errno.EROFS, "read-only file system; set LOKET_VAR to a folder that can be written to"),
        (errno.ENOSPC, "no space left on device; make room there"),
        (errno.EACCES, "is another user's; run this as who started the deployment"),
        (errno.ENAMETOOLONG, "file name too long"),
    ],
)
def test_what_the_machine_refuses_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, mend: str
) -> None:
    monkeypatch.setenv("LOKET_VAR", str(tmp_path))

    with pytest.raises(Mistake) as told, mistakes():
        raise OSError(number, os.strerror(number), str(tmp_path / "run"))

    assert mend in str(told.value)


def test_of_a_file_that_is_no_deployments_its_owner_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOKET_VAR", str(tmp_path / "var"))

    with (
        pytest.raises(Mistake, match=r"^/etc/loket/keys: this user may not; run this as its owner, or as root$"),
        mistakes(),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", "/etc/loket/keys")


@pytest.mark.parametrize(
    ("environ", "seen"),
    [
        ({"PYTHONIOENCODING": "ascii"}, "office=Löwen – 𝄞".encode()),
        ({"LC_ALL": "POSIX", "PYTHONUTF8": "0"}, "office=Löwen – 𝄞".encode()),
        ({"PYTHONIOENCODING": "latin-1"}, b"office=L\xf6wen \\u2013 \\U0001d11e"),
    ],
)
def test_a_terminal_without_every_letter_shows_the_rest(tmp_path: Path, environ: dict[str, str], seen: bytes) -> None:
    (tmp_path / "log").mkdir()
    line = {"event": "x", "level": "info", "timestamp": "2026-11-26T11:00:00Z", "office": "Löwen – 𝄞"}
    (tmp_path / "log" / "intake.log").write_text(json.dumps(line), encoding="utf-8")

    shown = loket("logs", var=tmp_path, **environ)
    told = loket("logs", "--json", var=tmp_path, **environ)

    assert (shown.returncode, shown.stderr) == (0, b"")
    assert seen in shown.stdout
    assert json.loads(told.stdout)["fields"] == {"office": "Löwen – 𝄞"}
    assert loket("status", var=tmp_path, **environ).stderr == b""


@pytest.mark.parametrize("more", [(), ("-f",)])
def test_a_reader_that_has_read_enough_ends_it_quietly(tmp_path: Path, more: tuple[str, ...]) -> None:
    (tmp_path / "log").mkdir()
    line = '{"event": "x", "level": "info", "timestamp": "2026-11-26T11:00:00Z"}\n'
    (tmp_path / "log" / "intake.log").write_text(line * 4000)

    with subprocess.Popen(
        [sys.executable, "-m", "deploy.operator.cli", "logs", "-n", "4000", *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={"PATH": os.environ["PATH"], "LOKET_VAR": str(tmp_path)},
    ) as asked:
        assert asked.stdout is not None
        assert asked.stderr is not None
        asked.stdout.readline()
        asked.stdout.close()
        assert (asked.wait(60), asked.stderr.read()) == (128 + signal.SIGPIPE, b"")


def test_a_full_disk_behind_standard_output_is_told(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        asked = subprocess.run(
            [sys.executable, "-m", "deploy.operator.cli", "status"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
            env={"PATH": os.environ["PATH"], "LOKET_VAR": str(tmp_path)},
        )

    assert (asked.returncode, asked.stderr) == (
        2,
        b"loket: what this says cannot be written: no space is left there\n",
    )


@pytest.mark.parametrize("words", [("down",), ("scale", "notify=2"), ("logs",)])
def test_a_deployment_that_is_not_there_is_told(tmp_path: Path, words: tuple[str, ...]) -> None:
    told = loket(*words, var=tmp_path / "mistyped")

    assert (told.returncode, told.stderr.decode()) == (
        2,
        f"loket: there is no deployment in {tmp_path / 'mistyped'}; set LOKET_VAR to another, or start one here with "
        "`loket up`\n",
    )
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize(
    ("words", "path"),
    [
        (["logs", "--application"], "loket logs"),
        (["register", "seed", "--town"], "loket register seed"),
        (["keys", "nothing"], "loket keys"),
        (["--nothing"], "loket"),
        (["logs", "--nothing"], "loket logs"),
        (["keys", "make", "here", "--broker"], "loket keys make"),
    ],
)
def test_a_mistake_points_to_the_help_of_the_command_that_was_meant(words: list[str], path: str) -> None:
    assert CliRunner().invoke(cli.main, words).stderr.endswith(f"; see `{path} --help`\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("register", "pause", "--minutes", "nan"), "nan is no number"),
        (("register", "pause", "--minutes", "inf"), "is not in the range"),
        (("register", "pause", "--minutes", "1e300"), "is not in the range"),
        (("register", "pause", "--reason", "\udcff"), "reason is not in UTF-8"),
        (("held", "show", "x", "--reason", "\udcff"), "reason is not in UTF-8"),
        (("held", "show", "\udcff", "--reason", "x"), "application is not in UTF-8"),
        (("confirmations", "show", "x", "--reason", "a\nb"), "reason holds a line break"),
        (("confirmations", "answer", "x", "confirmed", "--asking", "1", "--by", "\udcff"), "by is not in UTF-8"),
        (("confirmations", "answer", "x", "confirmed", "--asking", "1", "--by", "a\u202eb"), "by holds"),
        (("dead-letters", "drop", "nope", "--reason", "\udcff"), "reason is not in UTF-8"),
        (("dead-letters", "drop", "\udcff", "--reason", "x"), "messages is not in UTF-8"),
    ],
)
def test_what_could_not_be_kept_or_reckoned_with_is_told_in_one_line(words: tuple[str, ...], told: str) -> None:
    ended = CliRunner().invoke(cli.main, words)

    assert ended.exit_code == 2
    assert told in ended.output
    assert "Traceback" not in ended.output
    assert not isinstance(ended.exception, UnicodeError | OverflowError | ValueError)


@pytest.mark.parametrize("words", [("catalogue", "lint"), ("status",)])
def test_a_folder_of_extensions_that_is_not_there_is_told_in_one_line(tmp_path: Path, words: tuple[str, ...]) -> None:
    environ = os.environ | {"LOKET_EXTENSIONS": str(tmp_path / "nowhere"), "LOKET_VAR": str(tmp_path / "var")}

    ended = subprocess.run(
        [sys.executable, "-m", "deploy.operator.cli", *words], check=False, env=environ, capture_output=True, text=True
    )

    named = f"LOKET_EXTENSIONS is to name a folder by its whole path, and {tmp_path / 'nowhere'} is none"
    assert (ended.returncode, ended.stdout, ended.stderr) == (2, "", f"loket: {named}\n")
