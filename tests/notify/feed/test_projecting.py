"""Which public events follow from one of the services' own, and that they hold nobody's data."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from services.contracts.catalogue import products
from services.contracts.confirmations import AnswerRefused
from services.contracts.departments import reference_of
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.feed import PublicEvent
from services.contracts.feed.concerning import confirmation_of
from services.contracts.intake import ApplicationRefused
from services.notify.feed.projecting import projected
from tests.notify.feed.making import requested, said_by_intake

NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
ISSUED = CertificateIssued(
    application_id="application-1",
    certificate_id="certificate-1",
    product="departure",
    language="nl",
    sha256="0" * 64,
    contact="locked",
    issued_at=NOON,
)
REFUSED = ApplicationRefused(
    application_id="application-1",
    product="life",
    language="nl",
    contact="locked",
    code="deceased",
    refused_at=NOON,
)
CAUSE = Cause(
    event_id="application-1:certificate-issued:1",
    type=CertificateIssued.TYPE,
    source="/towns/24001/documents",
    subject="application-1",
    sequence=1,
    digest="d",
)


def test_an_issue_is_told_and_what_the_product_names_beside_it() -> None:
    found = [told.event for told in projected(ISSUED, CAUSE, products=products())]

    assert [event.name for event in found] == ["certificate-issued", "departure-certified"]
    assert {event.reference for event in found} == {reference_of("application-1")}
    assert len({event.id for event in found}) == 2
    assert all(event.town == "24001" and event.time == NOON for event in found)


def test_a_refusal_does_not_tell_why() -> None:
    (told,) = projected(REFUSED, CAUSE, products=products())

    assert told.event.name == "application-refused"
    assert json.loads(told.event.to_json())["data"] == {"product": "life"}


def test_what_is_told_reads_as_an_event_and_holds_no_id_of_ours() -> None:
    for told in projected(ISSUED, CAUSE, products=products()):
        body = told.event.to_json()
        assert PublicEvent.from_json(body).key == told.event.key
        assert b"application-1" not in body
        assert b"certificate-1" not in body
        assert b"locked" not in body


def test_heard_again_it_is_the_same_to_the_last_byte_whatever_says_it() -> None:
    def bodies(cause: Cause, issued: CertificateIssued = ISSUED) -> list[bytes]:
        return [told.event.to_json() for told in projected(issued, cause, products=products())]

    first, again = bodies(CAUSE), bodies(replace(CAUSE, event_id="said-again:1"))
    other = bodies(CAUSE, replace(ISSUED, application_id="application-2"))

    assert first == again
    assert not {json.loads(body)["id"] for body in first} & {json.loads(body)["id"] for body in other}


def test_a_product_that_is_gone_from_the_catalogue_is_told_of_all_the_same() -> None:
    found = [told.event.name for told in projected(replace(ISSUED, product="gone"), CAUSE, products=products())]

    assert found == ["certificate-issued"]


def test_who_is_asked_is_told_what_and_by_when_and_nothing_of_whom() -> None:
    told = requested()

    assert told.routing_key == "24001.confirmation-requested.criminal-record-596-2.police"
    assert told.event.data == {
        "product": "criminal-record-596-2",
        "department": "police",
        "confirmation": confirmation_of("application-1-1"),
        "asking": 1,
        "due_at": "2026-12-25T12:00:00.000Z",
    }
    body = told.event.to_json()
    assert PublicEvent.from_json(body).reference == reference_of("application-1")
    assert b"application-1" not in body
    assert b"locked" not in body
    assert told.application_id is None


@pytest.mark.parametrize(
    ("code", "detail"), [("confirmation-overtaken", "2"), ("not-found", "")], ids=["overtaken", "not found"]
)
def test_what_became_of_an_answer_is_told_to_who_gave_it(code: str, detail: str) -> None:
    heard = AnswerRefused(
        application_id="application-1",
        reference="application-1-1",
        asking=1,
        product="criminal-record-596-2",
        outcome="confirmed",
        answer_id="a",
        given_by="zone",
        given_id="2026/1",
        code=code,
        detail=detail,
        refused_at=NOON,
    )

    (told,) = projected(heard, said_by_intake(heard), products=products())

    assert (told.only_for, told.routing_key) == ("zone", "24001.answer-refused.criminal-record-596-2.zone")
    data = PublicEvent.from_json(told.event.to_json()).data
    assert (data["answer"], data["code"], data["detail"]) == ("2026/1", code, detail)
