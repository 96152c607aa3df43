"""Every address is written in one way, and tells which methods it takes."""

from collections.abc import Iterator
from urllib.parse import unquote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from tests.gateway.fakes import FakeServices

ID = "0123456789abcdef" * 2


def rules(app: Flask) -> Iterator[tuple[Rule, str]]:
    """Each with an address of its."""
    for rule in app.url_map.iter_rules():
        values = dict.fromkeys(rule.arguments, ID)
        yield rule, app.url_map.bind("").build(rule.endpoint, values, method=next(iter(rule.methods or ())))


def test_reading_an_address_with_a_slash_at_its_end_leads_to_the_address_everywhere(
    app: Flask, client: FlaskClient, services: FakeServices
) -> None:
    for rule, address in rules(app):
        if address == "/" or "GET" not in (rule.methods or ()):
            continue
        for method in ("GET", "HEAD"):
            answer = client.open(f"{address}/?a=%2F&lang=fr", method=method)
            assert (answer.status_code, answer.location) == (308, f"{address}?a=%2F&lang=fr"), address
            assert answer.data == b""
    assert not services.asked


def test_nothing_is_changed_nor_led_elsewhere_under_another_spelling(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    for rule, address in rules(app):
        for method in (rule.methods or set()) - {"GET", "HEAD", "OPTIONS"}:
            answer = client.open(f"{address}/", method=method, headers=citizen | {"Idempotency-Key": "k"})
            assert (answer.status_code, answer.location) == (404, None), (method, address)
    assert not services.asked


def test_doubled_and_hidden_slashes_are_no_address(
    app: Flask, client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    for rule, address in rules(app):
        fixed = rule.rule.partition("<typed:")[0]
        spellings = {f"/{address}", "//evil.example" + address}
        if fixed.count("/") > 1:
            head, _, tail = address[1:].partition("/")
            spellings |= {f"/{head}//{tail}", f"/{head}%2F{tail}", f"/{head}%2f{tail}"}
        if "<" not in rule.rule and address != "/":
            spellings |= {f"{address}//", f"{address}%2F"}
        for spelling in spellings:
            sent = {"PATH_INFO": unquote(spelling), "RAW_URI": spelling, "REQUEST_URI": spelling}
            answer = client.get("/", headers=citizen, environ_overrides=sent)
            assert (answer.status_code, answer.location) == (404, None), spelling
    assert not services.asked


@pytest.mark.parametrize("path", ["/nothing/", "/sign-in/out/", "/api/v1/verifications/", "/API/v1/products", "/V"])
def test_where_there_is_nothing_nobody_is_led(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_was_pasted_may_hold_slashes(client: FlaskClient, services: FakeServices) -> None:
    for path in ("/v/https%3A%2F%2Faarschot.localhost%2Fv%2FABC", "/v/https://aarschot.localhost/v/ABC"):
        assert client.get(path).status_code == 200
        assert client.get(f"{path}/").location == path
        assert client.get(f"{path}%2F").status_code == 200


def test_each_address_tells_its_methods_to_whoever_asks(app: Flask, client: FlaskClient) -> None:
    takes: dict[str, set[str]] = {}
    for rule, address in rules(app):
        takes.setdefault(address, set()).update(rule.methods or ())
    for address, methods in takes.items():
        told = client.options(address)
        refused = client.open(address, method="PROPFIND")

        assert (told.status_code, told.data, told.content_type) == (204, b"", None), address
        assert refused.status_code == 405
        assert told.headers["Allow"] == refused.headers["Allow"]
        assert methods <= set(told.headers["Allow"].split(", "))


def test_a_head_is_answered_as_what_it_heads(app: Flask, client: FlaskClient) -> None:
    for rule, address in rules(app):
        if "GET" in (rule.methods or ()) and rule.endpoint != "metrics":
            whole, head = client.get(address), client.head(address)
            assert (head.status_code, head.data, head.content_type) == (whole.status_code, b"", whole.content_type)
