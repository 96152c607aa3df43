"""The catalogue as a reader sees it."""

import html
import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.sentences import PROBLEMS, REASONS, STATES
from services.chassis.asking import ServiceFailed
from services.contracts.attests import FederalAttests
from services.contracts.catalogue import offered, products
from services.contracts.errors import (
    DOMAIN_ERRORS,
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    OtherNumbersWanted,
    Refusal,
)
from services.contracts.facts import POPULATION
from services.contracts.groups import at_desk, in_groups
from tests.gateway.fakes import FakeServices, towns


def test_products_are_listed_in_the_readers_language(client: FlaskClient) -> None:
    answer = client.get("/api/v1/products?lang=fr")

    titles = {each["id"]: each["title"] for each in answer.json["products"]}
    ours = {id: product for id, product in products().items() if product.sources == {POPULATION}}
    assert titles == {id: product.title("fr") for id, product in ours.items()}
    assert [each["group"] for each in answer.json["products"]] == [
        group.id for group, found in in_groups(ours.values(), "fr") for _ in found
    ]
    assert answer.json["groups"][0] == {"id": "living", "title": "Résidence et ménage"}
    assert answer.json["products"][0]["languages"] == ["nl", "en"]
    assert answer.json["products"][0]["tariff"] == {"cents": 0, "regulation": None}


def test_a_group_is_listed_where_the_town_offers_something_of_it(client: FlaskClient) -> None:
    answer = client.get("/api/v1/products").json

    assert {each["id"] for each in answer["groups"]} == {each["group"] for each in answer["products"]}
    assert "criminal-record" not in {each["id"] for each in answer["groups"]}


def test_what_only_the_desk_gives_is_named_with_where_to_go(client: FlaskClient) -> None:
    desk = client.get("/api/v1/products?lang=nl").json["at_desk"]

    assert [each["title"] for each in desk["things"]][:3] == ["Identiteitskaart", "Paspoort", "Rijbewijs"]
    assert (desk["address"], desk["website"]) == ("Grote Markt 1, 3200 Aarschot", "https://example.be")
    assert client.get("/api/v1/products/passport").json["slug"] == "unknown-product"


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_the_front_page_lists_all_by_group_and_what_only_the_desk_gives(client: FlaskClient, lang: str) -> None:
    page = client.get(f"/?lang={lang}").text

    told = [html.unescape(each) for each in re.findall(r"<h[34][^>]*>(.*?)</h[34]>", page)]
    expected = []
    for group, found in in_groups(offered(towns()["24001"], products()).values(), lang):
        expected += [group.titles[lang], *(product.title(lang) for product in found)]
    assert told[: len(expected)] == expected
    assert all(each.titles[lang] in html.unescape(page) for each in at_desk().values())
    assert all(f'<a href="#{id}">' in page for id in re.findall(r'<h3 id="([^"]*)"', page))
    assert page.count("<details>") == len(page.split("<h4>")) - 2
    assert 'href="https://example.be"' in page


def test_what_a_town_has_switched_off_is_not_there(client: FlaskClient) -> None:
    listed = client.get("/api/v1/products", base_url="http://etterbeek.localhost").json["products"]
    read = client.get("/api/v1/products/life", base_url="http://etterbeek.localhost")

    assert "life" not in [each["id"] for each in listed]
    assert (read.status_code, read.json["slug"]) == (404, "unknown-product")


def test_a_product_tells_its_form(client: FlaskClient, services: FakeServices) -> None:
    answer = client.get("/api/v1/products/household-composition?lang=de")

    (purpose,) = answer.json["fields"]
    assert (purpose["name"], purpose["kind"], purpose["required"]) == ("purpose", "choice", True)
    assert {"value": "housing", "title": "Miete, Sozialwohnung oder Wohnungskredit"} in purpose["options"]
    assert answer.json["prefill"] is None
    assert not services.asked


def test_who_is_signed_in_sees_whom_they_may_ask_about(client: FlaskClient, citizen: dict[str, str]) -> None:
    answer = client.get("/api/v1/products/life", headers=citizen)

    assert answer.json["prefill"]["subjects"] == [
        {"national_number": "85073003328", "name": "Voornaam Naam", "capacity": "self"}
    ]


def test_a_register_that_is_away_leaves_the_form_open(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.away = True

    answer = client.get("/api/v1/products/life?lang=en", headers=citizen)

    assert answer.status_code == 200
    assert answer.json["prefill"]["code"] == "register-unavailable"
    assert answer.json["prefill"]["sentence"].startswith("The register cannot answer right now.")


def test_a_register_that_fails_leaves_the_form_open(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.fails = ServiceFailed("registry")

    answer = client.get("/api/v1/products/life", headers=citizen)

    assert (answer.status_code, answer.json["prefill"]["code"]) == (200, "register-unavailable")


def test_every_slug_has_its_sentences() -> None:
    to_operators = {each.slug for each in (ConfirmationAnswered, ConfirmationOvertaken, ConfirmationOver)}
    ends_in_the_gateway = {OtherNumbersWanted.slug}
    assert set(DOMAIN_ERRORS) - ends_in_the_gateway - to_operators <= set(PROBLEMS)
    assert set(Refusal) == set(REASONS)
    assert {"submitted", "cleared", "issued", "delivered"} < set(STATES)


def test_whoever_shares_the_load_asks_under_any_host(client: FlaskClient) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7:8080"})

    assert (answer.status_code, answer.get_json()) == (200, {"ok": True})


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.7", "193.190.1.1"])
def test_metrics_are_not_where_citizens_come(client: FlaskClient, address: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": address}).status_code == 404


def test_without_a_broker_the_gateway_is_not_ready(make_app) -> None:  # type: ignore[no-untyped-def]
    client = make_app(amqp_uri="amqp://127.0.0.1:9/").test_client()

    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "Het Rijksregister maakt en verzegelt dit attest"),
        ("fr", "Le Registre national établit ce certificat"),
        ("de", "Das Nationalregister erstellt und siegelt diese Bescheinigung"),
        ("en", "The National Register writes and seals this certificate"),
    ],
)
def test_a_product_of_which_the_federal_attest_is_given_says_so_before_it_is_asked_for(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    chosen = FederalAttests(products=("residence",), seal_authorities="rrn.pem", sealed_by="FOD")
    giving = {refnis: replace(town, federal_attests=chosen) for refnis, town in towns().items()}
    monkeypatch.setattr("tests.gateway.conftest.towns", lambda: giving)
    client = make_app().test_client()

    read, other = (
        client.get(f"/api/v1/products/{id}?lang={language}", headers={"Host": "aarschot.localhost"}).json
        for id in ("residence", "life")
    )

    assert read["explanation"].startswith(products()["residence"].explanations[language])
    assert said in read["explanation"]
    assert said not in other["explanation"]


@pytest.mark.parametrize("lang", ["nl", "fr", "de", "en"])
def test_the_front_page_says_where_one_files_and_leads_to_what_was_filed(
    client: FlaskClient, citizen: dict[str, str], lang: str
) -> None:
    """As long as there are no pages to file on."""
    before = client.get(f"/?lang={lang}").text
    after = client.get(f"/?lang={lang}", headers=citizen).text

    assert "API" in before
    assert 'href="/api/v1/openapi.json"' in after
    assert 'href="/api/v1/applications"' in after
