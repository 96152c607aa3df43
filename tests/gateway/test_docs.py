"""The documents as pages: whole, by themselves, and nothing that a strict policy or a screen reader stumbles over."""

import json
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from gateway.api.examples import ANSWERS
from gateway.docs.prose import line
from gateway.security import PAGE_POLICY
from services.contracts import asyncapi, feed_asyncapi, rooms
from services.contracts.department_events import department_events
from services.contracts.feed.events import type_of
from services.contracts.feed_schemas import example, told_events

PAGES = ("/api/v1/docs", "/api/v1/docs/departments", "/api/v1/docs/events")
OWN = "titles: {nl: a, fr: a, de: a, en: A bin was asked for}\npurposes: {nl: b, fr: b, de: b, en: To bring it.}\n"


class Page(HTMLParser):
    """What a page has, and every text that it shows."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, attribute: str) -> list[str]:
        return [value for _, attributes in self.elements if (value := attributes.get(attribute)) is not None]


def read(client: FlaskClient, path: str) -> Page:
    answer = client.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")
    assert answer.headers["Content-Security-Policy"] == PAGE_POLICY
    return Page(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_loads_nothing_but_style_scripts_and_logo_from_here(client: FlaskClient, path: str) -> None:
    page = read(client, path)

    loaded = [
        each
        for tag, of in page.elements
        if tag in ("link", "img", "script")
        for each in (of.get("href"), of.get("src"))
    ]

    assert {tag for tag, _ in page.elements} & {"style", "iframe", "object", "embed"} == set()
    assert all(of.get("src") for tag, of in page.elements if tag == "script")
    assert page.all("style") == page.all("onclick") == []
    assert all(each.startswith(("/assets/", "?")) for each in loaded if each)
    assert client.get("/assets/docs.css").mimetype == "text/css"


@pytest.mark.parametrize("path", PAGES)
def test_all_that_a_page_refers_to_is_there(client: FlaskClient, path: str) -> None:
    page = read(client, path)
    ids = Counter(page.all("id"))

    assert [name for name, count in ids.items() if count > 1] == []
    assert [each for each in page.all("href") if each.startswith("#") and each[1:] not in ids] == []
    assert [each for each in page.all("aria-labelledby") if each not in ids] == []
    for each in page.all("href"):
        if each.startswith("/"):
            assert client.get(each).status_code == 200, each


@pytest.mark.parametrize("path", PAGES)
def test_headings_go_down_one_by_one(client: FlaskClient, path: str) -> None:
    levels = [int(tag[1]) for tag, _ in read(client, path).elements if tag in ("h1", "h2", "h3", "h4")]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(deeper <= level + 1 for level, deeper in pairwise(levels))


def test_the_api_is_shown_whole_with_a_request_and_its_answer(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    page = read(client, PAGES[0])

    ids = set(page.all("id"))
    operations = [each for item in document["paths"].values() for each in item.values() if "responses" in each]
    assert {each["operationId"] for each in operations} <= ids
    assert {f"schema-{name}" for name in document["components"]["schemas"]} <= ids
    assert {f"problem-{name}" for name in document["components"]["examples"]} <= ids
    for answer in ANSWERS.values():
        assert json.dumps(answer, indent=2, ensure_ascii=False) in page.text
    assert "curl -X POST https://aarschot.localhost/api/v1/applications \\\n" in page.text
    assert """-H 'Idempotency-Key: "7f3c1e9a"' \\\n""" in page.text
    assert "curl 'https://aarschot.localhost/api/v1/abroad?country=GR&product=life'" in page.text
    assert "-H 'Content-Type: application/pdf' \\\n  --data-binary @certificate.pdf" in page.text


@pytest.mark.parametrize(
    ("path", "document"), [(PAGES[1], feed_asyncapi.document()), (PAGES[2], asyncapi.document())], ids=PAGES[1:]
)
def test_events_are_shown_whole_with_an_example(client: FlaskClient, path: str, document: asyncapi.Document) -> None:
    page = read(client, path)

    for name, message in document["components"]["messages"].items():
        assert f"message-{name}" in page.all("id")
        for shown in message.get("examples", ()):
            assert json.dumps(shown["payload"], indent=2, ensure_ascii=False) in page.text
    for channel in document["channels"].values():
        assert (channel["address"] or channel["title"]) in page.text


def test_the_way_over_http_is_that_of_the_api(client: FlaskClient) -> None:
    told = feed_asyncapi.document()
    asked = told["operations"]["answer-Events"]["bindings"]["http"]
    path = told["servers"]["town"]["pathname"] + told["channels"]["Events"]["address"]

    operation = client.get("/api/v1/openapi.json").json["paths"][path][asked["method"].lower()]

    taken = {each["name"] for each in operation["parameters"] if each.get("in") == "query"}
    assert set(asked["query"]["properties"]) == taken - {"lang"}


def test_a_page_stands_in_the_towns_frame_and_in_english(client: FlaskClient) -> None:
    html = client.get(f"{PAGES[0]}?lang=nl").text

    assert '<html lang="nl">' in html
    assert '<div class="docs" lang="en">' in html
    assert 'href="/api/v1/docs/departments?lang=nl"' in html


def test_what_is_no_page_is_not_given(client: FlaskClient) -> None:
    assert client.get(PAGES[0], headers={"Accept": "application/json"}).status_code == 406


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ("**a** `<b>`", "<strong>a</strong> <code>&lt;b&gt;</code>"),
        ("<script>a</script>", "&lt;script&gt;a&lt;/script&gt;"),
        ("[a](javascript:b)", "[a](javascript:b)"),
        ("![a](https://b.example/c.png)", '!<a href="https://b.example/c.png">a</a>'),
    ],
)
def test_what_documents_say_cannot_break_out(told: str, shown: str) -> None:
    assert line(told) == shown


def test_the_schema_of_each_event_is_at_its_address(client: FlaskClient) -> None:
    served = {name: client.get(f"/schemas/departments/{type_of(name)}.json") for name in told_events()}
    common = client.get("/schemas/departments/event.json")

    resources = [each.get_json(force=True) for each in (*served.values(), common)]
    registry: Registry = Registry().with_resources((each["$id"], Resource.from_contents(each)) for each in resources)
    for name, answer in served.items():
        assert answer.content_type == "application/schema+json"
        validator = Draft202012Validator(answer.get_json(force=True), registry=registry)
        assert not list(validator.iter_errors(json.loads(example(name).to_json())))
    for unknown in ("be.loket.departments.nothing.v1", "certificate-issued", "..%2Fevent"):
        assert client.get(f"/schemas/departments/{unknown}.json").status_code in (400, 404)
    assert client.get("/schemas/departments/event.json", headers={"Accept": "text/html"}).status_code == 406


@pytest.fixture
def own_event(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A deployment's own, which its products may name."""
    folder = tmp_path / "own" / "catalogue" / "department-events"
    folder.mkdir(parents=True)
    (folder / "bin-asked.yaml").write_text(OWN, encoding="utf-8")
    monkeypatch.setenv(rooms.EXTENSIONS, str(tmp_path / "own"))
    for each in (rooms.extensions, department_events):
        each.cache_clear()
    yield "bin-asked"
    for each in (rooms.extensions, department_events):
        each.cache_clear()


def test_a_deployments_own_event_is_described_as_well(own_event: str, client: FlaskClient) -> None:
    schema = client.get(f"/schemas/departments/{type_of(own_event)}.json").get_json(force=True)

    assert (schema["title"], schema["description"]) == ("A bin was asked for", "To bring it.")
    assert f"tell-{own_event}" in client.get("/api/v1/departments/asyncapi.yaml").text
    assert f"message-{own_event}" in read(client, PAGES[1]).all("id")
