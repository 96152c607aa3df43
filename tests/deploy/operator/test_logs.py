"""What `loket logs` makes of the files that processes, libraries and power cuts leave."""

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from deploy.operator.commands.logs import logs
from deploy.operator.logs.journals import Follower, Journal
from deploy.operator.logs.lines import LONGEST, entries
from tests.waiting import wait_for

APPLICATION, OTHER = "8af0a54c13864026812e373d8a1aea10", "ad64d57c9acb423a89a8d15345568f04"
TRACE = "23f45f31421745ddd9f4b1b2cc79fbe5"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """A file of logs in a deployment's folder."""
    for name in list(os.environ):
        if name.startswith("LOKET_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LOKET_VAR", str(tmp_path))
    folder = tmp_path / "log"
    folder.mkdir()

    def make(name: str, *lines: bytes | str) -> Path:
        path = folder / name
        with path.open("ab") as file:
            for line in lines:
                file.write(line if isinstance(line, bytes) else line.encode() + b"\n")
        return path

    return make


def line(second: int, event: str, **fields: Any) -> str:
    """As the services write it."""
    service = fields.pop("service", "intake")
    level = fields.pop("level", "info")
    at = f"2026-11-26T07:{second // 60:02}:{second % 60:02}.5Z"
    return json.dumps({"service": service, **fields, "event": event, "level": level, "timestamp": at})


def asked(*words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(logs, list(words), catch_exceptions=False)
    assert done.exit_code == code, done.output
    return done


def events(*words: str) -> list[str]:
    told = [json.loads(each) for each in asked(*words, "--json").stdout.splitlines()]
    return [each["event"] or each["text"] for each in told]


def test_all_programs_are_merged_by_time(write: Write) -> None:
    write("intake.log", line(1, "a"), line(4, "d"))
    write("gateway.log", line(2, "b"), line(3, "c"))

    assert events() == ["a", "b", "c", "d"]
    assert events("-n", "2") == ["c", "d"]
    assert events("gateway") == events("--service", "gateway") == ["b", "c"]


def test_the_brokers_own_log_is_told_where_it_is_asked_for(write: Write, tmp_path: Path) -> None:
    write("broker.log", "2026-11-26 07:00:01+00:00 [info] started")
    own = tmp_path / "broker" / "log" / "loket@localhost.log"
    own.parent.mkdir(parents=True)
    own.write_text("2026-11-26 07:00:02+00:00 [error] channel exception\n")

    assert events() == ["started"]
    assert events("broker") == ["started", "channel exception"]


def test_a_line_of_the_port_mapper_stands_where_its_own_time_is(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """It speaks for as long as the broker runs, into a file that else is written at the start alone."""
    monkeypatch.setenv("TZ", "Europe/Brussels")
    time.tzset()
    write(
        "broker.log",
        "2026-11-26 07:00:01+00:00 [info] started",
        "epmd: Thu Nov 26 08:00:03 2026: epmd running - daemon = 0",
        "epmd: Thu Nov 36 08:00:03 2026: no day",
    )
    write("intake.log", line(2, "between"))
    try:
        told = [json.loads(each) for each in asked("--json").stdout.splitlines()]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert [each["event"] or each["text"] for each in told] == [
        "started",
        "between",
        "epmd running - daemon = 0",
        "epmd: Thu Nov 36 08:00:03 2026: no day",
    ]
    assert [each["timed"] for each in told] == [True, True, True, False]


def test_rotated_files_are_read_before_the_newest(write: Write) -> None:
    write("intake.log.2", line(1, "oldest"))
    write("intake.log.1", line(2, "older"))
    write("intake.log", line(3, "newest"))

    assert events() == ["oldest", "older", "newest"]


def test_the_last_lines_of_large_files_are_found_from_their_end(write: Write) -> None:
    for copy in ("intake.log.1", "intake.log"):
        write(copy, *(line(n % 60, f"e{n}", padding="x" * 200) for n in range(3000)))
    write("notify.log", *(line(30, "rare", level="error") for _ in range(3)), *(line(40, "many") for _ in range(9000)))

    assert len(events("-n", "100")) == 100
    assert events("notify", "--level", "error", "-n", "2") == ["rare", "rare"]


def test_level_since_and_lines_that_say_neither(write: Write) -> None:
    write(
        "intake.log", line(1, "quiet"), line(2, "loud", level="warning"), "LOKET_X is not set: a key", line(9, "late")
    )

    assert events("--level", "warning") == ["loud", "LOKET_X is not set: a key"]
    assert events("--since", "2026-11-26T07:00:05") == ["late"]
    assert events("--since", "2026-11-26T08:00:05+01:00") == ["late"]
    assert events("--since", "1s") == []


def test_a_traceback_keeps_its_place_and_the_time_of_the_line_before(write: Write) -> None:
    write("intake.log", line(1, "before"), "Traceback (most recent call last):", '  File "x.py"', line(9, "after"))
    write("notify.log", line(5, "between", service="notify"))

    assert events() == ["before", "Traceback (most recent call last):", '  File "x.py"', "between", "after"]
    told = [json.loads(each) for each in asked("--json").stdout.splitlines()]
    assert [each["timed"] for each in told] == [True, False, False, True, True]
    assert told[1]["at"] == told[0]["at"]
    assert told[1]["level"] == "error"


def test_half_lines_garbage_and_zeros_hide_nothing(write: Write) -> None:
    half = line(1, "half")[:30]
    write(
        "intake.log", half.encode(), line(2, "whole").encode(), b"\n", b"\0" * 100_000, b"\n", os.urandom(5000), b"\n"
    )
    write("intake.log", b"\xff\xfe\x1b[31mred\x07\n", line(3, "end"), line(4, "cut")[:-9].encode())

    told = asked("-n", "1000").stdout

    assert "whole" in told
    assert "end" in told
    assert "\\x1b[31mred\\x07" in told
    assert all(each.isprintable() for each in told.splitlines())
    assert events("-n", "1")[0].startswith('{"service": "intake"')


def test_a_line_without_end_is_cut() -> None:
    (entry,) = entries(b"x" * 10_000_000)

    assert len(entry.text or "") == LONGEST


@pytest.mark.parametrize(
    ("text", "level", "said"),
    [
        ("2026-11-26 07:04:14.605284+00:00 [info] <0.223.0> Feature flags", "info", "<0.223.0> Feature flags"),
        ("[2026-11-26 07:04:14 +0000] [26140] [ERROR] Worker failed to boot.", "error", "Worker failed to boot."),
    ],
)
def test_times_of_others_are_understood(text: str, level: str, said: str) -> None:
    (entry,) = entries(text.encode())

    assert (entry.level, entry.text, str(entry.at)[:19]) == (level, said, "2026-11-26 07:04:14")


def test_what_one_request_brought_about_is_found_by_its_number(write: Write) -> None:
    mine, other = "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11", "1b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11"
    write("gateway.log", line(1, "request_answered", request_id=mine), line(2, "request_answered", request_id=other))
    write("intake.log", line(3, "question_answered", request_id=mine), line(4, "event_handled", event_id=mine))

    assert events("--request", mine) == ["request_answered", "question_answered"]
    assert events("--request", mine.upper()) == ["request_answered", "question_answered"]
    assert "no line tells of" in asked("--request", mine.replace("0", "2"), code=1).stderr


def test_an_application_is_followed_through_all_services(write: Write) -> None:
    """The gateway knows it by its trace alone; what another application has in the same trace is not its."""
    write("gateway.log", line(2, "request_answered", trace_id=TRACE), line(3, "request_answered", trace_id="another"))
    write(
        "intake.log.1",
        line(1, "event_published", published_id=f"{APPLICATION}:application-submitted:1", trace_id=TRACE),
    )
    write("intake.log", line(7, "event_published", published_id=f"{OTHER}:application-submitted:1", trace_id=TRACE))
    write("documents.log", line(5, "event_handled", event_id=f"{APPLICATION}:application-cleared:2", trace_id=TRACE))
    write("notify.log", line(6, "event_parked", event_id=f"{APPLICATION}:certificate-issued:1", level="error"))

    road = [json.loads(each) for each in asked("--application", APPLICATION, "--json").stdout.splitlines()]

    assert [each["service"] for each in road] == ["intake", "gateway", "documents", "notify"]
    assert [each["event"] for each in road][0::3] == ["event_published", "event_parked"]
    assert events("--application", APPLICATION, "--level", "error") == ["event_parked"]
    assert "no line tells of" in asked("--application", "0" * 32, code=1).stderr


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("nothing",), "choose from intake"),
        (("--service", "nothing"), "choose from intake"),
        (("--application", "5"), "32 characters"),
        (("--request", "5"), "is a UUID"),
        (("--since", "yesterday"), "write 90s"),
        (("--since", "99999999999d"), "write 90s"),
        (("--level", "loud"), "debug"),
        (("-n", "-1"), "x>=0"),
    ],
)
def test_a_mistake_names_the_mend(write: Write, words: tuple[str, ...], mend: str) -> None:
    write("intake.log", line(1, "a"))

    assert mend in asked(*words, code=2).stderr


