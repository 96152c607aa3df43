"""`loket register fault`: what it takes, and that status names what is on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.demo.far.faults import Switch
from deploy.demo.magda.faults import Faults
from deploy.local.stack import Stack
from deploy.operator.commands import register
from deploy.operator.status import faults
from tests.deploy.operator.commanding import a_stack, facts_of, told


@pytest.fixture
def stack(database: Database[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    monkeypatch.setattr(register, "_only_demo", lambda _: None)
    made = a_stack(tmp_path, monkeypatch, opens=(register, "registry_database"), database=database)
    monkeypatch.setattr(register, "database_of", lambda *_: _Opened(database))
    monkeypatch.setattr(faults, "connect", lambda *_, **__: _Opened({f"{made.database}_magda": database}))
    return made


class _Opened:
    def __init__(self, opened: Any) -> None:
        self._opened = opened

    def __enter__(self) -> Any:
        return self._opened

    def __exit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("deeds", "late", "--minutes", "5"), "loket register fault deeds none"),
        (("criminal-record", "away", "--minutes", "5"), "loket register fault criminal-record none"),
        (("deeds", "late", "--delay", "5"), "--delay is for `magda slow` alone"),
        (("magda", "away", "--delay", "5"), "--delay is for `magda slow` alone"),
        (("magda", "none", "--minutes", "5"), "leave it out"),
        (("criminal-record", "unsealed"), "there is no fault unsealed; choose from none, late"),
        (("criminal-record", "twice"), "there is no fault twice"),
        (("magda", "slow", "--delay", "nan"), "nan is no number"),
        (("magda", "slow", "--delay", "inf"), "inf is not in the range"),
        (("magda", "slow", "--minutes", "nan"), "nan is no number"),
        (("magda", "slow", "--minutes", "inf"), "inf is not in the range"),
    ],
)
def test_an_option_that_would_do_nothing_is_refused_and_nothing_fails(
    stack: Stack, database: Database[dict[str, Any]], arguments: tuple[str, ...], mend: str
):
    result = told(register.register, "fault", *arguments)

    assert result.exit_code == 2
    assert mend in result.output
    assert [Switch(stack.sources, source).fault for source in ("deeds", "criminal-record")] == [None, None]
    assert Faults(database).now(datetime.now(UTC)) is None


def test_those_that_act_on_a_source_are_listed_and_which_is_on(stack: Stack):
    facts_of(register.register, "fault", "deeds", "unsealed")
    facts_of(register.register, "fault", "magda", "attest-none")

    known = facts_of(register.register, "faults")
    lines = [line.split() for line in told(register.register, "faults").output.splitlines()]

    assert {"unsealed", "altered-document", "stranger-seal", "expired-seal", "twice"} <= set(known["deeds"])
    assert not {"unsealed", "altered-document", "stranger-seal", "expired-seal", "twice"} & set(
        known["criminal-record"]
    )
    assert known["on"] == {"deeds": "unsealed", "magda": "attest-none"}
    assert [line[:2] for line in lines if line[-1] == "on"] == [["magda", "attest-none"], ["deeds", "unsealed"]]
    assert faults.faults_on(stack)[1]["does"] == "has no attest of anybody (30001)"


def test_status_names_what_is_on_and_how_it_ends(stack: Stack):
    facts_of(register.register, "fault", "deeds", "late")
    facts_of(register.register, "fault", "magda", "slow", "--minutes", "5")

    on = faults.faults_on(stack)
    said = {each.about: each.sentence for each in faults.in_faults({"faults": on})}

    assert {each["source"]: each["fault"] for each in on} == {"deeds": "late", "magda": "slow"}
    assert "answers after ten seconds" in said["deeds"]
    assert "until " in said["magda"]
    assert all(f"`loket register fault {source} none`" in sentence for source, sentence in said.items())

    for source in said:
        facts_of(register.register, "fault", source, "none")
    assert faults.faults_on(stack) == []
