"""For which country? What a reader is told, in the reader's language, before anything is filed."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.contracts.errors import InvalidField, LanguageNotAllowed, NoFormThere, UnknownProduct
from services.contracts.field_errors import field_error
from services.contracts.groups import at_desk, why_not_offered
from services.contracts.naming import LANGUAGES
from services.contracts.shared_files import questions
from tests.gateway.fakes import FakeServices


def file(client: FlaskClient, citizen: dict[str, str], lang: str) -> Any:
    return client.post(
        f"/api/v1/applications?lang={lang}",
        json={"product": "life-abroad", "fields": {"destination": "FI"}},
        headers=citizen | {"Idempotency-Key": '"one"'},
    )


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
        ("country=ZZ&product=life", 400, {"country": "not-a-country"}),
        ("country=grc&product=life", 400, {"country": "not-a-country"}),
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


def test_a_country_may_be_written_small(client: FlaskClient) -> None:
    assert client.get("/api/v1/abroad?country=gr&product=life").json["country"] == "GR"


@pytest.mark.parametrize(
    ("lang", "slug", "detail"),
    [
        ("nl", "required", "Kies uit: Fins, Zweeds."),
        ("fr", "not-a-choice", "Choisissez parmi\u00a0: Finnois, Suédois."),
        ("de", "required", "Finnisch, Schwedisch"),
        ("en", "not-a-choice", "Choose one of: Finnish, Swedish."),
    ],
)
def test_which_languages_there_are_to_choose_from_is_told_in_words(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str, slug: str, detail: str
) -> None:
    services.fails = InvalidField(fields={"fields.destination-language": field_error(slug, choices=["fi", "sv"])})

    (told,) = file(client, citizen, lang).json["errors"]

    assert (told["slug"], told["parameters"]) == (slug, {"choices": ["fi", "sv"]})
    assert detail in told["detail"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_which_choices_a_question_has_is_told_in_its_own_words(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str
) -> None:
    """The values stay for programs. A title may hold a comma: they stand apart by semicolons."""
    asked = questions()["purpose"]
    services.fails = InvalidField(fields={"fields.purpose": field_error("not-a-choice", choices=[*asked.values])})

    (told,) = file(client, citizen, lang).json["errors"]

    assert told["parameters"] == {"choices": list(asked.values)}
    assert told["detail"].replace("\u00a0", "").count(";") == len(asked.options) - 1
    assert all(option.titles[lang] in told["detail"] for option in asked.options)
    assert "child-benefit" not in told["detail"]


@pytest.mark.parametrize(
    ("lang", "title", "named"),
    [
        ("nl", "Niet in deze taal", "Nederlands"),
        ("fr", "Pas dans cette langue", "Néerlandais"),
        ("de", "Nicht in dieser Sprache", "Niederländisch"),
        ("en", "Not in this language", "Dutch"),
    ],
)
def test_a_form_in_another_language_of_the_town_is_told_to_be_in_its_official_ones(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str, title: str, named: str
) -> None:
    services.fails = LanguageNotAllowed(fields={"language": field_error("not-a-choice", choices=["nl"])})

    told = file(client, citizen, lang).json
    services.fails = LanguageNotAllowed(fields={"language": field_error("not-a-choice", choices=["nl", "fr", "de"])})
    of_another_product = file(client, citizen, lang).json

    assert (told["slug"], told["title"]) == ("language-not-allowed", title)
    assert of_another_product["title"] == title
    assert named in told["detail"]
    assert named in told["errors"][0]["detail"]


@pytest.mark.parametrize(("lang", "title"), [("nl", "Alleen aan het loket"), ("en", "Only at the counter")])
def test_what_only_the_desk_gives_is_told_with_where_to_go_wherever_it_is_asked_for(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], lang: str, title: str
) -> None:
    services.fails = UnknownProduct(fields={"product": why_not_offered("passport")})

    answers = (
        client.get(f"/api/v1/products/passport?lang={lang}"),
        client.get(f"/api/v1/abroad?country=FR&product=passport&lang={lang}"),
        file(client, citizen, lang),
    )

    for answer in answers:
        assert (answer.status_code, answer.json["title"]) == (404, title)
        assert answer.json["detail"].startswith(at_desk()["passport"].explanations[lang])
        assert "Grote Markt 1, 3200 Aarschot" in answer.json["detail"]
    assert answers[2].json["errors"][0]["parameters"] == {"thing": "passport"}
    assert client.get(f"/api/v1/products/nothing?lang={lang}").json["title"] != title


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
