"""The sealed PDF, and who may have it."""

from flask.testing import FlaskClient

from services.contracts.documents import FetchCertificate
from tests.gateway.fakes import OTHER, PDF, FakeServices


def test_an_own_certificate_comes_byte_for_byte(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine", state="issued", certificate_id="certificate-1")

    answer = client.get("/api/v1/certificates/certificate-1", headers=citizen)

    assert (answer.status_code, answer.data, answer.content_type) == (200, PDF, "application/pdf")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="24001-2026-000017.pdf"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_somebody_elses_certificate_does_not_exist(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("theirs", citizen=OTHER, state="issued", certificate_id="certificate-1")

    answer = client.get("/api/v1/certificates/certificate-1", headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (404, "not-found")
    assert not [question for question in services.asked if isinstance(question, FetchCertificate)]


def test_another_form_than_pdf_is_not_acceptable(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine", state="issued", certificate_id="certificate-1")

    answer = client.get("/api/v1/certificates/certificate-1", headers=citizen | {"Accept": "text/html"})

    assert answer.status_code == 406


def test_nobody_gets_a_certificate_without_signing_in(client: FlaskClient, services: FakeServices) -> None:
    answer = client.get("/api/v1/certificates/certificate-1")

    assert (answer.status_code, answer.json["slug"]) == (401, "not-signed-in")
    assert not services.asked
