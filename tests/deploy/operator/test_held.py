"""What waits for a register, as an operator lists it, looks into it and has it asked again."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from pymongo.database import Database

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.seeding import seed
from deploy.local.stack import Stack
from deploy.operator.commands import held
from deploy.production.keys import new_key
from services.chassis.locking import Locker
from services.contracts.extracts import Request
from services.registry.access_store import AccessStore
from services.registry.extract import Extract
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource
from services.registry.store import ExtractStore
from services.registry.waiting_list import WaitingList
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.outbox import KeptInOutbox
from tests.registry.fakes import an_extract
from tests.registry.far import deeds_served, today

NOW = datetime.now(UTC).replace(microsecond=0)
SUBJECT = HARD_CASES["widow-of-a-member"].number
KIND = "membership-not-closed"
FIELDS = {"deed-of": "person", "deed-filiation": "extract"}


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Stack:
    return a_stack(tmp_path, monkeypatch, opens=(held, "registry_database"), database=database)


def town_of(stack: Stack) -> str:
    return next(iter(stack.towns()))


def kept(
    stack: Stack,
    database: Database[dict[str, Any]],
    id: str,
    *,
    state: str = "contradicted",
    product: str = "household-composition",
    subject: str = SUBJECT,
) -> Extract:
    """One that waits since an hour, and is to be looked at again tomorrow, or in four hours."""
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOW)
    extract = replace(an_extract(id, town=town_of(stack)), product=product)
    locked = Locker("requests", held._request_keys(stack)).lock(
        Request(applicant=subject, subject=subject, capacity="self", fields=FIELDS), bound_to=id
    )
    asked = extract.asked(product=extract.product, request=locked, now=NOW - timedelta(hours=1))
    later = asked.contradicted(KIND, now=NOW) if state == "contradicted" else asked.put_off(now=NOW, until=None)
    return store.save(*later)


def loket(*arguments: str) -> Result:
    return told(held.held, *arguments)


def facts(*arguments: str) -> dict[str, Any]:
    return facts_of(held.held, *arguments)


def test_what_waits_is_listed_without_a_word_of_anybody(stack: Stack, database: Database[dict[str, Any]]) -> None:
    kept(stack, database, "a1")
    kept(stack, database, "a2", state="waiting")

    found = {each["application"]: each for each in facts("list")["applications"]}

    town = stack.towns()[town_of(stack)]
    assert {id: each["kind"] for id, each in found.items()} == {"a1": KIND, "a2": "register-unavailable"}
    assert (found["a1"]["away"], found["a2"]["away"]["source"]) == (None, "population")
    assert found["a1"]["town_name"] == town.name(town.languages[0])
    assert found["a1"]["next_look"].startswith(str((NOW + timedelta(days=1)).date()))
    assert SUBJECT not in loket("list").output
    assert [each["application"] for each in facts("list", "--kind", KIND)["applications"]] == ["a1"]


def test_whom_to_mend_is_looked_up_anew_and_logged(stack: Stack, database: Database[dict[str, Any]]) -> None:
    kept(stack, database, "a1")
    seed(database, town=town_of(stack), residents=100, seed=1, progress=lambda _: None, now=NOW)

    fault = facts("show", "a1", "--reason", "ticket 12")

    assert fault["kind"] == KIND
    (member,) = fault["national_numbers"]
    assert member != SUBJECT
    assert fault["household"]
    (look,) = AccessStore(database, kept_days=1).about(member, town=town_of(stack))
    assert (look.purpose, look.reason, look.by.partition(":")[0]) == ("repair", "ticket 12", "operator")
    audited = json.loads((stack.logs / "audit.jsonl").read_text().splitlines()[-1])
    assert (audited["act"], audited["message"], audited["reason"]) == ("held show", "a1", "ticket 12")
    assert member not in (stack.logs / "audit.jsonl").read_text()


def test_what_was_asked_under_a_key_that_is_gone_is_told(
    stack: Stack, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept(stack, database, "a1")
    monkeypatch.setenv("LOKET_KEYS_REQUESTS", f"another:{new_key()}")

    result = loket("show", "a1", "--reason", "ticket 12")

    assert result.exit_code == 2
    assert "does not unlock (key-not-here: requests demo): add the old key" in result.output


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("another", "deed-of-another"),
        ("unsealed", "deed-seal-untrusted"),
        ("stranger-seal", "deed-seal-untrusted"),
        ("altered-document", "deed-seal-broken"),
    ],
)
def test_a_deed_that_contradicts_the_register_is_asked_for_anew(
    stack: Stack, database: Database[dict[str, Any]], way: str, kind: str
) -> None:
    """With the sources of the town's file, on their own road."""
    seed(database, town=town_of(stack), residents=100, seed=1, progress=lambda _: None, now=NOW)
    number = HARD_CASES["single"].number
    register = PopulationSource(Populations(database), clock=lambda: NOW)
    dossier = register.view(town=town_of(stack)).dossier(number)
    assert dossier is not None
    kept(stack, database, "a1", product="birth-deed-extract", subject=number)

    away = loket("show", "a1", "--reason", "ticket 12")
    with deeds_served(stack.sources, dossier, clock=today(), port=stack.ports.deeds) as far:
        far.switch.set(way)
        fault = facts("show", "a1", "--reason", "ticket 12")

    assert (away.exit_code, "deeds does not answer now" in away.output) == (2, True)
    assert (fault["kind"], fault["national_numbers"]) == (kind, [number])


@pytest.mark.parametrize(
    ("arguments", "mend"),
    [
        (("show", "a9", "--reason", "why"), "loket held list"),
        (("show", "a1", "--reason", " "), "--reason"),
        (("show", "a1", "--reason", "why"), "register does not answer"),
        (("retry",), "say which"),
        (("retry", "a1", "--all"), "say which"),
        (("retry", "--all", "--kind", KIND), "say which"),
        (("retry", "a9"), "loket held list"),
        (("list", "--town", "Nowhere"), "no town"),
    ],
)
def test_a_mistake_is_told_with_its_mend_and_changes_nothing(
    stack: Stack, database: Database[dict[str, Any]], arguments: tuple[str, ...], mend: str
) -> None:
    kept(stack, database, "a1")

    told = loket(*arguments)

    assert told.exit_code == 2
    assert mend in told.output
    (extract,) = WaitingList(database).of(town_of(stack))
    assert extract.due_at == NOW + timedelta(days=1)


@pytest.mark.parametrize("which", [("a1",), ("--all",), ("--kind", KIND), ("--town", "first")])
def test_the_register_is_asked_again_now_and_once(
    stack: Stack, database: Database[dict[str, Any]], which: tuple[str, ...]
) -> None:
    kept(stack, database, "a1")
    arguments = [town_of(stack) if each == "first" else each for each in which]

    first, second = (facts("retry", *arguments) for _ in range(2))

    assert (first["asked_again"], second["asked_again"]) == (["a1"], [])
    assert second["being_asked_already"] == 1
    store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOW)
    (due,) = store.due(towns=[town_of(stack)], now=datetime.now(UTC))
    assert due.application_id == "a1"
    store.save(due.asked_again(now=NOW), ())


def test_what_was_answered_meanwhile_is_left_alone(stack: Stack, database: Database[dict[str, Any]]) -> None:
    kept(stack, database, "a1")
    (extract,) = WaitingList(database).of(town_of(stack))
    ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOW).save(extract.ended(now=NOW), ())

    assert WaitingList(database).ask_now(extract, now=NOW) is False
    assert facts("list")["applications"] == []
