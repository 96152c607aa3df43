"""What waits for a product that is gone: listed, told before a start, ended."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.embedded.part import PartError
from deploy.local.left import refuse_left
from deploy.local.products import are_others, keep
from deploy.local.stack import Stack
from deploy.operator.commands import applications, catalogue
from deploy.operator.status.towns import _left
from services.chassis.asking import ServiceUnavailable
from services.chassis.locking import KeyRing
from services.contracts.catalogue import products
from services.contracts.errors import ApplicationOver, DomainError, NotFound, StillBeingMade, StillGiven
from services.contracts.intake import ApplicationView, EndApplication, State
from services.contracts.product import CERTIFICATE, PASSED_THROUGH
from services.intake.store import ApplicationStore
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.intake.fakes import NOON
from tests.intake.test_moving import ID, Road, compiled, deferred, issued
from tests.outbox import KeptInOutbox

GONE = "swimming-pass"


class StandInAsker:
    """Intake on the other side of the broker; `asked` are the questions that reached it."""

    fails: DomainError | None = None
    silent_about = ""
    asked: list[EndApplication] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, _uri: str, keys: dict[str, KeyRing]) -> None:
        assert set(keys) == {"intake"}

    def ask(self, question: EndApplication) -> ApplicationView:
        self.asked.append(question)
        if question.application_id == self.silent_about:
            raise ServiceUnavailable("intake")
        if self.fails:
            raise self.fails
        return Road().view

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Iterator[Stack]:
    made = a_stack(tmp_path, monkeypatch, opens=(applications, "database_of"), database=database)
    monkeypatch.setattr("deploy.operator.asking.Asker", StandInAsker)
    monkeypatch.setattr(StandInAsker, "fails", None)
    monkeypatch.setattr(StandInAsker, "asked", [])
    logging = structlog.get_config()
    yield made
    structlog.configure(**logging)


def filed(database: Database[dict[str, Any]]) -> None:
    """One that waits for a product that is gone, one whose product is there, one that has its certificate, and one for
    which a certificate was promised that is a deed by now."""
    store = ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    waiting, has_it = Road(), Road()
    waiting.hear(deferred())
    has_it.hear(compiled())
    has_it.hear(issued())
    left, certified = waiting.applications.kept[ID], has_it.applications.kept[ID]
    assert left.plan is not None
    for number, application in enumerate(
        (
            replace(left, product=GONE),
            left,
            replace(certified, product=GONE),
            replace(left, product="birth-deed-extract", plan=replace(left.plan, gives=CERTIFICATE)),
        ),
        1,
    ):
        store.add(replace(application, id=f"application-{number}", idempotency_key=str(number), version=1), [])


def audited(stack: Stack) -> list[tuple[str, str, str]]:
    lines = (stack.logs / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [(each["act"], each["message"], each["reason"]) for each in map(json.loads, lines)]


def test_what_waits_in_vain_is_listed_with_what_is_lacking(stack: Stack, database: Database[dict[str, Any]]) -> None:
    assert (
        told(applications.applications, "list").output.strip() == "nothing waits for a product that the catalogue lacks"
    )
    filed(database)

    found = facts_of(applications.applications, "list")

    assert [(each["application"], each["lacking"]) for each in found["applications"]] == [
        ("application-1", "file"),
        ("application-4", "statement"),
    ]
    assert found["applications"][0]["state"] == State.DEFERRED
    assert _left(database)["24001"] == [
        {"product": "birth-deed-extract", "lacking": "statement", "count": 1},
        {"product": GONE, "lacking": "file", "count": 1},
    ]


def test_those_of_a_product_are_ended_with_a_reason_in_the_audit_log(
    stack: Stack, database: Database[dict[str, Any]]
) -> None:
    filed(database)

    ended = facts_of(applications.applications, "end", "--product", GONE, "--reason", "the pool is closed")

    assert ended == {"ended": ["application-1"], "not_ended": {}}
    assert StandInAsker.asked == [EndApplication(town="24001", application_id="application-1")]
    assert audited(stack) == [("applications end", "application-1", "the pool is closed")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--reason", "x"), "say which"),
        (("application-1", "--product", GONE, "--reason", "x"), "say which"),
        (("application-1", "--reason", " "), "say why"),
        (("application-2", "--reason", "x"), "application-2 does not wait for a product that is gone"),
        (("--product", "life", "--reason", "x"), "nothing waits in vain for life"),
    ],
)
def test_a_mistake_is_one_line_and_ends_nothing(
    stack: Stack, database: Database[dict[str, Any]], arguments: tuple[str, ...], said: str
) -> None:
    filed(database)

    result = told(applications.applications, "end", *arguments)

    assert (result.exit_code, StandInAsker.asked) == (2, [])
    assert said in result.output


@pytest.mark.parametrize(
    ("refused", "said"),
    [
        (StillGiven(), "intake runs with the catalogue of its start"),
        (StillBeingMade("2026-11-27T12:00:00+00:00"), "until 2026-11-27T12:00:00+00:00"),
        (StillBeingMade("asked-anew"), "documents is asked. Give the same command in a minute"),
        (NotFound(), "it is not there any more"),
        (ApplicationOver("issued"), "it is issued by now"),
    ],
)
def test_what_intake_does_not_end_is_told_with_why(
    stack: Stack,
    database: Database[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    refused: DomainError,
    said: str,
) -> None:
    filed(database)
    monkeypatch.setattr(StandInAsker, "fails", refused)

    result = told(applications.applications, "end", "application-1", "--reason", "x")

    assert result.exit_code == 1
    assert said in result.output


def test_those_ended_are_told_where_intake_answers_nothing_about_another(
    stack: Stack, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(database)
    monkeypatch.setattr(StandInAsker, "silent_about", "application-1")

    result = told(
        applications.applications, "end", "application-1", "application-4", "--reason", "the pool is closed", "--json"
    )

    said = json.loads(result.stdout)
    assert (result.exit_code, said["ended"]) == (1, ["application-4"])
    assert said["not_ended"]["application-1"].startswith("intake does not answer now")


def test_lint_names_products_that_are_waited_for_in_vain(
    stack: Stack, database: Database[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    filed(database)
    monkeypatch.setattr("deploy.operator.commands.register.database_of", applications.database_of)

    faults = json.loads(told(catalogue.catalogue, "lint", "--json").stdout)["faults"]

    assert [(each["file"], each["told"].partition(";")[0]) for each in faults if "in vain" in each["told"]] == [
        (
            "birth-deed-extract.yaml",
            "applications wait in vain: 1 for birth-deed-extract (it is passed through now, and was filed for as a"
            " certificate)",
        ),
        (f"{GONE}.yaml", f"applications wait in vain: 1 for {GONE} (its file is gone)"),
    ]


def test_a_start_that_would_leave_applications_waiting_is_refused(
    tmp_path: Path, mongo_uri: str, mongo_client: MongoClient[dict[str, Any]], database_prefix: str
) -> None:
    outside = {"LOKET_PROFILE": "demo", "LOKET_MONGO_URI": mongo_uri, "LOKET_DATABASE": database_prefix}
    stack = Stack(var=tmp_path, outside=outside)
    refuse_left(stack)  # nothing was ever filed

    filed(mongo_client[f"{database_prefix}_intake"])

    with pytest.raises(PartError, match=rf"1 for {GONE} \(its file is gone\); put the files back") as refused:
        refuse_left(stack)
    assert "`loket up --leave-waiting`" in str(refused.value)


def test_whether_a_product_is_another_than_at_the_last_start_is_known_by_what_it_gave(tmp_path: Path) -> None:
    """An embedded store is started for looking only then. The last version kept the ids alone."""
    kinds = {id: each.gives.kind for id, each in products().items()}

    assert not are_others(tmp_path, kinds)
    keep(tmp_path, kinds, "")
    assert not are_others(tmp_path, kinds | {"new": CERTIFICATE})
    assert are_others(tmp_path, kinds | {"life": PASSED_THROUGH})
    assert are_others(tmp_path, {id: kind for id, kind in kinds.items() if id != "life"})
    (tmp_path / "products.json").write_text(json.dumps({"products": ["life", GONE], "extensions": ""}))
    assert are_others(tmp_path, kinds)
    assert not are_others(tmp_path, kinds | {GONE: CERTIFICATE})
