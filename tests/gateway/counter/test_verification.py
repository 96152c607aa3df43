"""Is this certificate real? By code and by file, in JSON and on a page."""

import gzip
import html
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from gateway.language import in_language
from gateway.sentences import FIELD_SENTENCES, STILL_TRUE, VERDICTS
from services.contracts.codes import grouped
from services.contracts.documents import LARGEST_PDF, Rechecked, Verification, VerifyCode, VerifyFile
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.restoring import LostTime
from services.contracts.translations import translations
from services.contracts.written_days import long_day, long_moment
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
UNTOUCHED = replace(KNOWN, verdict="untouched")
ASKED_AT = datetime(2026, 11, 30, 23, 4, tzinfo=UTC)
TRUE = replace(KNOWN, still_true=Rechecked(state="current", asked_at=ASKED_AT))
NO_LONGER = replace(KNOWN, is_current=False, still_true=Rechecked(state="superseded", asked_at=ASKED_AT))
NOBODY_KNOWS = replace(KNOWN, still_true=Rechecked(state="not-known", asked_at=ASKED_AT, is_being_asked=True))
NOT_ASKED = replace(KNOWN, still_true=Rechecked(state="not-known", is_being_asked=True))


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
        (TRUE, "authentic", True, "Authentic"),
        (NO_LONGER, "authentic", False, "Authentic, but no longer true"),
        (replace(NO_LONGER, verdict="untouched"), "untouched", False, "Untouched, but no longer true"),
        (Verification(verdict="unknown"), "unknown", None, "Unknown"),
    ],
)
def test_a_code_is_judged(
    client: FlaskClient, services: FakeServices, found: Verification, verdict: str, current: bool, title: str
) -> None:
    services.verification = found

    answer = client.get("/api/v1/verifications/K7QM-4XWP-2HZ9-TR56?lang=en")

    assert (answer.status_code, answer.json["verdict"], answer.json["current"], answer.json["title"]) == (
        200, verdict, current, title,
    )  # fmt: skip
    assert services.asked == [VerifyCode(town="24001", code="K7QM-4XWP-2HZ9-TR56")]


@pytest.mark.parametrize("kind", ["raw", "form"])
def test_a_file_is_judged(client: FlaskClient, services: FakeServices, kind: str) -> None:
    services.verification = replace(KNOWN, verdict="untouched")
    sent = upload() if kind == "form" else {"data": PDF, "content_type": "application/pdf"}

    answer = client.post("/api/v1/verifications", **sent)

    assert (answer.status_code, answer.json["verdict"], answer.json["number"]) == (200, "untouched", KNOWN.number)
    assert [type(question) for question in services.asked] == [VerifyFile]


JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100
BIG = b"%PDF-" + b"x" * LARGEST_PDF


def uploads(*bodies: bytes) -> dict[str, Any]:
    """A form with several files."""
    head = b'--end\r\nContent-Disposition: form-data; name="file"; filename="x.pdf"\r\n\r\n'
    parts = b"".join(head + body + b"\r\n" for body in bodies)
    return {"data": parts + b"--end--\r\n", "content_type": "multipart/form-data; boundary=end"}


WRONG_FILES = [
    (upload(b""), "empty-file"),
    (upload(b"hello"), "not-a-pdf"),
    (upload(b"PK\x03\x04"), "not-a-pdf"),
    (upload(JPEG), "a-picture"),
    (upload(b"\x89PNG\r\n\x1a\n"), "a-picture"),
    (upload(b"RIFF\x00\x00\x00\x00WEBPVP8 "), "a-picture"),
    (upload(b"\x00\x00\x00\x18ftypheic"), "a-picture"),
    (uploads(PDF, PDF), "several-files"),
    (upload(name="other"), "no-file"),
    ({"data": b"nonsense", "content_type": "multipart/form-data"}, "no-file"),
    ({"data": {"file": "text"}, "content_type": "multipart/form-data"}, "no-file"),
]


