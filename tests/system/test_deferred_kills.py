"""kill -9 at every step of what completes itself later: promised deeds, confirmations, facts that grew old."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from services.contracts.topology import SERVICES
from tests.system.aged import Aged, extensions
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(900)]

STEPS = ("received", "saved", "relayed", "settled")

DEED = {"deed-of": "person", "deed-filiation": "extract"}

PROMISED = (
    *(f"{queue}.{step}" for queue in ("registry.compile-extract", "intake.record-extract") for step in STEPS),
    "registry.promise-told",
    "registry.promise-heard",
    "registry.promise-acknowledged",
)
"""From the asking that is answered by a promise to the one that is kept."""

REOPENED = (
    "intake.answer-confirmation.saved",
    "intake.answer-confirmation.relayed",
    *(f"{queue}.{step}" for queue in ("registry.compile-extract", "intake.record-extract") for step in STEPS),
)
"""From the police's answer, weeks later, over the facts that are asked for anew, to what is cleared."""

EXPIRED = (
    *(f"documents.issue-certificate.{step}" for step in STEPS),
    *(f"intake.record-certificate.{step}" for step in STEPS),
    *(f"registry.compile-extract.{step}" for step in STEPS),
)
"""From facts that are too old to be printed to those that are asked for anew."""


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path_factory.mktemp("promises") / "var")
    deployment.start()
    yield deployment
    deployment.stop()


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aged]:
    """The police answer nothing by themselves."""
    folder = tmp_path_factory.mktemp("grown-old")
    own = extensions(folder / "own")
    aged = Aged(folder / "var", LOKET_EXTENSIONS=str(own), LOKET_DEMO_POLICE_S="100000000", LOKET_SWEEP_S="0.3")
    aged.start()
    yield aged
    aged.stop()


@pytest.mark.parametrize("point", PROMISED)
@pytest.mark.parametrize("target", ["self", "broker", "store"])
def test_a_promised_deed_completes_itself(deployment: Deployment, point: str, target: str) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    (deployment.stack.sources / "migrations.json").unlink(missing_ok=True)  # the database has it to fetch anew
    citizen = deployment.citizen("several-nationalities")
    deployment.arm(point, target if target == "self" else str(deployment.pid(target)))

    application_id = citizen.filed_patiently("birth-deed-extract", fields=DEED)  # the answer may die with the broker
    application = citizen.until(application_id, "delivered", seconds=240)

    assert not deployment.is_armed(point)
    assert [step["state"] for step in application["timeline"]][1] == "deferred"
    assert application["timeline"][1]["code"] == "deed-migrating"
    _is_once(deployment, application_id)


@pytest.fixture(scope="module")
def confirmed_later(aged: Aged) -> dict[str, tuple[Citizen, str]]:
    """By point, an application whose facts grew old while it waited for the police."""
    keys = ("demo-citizen", "demo-spouse", "single", "divorced", "widowed")
    filed = {}
    for place, point in enumerate(REOPENED):
        citizen = aged.citizen(keys[place % len(keys)])
        filed[point] = citizen, citizen.filed("confirmed-life")
    for citizen, application_id in filed.values():
        citizen.until(application_id, "awaiting-confirmation")
    aged.at(8)
    return filed


@pytest.mark.parametrize("point", REOPENED)
def test_what_the_police_confirm_weeks_later_is_looked_up_anew_once(
    aged: Aged, confirmed_later: dict[str, tuple[Citizen, str]], point: str
) -> None:
    citizen, application_id = confirmed_later[point]
    words = ("confirmations", "answer", f"{application_id}-1", "confirmed", "--asking", "1", "--by", "letter 14")
    aged.arm(point)

    first = aged.loket(*words)
    _is_back(aged, point)
    if first.returncode:
        assert aged.loket(*words).returncode == 0
    application = citizen.until(application_id, "delivered", seconds=240)

    states = [step["state"] for step in application["timeline"]]
    assert states.count("looked-up") == 2, states
    assert states[-4:] == ["looked-up", "cleared", "issued", "delivered"]
    (certificate,) = aged.certificates_of(application_id)
    assert abs(certificate["issued_at"] - aged.now) < timedelta(hours=1)
    assert len(aged.mails_about(application_id)) == 1


@pytest.mark.parametrize("point", EXPIRED)
def test_facts_that_grew_old_before_they_were_printed_are_looked_up_anew_once(aged: Aged, point: str) -> None:
    """documents was away for two days."""
    aged.be_at(max(aged.days, 8))
    citizen = aged.citizen("demo-spouse")
    aged.end("documents")
    application_id = citizen.filed("life")
    citizen.until(application_id, "cleared")
    aged.arm(point)

    aged.days += 2
    for name in SERVICES:
        if name != "documents":
            aged.end(name)
        aged.begin(name)
    _is_back(aged, point)
    application = citizen.until(application_id, "delivered", seconds=240)

    states = [step["state"] for step in application["timeline"]]
    assert states.count("looked-up") == 2, states
    (certificate,) = aged.certificates_of(application_id)
    assert abs(certificate["issued_at"] - aged.now) < timedelta(hours=1)
    assert len(aged.mails_about(application_id)) == 1


def _is_back(aged: Aged, point: str) -> None:
    """The service that was killed at this point is started again."""
    name, _, _ = point.partition(".")
    wait_for(lambda: aged.died(name), seconds=120, what=f"the crash at {point}")
    aged.begin(name)
    wait_for(lambda: all(map(aged.serves, SERVICES)), seconds=120, what="the services to be back")


def _is_once(deployment: Deployment, application_id: str) -> None:
    assert len(deployment.certificates_of(application_id)) == 1
    mails = deployment.mails_about(application_id)
    assert len({mail["Message-ID"] for mail in mails}) == 1
    assert len(mails) == 1
