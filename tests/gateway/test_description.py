"""The OpenAPI document: valid, complete, and true of every operation in every status.

That nothing else is answered is seen by tests/gateway/contract.py, in every test that asks the API something.
"""

import io
import re
import time
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import pytest
import yaml
from flask import Flask, Response
from flask.testing import FlaskClient
from gunicorn.http.errors import NoMoreData
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from gateway.api.description import Document, operation_id
from gateway.api.examples import ANSWERS, FILE_NAME, FORM, STREAM
from gateway.auth.cookies import SESSIONS
from gateway.auth.sessions import SessionsAway
from gateway.rates import parse_rates
from gateway.refusals import PROBLEM
from gateway.sentences import PROBLEMS
from gateway.serving.line import BodyTooSlow
from services.contracts import asyncapi, feed_asyncapi
from services.contracts.documents import Verdict
from services.contracts.errors import DOMAIN_ERRORS, Refusal
from services.contracts.field_errors import FIELD_ERRORS
from services.contracts.intake import CODES, State
from services.contracts.version import VERSION
from services.documents.domain import Certificate, new_number
from tests.gateway.conftest import HOST, Browser
from tests.gateway.contract import wrong_with
from tests.gateway.examples import ASKED, CERTIFICATE, ID, arrange, token_for
from tests.gateway.fakes import CITIZEN, NOW, FakeServices, Provider, department_token, towns

GOOD: dict[str, tuple[str, str, dict[str, Any]]] = ASKED | {
    "followApplication": ("GET", f"/api/v1/applications/{ID}/stream", {}),
    "readCertificate": ("GET", f"/api/v1/certificates/{CERTIFICATE}", {}),
    "giveToken": (
        "POST",
        "/departments/token",
        {"data": {"grant_type": "client_credentials", "client_id": "police", "client_secret": "key-1.secret"}},
    ),
}


def operations(document: Document) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                yield path, method, operation


def read(client: FlaskClient) -> Document:
    found: Document = client.get("/api/v1/openapi.json").json
    return found


def test_it_is_valid(client: FlaskClient) -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(read(client)).iter_errors()] == []


def test_it_says_its_version_and_licence(client: FlaskClient) -> None:
    info = read(client)["info"]

    assert (info["version"], info["license"]["identifier"]) == (VERSION, "EUPL-1.2")


def test_it_has_every_operation_of_the_api_and_no_other(app: Flask, client: FlaskClient) -> None:
    written = {operation["operationId"] for _, _, operation in operations(read(client))}
    served = {
        operation_id(app.view_functions[rule.endpoint])
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(("/api/v1/", "/departments/")) and not rule.endpoint.startswith(("about.", "docs."))
    }

    assert written == served == {*GOOD}


def test_enumerations_are_those_of_the_code(client: FlaskClient) -> None:
    schemas = read(client)["components"]["schemas"]

    def enum(schema: str, name: str) -> list[Any]:
        return [each for each in schemas[schema]["properties"][name]["enum"] if each is not None]

    assert enum("Application", "state") == enum("Step", "state") == list(State)
    assert enum("Verification", "verdict") == list(Verdict)

    def open_list(schema: str, name: str, *, nullable: bool) -> list[str]:
        known, *others = schemas[schema]["properties"][name]["anyOf"]
        assert others == [{"type": "string"}, {"type": "null"}][: 2 if nullable else 1]
        return list(known["enum"])

    assert open_list("Application", "code", nullable=True) == open_list("Step", "code", nullable=True) == list(CODES)
    assert open_list("Prefill", "code", nullable=True) == list(Refusal)
    assert open_list("FieldProblem", "slug", nullable=False) == sorted(FIELD_ERRORS)
    assert open_list("Problem", "slug", nullable=False) == list(PROBLEMS)


def schemas_in(found: Any) -> Iterator[dict[str, Any]]:
    """Whatever says in a document what something may be."""
    if isinstance(found, list):
        for each in found:
            yield from schemas_in(each)
    elif isinstance(found, dict):
        if found.keys() & {"enum", "const", "maxLength", "maxProperties"}:
            yield found
        for name, each in found.items():
            if name not in ("example", "examples", "value"):
                yield from schemas_in(each)


