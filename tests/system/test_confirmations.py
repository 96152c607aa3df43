"""A department confirms weeks later: real processes, under faketime, restarted in between, and killed."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from deploy.demo.police.admitting import admit
from services.contracts.departments import reference_of
from services.contracts.feed import Answerer, Subscriber
from tests.system.aged import Aged, extensions
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

PRODUCT = "confirmed-life"
REFERENCE = "{}-1".format


class Department:
    """What the police are told, as it is kept for them to catch up on."""

    def __init__(self, aged: Aged) -> None:
        address = aged.stack.police_address.read_text(encoding="ascii")
        self._subscriber, self._answerer = Subscriber(address), Answerer(address)

    def told(self, application_id: str) -> list[tuple[str, int]]:
        """About one application, each event once: the event, and the number of the asking."""
        events = {event.key: event for event in self._subscriber.history()}
        return [
            (event.name, event.data["asking"])
            for event in events.values()
            if event.reference == reference_of(application_id)
        ]

    def confirms(self, application_id: str) -> None:
        """By an event, whatever it was asked about that application."""
        history = self._subscriber.history()
        asked = next(event for event in history if event.reference == reference_of(application_id))
        self._answerer.answer(asked, "confirmed")


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aged]:
    folder = tmp_path_factory.mktemp("confirmations")
    aged = Aged(
        folder / "var", LOKET_EXTENSIONS=str(extensions(folder / "own")), LOKET_DEMO_POLICE_S="1", LOKET_SWEEP_S="0.3"
    )
    aged.start()
    admit(aged.stack)
    yield aged
    aged.stop()


@pytest.fixture(scope="module")
def department(aged: Aged) -> Department:
    return Department(aged)


def states(application: dict[str, Any]) -> list[str]:
    return [step["state"] for step in application["timeline"]]


def test_the_demonstrations_police_confirm_and_the_certificate_follows(aged: Aged, department: Department) -> None:
    citizen = aged.citizen("demo-citizen")

    application_id = citizen.filed(PRODUCT)
    application = citizen.until(application_id, "delivered")

    assert states(application) == [
        "submitted", "looked-up", "awaiting-confirmation", "cleared", "issued", "delivered",
    ]  # fmt: skip
    assert citizen.certificate(application).startswith(b"%PDF-")
    told = [("answer-taken", 1), ("confirmation-needless", 1), ("confirmation-requested", 1)]
    wait_for(lambda: sorted(department.told(application_id)) == told, what="the department to hear that it is taken")
    (gate,) = aged.database("intake").applications.find_one({"_id": application_id})["gates"][1:]
    assert gate["answers"][0]["by"].startswith("demonstration-police (event ")


def test_weeks_pass_it_is_reminded_and_answers(aged: Aged, department: Department) -> None:
    """From here on the demonstration's police, who live today, wait for what is asked in days to come."""
    aged.at(1)
    citizen = aged.citizen("single")
    application_id = citizen.filed(PRODUCT)
    application = citizen.until(application_id, "awaiting-confirmation")
    promised = datetime.fromisoformat(application["timeline"][-1]["expected_by"])
    assert timedelta(days=27) < promised - aged.now < timedelta(days=29, hours=2)

    aged.at(31)
    late = wait_for(
        lambda: (
            (found := citizen.application(application_id))["timeline"][-1]["expected_by"]
            != application["timeline"][-1]["expected_by"]
            and found
        ),
        seconds=60,
        what="the reminder",
    )
    assert datetime.fromisoformat(late["timeline"][-1]["expected_by"]) > aged.now
    listed = json.loads(aged.loket("confirmations", "list", "--json").stdout)["confirmations"]
    (waiting,) = [each for each in listed if each["reference"] == REFERENCE(application_id)]
    assert (waiting["department"], waiting["asking"], waiting["is_late"]) == ("police", 1, True)
    assert "police has not confirmed 1" in aged.loket("status").stdout.replace("\n", " ")
    shown = json.loads(
        aged.loket("confirmations", "show", REFERENCE(application_id), "--reason", "a letter", "--json").stdout
    )
    assert shown["national_number"] == citizen.number

    aged.at(36)
    answered = aged.loket(
        "confirmations", "answer", REFERENCE(application_id), "confirmed", "--asking", "1", "--by", "letter 12"
    )
    assert answered.returncode == 0, answered.stderr
    delivered = citizen.until(application_id, "delivered")

    assert states(delivered) == [
        "submitted", "looked-up", "awaiting-confirmation", "awaiting-confirmation",
        "submitted", "looked-up", "cleared", "issued", "delivered",
    ]  # fmt: skip
    assert citizen.certificate(delivered).startswith(b"%PDF-")
    (certificate,) = aged.certificates_of(application_id)
    assert abs(certificate["issued_at"] - aged.now) < timedelta(hours=1)
    told = [("confirmation-needless", 1), ("confirmation-reminded", 1), ("confirmation-requested", 1)]
    wait_for(lambda: sorted(department.told(application_id)) == told, what="the department to hear all of it")
    (gate,) = aged.database("intake").applications.find_one({"_id": application_id})["gates"][1:]
    assert gate["answers"][0]["by"].startswith("letter 12 (operator ")
    assert gate["concerning"] == ""
    again = aged.loket(
        "confirmations", "answer", REFERENCE(application_id), "not-confirmed", "--asking", "1", "--by", "letter 13"
    )
    assert (again.returncode, "that answer stands" in again.stderr) == (2, True)


