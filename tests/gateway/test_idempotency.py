"""What is a key (draft-ietf-httpapi-idempotency-key-header): nothing that could be read in two ways."""

import pytest
from flask.testing import FlaskClient

from gateway.idempotency import read_key
from tests.gateway.fakes import FakeServices

KEYS = {
    '"first"': "first",
    '"second of two"': "second of two",
    r'"a \"quoted\" word"': 'a "quoted" word',
    r'"back\\slash"': r"back\slash",
    ' "spaces around" ': "spaces around",
    f'"{"x" * 255}"': "x" * 255,
    '"' + r"\\" * 255 + '"': "\\" * 255,
    '"!#~ ,;"': "!#~ ,;",
    "first": "first",
    "8e03978e-40d5-43dd-bc93-6894a57f9324": "8e03978e-40d5-43dd-bc93-6894a57f9324",
    "urn:uuid:8e03978e/1": "urn:uuid:8e03978e/1",
    "aGVsbG8+d29ybGQ/Cg==": "aGVsbG8+d29ybGQ/Cg==",
    "aGVsbG8_d29ybGQ=": "aGVsbG8_d29ybGQ=",
    "": None,
    '""': None,
    '"': None,
    '"open': None,
    'closed"': None,
    'in"side': None,
    r'"ends escaped\"': None,
    r'"unknown \escape"': None,
    '"two" "strings"': None,
    '"a"b"': None,
    '"first","second"': None,
    "first,second": None,
    "first, second": None,
    "first;a=b": None,
    '"first";a=b': None,
    "with space": None,
    r"back\slash": None,
    "'single'": "'single'",
    "é": None,
    '"é"': None,
    '"tab\there"': None,
    '"nul\x00"': None,
    "x" * 255: "x" * 255,
    "x" * 256: None,
    f'"{"x" * 256}"': None,
    ":bytes:": ":bytes:",
    "?1": None,
}


@pytest.mark.parametrize("text", KEYS)
def test_a_key_is_one_quoted_text_or_a_bare_word(text: str) -> None:
    assert read_key(text) == KEYS[text]


@pytest.mark.parametrize("text", [text for text, key in KEYS.items() if key is None and text and "\x00" not in text])
def test_what_is_no_key_files_nothing_and_is_told_so(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], text: str
) -> None:
    headers = citizen | {"Idempotency-Key": text.encode().decode("latin-1"), "Accept-Language": "en"}
    answer = client.post("/api/v1/applications", json={"product": "life"}, headers=headers)

    assert (answer.status_code, answer.json["slug"]) == (400, "idempotency-key-malformed")
    assert not services.asked


def test_two_headers_are_no_key(client: FlaskClient, services: FakeServices, citizen: dict[str, str]) -> None:
    headers = [*citizen.items(), ("Idempotency-Key", '"a"'), ("Idempotency-Key", '"b"')]

    answer = client.post("/api/v1/applications", json={"product": "life"}, headers=headers)

    assert answer.status_code == 400
    assert not services.asked


def test_a_bare_key_and_a_quoted_one_are_the_same(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    for key in ("abc", '"abc"'):
        client.post("/api/v1/applications", json={"product": "life"}, headers=citizen | {"Idempotency-Key": key})

    assert [each.idempotency_key for each in services.asked] == ["abc", "abc"]
    assert len(services.applications) == 1
