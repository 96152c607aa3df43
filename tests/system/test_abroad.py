"""For which country? The way is told first; the form is given where it is of use, and nowhere else."""

from tests.documents.reading import data_in, text_of
from tests.system.conftest import Deployment


def test_the_way_is_told_then_the_form_is_filed_and_sealed_with_its_certificate(deployment: Deployment) -> None:
    citizen = deployment.citizen("demo-citizen")

    way = citizen.http.get("/api/v1/abroad?country=GR&product=residence").json()
    application_id = citizen.filed(way["ask"]["product"], fields={"destination": way["country"]})
    pdf = citizen.certificate(citizen.until(application_id, "delivered"))

    assert (way["way"], way["title"]) == ("form", "Met een meertalig formulier")
    text = " ".join(text_of(pdf).split())
    assert "ΣΗΜΑΝΤΙΚΗ ΕΠΙΣΗΜΑΝΣΗ" in text
    assert data_in(pdf)["form"]["languages"] == ["nl", "el"]
    checked = citizen.http.post("/api/v1/verifications", content=pdf, headers={"Content-Type": "application/pdf"})
    assert checked.json()["verdict"] == "untouched"


def test_where_a_form_is_of_no_use_nothing_is_filed_and_the_way_is_told(deployment: Deployment) -> None:
    citizen = deployment.citizen("demo-citizen")
    before = citizen.http.get("/api/v1/applications").json()

    answer = citizen.file("residence-abroad", fields={"destination": "US"})

    assert (answer.status_code, answer.json()["slug"]) == (422, "no-form-there")
    (told,) = answer.json()["errors"]
    assert told["parameters"] == {"way": "apostille"}
    assert told["detail"].startswith("In dat land is een apostille nodig")
    assert citizen.http.get("/api/v1/applications").json() == before