def test_without_logs_it_says_so(write: Write) -> None:
    assert "there are no logs yet" in asked(code=2).stderr


def test_what_comes_is_followed_through_rotation_and_emptying(write: Write) -> None:
    path = write("intake.log", line(1, "old"), line(2, "half")[:20].encode())
    follower = Follower(Journal(program="intake", newest=path))

    def new() -> list[str | None]:
        return [entry.event for _, entry in follower.new()]

    assert new() == []
    write("intake.log", line(2, "half")[20:])
    assert new() == ["half"]
    write("intake.log", line(3, "last"))
    path.rename(path.with_name("intake.log.1"))
    write("intake.log", line(4, "first"))
    assert new() == ["last", "first"]
    path.write_bytes(b"")
    assert new() == []
    write("intake.log", line(5, "again"))
    assert new() == ["again"]
    follower.close()


def test_following_tells_of_programs_that_begin_later(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("intake.log", line(1, "old"))
    told: list[str] = []
    seen = threading.Event()

    def show(text: str = "", **_: Any) -> None:
        told.append(text)
        if "late" in text:
            seen.set()
            raise KeyboardInterrupt

    monkeypatch.setattr("click.echo", show)

    def begin() -> None:
        wait_for(lambda: told)
        write("notify.log", line(2, "late"))

    threading.Thread(target=begin, daemon=True).start()

    CliRunner().invoke(logs, ["--follow", "--json"])

    assert seen.is_set()
    assert [json.loads(each)["event"] for each in told] == ["old", "late"]
