"""What a department is asked over the API, about whom, and what it answers."""

import json

import pytest

from services.contracts.confirmations import AnswerConfirmation, ReadConfirmation
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    FactsGone,
    NotFound,
)
from services.contracts.notify import RehearseAnswer
from services.contracts.registry import NoteConfirming
from tests.gateway.departments.conftest import Asking
from tests.gateway.fakes import CONFIRMATION, FakeDepartment, FakeServices, a_waiting, department_token

ANSWER = {"asking": 1, "outcome": "confirmed"}


@pytest.fixture(autouse=True)
def _asked(services: FakeServices, police: FakeDepartment) -> None:
    police.waiting = (a_waiting(),)
    services.departments["schools"] = FakeDepartment()


def test_what_waits_is_listed_without_a_word_of_anybody(asking: Asking) -> None:
    answer = asking("/confirmations")

    assert [each["reference"] for each in answer.json["confirmations"]] == [CONFIRMATION]
    assert "concerning" not in answer.text
    assert "an-application" not in answer.text
    assert asking("/confirmations", token=department_token("schools")).json["confirmations"] == []


def test_about_whom_is_told_locked_and_noted_before(asking: Asking, services: FakeServices) -> None:
    answer = asking(f"/confirmations/{CONFIRMATION}")

    assert answer.json["concerning"] == a_waiting().concerning
    noted = services.asked[-1]
    assert isinstance(noted, NoteConfirming)
    assert (noted.application_id, noted.department, noted.title, noted.purpose) == (
        "an-application",
        "police",
        "Police zone 5387",
        "to find whoever moved",
    )


def test_what_cannot_be_noted_is_not_told(asking: Asking, services: FakeServices) -> None:
    def refuse(question: object) -> None:
        if isinstance(question, NoteConfirming):
            raise FactsGone

    services.on_ask = refuse

    answer = asking(f"/confirmations/{CONFIRMATION}")

    assert (answer.status_code, answer.json["slug"]) == (410, "facts-gone")
    assert a_waiting().concerning not in answer.text


def test_in_the_sandbox_nobody_but_notify_is_asked(
    asking: Asking, services: FakeServices, police: FakeDepartment
) -> None:
    """What is asked there is about nobody, and waits in no list."""
    police.waiting, police.rehearsed = (), (a_waiting(),)

    listed = asking("/confirmations")
    read = asking(f"/confirmations/{CONFIRMATION}")
    answered = asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", json=ANSWER)

    assert listed.json["confirmations"] == []
    assert read.json["concerning"] == a_waiting().concerning
    assert (answered.status_code, answered.json["outcome"], answered.json["counts_until"]) == (200, "confirmed", None)
    assert services.asked[-1] == RehearseAnswer(
        asked_by=services.asked[-2].asked_by, confirmation=CONFIRMATION, asking=1, outcome="confirmed"
    )
    assert not any(isinstance(each, (NoteConfirming, ReadConfirmation, AnswerConfirmation)) for each in services.asked)


def test_in_the_sandbox_what_is_answered_is_told_no_more(asking: Asking, police: FakeDepartment) -> None:
    """As in a town; the same answer is the same there as well."""
    police.waiting, police.rehearsed, police.rehearsal_is_over = (), (a_waiting(),), True

    read = asking(f"/confirmations/{CONFIRMATION}")
    again = asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", json=ANSWER)

    assert (read.status_code, read.json["slug"], again.status_code) == (410, "confirmation-over", 200)


def test_an_answer_is_given_by_the_department_and_its_key(asking: Asking, services: FakeServices) -> None:
    answer = asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", json=ANSWER)

    assert (answer.status_code, answer.json["reference"], answer.json["outcome"]) == (200, CONFIRMATION, "confirmed")
    assert services.asked[-1] == AnswerConfirmation(
        town="24001",
        department="police",
        reference="an-application-1",
        asking=1,
        outcome="confirmed",
        by="police (key key-1)",
    )


@pytest.mark.parametrize(
    ("refusal", "status", "members"),
    [
        (ConfirmationAnswered("not-confirmed"), 409, {"outcome": "not-confirmed"}),
        (ConfirmationOvertaken("2"), 409, {"asking": 2}),
        (ConfirmationOver(), 410, {}),
        (NotFound(), 404, {}),
    ],
    ids=["answered", "overtaken", "over", "not theirs"],
)
def test_an_answer_that_is_not_taken_says_what_stands(
    asking: Asking, services: FakeServices, refusal: Exception, status: int, members: dict[str, str | int]
) -> None:
    def refuse(question: object) -> None:
        if isinstance(question, AnswerConfirmation):
            raise refusal

    services.on_ask = refuse

    answer = asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", json=ANSWER)

    assert answer.status_code == status
    assert members.items() <= answer.json.items()


@pytest.mark.parametrize("path", [f"/confirmations/{CONFIRMATION}", f"/confirmations/{CONFIRMATION}/answers"])
def test_another_department_finds_nothing(asking: Asking, services: FakeServices, path: str) -> None:
    sent = {"method": "POST", "json": ANSWER} if path.endswith("answers") else {}

    answer = asking(path, token=department_token("schools"), **sent)

    assert answer.status_code == 404
    assert len(services.asked) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{}", 422),
        (b'{"asking": "1", "outcome": "confirmed"}', 422),
        (b'{"asking": 1.5, "outcome": "confirmed"}', 422),
        (b'{"asking": null, "outcome": "confirmed"}', 422),
        (b'{"asking": 1, "outcome": "perhaps"}', 422),
        (json.dumps({"asking": 1, "outcome": "x" * 41}).encode(), 422),
        (b'{"asking": 1, "outcome": "confirmed", "by": "somebody"}', 422),
        (b'{"asking": 1, "outcome": "\\ud800"}', 400),
        (b'{"asking": 1, "asking": 2, "outcome": "confirmed"}', 400),
        (b'{"asking": 1, "outcome": "' + b"\\\\" * 32768 + b'"}', 413),
    ],
    ids=["nothing", "a text", "a half", "null", "perhaps", "long", "more", "half a character", "twice", "64 KB"],
)
def test_a_wrong_answer_is_refused(asking: Asking, body: bytes, status: int) -> None:
    sent = {"data": body, "content_type": "application/json"}

    assert asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", **sent).status_code == status


@pytest.mark.parametrize("asking_number", ["0", "-1", "1000001", "9007199254740992", "1" + "0" * 30, "-" + "9" * 5000])
def test_a_number_that_no_asking_has_is_told_as_that(asking: Asking, asking_number: str) -> None:
    body = f'{{"asking": {asking_number}, "outcome": "confirmed"}}'.encode()

    answer = asking(f"/confirmations/{CONFIRMATION}/answers", method="POST", data=body, content_type="application/json")

    (told,) = answer.json["errors"]
    assert (answer.status_code, told["field"], told["slug"]) == (422, "asking", "not-a-number")
    assert told["parameters"] == {"least": 1, "most": 1_000_000}


@pytest.mark.parametrize("reference", ["0" * 32, "%ED%A0%80", "%00", "..%2Fme", "x" * 81])
def test_what_is_no_reference_of_ours_is_not_found(asking: Asking, reference: str) -> None:
    assert asking(f"/confirmations/{reference}").status_code in (400, 404)