@pytest.mark.chaos
@pytest.mark.parametrize("point", ["intake.answer-confirmation.saved", "intake.answer-confirmation.relayed"])
def test_an_intake_killed_over_an_answer_has_it_once(aged: Aged, point: str) -> None:
    aged.be_at(36)
    citizen = aged.citizen("divorced")
    application_id = citizen.filed(PRODUCT)
    citizen.until(application_id, "awaiting-confirmation")
    aged.arm(point)

    words = ("confirmations", "answer", REFERENCE(application_id), "confirmed", "--asking", "1", "--by", "letter 14")
    first = aged.loket(*words)
    wait_for(lambda: aged.died("intake"), what="the crash")
    aged.begin("intake")
    wait_for(lambda: aged.serves("intake"), seconds=90, what="intake to be back")
    second = aged.loket(*words)

    assert (first.returncode, second.returncode) == (2, 0), (first.stderr, second.stderr)
    citizen.until(application_id, "delivered")
    assert len(aged.certificates_of(application_id)) == 1
    document = aged.database("intake").applications.find_one({"_id": application_id})
    assert len(document["gates"][1]["answers"]) == 1


@pytest.mark.chaos
@pytest.mark.parametrize("step", ["received", "saved", "relayed", "settled"])
def test_an_intake_killed_as_it_takes_an_answer_takes_it_once(aged: Aged, department: Department, step: str) -> None:
    aged.be_at(36)
    citizen = aged.citizen("widowed")
    application_id = citizen.filed(PRODUCT)
    citizen.until(application_id, "awaiting-confirmation")
    wait_for(lambda: department.told(application_id), what="the asking")
    aged.arm(f"intake.take-answer.{step}")

    department.confirms(application_id)
    wait_for(lambda: aged.died("intake"), what="the crash")
    aged.begin("intake")
    citizen.until(application_id, "delivered")

    assert len(aged.certificates_of(application_id)) == 1
    document = aged.database("intake").applications.find_one({"_id": application_id})
    assert len(document["gates"][1]["answers"]) == 1
    told = [("answer-taken", 1), ("confirmation-needless", 1), ("confirmation-requested", 1)]
    wait_for(lambda: sorted(department.told(application_id)) == told, what="the department to hear that it is taken")


@pytest.mark.chaos
@pytest.mark.parametrize("step", ["received", "saved", "relayed", "settled"])
def test_an_intake_killed_as_it_asks_asks_once(aged: Aged, department: Department, step: str) -> None:
    aged.be_at(36)
    citizen = aged.citizen("widowed")
    aged.arm(f"intake.record-extract.{step}")

    application_id = citizen.filed(PRODUCT)
    wait_for(lambda: aged.died("intake"), what="the crash")
    aged.begin("intake")
    citizen.until(application_id, "awaiting-confirmation")

    wait_for(lambda: department.told(application_id), what="the asking")
    assert set(department.told(application_id)) == {("confirmation-requested", 1)}
    document = aged.database("intake").applications.find_one({"_id": application_id})
    assert document["gates"][1]["asking"] == 1


def test_what_is_never_answered_expires_and_whoever_waits_is_told(aged: Aged, department: Department) -> None:
    aged.be_at(36)
    waits, withdraws = aged.citizen("demo-spouse"), aged.citizen("demo-citizen")
    waiting, withdrawn = waits.filed(PRODUCT), withdraws.filed(PRODUCT)
    waits.until(waiting, "awaiting-confirmation")
    withdraws.until(withdrawn, "awaiting-confirmation")
    answer = withdraws.http.post(f"/api/v1/applications/{withdrawn}/withdrawal")
    assert answer.status_code == 200, answer.text

    aged.at(102)
    expired = waits.until(waiting, "expired")

    assert expired["timeline"][-1]["code"] == "confirmation-awaited"
    wait_for(lambda: aged.mails_about(waiting), what="the mail")
    assert department.told(waiting) == [("confirmation-requested", 1), ("confirmation-needless", 1)]
    assert department.told(withdrawn) == [("confirmation-requested", 1), ("confirmation-needless", 1)]
    refused = aged.loket("confirmations", "answer", REFERENCE(waiting), "confirmed", "--asking", "1", "--by", "late")
    assert (refused.returncode, "has ended" in refused.stderr) == (2, True)
    assert aged.certificates_of(waiting) == []
