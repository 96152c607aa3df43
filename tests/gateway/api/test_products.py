"""The catalogue as a program reads it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.chassis.asking import ServiceFailed
from services.contracts.attests import FederalAttests
from services.contracts.catalogue import products
from services.contracts.facts import POPULATION
from services.contracts.groups import in_groups
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
