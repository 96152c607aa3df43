"""For which country? What a reader is told, in the reader's language, before anything is filed."""

import pytest
from flask.testing import FlaskClient

from services.contracts.errors import NoFormThere
from services.contracts.field_errors import field_error
from tests.gateway.fakes import FakeServices


@pytest.mark.parametrize(
    ("lang", "country", "title"),
    [
        ("nl", "Griekenland", "Met een meertalig formulier"),
        ("fr", "Grèce", "Avec un formulaire multilingue"),
        ("de", "Griechenland", "Mit einem mehrsprachigen Formular"),
        ("en", "Greece", "With a multilingual form"),
    ],
)
def test_the_way_is_told_in_the_readers_language(client: FlaskClient, lang: str, country: str, title: str) -> None:
    answer = client.get(f"/api/v1/abroad?country=GR&product=life&lang={lang}")

    assert (answer.json["country_name"], answer.json["title"], answer.json["way"]) == (country, title, "form")
    assert answer.json["ask"]["product"] == "life-abroad"
    assert [each["value"] for each in answer.json["ask"]["languages"]] == ["el"]
    assert client.get(answer.json["ask"]["link"]).status_code == 200


@pytest.mark.parametrize(
    ("query", "way"),
    [
        ("country=BE&product=life", "nothing"),
        ("country=NL&product=life", "as-it-is"),
        ("country=US&product=life", "apostille"),
        ("country=CD&product=life", "legalisation"),
        ("country=IE&product=life&language=en", "form"),
    ],
)
def test_where_there_is_no_form_there_is_nothing_to_ask_for(client: FlaskClient, query: str, way: str) -> None:
    answer = client.get(f"/api/v1/abroad?{query}&lang=en").json

    assert answer["way"] == way
    assert (answer["ask"] is None) == (way != "form")
    assert "[" not in answer["explanation"]


@pytest.mark.parametrize(
    ("query", "status", "wrong"),
    [
        ("", 400, {"country": "required", "product": "required"}),
        ("country=ZZ&product=life", 400, {"country": "not-listed"}),
        ("country=gr&product=life", 400, {"country": "not-listed"}),
        (f"country=GR&product={'x' * 65}", 400, {"product": "too-long"}),
        ("country=GR&product=life&language=el", 400, {"language": "not-a-choice"}),
    ],
)
def test_what_is_wrong_with_the_question_is_named(
    client: FlaskClient, query: str, status: int, wrong: dict[str, str]
) -> None:
    answer = client.get(f"/api/v1/abroad?{query}")

    assert answer.status_code == status
    assert {each["field"]: each["slug"] for each in answer.json["errors"]} == wrong


def test_a_form_lists_its_countries_by_their_names(client: FlaskClient) -> None:
    country, tongue = client.get("/api/v1/products/life-abroad?lang=nl").json["fields"]

    assert (country["name"], country["kind"], country["required"]) == ("destination", "choice", True)
    titles = [option["title"] for option in country["options"]]
    assert len(titles) > 240
    assert titles.index("België") < titles.index("Griekenland") < titles.index("Zwitserland")
    assert {"value": "el", "title": "Grieks"} in tongue["options"]


def test_a_form_is_offered_in_the_official_languages_alone(client: FlaskClient) -> None:
    assert client.get("/api/v1/products/life-abroad").json["languages"] == ["nl"]
    assert client.get("/api/v1/products/life").json["languages"] == ["nl", "en"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("nl", "In dat land is een apostille nodig"),
        ("fr", "Dans ce pays, une apostille est nécessaire"),
        ("de", "In diesem Land ist eine Apostille nötig"),
        ("en", "In that country an apostille is needed"),
    ],
)
def test_who_files_a_form_of_no_use_reads_what_to_do_instead(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str, said: str
) -> None:
    way = field_error("leads-elsewhere", way="apostille")
    services.fails = NoFormThere(fields={"fields.destination": way})

    answer = client.post(
        f"/api/v1/applications?lang={lang}",
        json={"product": "life-abroad", "fields": {"destination": "US"}},
        headers=citizen | {"Idempotency-Key": '"one"'},
    )

    assert (answer.status_code, answer.json["slug"]) == (422, "no-form-there")
    (told,) = answer.json["errors"]
    assert told["parameters"] == {"way": "apostille"}
    assert told["detail"].startswith(said)