@pytest.mark.parametrize(
    ("sent", "slug"),
    [
        *WRONG_FILES,
        ({"data": b"", "content_type": "application/pdf"}, "empty-file"),
        ({"data": b"hello", "content_type": "application/pdf"}, "not-a-pdf"),
        ({"data": JPEG, "content_type": "application/pdf"}, "a-picture"),
    ],
)
def test_a_wrong_file_is_told_as_such(
    client: FlaskClient, services: FakeServices, sent: dict[str, Any], slug: str
) -> None:
    answer = client.post("/api/v1/verifications?lang=fr", **sent)

    assert (answer.status_code, answer.json["slug"]) == (422, "invalid-field")
    assert [(error["field"], error["slug"]) for error in answer.json["errors"]] == [("file", slug)]
    assert answer.json["errors"][0]["detail"] == in_language("fr", FIELD_SENTENCES[slug])
    assert not services.asked


@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [
        ({"data": PDF}, 415, "unsupported-media-type"),
        ({"data": PDF, "content_type": "application/json"}, 415, "unsupported-media-type"),
        ({"data": BIG, "content_type": "application/pdf"}, 413, "too-large"),
        (upload(BIG), 413, "too-large"),
        (upload(BIG * 3), 413, "too-large"),
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


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize(
    ("sent", "status", "slug"),
    [*((sent, 422, slug) for sent, slug in WRONG_FILES), *((upload(BIG * n), 413, "too-large") for n in (1, 3))],
)
@pytest.mark.parametrize("path", ["/v", "/v/K7QM-4XWP-2HZ9-TR56"])
def test_a_wrong_file_gets_the_form_again(
    client: FlaskClient, services: FakeServices, path: str, sent: dict[str, Any], status: int, slug: str, reader: str
) -> None:
    answer = client.post(f"{path}?lang={reader}", **sent)
    page = Outline()
    page.feed(answer.text)

    assert answer.status_code == status
    assert in_language(reader, FIELD_SENTENCES[slug], megabytes=5) in html.unescape(answer.text)
    (file,) = (each for each in page.all("input") if each["type"] == "file")
    assert file["aria-invalid"] == "true"
    assert file["aria-describedby"].split()[0] in [each.get("id") for each in page.all("p") if each.get("role")]
    assert [each["action"] for each in page.all("form")][1] == f"{path}?lang={reader}"
    assert not services.asked


def test_a_file_that_opens_with_a_password_only_is_told_as_such(client: FlaskClient, services: FakeServices) -> None:
    def answer(question: object) -> None:
        raise InvalidField(fields={"pdf": field_error("password-protected")})

    services.on_ask = answer

    told = client.post("/api/v1/verifications?lang=nl", **upload())
    page = client.post("/v?lang=nl", **upload())

    (error,) = told.json["errors"]
    assert (told.status_code, error["slug"], error["field"]) == (422, "password-protected", "file")
    assert (page.status_code, error["detail"] in page.text) == (422, True)


def test_what_the_front_proxy_refuses_as_too_large_is_told_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/v?too-large&lang=fr")

    assert answer.status_code == 413
    assert in_language("fr", FIELD_SENTENCES["too-large"], megabytes=5) in answer.text


def test_a_form_without_a_code_is_shown_again(client: FlaskClient) -> None:
    answer = client.post("/v?lang=en", data={"code": "  "}, content_type="multipart/form-data")
    page = Outline()
    page.feed(answer.text)

    assert (answer.status_code, "Fill this in." in answer.text) == (422, True)
    assert [each["id"] for each in page.all("input") if each.get("aria-invalid")] == ["code"]


def test_guessing_codes_is_slowed_down(limited_client: Callable[..., FlaskClient]) -> None:
    client = limited_client(verifications_limit="3 per minute")

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
@pytest.mark.parametrize("found", [KNOWN, OLD, SUPERSEDED, TRUE, NO_LONGER, NOT_ASKED, Verification(verdict="unknown")])
def test_the_page_is_sound(client: FlaskClient, services: FakeServices, found: Verification, reader: str) -> None:
    services.verification = found

    answer = client.get(f"/v/K7QM-4XWP-2HZ9-TR56?lang={reader}")
    page = Outline()
    page.feed(answer.text)

    assert page.all("html") == [{"lang": reader}]
    assert len(page.all("h1")) == len(page.all("main")) == 1
    assert all((attrs["src"] or "").startswith("/assets/") for attrs in page.all("script"))
    assert not [attrs for _, attrs in page.tags if "style" in attrs]
    assert {label["for"] for label in page.all("label")} <= {control["id"] for control in page.all("input")}
    for attrs in (*page.all("link"), *page.all("img"), *page.all("form")):
        assert (attrs.get("href") or attrs.get("src") or attrs.get("action") or "").startswith(("/", "?lang="))
    assert "default-src 'none'; style-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("reader", "said"),
    [
        ("nl", "zoals een andere overheid het heeft verzegeld"),
        ("fr", "le cachet de cette autorité"),
        ("de", "wie eine andere Behörde es gesiegelt hat"),
        ("en", "as another authority sealed it"),
    ],
)
def test_a_document_that_was_passed_through_is_told_to_bear_no_number(
    client: FlaskClient, services: FakeServices, reader: str, said: str
) -> None:
    services.verification = KNOWN
    own = client.get(f"/v/K7QM-4XWP-2HZ9-TR56?lang={reader}").text

    services.verification = replace(KNOWN, passed_through=True)
    page = client.get(f"/v/K7QM-4XWP-2HZ9-TR56?lang={reader}").text
    told = client.get(f"/api/v1/verifications/K7QM-4XWP-2HZ9-TR56?lang={reader}").json

    assert said in page
    assert said not in own
    assert KNOWN.number in page
    assert page.count("<li>") == own.count("<li>") - 1  # there is nothing to compare on the paper
    assert told["passed_through"] is True
    assert told["sentence"] in html.unescape(page)
    assert told["sentence"] != VERDICTS["authentic"][1]
    for label, theirs in (("Number at the town", "Number"), ("Passed on by", "Issued by")):
        assert f"<dt>{in_language(reader, label)[:9]}" in html.unescape(page)
        assert f"<dt>{in_language(reader, theirs)}</dt>" not in html.unescape(page)
    assert '<p class="remark">' in page


