"""intake as a process: questions in, events out; the test plays registry, documents and notify."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.chassis.asking import Asker
from services.chassis.locking import KeyRing
from services.contracts.contact import Contact
from services.contracts.documents import CertificateIssued
from services.contracts.errors import IdempotencyKeyReused, InvalidField, NotFound, NotWithdrawable
from services.contracts.extracts import Request
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationMoved,
    ApplicationSubmitted,
    ApplicationView,
    FindCertificate,
    ListApplications,
    ReadApplication,
    WithdrawApplication,
)
from services.contracts.notify import CitizenTold
from services.contracts.questions import Question
from services.contracts.registry import ExtractCompiled
from tests.intake.fakes import CITIZEN, STRANGER, a_question
from tests.keys import RING
from tests.notify.fakes import a_town
from tests.notify.process import ServiceProcess, locker
from tests.waiting import wait_for


@pytest.fixture
def intake(amqp_uri: str, mongo_uri: str, database_prefix: str, tmp_path: Path) -> Iterator[ServiceProcess]:
    with ServiceProcess(
        "intake", a_town(), tmp_path, amqp_uri=amqp_uri, mongo_uri=mongo_uri, prefix=database_prefix
    ) as service:
        service.start()
        yield service


@pytest.fixture
def gateway(amqp_uri: str) -> Iterator[Asker]:
    client = Asker(amqp_uri, {"intake": KeyRing.parse(RING)})
    yield client
    client.close()


def ask(gateway: Asker, question: Question[ApplicationView]) -> ApplicationView:
    return gateway.ask(question)


def test_an_application_goes_its_road(intake: ServiceProcess, gateway: Asker):
    view = ask(gateway, a_question())
    id = view.application_id
    submitted = intake.wait_event(ApplicationSubmitted)
    asked = ReadApplication(town="24001", citizen=CITIZEN, application_id=id, watching=True)
    assert ask(gateway, asked).version == 1
    now = datetime.now(UTC)

    intake.publish(ExtractCompiled(application_id=id, facts="sealed", compiled_at=now))
    cleared = intake.wait_event(ApplicationCleared)
    intake.publish(CitizenTold(application_id=id, channel="mail", told_at=now))
    intake.publish(
        CertificateIssued(
            application_id=id,
            certificate_id="c1",
            product="residence",
            language="nl",
            sha256="",
            contact=cleared.data["contact"],
            issued_at=now,
        )
    )
    wait_for(lambda: ask(gateway, asked).state == "delivered", what="delivery")

    request = locker("requests").unlock(Request, submitted.data["request"], bound_to=id)
    contact = locker("contacts").unlock(Contact, cleared.data["contact"], bound_to=id)
    assert (request.subject, contact.email) == (CITIZEN, "citizen@example.org")
    assert [step.state for step in ask(gateway, asked).timeline] == [
        "submitted",
        "looked-up",
        "cleared",
        "issued",
        "delivered",
    ]
    assert ask(gateway, FindCertificate(town="24001", citizen=CITIZEN, certificate_id="c1")).application_id == id
    assert {each.data["state"] for each in intake.events(ApplicationMoved)} >= {"cleared", "delivered"}
    assert CITIZEN not in intake.log()
    assert "citizen@example.org" not in intake.log()


def test_what_is_refused_says_why(intake: ServiceProcess, gateway: Asker):
    view = ask(gateway, a_question())
    again = ask(gateway, a_question())

    assert again == view
    with pytest.raises(IdempotencyKeyReused):
        ask(gateway, a_question(body_digest="d2"))
    with pytest.raises(InvalidField) as invalid:
        ask(gateway, replace(a_question(idempotency_key="k2"), email="nobody"))
    assert list(invalid.value.fields) == ["email"]
    with pytest.raises(NotFound):
        ask(gateway, ReadApplication(town="24001", citizen=STRANGER, application_id=view.application_id))


def test_an_application_taken_back_stays_so(intake: ServiceProcess, gateway: Asker):
    first, second = (ask(gateway, a_question(idempotency_key=key)).application_id for key in "ab")
    intake.publish(ExtractCompiled(application_id=second, facts="sealed", compiled_at=datetime.now(UTC)))
    intake.wait_event(ApplicationCleared)

    withdrawn = ask(gateway, WithdrawApplication(town="24001", citizen=CITIZEN, application_id=first))

    assert withdrawn.state == "withdrawn"
    with pytest.raises(NotWithdrawable):
        ask(gateway, WithdrawApplication(town="24001", citizen=CITIZEN, application_id=second))
    listed = gateway.ask(ListApplications(town="24001", citizen=CITIZEN))
    assert {each.state for each in listed.applications} == {"withdrawn", "cleared"}
