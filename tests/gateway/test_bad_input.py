"""Bad input gets a clear 4xx and changes nothing."""

from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient

from gateway.sizes import JSON_BYTES
from services.contracts.errors import InvalidField
from services.contracts.field_errors import field_error
from services.contracts.intake import CheckApplication, SubmitApplication
from tests.gateway.fakes import FakeServices

ADDRESS = "/api/v1/applications"

NESTED = b'{"product":' + b"[" * 10_000 + b"]" * 10_000 + b"}"

BODIES: dict[str, tuple[bytes, int, str, str | None]] = {
    "nothing": (b"", 400, "not-json", None),
    "not json": (b"{'product': 'life'}", 400, "not-json", None),
    "cut off": (b'{"product": "li', 400, "not-json", None),
    "two values": (b"{}{}", 400, "not-json", None),
    "duplicate key": (b'{"product":"life","product":"residence"}', 400, "not-json", None),
    "duplicate key below": (b'{"product":"life","fields":{"a":"b","a":"c"}}', 400, "not-json", None),
    "NaN": (b'{"product":NaN}', 400, "not-json", None),
    "Infinity": (b'{"product":-Infinity}', 400, "not-json", None),
    "a number without end": (b'{"product":' + b"9" * 5000 + b"}", 422, "invalid-field", "product"),
    "depth 10,000": (NESTED, 400, "too-deep", None),
    "depth 10,000 unclosed": (b"[" * 10_000, 400, "too-deep", None),
    "depth of objects": (b'{"a":' * 9000 + b"1" + b"}" * 9000, 400, "too-deep", None),
    "brackets in a text are no depth": (b'{"product":"' + b"[" * 60 + b'"}', 202, "", None),
    "invalid UTF-8": (b'{"product":"\xff\xfe"}', 400, "not-json", None),
    "UTF-16": ('{"product":"life"}'.encode("utf-16"), 400, "not-json", None),
    "byte order mark": (b'\xef\xbb\xbf{"product":"life"}', 400, "not-json", None),
    "NUL": (b'{"product":"li\\u0000fe"}', 400, "unprintable-text", None),
    "a raw NUL": (b'{"product":"li\x00fe"}', 400, "not-json", None),
    "NUL in a name": (b'{"product":"life","fields":{"a\\u0000":"b"}}', 400, "unprintable-text", None),
    "lone surrogate": (b'{"product":"life","email":"\\ud800@example.be"}', 400, "unprintable-text", None),
    "an operator where a text is due": (b'{"product":{"$gt":""}}', 422, "invalid-field", "product"),
    "an operator in a field": (b'{"product":"life","fields":{"use":{"$gt":""}}}', 422, "invalid-field", "fields.use"),
    "a list at the top": (b"[]", 422, "invalid-field", ""),
    "a text at the top": (b'"life"', 422, "invalid-field", ""),
    "null at the top": (b"null", 422, "invalid-field", ""),
    "no product": (b"{}", 422, "invalid-field", "product"),
    "null product": (b'{"product":null}', 422, "invalid-field", "product"),
    "a number": (b'{"product":1}', 422, "invalid-field", "product"),
    "a boolean": (b'{"product":true}', 422, "invalid-field", "product"),
    "unknown field": (b'{"product":"life","admin":true}', 422, "invalid-field", "admin"),
    "prototype": (b'{"product":"life","__proto__":{}}', 422, "invalid-field", "__proto__"),
    "fields as a list": (b'{"product":"life","fields":[]}', 422, "invalid-field", "fields"),
    "a number in fields": (b'{"product":"life","fields":{"purpose":7}}', 422, "invalid-field", "fields.purpose"),
    "too many fields": (
        b'{"product":"life","fields":{' + b",".join(b'"f%d":"x"' % i for i in range(60)) + b"}}",
        422, "invalid-field", "fields",
    ),
    "letters as number": (b'{"product":"life","subject":"abcdefghijk"}', 422, "invalid-field", "subject"),
    "wrong check digits": (b'{"product":"life","subject":"85073003329"}', 422, "invalid-field", "subject"),
    "serial 000": (b'{"product":"life","subject":"85073000061"}', 422, "invalid-field", "subject"),
    "other digits": ('{"product":"life","subject":"٨٥٠٧٣٠٠٣٣٢٨"}'.encode(), 422, "invalid-field", "subject"),
    "number as number": (b'{"product":"life","subject":85073003328}', 422, "invalid-field", "subject"),
    "a long product": (b'{"product":"' + b"x" * 65 + b'"}', 422, "invalid-field", "product"),
    "quotes without end": (b'{"product":"' + b'\\"' * 32_000, 400, "not-json", None),
    "quotes of 64 kB": (b'{"product":"' + b'\\"' * 32_000 + b'"}', 422, "invalid-field", "product"),
    "backslashes without end": (b'{"product":"' + b"\\" * 65_000, 400, "not-json", None),
    "depth behind quotes": (b'{"product":["\\"",' + b'["\\\\",' * 9_000, 400, "too-deep", None),
    "more than 64 kB": (b'{"product":"' + b"x" * 70_000 + b'"}', 413, "too-large", None),
}  # fmt: skip


