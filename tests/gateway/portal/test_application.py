"""The page that the link in a mail opens."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from tests.gateway.fakes import OTHER, FakeServices

MINE = "/applications/mine"


def test_who_is_not_signed_in_signs_in_and_comes_back(client: FlaskClient, services: FakeServices) -> None:
    answer = client.get(MINE)

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/applications/mine")
    assert not services.asked


@pytest.mark.parametrize(
    ("language", "download", "when"),
    [
        ("nl", "Pdf downloaden", "24 november 2026, 10:30"),
        ("fr", "Télécharger le PDF", "24 novembre 2026, 10:30"),
        ("de", "PDF herunterladen", "24. November 2026, 10:30"),
        ("en", "Download the PDF", "24 November 2026, 10:30"),
    ],
)
def test_an_own_application_is_told_with_its_certificate(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], language: str, download: str, when: str
) -> None:
    services.put("mine")
    services.move("mine", "issued", certificate_id="c1")

    answer = client.get(MINE, headers=citizen | {"Accept-Language": language})

    assert answer.status_code == 200
    assert download in answer.text
    assert when in answer.text
    assert 'href="/api/v1/certificates/c1"' in answer.text
    assert answer.text.count("<time datetime") == 2


def test_what_is_ready_is_said_first_and_that_it_was_told_once(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.move("mine", "issued", certificate_id="c1")
    services.move("mine", "delivered")

    answer = client.get(MINE, headers=citizen | {"Accept-Language": "en"})

    assert '<p class="lead">Your certificate is ready.</p>' in answer.text
    assert answer.text.count("We have told you by e-mail") == 1


def test_without_a_certificate_there_is_nothing_to_download(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.move("mine", "refused", code="deceased")

    answer = client.get(MINE, headers=citizen | {"Accept-Language": "en"})

    assert "recorded as deceased" in answer.text
    assert "/api/v1/certificates/" not in answer.text


def test_somebody_elses_application_is_not_there(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine", citizen=OTHER)

    answer = client.get(MINE, headers=citizen)

    assert (answer.status_code, answer.mimetype) == (404, "text/html")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Wij verwachten een antwoord tegen 22 december 2026."),
        ("fr", "Nous attendons une réponse pour le 22 décembre 2026."),
        ("de", "Wir erwarten eine Antwort bis zum 22. Dezember 2026."),
        ("en", "We expect an answer by 22 December 2026."),
    ],
)
def test_who_waits_for_another_department_reads_by_when_it_is_to_answer(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], language: str, said: str
) -> None:
    services.put("mine")
    until = datetime(2026, 12, 22, 23, tzinfo=UTC)  # the end of that day in Belgium
    services.move("mine", "awaiting-confirmation", code="confirmation-awaited", expected_by=until)

    answer = client.get(MINE, headers=citizen | {"Accept-Language": language})

    assert said in answer.text


def test_a_register_that_is_to_be_back_today_is_told_with_its_hour(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.move(
        "mine", "deferred", code="register-unavailable", expected_by=datetime(2026, 11, 24, 13, 30, tzinfo=UTC)
    )

    answer = client.get(MINE, headers=citizen | {"Accept-Language": "en"})

    assert "We expect an answer by 24 November 2026, 14:30." in answer.text


@pytest.mark.parametrize(
    ("product", "says"),
    [("birth-deed-extract", "Your document is ready."), ("residence", "Your certificate is ready.")],
)
def test_a_deed_is_called_a_document_on_its_page(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], product: str, says: str
) -> None:
    services.put("mine", product=product)
    services.move("mine", "issued", certificate_id="c1")

    answer = client.get(MINE, headers=citizen | {"Accept-Language": "en"})

    assert says in answer.text
    assert "Download the PDF" in answer.text


@pytest.mark.parametrize(
    ("product", "as_filed", "is_told"),
    [("birth-deed-extract", False, True), ("residence", False, False), ("residence", True, True)],
)
def test_a_document_that_is_passed_through_is_told_to_stay_a_file(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], product: str, as_filed: bool, is_told: bool
) -> None:
    """Its own seal breaks on paper; a certificate of the town keeps its worth there, by its code. Of a federal attest
    the application tells that it was filed for one, whatever the town gives today."""
    services.put("mine", product=product, passed_through=as_filed)
    services.move("mine", "issued", certificate_id="c1")

    answer = client.get(MINE, headers=citizen | {"Accept-Language": "en"})

    assert ("printing or scanning it breaks the seal" in answer.text) is is_told