def test_makers_of_clients_can_read_it(client: FlaskClient) -> None:
    """openapi-python-client leaves out what it cannot merge: a value without its type is such a thing. Lengths of
    texts, and numbers of members, are each said in its own word (JSON Schema 2020-12 validation, section 6).
    """
    document = read(client)
    of_length = {"maxLength": "string", "maxProperties": "object"}

    found = list(schemas_in({"paths": document["paths"], "components": document["components"]}))

    assert [each for each in found if "type" not in each or "const" in each] == []
    assert [each for each in found for word, kind in of_length.items() if word in each and each["type"] != kind] == []
    assert len(found) > 150
    assert document["components"]["schemas"]["ApplicationRequest"]["properties"]["fields"]["maxProperties"] == 50


def test_a_new_slug_within_v1_breaks_no_client(client: FlaskClient) -> None:
    document = read(client)
    problem = deepcopy(document["components"]["examples"]["not-found-404"]["value"])
    where = ("paths", "/api/v1/applications/{application_id}", "get", "responses", "404")

    assert wrong_with(document, problem | {"slug": "a-new-one"}, *where, "content", PROBLEM, "schema") == []
    assert wrong_with(document, problem | {"status": 403}, *where, "content", PROBLEM, "schema") != []


def test_it_says_how_one_is_known_in_this_town(make_app: Callable[..., Flask]) -> None:
    demo, production = (make_app(profile=profile).test_client() for profile in ("demo", "production"))
    aarschot = demo.get("/api/v1/openapi.json", base_url=f"http://{HOST}").json
    etterbeek = production.get("/api/v1/openapi.json", base_url="http://etterbeek.localhost").json

    token = aarschot["components"]["securitySchemes"]["token"]
    assert token["openIdConnectUrl"] == "https://sign-in.example/.well-known/openid-configuration"
    assert "`loket-24001`" in token["description"]
    assert "loket token" in token["description"]
    for said in ("confidential", "a client of the portal's own", "RFC 8707", "`info.contact`"):
        assert said in token["description"]
    assert "`loket-21005`" in etterbeek["components"]["securitySchemes"]["token"]["description"]
    assert "loket token" not in etterbeek["components"]["securitySchemes"]["token"]["description"]
    assert etterbeek["servers"][0]["url"] == "https://etterbeek.localhost"
    by_id = {operation["operationId"]: operation["security"] for _, _, operation in operations(aarschot)}
    assert by_id["fileApplication"] == [{"token": []}, {"session": []}]
    assert by_id["readProduct"] == [{"token": []}, {"session": []}, {}]
    assert by_id["verifyUpload"] == by_id["listProducts"] == by_id["giveToken"] == []
    assert by_id["listEvents"] == by_id["readFacts"] == [{"department": []}]
    flow = etterbeek["components"]["securitySchemes"]["department"]["flows"]["clientCredentials"]
    assert flow["tokenUrl"] == "https://etterbeek.localhost/departments/token"


def test_an_example_of_an_address_is_that_which_is_answered(client: FlaskClient) -> None:
    for path, method, operation in operations(read(client)):
        item = read(client)["paths"][path]
        asked = [*item.get("parameters", []), *(each for each in operation["parameters"] if "in" in each)]
        named = {each["name"]: each["example"] for each in asked if each["in"] == "path"}
        query = {each["name"]: each["example"] for each in asked if each["in"] == "query" and each.get("required")}
        good, _, sent = GOOD[operation["operationId"]][1].partition("?")

        assert (method.upper(), path.format(**named)) == (GOOD[operation["operationId"]][0], good)
        assert query.items() <= dict(parse_qsl(sent)).items()


