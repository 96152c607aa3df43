"""The sealed PDF, and who may have it."""

import pytest
from flask.testing import FlaskClient

from services.contracts.documents import FetchCertificate
from tests.gateway.fakes import OTHER, PDF, FakeServices


def test_an_own_certificate_comes_byte_for_byte(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine", state="issued", certificate_id="certificate-1")

    answer = client.get("/api/v1/certificates/certificate-1", headers=citizen)

    assert (answer.status_code, answer.data, answer.content_type) == (200, PDF, "application/pdf")
    assert (
        answer.headers["Content-Disposition"] == 'attachment; filename="household-composition-24001-2026-482913057.pdf"'
    )
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


@pytest.mark.parametrize(
    ("asked", "status", "given", "part"),
    [
        ("bytes=0-3", 206, PDF[:4], f"bytes 0-3/{len(PDF)}"),
        ("bytes=4-", 206, PDF[4:], f"bytes 4-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=-5", 206, PDF[-5:], f"bytes {len(PDF) - 5}-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=5-99999", 206, PDF[5:], f"bytes 5-{len(PDF) - 1}/{len(PDF)}"),
        ("bytes=99999-", 416, None, f"bytes */{len(PDF)}"),
        ("bytes=0-1,3-4", 200, PDF, None),
        ("bytes=4-2", 416, None, f"bytes */{len(PDF)}"),
        ("pages=1-2", 200, PDF, None),
        ("bytes=abc", 200, PDF, None),
    ],
)
def test_a_part_of_it_may_be_asked_for(
    client: FlaskClient,
    services: FakeServices,
    citizen: dict[str, str],
    asked: str,
    status: int,
    given: bytes | None,
    part: str | None,
) -> None:
    services.put("mine", certificate_id="c1")

    answer = client.get("/api/v1/certificates/c1", headers=citizen | {"Range": asked})

    assert (answer.status_code, answer.headers.get("Content-Range")) == (status, part)
    assert answer.headers["Cache-Control"] == "no-store"
    if given is None:
        assert answer.json["slug"] == "range-not-satisfiable"
    else:
        assert (answer.data, answer.headers["Accept-Ranges"]) == (given, "bytes")


def test_who_has_it_already_is_told_so_and_who_has_another_gets_it_whole(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine", certificate_id="c1", language="fr")
    path = "/api/v1/certificates/c1"
    first = client.get(path, headers=citizen)
    tag = first.headers["ETag"]

    same = client.get(path, headers=citizen | {"If-None-Match": tag})
    other = client.get(path, headers=citizen | {"If-None-Match": '"another"'})
    go_on = client.get(path, headers=citizen | {"Range": "bytes=0-3", "If-Range": tag})
    anew = client.get(path, headers=citizen | {"Range": "bytes=0-3", "If-Range": '"another"'})
    gone = client.get(path, headers=citizen | {"If-Match": '"another"'})
    weak = client.get(path, headers=citizen | {"If-Match": f"W/{tag}"})
    any_one = client.get(path, headers=citizen | {"If-Match": "*"})
    none_there = client.get("/api/v1/certificates/c2", headers=citizen | {"If-Match": "*"})
    this_and_had = client.get(path, headers=citizen | {"If-Match": tag, "If-None-Match": tag})
    this_in_part = client.get(path, headers=citizen | {"If-Match": f'"another", {tag}', "Range": "bytes=0-3"})
    head = client.head(path, headers=citizen | {"Range": "bytes=0-3"})

    assert first.headers["Content-Language"] == "fr"  # the certificate's, not the reader's
    assert (same.status_code, same.data, same.headers["ETag"]) == (304, b"", tag)
    assert (other.status_code, other.data) == (200, PDF)
    assert (go_on.status_code, go_on.data) == (206, PDF[:4])
    assert (anew.status_code, anew.data) == (200, PDF)
    assert (gone.status_code, gone.json["slug"]) == (412, "precondition-failed")
    assert [each.status_code for each in (weak, any_one, none_there)] == [412, 200, 404]
    assert (this_and_had.status_code, this_in_part.status_code, this_in_part.data) == (304, 206, PDF[:4])
    assert (head.status_code, head.headers["Content-Length"]) == (200, str(len(PDF)))


def test_the_look_is_kept_by_browsers_and_asked_for_again_in_vain(client: FlaskClient) -> None:
    for path in ("/assets/loket.css", "/assets/town.css", "/assets/logo"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["Cache-Control"] == first.headers["Cache-Control"] == "public, max-age=3600"
