"""Is this certificate real? By code and by file, in JSON and on a page."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.rates import parse_rates
from services.contracts.documents import LARGEST_PDF, Verification, VerifyCode, VerifyFile
from services.contracts.written_days import long_day
from tests.gateway.fakes import NOW, PDF, FakeServices

KNOWN = Verification(
    verdict="authentic",
    product="residence",
    number="24001-2026-000017",
    issued_at=NOW,
    current_through=date(2027, 2, 22),
    is_current=True,
)
SUPERSEDED = replace(KNOWN, verdict="superseded", superseded_at=NOW, is_current=None)
OLD = replace(KNOWN, is_current=False)


def upload(body: bytes = PDF, name: str = "file") -> dict[str, Any]:
    """A form with one file, written by hand: the test client would leave a temporary file open."""
    head = f'--end\r\nContent-Disposition: form-data; name="{name}"; filename="x.pdf"\r\n\r\n'.encode()
    return {"data": head + body + b"\r\n--end--\r\n", "content_type": "multipart/form-data; boundary=end"}


@pytest.mark.parametrize(
    ("found", "verdict", "current", "title"),
    [
        (KNOWN, "authentic", True, "Authentic"),
        (OLD, "authentic", False, "Authentic, but no longer current"),
        (SUPERSEDED, "superseded", None, "Superseded"),
        (Verification(verdict="unknown"), "unknown", None, "Unknown"),
    ],
)
def test_a_code_is_judged(
    client: FlaskClient, services: FakeServices, found: Verification, verdict: str, current: bool, title: str
) -> None:
    services.verification = found

    answer = client.get("/api/v1/verifications/K7QM-4XWP?lang=en")

    assert (answer.status_code, answer.json["verdict"], answer.json["current"], answer.json["title"]) == (
        200, verdict, current, title,
    )  # fmt: skip
    assert services.asked == [VerifyCode(town="24001", code="K7QM-4XWP")]


@pytest.mark.parametrize("kind", ["raw", "form"])
def test_a_file_is_judged(client: FlaskClient, services: FakeServices, kind: str) -> None:
    services.verification = replace(KNOWN, verdict="untouched")
    sent = upload() if kind == "form" else {"data": PDF, "content_type": "application/pdf"}

    answer = client.post("/api/v1/verifications", **sent)

    assert (answer.status_code, answer.json["verdict"], answer.json["number"]) == (200, "untouched", KNOWN.number)
    assert [type(question) for question in services.asked] == [VerifyFile]


BIG = b"%PDF-" + b"x" * LARGEST_PDF


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [
        ({"data": b"", "content_type": "application/pdf"}, 422, "invalid-field"),
        ({"data": b"hello", "content_type": "application/pdf"}, 422, "invalid-field"),
        ({"data": PDF}, 415, "unsupported-media-type"),
        ({"data": PDF, "content_type": "application/json"}, 415, "unsupported-media-type"),
        ({"data": BIG, "content_type": "application/pdf"}, 413, "too-large"),
        (upload(BIG), 413, "too-large"),
        (upload(name="other"), 422, "invalid-field"),
        ({"data": b"nonsense", "content_type": "multipart/form-data"}, 422, "invalid-field"),
        ({"data": {"file": "text"}, "content_type": "multipart/form-data"}, 422, "invalid-field"),
        ({"data": {f"part{i}": "x" for i in range(50)}, "content_type": "multipart/form-data"}, 413, "too-large"),
        (
            {"data": gzip.compress(BIG), "content_type": "application/pdf", "headers": {"Content-Encoding": "gzip"}},
            415, "unsupported-media-type",
        ),
    ],
)  # fmt: skip
def test_a_bad_upload_is_refused(
    client: FlaskClient, services: FakeServices, sent: dict[str, Any], status: int, slug: str
) -> None:
    answer = client.post("/api/v1/verifications", **sent)

    assert (answer.status_code, answer.json["slug"]) == (status, slug)
    assert not services.asked


def test_guessing_codes_is_slowed_down(make_app) -> None:  # type: ignore[no-untyped-def]
    client = make_app(verifications_limit=parse_rates("3 per minute")).test_client()

    statuses = [client.get(f"/api/v1/verifications/guess{i}").status_code for i in range(4)]
    page = client.get("/v/guess")
    other = client.get("/v/guess", environ_base={"REMOTE_ADDR": "192.0.2.7"})

    assert statuses == [200, 200, 200, 429]
    assert page.status_code == 429
    assert other.status_code == 200


class Outline(HTMLParser):
    """What matters to somebody who hears a page instead of seeing it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize("found", [KNOWN, OLD, SUPERSEDED, Verification(verdict="unknown")])