def test_what_is_required_is_said_to_be(client: FlaskClient) -> None:
    by_id = {operation["operationId"]: operation for _, _, operation in operations(read(client))}

    headers = {each["name"]: each for each in by_id["fileApplication"]["parameters"] if "name" in each}
    assert headers["Idempotency-Key"]["required"] is True
    assert by_id["fileApplication"]["requestBody"]["required"] is True
    assert by_id["verifyUpload"]["requestBody"]["required"] is True
    assert {"Last-Event-ID"} < {each.get("name") for each in by_id["followApplication"]["parameters"]}
    asked = {each.get("name") for each in by_id["readCertificate"]["parameters"]}
    assert {"Range", "If-Range", "If-None-Match", "If-Match"} < asked
    stream = by_id["followApplication"]["responses"]["200"]["content"]["text/event-stream"]
    assert stream["example"] == STREAM


def test_examples_fit_their_schemas(client: FlaskClient) -> None:
    document = read(client)
    assert wrong_with(document, FORM, "components", "schemas", "ApplicationRequest") == []
    for path, method, operation in operations(document):
        for status, response in operation["responses"].items():
            for kind, content in response.get("content", {}).items():
                where = ("paths", path, method, "responses", status, "content", kind, "schema")
                for example in content.get("examples", {}).values():
                    name = example["$ref"].rpartition("/")[2]
                    value = document["components"]["examples"][name]["value"]
                    assert wrong_with(document, value, *where) == [], name
                if "example" in content and kind == "application/json":
                    assert wrong_with(document, content["example"], *where) == [], operation["operationId"]
                assert kind == "application/pdf" or content.keys() & {"example", "examples"}, operation["operationId"]


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_examples_are_what_the_code_answers(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str
) -> None:
    arrange(services)

    found = {}
    for name, (method, path, sent) in ASKED.items():
        bearer = token_for(path, citizen=citizen["Authorization"], department=f"Bearer {department_token()}")
        headers = {"Authorization": bearer, "Accept-Language": lang} | sent.get("headers", {})
        found[name] = client.open(path, method=method, **(sent | {"headers": headers})).json

    assert lang != "en" or found == {name: ANSWERS[name] for name in ASKED}


