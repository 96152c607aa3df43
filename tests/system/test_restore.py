"""The store is lost and restored as it was, while the broker and the citizens went on: nothing is false afterwards."""

import hashlib
import os
import shutil
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.demo.tokens import citizen_token
from deploy.operator.backing_up import back_up, restore, utc_now
from deploy.operator.dead_letters import DeadLetters
from services.registry.sources.population.populations import Populations
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

STATES = ["submitted", "looked-up", "cleared", "issued", "delivered"]

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


@dataclass
class Filed:
    """An application, and its certificate as it was before the store was lost."""

    citizen: Citizen
    id: str
    application: dict[str, Any] = field(default_factory=dict)
    pdf: bytes = b""
    kept: dict[str, Any] = field(default_factory=dict)

    def delivered(self, deployment: Deployment) -> "Filed":
        self.application = self.citizen.until(self.id, "delivered", seconds=90)
        self.pdf = self.citizen.certificate(self.application)
        (self.kept,) = deployment.certificates_of(self.id)
        return self


@dataclass
class History:
    """What happened, and is looked back at from after the restoring."""

    deployment: Deployment
    before: list[Filed] = field(default_factory=list)
    under_way: list[Filed] = field(default_factory=list)
    deferred: Filed | None = None
    after: list[Filed] = field(default_factory=list)
    in_queue: str = ""
    mails: dict[str, int] = field(default_factory=dict)
    backup: Path = Path()

    def verdict(self, code: str) -> dict[str, Any]:
        answer = self.before[0].citizen.http.get(f"/api/v1/verifications/{code}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def verdict_of(self, pdf: bytes) -> dict[str, Any]:
        answer = self.before[0].citizen.http.post(
            "/api/v1/verifications", content=pdf, headers={"Content-Type": "application/pdf"}
        )
        assert answer.status_code == 200, answer.text
        return dict(answer.json())


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[History]:
    folder = tmp_path_factory.mktemp("restore")
    deployment = Deployment(folder / "var")
    deployment.start()
    told = History(deployment, backup=folder / "backup")
    try:
        _live(told)
        deployment.launch()
        for citizen in deployment.citizens():  # the demonstration's sign-in forgets who signed in
            token = citizen_token(deployment.stack, deployment.towns[citizen.town], citizen.number)
            citizen.http.headers["Authorization"] = f"Bearer {token}"
        yield told
    finally:
        deployment.stop()


def _live(told: History) -> None:
    deployment = told.deployment
    citizens = [deployment.citizen(key) for key in ("demo-citizen", "demo-spouse", "single", "divorced")]
    told.before = [Filed(each, each.filed("residence")).delivered(deployment) for each in citizens]
    elsewhere = deployment.citizen("demo-citizen", town="21005")
    population = Populations(deployment.database("registry"))
    population.pause("21005")
    told.deferred = Filed(elsewhere, elsewhere.filed("residence"))
    elsewhere.until(told.deferred.id, "deferred")

    stop = threading.Event()

    def file_on() -> None:
        while not stop.is_set():
            for each in citizens:
                told.under_way.append(Filed(each, each.filed_patiently("life")))

    filing = threading.Thread(target=file_on)
    filing.start()
    wait_for(lambda: len(told.under_way) >= 8, what="applications under way")
    back_up(deployment.stack, told.backup, now=utc_now)
    stop.set()
    filing.join()

    for each in told.under_way:
        each.delivered(deployment)
    told.after = [
        Filed(each, each.filed("life", key=f"after-{n}")).delivered(deployment) for n, each in enumerate(citizens)
    ]
    told.mails = {each.id: len(deployment.mails_about(each.id)) for each in told.before}
    _leave_in_queue(told, citizens[0])
    deployment.control.stop()
    shutil.rmtree(deployment.stack.store().folder)

    restore(deployment.stack, told.backup, now=utc_now)


def _leave_in_queue(told: History, citizen: Citizen) -> None:
    """An answer of the registry about an application that will not be known: intake is too slow for it."""
    deployment = told.deployment
    pids = deployment.control.pids()["registry"]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    told.in_queue = citizen.filed("residence")
    intake = deployment.control.pids()["intake"]
    for pid in intake:
        os.kill(pid, signal.SIGSTOP)
    for pid in pids:
        os.kill(pid, signal.SIGCONT)
    extracts = deployment.database("registry").extracts
    wait_for(
        lambda: (extracts.find_one({"_id": told.in_queue}) or {}).get("outbox") == [], what="its answer to be said"
    )
    for pid in intake:
        os.kill(pid, signal.SIGKILL)


def test_the_backup_is_for_its_owner_only_and_holds_no_key(history: History) -> None:
    assert history.backup.stat().st_mode & 0o777 == 0o600


def test_what_was_in_it_is_as_it_was(history: History) -> None:
    for each in history.before:
        application = each.citizen.application(each.id)

        assert application["state"] == "delivered"
        assert application["timeline"] == each.application["timeline"]
        assert each.citizen.certificate(application) == each.pdf
        assert history.verdict(each.kept["code"])["verdict"] == "authentic"
        assert history.verdict_of(each.pdf)["verdict"] == "untouched"


def test_what_was_in_flight_completes_once(history: History) -> None:
    known = [each for each in history.under_way if _is_known(each)]

    for each in known:
        application = each.citizen.until(each.id, "delivered", seconds=90)
        steps = [step["state"] for step in application["timeline"]]
        assert [*dict.fromkeys(steps)] == STATES
        (kept,) = history.deployment.certificates_of(each.id)
        pdf = each.citizen.certificate(application)
        assert hashlib.sha256(pdf).hexdigest() == kept["sha256"]
        assert history.verdict(kept["code"])["verdict"] == "authentic"
    assert known


def test_what_the_registry_waits_for_goes_on(history: History) -> None:
    assert history.deferred is not None
    Populations(history.deployment.database("registry")).resume("21005")

    assert history.deferred.citizen.until(history.deferred.id, "delivered", seconds=120)


def test_of_what_was_issued_since_nothing_false_is_said(history: History) -> None:
    for each in history.after:
        by_code, by_file = history.verdict(each.kept["code"]), history.verdict_of(each.pdf)

        assert (by_code["verdict"], by_file["verdict"]) == ("unknown", "no-longer-kept")
        for told in (by_code, by_file):
            (lost,) = told["records_lost"]
            assert lost["since"] < each.application["timeline"][3]["at"] < lost["until"]
    for each in history.under_way:
        assert history.verdict_of(each.pdf)["verdict"] in ("untouched", "no-longer-kept")


def test_who_filed_since_is_told_that_it_is_lost_and_nobody_else_is(history: History) -> None:
    for each, other in zip(history.after, (*history.after[1:], history.after[0]), strict=True):
        own, others = (who.citizen.http.get(f"/api/v1/applications/{each.id}") for who in (each, other))

        assert (own.status_code, own.json()["slug"]) == (410, "application-lost")
        assert (others.status_code, others.json()["slug"]) == (404, "not-found")


def test_no_number_is_given_twice(history: History) -> None:
    before = {each.kept["number"]: each.id for each in (*history.before, *history.under_way, *history.after)}
    again = [Filed(each.citizen, each.citizen.filed("life")).delivered(history.deployment) for each in history.before]

    kept = list(history.deployment.database("documents").certificates.find({}, {"number": 1}))
    assert not [each for each in kept if before.get(each["number"], each["_id"]) != each["_id"]]
    hours = {int(each.kept["number"][-11:].replace(" ", "")) % 8784 for each in again}
    lost_hours = {int(each.kept["number"][-11:].replace(" ", "")) % 8784 for each in history.after}
    assert not hours & lost_hours


def test_nobody_is_told_twice_of_what_was_told_before(history: History) -> None:
    assert {each.id: len(history.deployment.mails_about(each.id)) for each in history.before} == history.mails


def test_events_of_the_lost_time_come_to_nothing_and_nothing_is_parked(history: History) -> None:
    log = history.deployment.stack.logs / "intake.log"
    wait_for(lambda: f"{history.in_queue}:extract-compiled" in log.read_text(), what="the answer to be taken up")

    assert "event_of_a_lost_time" in log.read_text()
    letters = DeadLetters(history.deployment.stack.amqp_uri, audit=history.deployment.stack.logs / "audit.jsonl")
    assert letters.list() == []


def test_the_lost_may_be_filed_anew_under_the_same_key(history: History) -> None:
    citizen = history.before[0].citizen

    filed = citizen.filed("life", key="after-0")

    assert filed != history.after[0].id
    assert citizen.until(filed, "delivered", seconds=90)


def _is_known(filed: Filed) -> bool:
    answer: httpx.Response = filed.citizen.http.get(f"/api/v1/applications/{filed.id}")
    assert answer.status_code in (200, 410), answer.text
    return answer.status_code == 200
