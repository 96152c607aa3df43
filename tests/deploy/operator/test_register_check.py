"""`loket register check`: whether the sources of a town can be asked, and if not, which and why."""

from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.demo.far.authorities import DEEDS, demo_authorities
from deploy.local.stack import Stack
from deploy.operator.commands import register
from services.registry.domain import Dossier
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.registry.far import deeds_served, record_served, today


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Stack:
    made = a_stack(tmp_path, monkeypatch, opens=(register, "registry_database"), database=database)
    demo_authorities(made.sources)
    return made


NOBODY: tuple[Dossier, ...] = ()


def test_each_source_of_the_town_is_knocked_at(stack: Stack) -> None:
    with deeds_served(stack.sources, *NOBODY, clock=today(), port=stack.ports.deeds):
        result = told(register.register, "check", "--json")

    assert result.exit_code == 1
    assert '"criminal-record": {\n      "problem": "127.0.0.1 does not answer' in result.output
    assert '"deeds": {\n      "problem": null' in result.output


def test_a_town_whose_sources_all_answer_has_nothing_to_mend(stack: Stack) -> None:
    with (
        deeds_served(stack.sources, *NOBODY, clock=today(), port=stack.ports.deeds),
        record_served(stack.sources, port=stack.ports.criminal_record),
    ):
        found = facts_of(register.register, "check")["sources"]

    assert {name: each["problem"] for name, each in found.items()} == {
        "registry": None,
        "deeds": None,
        "criminal-record": None,
    }


def test_a_certificate_that_the_source_does_not_take_is_told(stack: Stack) -> None:
    for ending in ("pem", "key"):
        (stack.sources / f"loket.{ending}").write_bytes((stack.sources / f"{DEEDS}.{ending}").read_bytes())

    with deeds_served(stack.sources, *NOBODY, clock=today(), port=stack.ports.deeds):
        result = told(register.register, "check")

    assert result.exit_code == 1
    assert "do not take each other's certificates" in " ".join(result.output.split())