class Driver:
    """Brings an operation to answer with a problem."""

    def __init__(self, make_app: Callable[..., Flask], name: str) -> None:
        self.services, self.provider, self.name = FakeServices(), Provider(), name
        arrange(self.services)
        self.app = make_app(services=self.services, provider=self.provider)
        self.app.test_client_class = Browser
        self.client = self.app.test_client()
        method, path, sent = GOOD[name]
        self.path, self.method = path, method
        self.sent = {each: value for each, value in sent.items() if each != "headers"}
        token = token_for(path, citizen=self.provider.token(), department=department_token())
        known = {} if name == "giveToken" else {"Authorization": f"Bearer {token}"}
        self.headers = known | sent.get("headers", {})

    def send(self, *, path: str | None = None, headers: dict[str, str] | None = None, **other: Any) -> Any:
        sent = self.sent if not other.keys() & {"data", "json"} else {}
        given = {name: value for name, value in (self.headers | (headers or {})).items() if value}
        return self.client.open(path or self.path, method=self.method, headers=given, **(sent | other))

    def into(self, slug: str, status: int) -> Any:
        if slug in DOMAIN_ERRORS and self.name not in ("readProduct", "readWay", "verifyUpload"):
            self.services.fails = DOMAIN_ERRORS[slug]()
            return self.send()
        way: Callable[[], Any] = getattr(self, "_" + slug.replace("-", "_"))
        return self._too_long(status) if slug == "too-long" else way()

    def _invalid_parameter(self) -> Any:
        return self.send(path=f"{self.path}{'&' if '?' in self.path else '?'}limit=nonsense")

    def _not_acceptable(self) -> Any:
        return self.send(headers={"Accept": "image/gif"})

    def _too_long(self, status: int) -> Any:
        if status == 431:
            return self.send(headers={"X-Long": "x" * 4000})
        return self.send(path=f"{self.path.partition('?')[0]}?lang={'x' * 4000}")

    def _unsupported_media_type(self) -> Any:
        return self.send(headers={"Content-Encoding": "gzip"})

    def _unknown_town(self) -> Any:
        return self.send(base_url="http://nowhere.example")

    def _internal_error(self) -> Any:
        endpoint, _ = self.app.url_map.bind("localhost").match(self.path.partition("?")[0], method=self.method)
        view = self.app.view_functions[endpoint]

        def broken(**_values: str) -> Response:
            raise RuntimeError

        broken.__dict__.update(view.__dict__)
        broken.__name__ = view.__name__
        self.app.view_functions[endpoint] = broken
        return self.send()

    def _service_unavailable(self) -> Any:
        self.services.away = self.name not in ("readMe", "readProduct")
        self.provider.away = not self.services.away
        return self.send()

    def _not_signed_in(self) -> Any:
        return self.send(headers={"Authorization": ""})

    def _token_missing(self) -> Any:
        return self.send(headers={"Authorization": ""})

    def _bad_token(self) -> Any:
        return self.send(headers={"Authorization": "Bearer no.such.token"})

    def _no_national_number(self) -> Any:
        return self.send(headers={"Authorization": f"Bearer {self.provider.token(None)}"})

    def _citizens_only(self) -> Any:
        token = self.provider.token(None, loket_role="officer", sub="desk-1")
        return self.send(headers={"Authorization": f"Bearer {token}"})

    def _sessions_unavailable(self) -> Any:
        cookies, held = self.app.config["LOKET_COOKIES"], Response()
        town = towns()["24001"]
        until = time.time() + 600
        citizen = {"national_number": CITIZEN, "email": None, "other_numbers": []}
        session = {"id": "an-id", "until": until, "citizen": citizen}
        cookies.write(held, town, cookies.name, session, purpose=SESSIONS, until=until)
        self.app.config["LOKET_SESSIONS"] = NoSessions()
        self.client.set_cookie(cookies.name, held.headers["Set-Cookie"].split("=", 1)[1].split(";")[0], domain=HOST)
        return self.send(headers={"Authorization": "", "Origin": f"http://{HOST}"})

    def _cross_site(self) -> Any:
        return self.send(headers={"Authorization": "", "Origin": "https://evil.example"})

    def _too_many_requests(self) -> Any:
        limits = self.app.config["LOKET_LIMITS"]
        self.app.config["LOKET_LIMITS"] = replace(limits, changes=ONE, clock=lambda: 1_790_000_000.0)
        self.app.config["LOKET_VERIFICATIONS_LIMIT"] = ONE
        self.app.config["LOKET_DEPARTMENTS_LIMIT"] = ONE
        self.send()
        return self.send(headers={"Idempotency-Key": '"another"'})

    def _bad_request(self) -> Any:
        return self._broken(NoMoreData())

    def _too_slow(self) -> Any:
        return self._broken(BodyTooSlow())

    def _broken(self, error: Exception) -> Any:
        overrides = {"wsgi.input": Broken(error), "CONTENT_LENGTH": "9"}
        return self.send(data=b"", environ_overrides=overrides, headers=self._kind())

    def _too_large(self) -> Any:
        return self.send(data=b"%PDF-" + b" " * 6_000_000, headers=self._kind())

    def _not_json(self) -> Any:
        return self.send(data=b"{", headers=self._kind())

    def _too_deep(self) -> Any:
        return self.send(data=b"[" * 9000, headers=self._kind())

    def _unprintable_text(self) -> Any:
        return self.send(data=b'"\\u0000"', headers=self._kind())

    def _idempotency_key_missing(self) -> Any:
        return self.send(headers={"Idempotency-Key": ""})

    def _idempotency_key_malformed(self) -> Any:
        return self.send(headers={"Idempotency-Key": '"open'})

    def _bad_host(self) -> Any:
        return self.send(environ_overrides={"HTTP_HOST": "a b"})

    def _precondition_failed(self) -> Any:
        return self.send(headers={"If-Match": '"another"'})

    def _range_not_satisfiable(self) -> Any:
        return self.send(headers={"Range": "bytes=99999-"})

    def _invalid_field(self) -> Any:
        return self.send(data=b"no PDF", headers=self._kind())

    def _unknown_product(self) -> Any:
        elsewhere = {"readWay": "/api/v1/abroad?country=GR&product=no-such-product"}
        return self.send(path=elsewhere.get(self.name, "/api/v1/products/no-such-product"))

    def _not_found(self) -> Any:
        return self.send(path="/api/v1/products/no.id")

    def _bad_path(self) -> Any:
        given = re.search(
            r"/(?:verifications|applications|certificates|products|facts|confirmations|webhooks)/([^/?]+)", self.path
        )
        assert given is not None
        return self.send(path=self.path.replace(given[1], "a%5Cb"))

    def _kind(self) -> dict[str, str]:
        kinds = {"verifyUpload": "application/pdf", "giveToken": "application/x-www-form-urlencoded"}
        return {"Content-Type": kinds.get(self.name, "application/json")}