@pytest.mark.parametrize("name", BODIES)
def test_a_bad_body_is_refused(client: FlaskClient, services: FakeServices, citizen: dict[str, str], name: str) -> None:
    body, status, slug, field = BODIES[name]

    answer = client.post(
        "/api/v1/applications",
        data=body,
        content_type="application/json",
        headers=citizen | {"Idempotency-Key": "k", "Accept-Language": "en"},
    )

    assert answer.status_code == status
    if status != 202:
        assert (answer.json["slug"], answer.content_type) == (slug, "application/problem+json")
        assert not services.applications
        assert {type(each) for each in services.asked} <= {CheckApplication}
    if field is not None:
        assert field in [each["field"] for each in answer.json["errors"]]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 415),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json; charset=latin-1"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "deflate, br"}, 415),
        ({"Content-Type": "application/json", "Accept": "application/xml"}, 406),
        ({"Content-Type": "application/json; charset=utf-8"}, 202),
    ],
)
def test_types_and_encodings_are_checked(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], headers: dict[str, str], status: int
) -> None:
    answer = client.post(
        "/api/v1/applications", data=b'{"product":"life"}', headers=citizen | {"Idempotency-Key": "k"} | headers
    )

    assert answer.status_code == status
    assert bool(services.asked) == (status == 202)
    if status == 415:
        told = "Accept-Encoding" if "Content-Encoding" in headers else "Accept"
        assert answer.headers[told] == ("identity" if told == "Accept-Encoding" else "application/json")
        assert ("Content-Encoding" if told == "Accept-Encoding" else "application/json") in answer.json["detail"]


PATHS = [
    "/api/v1/applications/%2e%2e/me",
    "/api/v1/applications/..%2f..%2fme",
    "/api/v1/applications/mine%00",
    "/api/v1/applications/mine%0d%0aX: y",
    "/api/v1/applications/" + "x" * 100,
    "/api/v1/applications/mine//",
    "/api%2Fv1%2Fme",
    "/api/v1//applications",
    "/api/v1/certificates/..\\secret",
    "/api/v1/certificates/%c0%ae",
    "/api/v1/certificates/$where",
    "/api/v1/products/..%2fresidence",
    "/assets/..%2f..%2fsettings.py",
    "/api/v1/products/{{7*7}}",
]


@pytest.mark.parametrize("path", PATHS)
def test_path_tricks_lead_nowhere(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], path: str
) -> None:
    services.put("mine")

    answer = client.get(path, headers=citizen)

    assert answer.status_code == 404
    assert not services.asked