def test_the_page_says_what_to_compare(client: FlaskClient, services: FakeServices) -> None:
    services.verification = replace(KNOWN, current_through=date(2099, 5, 23))

    text = client.get("/v/K7QM-4XWP-2HZ9-TR56?lang=nl").text

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

    page = client.get(f"/v/K7QM-4XWP-2HZ9-TR56?lang={reader}").text
    told = client.get("/api/v1/verifications/K7QM-4XWP-2HZ9-TR56").json

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

    assert "<script>" not in text


@pytest.mark.parametrize("code", ["x" * 65, "a%00b", "a%0ab", "a%E2%80%AEb"])
def test_a_code_that_cannot_be_one_is_not_asked_for(client: FlaskClient, services: FakeServices, code: str) -> None:
    answer = client.get(f"/api/v1/verifications/{code}")

    assert answer.status_code in (200, 404)
    assert not services.asked


CODE = "E5WKA1RF6XMB2SGM"
PRINTED = grouped(CODE)


def type_code(client: FlaskClient, text: str, **options: Any) -> Any:
    return client.post("/v?lang=en", data={"code": text}, content_type="multipart/form-data", **options)


@pytest.mark.parametrize(
    "typed",
    [
        f" {PRINTED.lower()}/ ",
        f"“{CODE}”,",
        PRINTED.replace("-", "\u00ad-\r\n"),
        f"https://aarschot.localhost/v/{CODE}?lang=nl",
        f"http://AARSCHOT.localhost.:8080/v/{PRINTED}",
        f"aarschot.localhost/v/{PRINTED}/",
        f"http://127.0.0.1:8080/v/{PRINTED}",
    ],
)
def test_a_typed_code_leads_to_its_page(client: FlaskClient, services: FakeServices, typed: str) -> None:
    services.verification = KNOWN

    answer = type_code(client, typed)
    page = client.get(answer.headers["Location"])

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/v/{PRINTED}?lang=en")
    assert (page.status_code, KNOWN.number in page.text) == (200, True)
    assert services.asked == [VerifyCode(town="24001", code=PRINTED)]


