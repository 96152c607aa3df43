"""Filing applications over HTTP, and reading one's own."""

import pytest
from flask.testing import FlaskClient

from services.chassis.asking import ServiceFailed
from services.contracts.envelope import digest_of
from services.contracts.errors import ContactMissing, DomainError, InvalidField, LanguageNotAllowed, UnknownProduct
from services.contracts.field_errors import field_error
from services.contracts.intake import CheckApplication, SubmitApplication
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices, Provider

ASKED = {"product": "household-composition", "fields": {"purpose": "housing"}, "language": "nl"}


def keyed(citizen: dict[str, str], key: str = "first") -> dict[str, str]:
    return citizen | {"Idempotency-Key": key}


def test_an_application_is_accepted_and_has_an_address(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    answer = client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen))

    assert answer.status_code == 202
    assert answer.headers["Location"] == "/api/v1/applications/application-1"
    assert answer.json["links"]["stream"] == "/api/v1/applications/application-1/stream"
    assert services.asked == [
        SubmitApplication(
            town="24001",
            citizen=CITIZEN,
            idempotency_key="first",
            body_digest=digest_of(ASKED),
            product="household-composition",
            language="nl",
            email="burger@example.be",
            fields={"purpose": "housing"},
            are_all=False,
        )
    ]


def test_the_same_key_and_body_get_the_same_answer(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    first = client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen))
    services.move("application-1", "issued", certificate_id="certificate-1")

    again = client.post("/api/v1/applications", json=dict(reversed(ASKED.items())), headers=keyed(citizen))

    assert (again.status_code, again.data, again.headers["Location"]) == (202, first.data, first.headers["Location"])
    assert len(services.applications) == 1


def test_the_same_key_with_another_body_is_422(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen))

    again = client.post("/api/v1/applications", json=ASKED | {"language": "en"}, headers=keyed(citizen))

    assert (again.status_code, again.json["slug"]) == (422, "idempotency-key-reused")
    assert len(services.applications) == 1


def test_a_key_may_be_a_quoted_string(client: FlaskClient, services: FakeServices, citizen: dict[str, str]) -> None:
    for key in ('"first"', '"second of two"'):
        client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen, key))

    assert [each.idempotency_key for each in services.asked] == ["first", "second of two"]


@pytest.mark.parametrize("key", [None, "", " "])
def test_without_a_usable_key_nothing_is_filed(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], key: str | None
) -> None:
    headers = citizen if key is None else keyed(citizen, key)

    answer = client.post("/api/v1/applications", json=ASKED, headers=headers)

    assert (answer.status_code, answer.json["slug"]) == (400, "idempotency-key-missing")
    assert not services.asked


def test_the_subject_and_address_that_were_given_win(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    body = ASKED | {"subject": OTHER, "email": "ander@example.be"}

    client.post("/api/v1/applications", json=body, headers=keyed(citizen))

    assert (services.asked[0].subject, services.asked[0].email) == (OTHER, "ander@example.be")


def test_own_applications_are_listed_without_timelines(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.put("theirs", citizen=OTHER)
    services.put("elsewhere", town="21005")

    answer = client.get("/api/v1/applications", headers=citizen)

    assert [each["application_id"] for each in answer.json["applications"]] == ["mine"]
    assert "timeline" not in answer.json["applications"][0]


def test_each_step_has_a_sentence_in_the_readers_language(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")
    services.move("mine", "deferred", code="register-unavailable")
    services.move("mine", "refused", code="protected-address")

    answer = client.get("/api/v1/applications/mine", headers=citizen | {"Accept-Language": "de-BE, fr;q=0.5"})

    assert answer.headers["Content-Language"] == "de"
    assert [step["sentence"] for step in answer.json["timeline"]] == [
        "Wir haben Ihren Antrag erhalten und fragen das Register ab.",
        "Das Register kann gerade nicht antworten. Sie brauchen nichts zu tun: "
        "Wir machen weiter, sobald es möglich ist.",
        "Diese Adresse ist geschützt. Bitte kommen Sie für diese Bescheinigung zum Schalter der Stadt.",
    ]


@pytest.mark.parametrize(("capacity", "told"), [("self", "U bent"), ("parent", "Deze persoon"), (None, "Deze persoon")])
def test_a_refusal_speaks_to_the_reader_where_it_is_about_the_reader(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], capacity: str | None, told: str
) -> None:
    services.put("mine")
    services.move("mine", "refused", code="struck-off", capacity=capacity)

    answer = client.get("/api/v1/applications/mine", headers=citizen | {"Accept-Language": "nl"})

    assert answer.json["sentence"].startswith(told)


@pytest.mark.parametrize("path", ["theirs", "elsewhere", "nowhere"])
@pytest.mark.parametrize("end", ["", "/stream"])
def test_what_is_not_ones_own_does_not_exist(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], path: str, end: str
) -> None:
    services.put("theirs", citizen=OTHER)
    services.put("elsewhere", town="21005")

    answer = client.get(f"/api/v1/applications/{path}{end}", headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (404, "not-found")


def test_an_application_can_be_withdrawn_once(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.put("mine")

    first = client.post("/api/v1/applications/mine/withdrawal", headers=citizen)
    second = client.post("/api/v1/applications/mine/withdrawal", headers=citizen)

    assert (first.status_code, first.json["state"]) == (200, "withdrawn")
    assert (second.status_code, second.json["slug"]) == (409, "not-withdrawable")


@pytest.mark.parametrize(
    ("error", "status", "field"),
    [
        (UnknownProduct(fields={"product": field_error("not-offered")}), 404, "product"),
        (LanguageNotAllowed(fields={"language": field_error("not-a-choice", choices=["nl", "en"])}), 422, "language"),
        (ContactMissing(fields={"email": field_error("required")}), 422, "email"),
        (
            InvalidField(fields={"fields.purpose": field_error("not-a-choice", choices=["housing", "work"])}),
            422,
            "fields.purpose",
        ),
    ],
)
def test_what_intake_refuses_is_told_with_field_paths(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str], error: DomainError, status: int, field: str
) -> None:
    services.fails = error

    answer = client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen) | {"Accept-Language": "fr"})

    assert (answer.status_code, answer.json["slug"], answer.content_type) == (
        status,
        error.slug,
        "application/problem+json",
    )
    assert answer.json["errors"][0]["field"] == field
    assert answer.json["errors"][0]["pointer"] == "#/" + field.replace(".", "/")
    assert answer.headers["Content-Language"] == "fr"


