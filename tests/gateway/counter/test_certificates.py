"""A citizen's own certificates."""

import pytest

from gateway.counter.certificates import own_certificate, own_certificates
from services.contracts.documents import CertificateFile
from services.contracts.errors import NotFound
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import OTHER, PDF, FakeServices


def test_only_applications_with_a_certificate_are_among_them(reading: Reading, services: FakeServices) -> None:
    services.put("waiting")
    services.put("issued", state="issued", certificate_id="c1")
    services.put("anothers", citizen=OTHER, state="issued", certificate_id="c2")

    with reading():
        found = own_certificates()

    assert [each.certificate_id for each in found.applications] == ["c1"]
    assert found.last is None


def test_the_file_is_given_to_the_byte(reading: Reading, services: FakeServices) -> None:
    services.put("mine", state="issued", certificate_id="c1", language="fr")

    with reading("nl"):
        file = own_certificate("c1")

    assert (file.pdf, file.language, file.sha256) == (PDF, "fr", "ab" * 32)


def test_a_file_name_can_stand_in_a_header(
    reading: Reading, services: FakeServices, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = CertificateFile(filename='life "1"\r\nX: é.pdf', sha256="ab", pdf="")
    monkeypatch.setattr(services, "_FetchCertificate", lambda _asked: named)
    services.put("mine", state="issued", certificate_id="c1")

    with reading():
        assert own_certificate("c1").filename == "life--1---X---.pdf"


def test_somebody_elses_is_not_there(reading: Reading, services: FakeServices) -> None:
    services.put("anothers", citizen=OTHER, state="issued", certificate_id="c2")

    with reading(), pytest.raises(NotFound):
        own_certificate("c2")
