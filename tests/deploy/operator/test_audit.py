"""`loket audit verify`: what it says of a chain, and which head it takes."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.local import stack
from deploy.operator.commands import audit
from services.chassis.signing import SigningKey
from services.contracts.retention import TEN_YEARS
from services.registry.access import Access
from services.registry.access_store import AccessStore
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.keys import PROOFS, VERIFYING, event_key
from tests.registry.fakes import PARENT

TOWN = "24001"


@pytest.fixture
def accesses(database: Database[dict[str, Any]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AccessStore:
    """With three blocks, of which the demonstration's first town knows."""
    a_stack(tmp_path, monkeypatch, opens=(audit, "registry_database"), database=database)
    monkeypatch.setattr(audit, "_keys", lambda _: VERIFYING)
    made = AccessStore(database, kept_days=TEN_YEARS, proofs=PROOFS)
    key, now = SigningKey.parse(event_key("registry")), datetime.now(UTC)
    for id in "abc":
        made.record(
            Access(
                id=id, town=TOWN, at=now, by=PARENT, capacity="self", product=None, purpose="numbers", outcome="given"
            )
        )
        assert made.link(key=key, now=now) == 1
    return made


def head_of() -> str:
    head = facts_of(audit.audit, "verify")[TOWN]["head"]
    assert isinstance(head, str)
    return head


def test_a_chain_that_nobody_touched_is_whole(accesses: AccessStore):
    for head in (head_of(), head_of()[:16]):
        assert facts_of(audit.audit, "verify", "--town", TOWN, "--head", head)[TOWN]["faults"] == []


def test_a_beginning_that_was_taken_out_is_told_also_where_the_head_is_right(
    accesses: AccessStore, database: Database[dict[str, Any]]
):
    head = head_of()
    database["access_blocks"].delete_many({"number": {"$lt": 3}})
    database["accesses"].delete_many({"block": {"$lt": 3}})

    result = told(audit.audit, "verify", "--town", TOWN, "--head", head)

    assert result.exit_code == 1
    assert "blocks 1 to 2 are missing" in result.output


@pytest.mark.parametrize("head", ["", "f", "f" * 15, "F" * 16, "f" * 65, "not a digest at all"])
@pytest.mark.parametrize("town", [(), ("--town", TOWN)], ids=["all", "one"])
def test_what_is_no_head_is_a_mistake_and_no_alarm(accesses: AccessStore, head: str, town: tuple[str, ...]):
    result = told(audit.audit, "verify", *town, "--head", head)

    assert result.exit_code not in (0, 1)
    assert "at least its first 16 characters" in result.output


def test_after_the_days_were_raised_the_earlier_ones_are_said(
    accesses: AccessStore, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
):
    ends = database["accesses"].find_one({"_id": "a"}) or {}
    database["accesses"].update_one({"_id": "a"}, {"$set": {"expire_at": ends["at"].replace(year=ends["at"].year + 1)}})

    assert "entry a would go before its time" in told(audit.audit, "verify", "--town", TOWN).output
    assert facts_of(audit.audit, "verify", "--town", TOWN, "--kept", "300")[TOWN]["faults"] == []


def test_without_a_town_the_logs_of_all_are_checked_as_its_help_says(accesses: AccessStore):
    assert len(facts_of(audit.audit, "verify")) > 1

    assert "all towns where it is left out" in told(audit.audit, "verify", "--help").output


def test_who_only_reads_the_store_changes_nothing_there(database: Database[dict[str, Any]]):
    AccessStore(database, kept_days=1)

    assert database.list_collection_names() == []


@pytest.mark.parametrize("days", ["10y", "0"])
def test_days_that_are_none_are_told(accesses: AccessStore, days: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(stack.this_stack().outside, "LOKET_ACCESS_LOG_DAYS", days)

    result = told(audit.audit, "verify")

    assert result.exit_code == 2
    assert "LOKET_ACCESS_LOG_DAYS cannot be used: write a whole number from 1 to" in result.output