def test_an_overlong_address_is_414(client: FlaskClient) -> None:
    assert client.get("/v/" + "x" * 600).status_code == 414
    assert client.get("/?q=" + "x" * 3000).status_code == 414


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"])
def test_methods_that_are_not_there_are_405(client: FlaskClient, method: str) -> None:
    answer = client.open("/api/v1/products", method=method, headers={"X-HTTP-Method-Override": "GET"})

    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_post_is_not_turned_into_another_method(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    answer = client.post("/api/v1/products", headers=citizen | {"X-HTTP-Method-Override": "GET"})

    assert answer.status_code == 405


def test_head_answers_as_get_without_a_body(client: FlaskClient) -> None:
    answer = client.head("/api/v1/products")

    assert (answer.status_code, answer.data) == (200, b"")
    assert int(answer.headers["Content-Length"]) > 0


@pytest.mark.parametrize("host", ["evil.example", "aarschot.localhost.evil.example", "127.0.0.2", "a,b"])
def test_an_unknown_host_is_421(client: FlaskClient, host: str) -> None:
    answer = client.get("/api/v1/products", headers={"Host": host})

    assert (answer.status_code, answer.json["slug"]) == (421, "unknown-town")


@pytest.mark.parametrize(
    "host", ["", " ", ":80", "a b", "aarschot.localhost:http", "me@aarschot.localhost", "a/b", "[::1", "é", "a, b"]
)
@pytest.mark.parametrize("path", ["/", "/api/v1/products", "/healthz"])
def test_what_is_no_host_is_400(client: FlaskClient, host: str, path: str) -> None:
    answer = client.get(path, headers={"Host": host})

    assert (answer.status_code, answer.json["slug"]) == (400, "bad-host")
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize(
    "host", ["AARSCHOT.localhost:8080", "aarschot.localhost.", "localhost:80", "localhost:", "127.0.0.1", "[::1]:80"]
)
def test_a_host_is_found_however_it_is_written(client: FlaskClient, host: str) -> None:
    assert client.get("/api/v1/products", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("query", "accepted", "reader"),
    [
        ("", "", "nl"),
        ("", "*", "nl"),
        ("", "ja", "nl"),
        ("", "fr-BE,fr;q=0.9", "fr"),
        ("", "de;q=0.3,en;q=0.8", "en"),
        ("?lang=de", "fr", "de"),
        ("?lang=xx", "fr", "fr"),
        ("", "\xff\xfe;q=nan", "nl"),
    ],
)
def test_the_readers_language_is_chosen(client: FlaskClient, query: str, accepted: str, reader: str) -> None:
    headers: dict[str, Any] = {"Accept-Language": accepted} if accepted else {}

    assert client.get(f"/api/v1/products{query}", headers=headers).headers["Content-Language"] == reader


def test_a_body_in_chunks_is_not_cut_off_where_it_is_too_long(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    body = b'{"product":"life"}'.ljust(JSON_BYTES) + b"and what was cut off"

    answer = client.post(
        "/api/v1/applications",
        input_stream=BytesIO(body),
        headers=citizen | {"Idempotency-Key": "k", "Content-Type": "application/json", "Transfer-Encoding": "chunked"},
        environ_overrides={"wsgi.input_terminated": True},
    )

    assert (answer.status_code, answer.json["slug"]) == (413, "too-large")
    assert not services.asked


def test_thousands_of_unknown_members_are_told_in_a_short_answer_after_what_can_be_mended(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.fails = InvalidField(fields={"email": field_error("not-an-e-mail-address")})
    unknown = [f"{number:x}" for number in range(6000)]
    body: dict[str, Any] = dict.fromkeys(unknown, 1) | {"email": "nobody", "subject": "1"}

    answers = [client.post(ADDRESS, json=body, headers=citizen | {"Idempotency-Key": '"1"'}) for _ in range(2)]

    first = answers[0].json
    assert (answers[0].status_code, first["slug"], first["more_errors"]) == (422, "invalid-field", 6003 - 50)
    assert [each["field"] for each in first["errors"]] == ["product", "subject", "email", *sorted(unknown)[:47]]
    assert answers[1].json["errors"] == first["errors"]
    assert len(answers[0].data) < 20_000


@pytest.mark.parametrize("value", [1, "x"])
def test_thousands_of_fields_are_one_mistake(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], value: object
) -> None:
    body = {"product": "life", "fields": dict.fromkeys((f"{number:x}" for number in range(4000)), value)}

    answer = client.post(ADDRESS, json=body, headers=citizen | {"Idempotency-Key": '"1"'})

    told = [(each["field"], each["slug"], each["parameters"]) for each in answer.json["errors"]]
    assert told == [("fields", "too-many", {"most": 50})]
    assert "more_errors" not in answer.json
    assert not any(isinstance(each, SubmitApplication) for each in services.asked)


def test_of_many_unknown_parameters_as_few_are_told(client: FlaskClient, citizen: dict[str, str]) -> None:
    names = [f"{number:x}" for number in range(300)]

    answer = client.get(f"{ADDRESS}?limit=0&{'&'.join(reversed(names))}", headers=citizen)

    assert [each["field"] for each in answer.json["errors"]] == ["limit", *sorted(names)[:49]]
    assert (answer.status_code, answer.json["more_errors"]) == (400, 251)


@pytest.mark.parametrize(
    ("sent", "pointers"), [(b"null", {"#"}), (b"[]", {"#"}), (b"1", {"#"}), (b'{"":1}', {"#/", "#/product"})]
)
def test_the_whole_of_what_was_sent_has_the_pointer_of_the_whole(
    client: FlaskClient, citizen: dict[str, str], sent: bytes, pointers: set[str]
) -> None:
    headers = citizen | {"Idempotency-Key": '"1"', "Content-Type": "application/json"}

    answer = client.post(ADDRESS, data=sent, headers=headers)

    assert {each["pointer"] for each in answer.json["errors"]} == pointers


@pytest.mark.parametrize("field", ["product", "fields", "subject", "language", "email"])
def test_null_is_told_as_what_it_is(client: FlaskClient, citizen: dict[str, str], field: str) -> None:
    body = {"product": "life", field: None}

    answer = client.post(ADDRESS, json=body, headers=citizen | {"Idempotency-Key": '"1"'})

    told = [(each["field"], each["slug"]) for each in answer.json["errors"]]
    assert (answer.status_code, told) == (422, [(field, "wrong-type")])


def test_an_empty_address_is_not_taken_for_none(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    client.post(ADDRESS, json={"product": "life", "email": ""}, headers=citizen | {"Idempotency-Key": '"1"'})

    assert [each.email for each in services.asked if isinstance(each, SubmitApplication)] == [""]