def test_a_broker_that_is_away_is_503_with_retry_after(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.away = True

    answer = client.post("/api/v1/applications", json=ASKED, headers=keyed(citizen))

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert answer.json["slug"] == "service-unavailable"
    assert "Idempotency-Key" in answer.json["detail"]


def test_a_service_that_fails_is_a_500_that_tells_nothing(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.fails = ServiceFailed("intake")

    answer = client.get("/api/v1/applications", headers=citizen)

    assert (answer.status_code, answer.json["slug"]) == (500, "internal-error")
    assert "intake" not in answer.text


def test_officers_cannot_act_as_citizens(client: FlaskClient, services: FakeServices, provider: Provider) -> None:
    headers = {"Authorization": f"Bearer {provider.token(None, loket_role='officer', sub='desk-1')}"}

    me = client.get("/api/v1/me", headers=headers)
    answer = client.get("/api/v1/applications", headers=headers)

    assert (me.json["role"], me.json["name"], me.json["national_number"]) == ("officer", "desk-1", None)
    assert (answer.status_code, answer.json["slug"]) == (403, "citizens-only")
    assert not services.asked


def test_what_cannot_be_read_and_what_intake_says_of_the_rest_are_told_at_once(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.fails = InvalidField(
        fields={
            "product": field_error("not-offered"),
            "email": field_error("not-an-e-mail-address"),
            "language": field_error("not-a-choice", choices=["nl", "en"]),
            "fields.purpose": field_error("required"),
            "fields.value": field_error("unknown-field"),
        }
    )
    body = {
        "product": 7,
        "subject": "85073003329",
        "language": "dutch",
        "email": "nobody",
        "fields": {"purpose": {"$gt": ""}, "value": "x"},
        "json": True,
        "a/b~c": 1,
    }

    answer = client.post("/api/v1/applications?lang=nl", json=body, headers=keyed(citizen))

    assert (answer.status_code, answer.json["slug"]) == (422, "invalid-field")
    assert services.asked == [
        CheckApplication(
            town="24001", citizen=CITIZEN, product="", language="dutch", email="nobody", fields={"value": "x"}
        )
    ]
    told = {each["field"]: each for each in answer.json["errors"]}
    assert {path: each["slug"] for path, each in told.items()} == {
        "product": "wrong-type",
        "subject": "not-a-national-number",
        "language": "not-a-choice",
        "email": "not-an-e-mail-address",
        "fields.purpose": "wrong-type",
        "fields.value": "unknown-field",
        "json": "unknown-field",
        "a/b~c": "unknown-field",
    }
    assert told["a/b~c"]["pointer"] == "#/a~1b~0c"
    assert told["language"] == {
        "field": "language",
        "in": "body",
        "pointer": "#/language",
        "slug": "not-a-choice",
        "parameters": {"choices": ["nl", "en"]},
        "detail": "Kies uit: Nederlands, Engels.",
    }
    assert len({each["detail"] for each in told.values()}) == 5


def test_with_intake_away_what_cannot_be_read_is_told_all_the_same(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    services.away = True

    answer = client.post("/api/v1/applications", json={"product": None}, headers=keyed(citizen))

    assert (answer.status_code, [each["field"] for each in answer.json["errors"]]) == (422, ["product"])