@pytest.mark.parametrize("path", [f"{PRINTED},", f"%E2%80%9C{CODE}%E2%80%9D", f"{PRINTED}%0A", "{}"])
@pytest.mark.parametrize("begin", ["/v/", "/api/v1/verifications/"])
def test_an_address_with_something_behind_the_code_leads_to_it(
    client: FlaskClient, services: FakeServices, begin: str, path: str
) -> None:
    answer = client.get(begin + path.format(f"https:%2F%2Faarschot.localhost%2Fv%2F{CODE}"))

    assert answer.status_code == 200
    assert services.asked == [VerifyCode(town="24001", code=PRINTED)]


def test_what_is_no_code_leads_to_a_page_as_well(client: FlaskClient) -> None:
    answer = type_code(client, " k7qm 4xwp ")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/v/k7qm%204xwp?lang=en")


@pytest.mark.parametrize("typed", ["..", "../../api/v1/me", "a\\b", "a\nb", f"https://evil.example/v/{CODE}"])
def test_what_would_lead_elsewhere_leads_nowhere(client: FlaskClient, services: FakeServices, typed: str) -> None:
    answer = type_code(client, typed)

    assert (answer.status_code, "Location" in answer.headers) == (200, False)
    assert VerifyCode(town="24001", code=PRINTED) not in services.asked


@pytest.mark.parametrize(
    ("typed", "mistake", "title"),
    [
        ("24001-2026-482 913 057", "number", "This is the number, not the code"),
        ("life-24001-2026-482913057.pdf", "number", "This is the number, not the code"),
        (f"https://evil.example/v/{CODE}", "another-site", "Not an address of this city"),
        (f"https://etterbeek.localhost/v/{CODE}", "another-site", "Not an address of this city"),
        (f"{PRINTED} K7QM-4XWP-2HZ9-TR56", "several", "Several codes"),
        ("hallo", "mistyped", "This cannot be a code"),
        ("K7QM-4XWP-2HZ9-TR57", "mistyped", "This cannot be a code"),
        ("K7QM-4XWP-2HZ9", "mistyped", "This cannot be a code"),
    ],
)
def test_what_was_typed_instead_of_a_code_is_told(
    client: FlaskClient, services: FakeServices, typed: str, mistake: str, title: str
) -> None:
    page = type_code(client, typed, follow_redirects=True)
    told = client.get("/api/v1/verifications/" + quote(typed, safe="") + "?lang=en")

    assert title in page.text
    assert (told.json["verdict"], told.json["title"], told.json["number"]) == ("unknown", title, None)
    assert told.json["mistake"] == mistake
    assert 'id="code"' in page.text
    assert not services.asked


@pytest.mark.parametrize(
    ("found", "title", "look", "current"),
    [
        (UNTOUCHED, "Untouched", "good", True),
        (replace(UNTOUCHED, is_current=False), "Untouched, but no longer current", "doubt", False),
        (replace(UNTOUCHED, is_current=None, superseded_at=NOW), "Untouched, but superseded", "doubt", None),
        (Verification(verdict="altered"), "Altered", "bad", None),
        (Verification(verdict="no-longer-kept"), "No longer kept", "doubt", None),
        (Verification(verdict="not-ours"), "Not recognised", "bad", None),
        (Verification(verdict="not-ours", seal="broken"), "Not recognised, and the seal is broken", "bad", None),
        (Verification(verdict="not-ours", seal="unbroken"), "Not recognised, but sealed by somebody", "doubt", None),
    ],
)
def test_a_file_gets_its_verdict_on_a_page(
    client: FlaskClient, services: FakeServices, found: Verification, title: str, look: str, current: bool | None
) -> None:
    services.verification = found

    answer = client.post("/v?lang=en", **upload())
    told = client.post("/api/v1/verifications?lang=en", **upload()).json

    assert answer.status_code == 200
    assert f'<h1 id="verdict">{title}</h1>' in answer.text
    assert f'<section class="verdict {look}"' in answer.text
    assert "File check" in answer.text
    assert (told["verdict"], told["title"], told["current"]) == (found.verdict, title, current)


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_an_altered_file_shows_what_was_issued_as_just_that(
    client: FlaskClient, services: FakeServices, reader: str
) -> None:
    services.verification = Verification(verdict="altered", product="residence", number=KNOWN.number, issued_at=NOW)

    text = client.post(f"/v?lang={reader}", **upload()).text
    told = client.post("/api/v1/verifications", **upload()).json
    page = Outline()
    page.feed(text)

    verdict, rest = text.split("</article>")
    assert (KNOWN.number in verdict, KNOWN.number in rest) == (False, True)
    assert "verdict bad" in verdict
    assert len(page.all("h1")) == 1
    assert (told["verdict"], told["number"], told["current"], told["current_until"]) == (
        "altered", KNOWN.number, None, None,
    )  # fmt: skip


