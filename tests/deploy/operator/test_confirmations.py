"""What waits for another department, as an operator lists it, looks into it and takes down the answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import structlog
from click.testing import Result
from pymongo.database import Database

from deploy.local.stack import Stack
from deploy.operator.commands import confirmations
from deploy.operator.rings import key_ring
from services.chassis.locking import KeyRing, Locker, LockerForOthers
from services.contracts.confirmations import AnswerConfirmation, Answered, Concerned
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    DomainError,
    NotFound,
)
from services.intake.domain.deadlines import overdue
from services.intake.domain.gates.confirmation import GATE
from services.intake.standing import standing
from services.intake.store import ApplicationStore
from tests.deploy.operator.commanding import a_stack, facts_of, told
from tests.intake.confirmed import ConfirmedRoad, facts_at
from tests.intake.fakes import CITIZEN, NOON
from tests.intake.test_moving import ID
from tests.outbox import KeptInOutbox

REFERENCE = f"{ID}-1"


class StandInAsker:
    """Intake on the other side of the broker; `asked` are the questions that reached it."""

    fails: DomainError | None = None
    logs = structlog.get_logger()
    asked: list[AnswerConfirmation] = []  # noqa: RUF012 - emptied by the fixture

    def __init__(self, _uri: str, keys: dict[str, KeyRing]) -> None:
        assert set(keys) == {"intake"}

    def ask(self, question: AnswerConfirmation) -> Answered:
        self.asked.append(question)
        self.logs.warning("questions_interrupted")
        if self.fails:
            raise self.fails
        return Answered(
            reference=question.reference, asking=question.asking, outcome=question.outcome, answered_at=NOON
        )

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database[dict[str, Any]]) -> Iterator[Stack]:
    made = a_stack(tmp_path, monkeypatch, opens=(confirmations, "database_of"), database=database)
    monkeypatch.setattr("deploy.operator.asking.Asker", StandInAsker)
    monkeypatch.setattr(StandInAsker, "fails", None)
    monkeypatch.setattr(StandInAsker, "asked", [])
    logging = structlog.get_config()
    yield made
    structlog.configure(**logging)


@pytest.fixture
def store(stack: Stack, database: Database[dict[str, Any]]) -> ApplicationStore:
    """One application that waits for the police, who were asked at noon."""
    road = ConfirmedRoad()
    road.hear(facts_at(NOON))
    application = road.applications.kept[ID]
    keys = key_ring(stack, confirmations.KEYS, "")
    concerned = Concerned(national_number=CITIZEN, fields={"purpose": "work"})
    locked = LockerForOthers("confirmations", keys).lock(concerned, reader="24001.police", bound_to=REFERENCE)
    gate = replace(application.gates[1], concerning=locked)
    store = ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    store.add(replace(application.with_gate(1, gate), version=1), [])
    return store


def loket(*arguments: str) -> Result:
    return told(confirmations.confirmations, *arguments)


def facts(*arguments: str) -> dict[str, Any]:
    return facts_of(confirmations.confirmations, *arguments)


def audited(stack: Stack) -> list[tuple[str, str, str]]:
    lines = (stack.logs / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    return [(each["act"], each["message"], each["reason"]) for each in map(json.loads, lines)]


def test_what_waits_is_listed_without_a_word_of_anybody(store: ApplicationStore) -> None:
    told = facts("list")

    (each,) = told["confirmations"]
    assert (each["reference"], each["asking"], each["department"], each["is_late"]) == (REFERENCE, 1, "police", False)
    assert CITIZEN not in json.dumps(told)
    assert facts("list", "--department", "school")["waiting"] == 0
    assert REFERENCE in loket("list").output


def test_what_is_late_is_said(store: ApplicationStore, database: Database[dict[str, Any]]) -> None:
    kept = store.find(ID, town="24001")
    assert kept is not None
    moved = overdue(kept, now=NOON + timedelta(days=29))
    store.save(moved.application, moved.events)

    (each,) = facts("list")["confirmations"]

    assert (each["is_late"], each["since"]) == (True, NOON.isoformat())
    police = standing(database, town="24001").departments["police"]
    assert (police.waiting, police.late, police.since) == (1, 1, NOON)
    assert standing(database, town="24001").waiting == 0
    assert standing(database, town="21005").departments == {}


def test_about_whom_is_shown_and_logged(stack: Stack, store: ApplicationStore) -> None:
    told = facts("show", REFERENCE, "--reason", "a letter")

    assert (told["national_number"], told["fields"]) == (CITIZEN, {"purpose": "work"})
    assert audited(stack) == [("confirmations show", REFERENCE, "a letter")]


def test_the_log_of_asking_is_not_among_what_a_script_reads(store: ApplicationStore) -> None:
    answered = loket("answer", REFERENCE, "confirmed", "--asking", "1", "--by", "letter 12", "--json")

    assert json.loads(answered.stdout)["outcome"] == "confirmed"
    assert "questions_interrupted" in answered.stderr


def test_an_answer_is_taken_down_with_who_gave_it(stack: Stack, store: ApplicationStore) -> None:
    told = facts("answer", REFERENCE, "confirmed", "--asking", "1", "--by", "letter 12")

    (asked,) = StandInAsker.asked
    assert (asked.town, asked.department, asked.reference, asked.asking) == ("24001", "police", REFERENCE, 1)
    assert asked.by.startswith("letter 12 (operator ")
    assert told["outcome"] == "confirmed"
    assert audited(stack) == [
        ("confirmations answer", f"{REFERENCE} 1 confirmed", "letter 12"),
        ("confirmations answer taken", f"{REFERENCE} 1 confirmed", "letter 12"),
    ]


def test_what_was_answered_may_be_answered_again(store: ApplicationStore) -> None:
    kept = store.find(ID, town="24001")
    assert kept is not None
    question = AnswerConfirmation(
        town="24001", department="police", reference=REFERENCE, asking=1, outcome="confirmed", by="x"
    )
    moved, _ = GATE.answer(kept, 1, question, now=NOON + timedelta(minutes=5))
    store.save(moved.application, moved.events)

    assert facts("list")["waiting"] == 0
    assert facts("answer", REFERENCE, "confirmed", "--asking", "1", "--by", "letter 12")["outcome"] == "confirmed"


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        (("show", "a1-1", "--reason", "why"), "no confirmation a1-1 is waited for"),
        (("show", REFERENCE, "--reason", " "), "say why you look"),
        (("answer", "a1-1", "confirmed", "--asking", "1", "--by", "x"), "no confirmation a1-1 was asked for"),
        (("answer", f"{ID}-0", "confirmed", "--asking", "1", "--by", "x"), f"no confirmation {ID}-0 was asked for"),
        (("answer", REFERENCE, "confirmed", "--asking", "1", "--by", " "), "say who answered"),
        (("answer", REFERENCE, "perhaps", "--asking", "1", "--by", "x"), "'perhaps' is not one of"),
        (("answer", REFERENCE, "confirmed", "--by", "x"), "Missing option '--asking'"),
        (("key", "police"), "write TOWN.DEPARTMENT"),
        (("key", "24001.police\n"), "department holds a line break"),
        (("key", "24001.nobody"), "nobody is ever asked as 24001.nobody; towns are 24001"),
        (("key", "99999.police"), "nobody is ever asked as 99999.police; towns are 24001"),
    ],
)
def test_a_mistake_is_told_with_its_mend_and_changes_nothing(
    store: ApplicationStore, words: tuple[str, ...], mend: str
) -> None:
    told = loket(*words)

    assert told.exit_code == 2
    assert mend in told.output
    assert StandInAsker.asked == []


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfirmationAnswered("confirmed"), "was answered before (confirmed), and that answer stands"),
        (ConfirmationOvertaken("2"), "what waits is asking 2, of other facts than asking 1"),
        (ConfirmationOver(), "has ended: the answer is needed no more"),
        (NotFound(), f"no confirmation {REFERENCE} was asked for"),
    ],
)
def test_what_intake_refuses_is_said_and_noted(
    stack: Stack, store: ApplicationStore, monkeypatch: pytest.MonkeyPatch, error: DomainError, said: str
) -> None:
    monkeypatch.setattr(StandInAsker, "fails", error)

    told = loket("answer", REFERENCE, "confirmed", "--asking", "1", "--by", "letter 12")

    assert told.exit_code == 2
    assert said in told.output
    (begun, ended) = audited(stack)
    assert (begun[0], ended[0]) == ("confirmations answer", "confirmations answer not taken")
    assert said in ended[2]


def test_a_department_is_given_its_own_keys_alone(stack: Stack, store: ApplicationStore) -> None:
    printed, others = (loket("key", f"{town}.police").output.strip().splitlines()[-1] for town in ("24001", "21005"))

    kept = store.find(ID, town="24001")
    assert kept is not None
    opened = Locker("confirmations", KeyRing.parse(printed)).unlock(
        Concerned, kept.gates[1].concerning, bound_to=REFERENCE
    )
    assert opened.national_number == CITIZEN
    assert len({printed, others, key_ring(stack, confirmations.KEYS, "").written()}) == 3
    assert [each[:2] for each in audited(stack)] == [
        ("confirmations key", "24001.police"),
        ("confirmations key", "21005.police"),
    ]


def test_what_was_locked_before_each_town_had_keys_is_shown(stack: Stack, store: ApplicationStore) -> None:
    kept = store.find(ID, town="24001")
    assert kept is not None
    keys = key_ring(stack, confirmations.KEYS, "")
    concerned = Concerned(national_number=CITIZEN)
    locked = LockerForOthers("confirmations", keys).lock(concerned, reader="police", bound_to=REFERENCE)
    store.save(kept.with_gate(1, replace(kept.gates[1], concerning=locked)), [])

    assert facts("show", REFERENCE, "--reason", "a letter")["national_number"] == CITIZEN


def test_of_a_deployment_that_does_not_run_no_other_store_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").mkdir()
    monkeypatch.setattr("deploy.local.stack.this_stack", lambda: Stack(var=tmp_path / "var", outside={}))

    result = loket("list")

    assert result.exit_code == 2
    assert "`loket up`" in result.output