ONE = parse_rates("1 per hour")


class NoSessions:
    """The store is away."""

    def stands(self, _id: str, *, town: str, in_use: bool) -> bool:
        raise SessionsAway


class Broken(io.RawIOBase):
    """A body that does not come."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> int:
        raise self._error


@pytest.mark.parametrize("name", sorted(GOOD))
def test_it_answers_with_each_problem_that_its_document_names(
    make_app: Callable[..., Flask], client: FlaskClient, name: str
) -> None:
    (operation,) = [each for _, _, each in operations(read(client)) if each["operationId"] == name]
    declared = [
        (int(status), slug)
        for status, response in operation["responses"].items()
        for slug in response.get("content", {}).get("application/problem+json", {}).get("examples", {})
    ]

    answered = []
    for status, slug in declared:
        answer = Driver(make_app, name).into(slug, status)
        answered.append((answer.status_code, answer.json["slug"]))

    assert answered == declared
    assert len(declared) >= 7


@pytest.mark.parametrize("name", sorted(GOOD))
def test_it_answers_with_its_success(make_app: Callable[..., Flask], client: FlaskClient, name: str) -> None:
    (operation,) = [each for _, _, each in operations(read(client)) if each["operationId"] == name]
    successes = [int(status) for status in operation["responses"] if status < "400"]

    driver = Driver(make_app, name)
    statuses = [driver.send().status_code]
    if name == "followApplication":
        statuses.append(driver.send(headers={"Last-Event-ID": "4"}).status_code)
    if name == "readCertificate":
        statuses.append(driver.send(headers={"Range": "bytes=0-3"}).status_code)
        statuses.append(driver.send(headers={"If-None-Match": "*"}).status_code)

    assert statuses == successes


def test_the_events_are_described_beside_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/asyncapi.yaml")

    assert (answer.status_code, answer.content_type) == (200, "application/yaml")
    found = yaml.safe_load(answer.text)
    assert found == asyncapi.document()
    of_departments = client.get("/api/v1/departments/asyncapi.yaml")
    assert of_departments.content_type == "application/yaml"
    assert yaml.safe_load(of_departments.text) == feed_asyncapi.document()
    assert "not counted" in found["components"]["messages"]["ApplicationMoved"]["description"]
    assert found["components"]["schemas"]["ApplicationMoved"]["properties"]["state"]["enum"] == list(State)
    assert client.get("/api/v1/asyncapi.yaml", headers={"Accept": "text/html"}).status_code == 406


def test_the_schema_of_what_is_inside_certificates_is_at_its_address(client: FlaskClient) -> None:
    answer = client.get("/schemas/certificate-1.json")

    assert (answer.status_code, answer.content_type) == (200, "application/schema+json")
    Draft202012Validator.check_schema(answer.json)
    assert answer.json["$id"].endswith("/schemas/certificate-1.json")
    assert "civil-status" in answer.json["properties"]["facts"]["properties"]
    assert client.get("/schemas/certificate-1.json", headers={"Accept": "text/html"}).status_code == 406


def test_the_example_of_a_file_is_called_as_documents_calls_it() -> None:
    shown = ANSWERS["readVerification"]
    certificate = Certificate(
        application_id="a", town="24001", certificate_id="c", product=shown["product"], language="nl",
        number=shown["number"], code="code", reserved_at=NOW,
    )  # fmt: skip

    drawn = new_number("24001", 2026, lambda _most: 7, hour=11)
    assert certificate.filename == FILE_NAME
    assert re.sub(r"\d", "0", shown["number"]) == re.sub(r"\d", "0", drawn)