def test_of_an_altered_file_without_a_code_nothing_is_shown(client: FlaskClient, services: FakeServices) -> None:
    services.verification = Verification(verdict="altered")

    text = client.post("/v?lang=en", **upload()).text

    assert "Altered" in text
    assert "several certificates" in text
    assert "Number" not in text
    assert 'id="code"' in text


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_of_a_file_that_somebody_else_sealed_no_code_is_spoken_of(
    client: FlaskClient, services: FakeServices, reader: str
) -> None:
    services.verification = Verification(verdict="not-ours", seal="unbroken")

    text = html.unescape(client.post(f"/v?lang={reader}", **upload()).text)
    told = client.post(f"/api/v1/verifications?lang={reader}", **upload()).json

    assert told["sentence"] in text
    assert told["seal"] == "unbroken"
    assert "QR" not in text
    assert 'id="code"' not in text


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_a_certificate_of_another_town_served_here_is_sent_to_that_towns_own_address(
    client: FlaskClient, services: FakeServices, reader: str
) -> None:
    services.verification = Verification(verdict="not-ours", seal="unbroken", another_town="21005")

    page = html.unescape(client.post(f"/v?lang={reader}", **upload()).text)
    told = client.post(f"/api/v1/verifications?lang={reader}", **upload()).json

    assert told["verdict"] == "not-ours"
    assert told["another_town"] == {"name": "Etterbeek", "address": "https://etterbeek.localhost"}
    assert "Etterbeek" in told["sentence"]
    assert told["sentence"] in page
    assert 'href="https://etterbeek.localhost/v"' in page
    assert 'verdict doubt"' in page
    assert 'id="code"' not in page


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_an_altered_certificate_of_another_town_is_told_to_be_that_towns(
    client: FlaskClient, services: FakeServices, reader: str
) -> None:
    services.verification = Verification(verdict="altered", another_town="21005")

    page = html.unescape(client.post(f"/v?lang={reader}", **upload()).text)
    told = client.post(f"/api/v1/verifications?lang={reader}", **upload()).json

    assert (told["verdict"], told["another_town"]["name"]) == ("altered", "Etterbeek")
    assert "Etterbeek" in told["sentence"]
    assert told["sentence"] in page
    assert 'href="https://etterbeek.localhost/v"' in page
    assert 'verdict bad"' in page


def test_a_town_that_is_not_served_here_any_more_is_somebody(client: FlaskClient, services: FakeServices) -> None:
    services.verification = Verification(verdict="not-ours", seal="unbroken", another_town="99999")

    told = client.post("/api/v1/verifications?lang=en", **upload()).json

    assert (told["title"], told["another_town"]) == ("Not recognised, but sealed by somebody", None)


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_a_file_that_shows_nothing_may_be_a_print(client: FlaskClient, services: FakeServices, reader: str) -> None:
    services.verification = Verification(verdict="not-ours")

    text = client.post(f"/v?lang={reader}", **upload()).text

    assert translations("gateway", reader, city=True).gettext(VERDICTS["not-ours"][1]) in html.unescape(text)
    assert 'id="code"' in text


def test_a_real_file_with_another_code_is_noticed(client: FlaskClient, services: FakeServices) -> None:
    def answer(question: object) -> None:
        number = "24001-2026-000017" if isinstance(question, VerifyFile) else "24001-2026-000018"
        services.verification = replace(KNOWN, verdict="untouched", number=number)

    services.on_ask = answer

    assert "Another certificate" in client.post("/v/K7QM-4XWP-2HZ9-TR56?lang=en", **upload()).text


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