def test_the_page_is_sound(client: FlaskClient, services: FakeServices, found: Verification, reader: str) -> None:
    services.verification = found

    answer = client.get(f"/v/K7QM-4XWP?lang={reader}")
    page = Outline()
    page.feed(answer.text)

    assert page.all("html") == [{"lang": reader}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert not page.all("script")
    assert not [attrs for _, attrs in page.tags if "style" in attrs]
    assert {label["for"] for label in page.all("label")} <= {control["id"] for control in page.all("input")}
    for attrs in (*page.all("link"), *page.all("img"), *page.all("form")):
        assert (attrs.get("href") or attrs.get("src") or attrs.get("action") or "").startswith("/")
    assert "default-src 'none'; style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_the_page_says_what_to_compare(client: FlaskClient, services: FakeServices) -> None:
    services.verification = replace(KNOWN, current_through=date(2099, 5, 23))

    text = client.get("/v/K7QM-4XWP?lang=nl").text

    for part in ("Echt", "24001-2026-000017", "24 november 2026", "23 mei 2099", "https://aarschot.localhost"):
        assert part in text


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("nl", "Actueel tot en met"),
        ("fr", "(inclus)"),
        ("de", "bis einschließlich"),
        ("en", "up to and including"),
    ],
)
def test_days_are_belgian_on_the_page_and_in_json(client: FlaskClient, services: FakeServices, reader: str, said: str):
    services.verification = replace(
        KNOWN, issued_at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC), current_through=date(2027, 4, 1)
    )

    page = client.get(f"/v/K7QM-4XWP?lang={reader}").text
    told = client.get("/api/v1/verifications/K7QM-4XWP").json

    assert f'<time datetime="2027-01-01">{long_day(date(2027, 1, 1), reader)}</time>' in page
    assert f'<time datetime="2027-04-01">{long_day(date(2027, 4, 1), reader)}</time>' in page
    assert said in page
    assert (told["issued_at"], told["current_until"], told["current"]) == (
        "2026-12-31T23:30:00+00:00",
        "2027-04-01",
        True,
    )


def test_a_code_is_text_and_never_markup(client: FlaskClient) -> None:
    text = client.get("/v/<script>alert(1)<%2fscript>").text + client.get("/v/%22%3E%3Cscript%3Ealert(1)").text

    assert "<script" not in text


@pytest.mark.parametrize("code", ["x" * 65, "a%00b", "a%0ab", "a%E2%80%AEb"])
def test_a_code_that_cannot_be_one_is_not_asked_for(client: FlaskClient, services: FakeServices, code: str) -> None:
    answer = client.get(f"/api/v1/verifications/{code}")

    assert answer.status_code in (200, 404)
    assert not services.asked


def test_a_typed_code_leads_to_its_page(client: FlaskClient) -> None:
    answer = client.post("/v?lang=fr", data={"code": " k7qm 4xwp "}, content_type="multipart/form-data")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/v/k7qm%204xwp?lang=fr")


@pytest.mark.parametrize("verdict", ["untouched", "altered", "no-longer-kept", "not-ours"])
def test_a_file_gets_its_verdict_on_a_page(client: FlaskClient, services: FakeServices, verdict: str) -> None:
    services.verification = replace(KNOWN, verdict=verdict)

    answer = client.post("/v?lang=en", **upload())

    assert answer.status_code == 200
    title = {
        "untouched": "Untouched",
        "altered": "Altered",
        "no-longer-kept": "No longer kept",
        "not-ours": "Not from this town",
    }
    assert title[verdict] in answer.text


def test_a_real_file_with_another_code_is_noticed(client: FlaskClient, services: FakeServices) -> None:
    def answer(question: object) -> None:
        number = "24001-2026-000017" if isinstance(question, VerifyFile) else "24001-2026-000018"
        services.verification = replace(KNOWN, verdict="untouched", number=number)

    services.on_ask = answer

    assert "Another certificate" in client.post("/v/K7QM-4XWP?lang=en", **upload()).text


def test_a_problem_on_a_page_is_a_page(client: FlaskClient) -> None:
    answer = client.post("/v?lang=fr", data=b"x", content_type="text/plain")

    assert (answer.status_code, answer.mimetype) == (415, "text/html")
    assert "Type non pris en charge" in answer.text


@pytest.mark.parametrize(
    ("path", "kind"),
    [("/assets/loket.css", "text/css"), ("/assets/town.css", "text/css"), ("/assets/logo", "image/svg+xml")],
)
def test_the_towns_look_is_served(client: FlaskClient, path: str, kind: str) -> None:
    answer = client.get(path)

    assert (answer.status_code, answer.mimetype) == (200, kind)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