LOST = (LostTime(since=NOW - timedelta(hours=2), until=NOW - timedelta(hours=1)),)


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
def test_what_may_be_missing_because_records_were_lost_is_not_called_false(
    client: FlaskClient, services: FakeServices, reader: str
) -> None:
    services.verification = Verification(verdict="unknown", lost=LOST)

    page = client.get(f"/v/{CODE}?lang={reader}").text
    told = client.get(f"/api/v1/verifications/{CODE}?lang={reader}").json

    assert told["verdict"] == "unknown"
    assert [datetime.fromisoformat(each["since"]) for each in told["records_lost"]] == [LOST[0].since]
    assert told["title"] in page
    assert all(long_moment(moment, reader) in page for moment in (LOST[0].since, LOST[0].until))
    services.verification = Verification(verdict="unknown")
    assert client.get(f"/api/v1/verifications/{CODE}?lang={reader}").json["title"] != told["title"]


def test_a_whole_file_of_the_lost_time_is_told_apart_from_one_that_is_kept_no_longer(
    client: FlaskClient, services: FakeServices
) -> None:
    services.verification = Verification(verdict="no-longer-kept", lost=LOST)

    page = client.post("/v?lang=en", **upload()).text

    assert "Not in the records" in page
    assert "File check" in page
    assert "Records lost" in page


@pytest.mark.parametrize(
    ("host", "reader", "issuer", "sentence"),
    [
        ("aarschot.localhost", "nl", "Stad Aarschot", "Dit attest is door de stad afgegeven"),
        ("aarschot.localhost", "en", "City of Aarschot", "This certificate was issued by the city"),
        ("etterbeek.localhost", "fr", "Commune d’Etterbeek", "Ce certificat a été délivré par la commune"),
        ("etterbeek.localhost", "nl", "Gemeente Etterbeek", "Dit attest is door de gemeente afgegeven"),
    ],
)
def test_a_page_calls_the_town_what_it_is(
    client: FlaskClient, services: FakeServices, host: str, reader: str, issuer: str, sentence: str
) -> None:
    services.verification = KNOWN

    text = html.unescape(client.get(f"/v/{CODE}?lang={reader}", headers={"Host": host}).text)

    assert sentence in text
    assert f"<dd>{issuer}, " in text
    assert f" · {issuer}</title>" in text


@pytest.mark.parametrize("reader", ["nl", "fr", "de", "en"])
@pytest.mark.parametrize(
    ("found", "slug"),
    [(TRUE, "current"), (NO_LONGER, "superseded"), (NOBODY_KNOWS, "not-known"), (NOT_ASKED, "not-asked")],
)
def test_whether_it_is_still_true_is_said_with_when_it_was_asked(
    client: FlaskClient, services: FakeServices, found: Verification, slug: str, reader: str
) -> None:
    services.verification = found
    known = found.still_true
    assert known is not None

    page = html.unescape(client.get(f"/v/{PRINTED}?lang={reader}").text)
    told = client.get(f"/api/v1/verifications/{PRINTED}?lang={reader}").json["still_true"]

    assert told == {
        "state": known.state,
        "sentence": in_language(reader, STILL_TRUE[slug]),
        "asked_at": known.asked_at.isoformat() if known.asked_at else None,
        "being_asked": known.is_being_asked,
    }
    assert told["sentence"] in page
    assert (long_moment(ASKED_AT, reader) in page) == (known.asked_at is not None)
    assert long_day(date(2026, 12, 1), reader) in long_moment(ASKED_AT, reader)  # four past midnight in Belgium
    assert (f'href="/v/{PRINTED}?lang={reader}"' in page) == known.is_being_asked


def test_a_file_is_told_it_too_and_of_another_certificate_than_its_code_nothing(
    client: FlaskClient, services: FakeServices
) -> None:
    sentence = STILL_TRUE["current"]
    services.verification = replace(TRUE, verdict="untouched")

    alone = client.post("/v?lang=en", **upload())
    services.file_verification = services.verification
    services.verification = replace(KNOWN, number="24001-2026-000018")
    other = client.post(f"/v/{PRINTED}?lang=en", **upload())

    assert sentence in html.unescape(alone.text)
    assert sentence not in html.unescape(other.text)


def test_where_the_town_does_not_have_it_on_the_page_is_silent(client: FlaskClient, services: FakeServices) -> None:
    services.verification = KNOWN

    assert client.get(f"/api/v1/verifications/{PRINTED}").json["still_true"] is None
    assert "still-true" not in client.get(f"/v/{PRINTED}").text
