"""For which country? The way is told first; the form is given where it is of use, and nowhere else."""

import pytest

from services.contracts.catalogue import products
from tests.documents.reading import data_in, inside, text_of
from tests.system.conftest import Deployment

FORMS = sorted(id for id, product in products().items() if product.gives.form)


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


@pytest.mark.parametrize("product", FORMS)
def test_every_form_is_under_one_seal_with_its_certificate_and_what_it_accompanies(
    deployment: Deployment, product: str
) -> None:
    citizen = deployment.citizen("demo-citizen")

    application = citizen.until(citizen.filed(product, fields={"destination": "FR"}), "delivered", seconds=120)
    pdf = citizen.certificate(application)

    assert data_in(pdf)["form"]["languages"] == ["nl", "fr"]
    assert set(inside(pdf)) == {"certificate.json", *(["birth-deed.pdf"] if product == "birth-abroad" else [])}
    checked = citizen.http.post("/api/v1/verifications", content=pdf, headers={"Content-Type": "application/pdf"})
    assert (checked.json()["verdict"], checked.json()["passed_through"]) == ("untouched", False)


def test_where_a_form_is_of_no_use_nothing_is_filed_and_the_way_is_told(deployment: Deployment) -> None:
    citizen = deployment.citizen("demo-citizen")
    before = citizen.http.get("/api/v1/applications").json()

    answer = citizen.file("residence-abroad", fields={"destination": "US"})

    assert (answer.status_code, answer.json()["slug"]) == (422, "no-form-there")
    (told,) = answer.json()["errors"]
    assert told["parameters"] == {"way": "apostille"}
    assert told["detail"].startswith("In dat land is een apostille nodig")
    assert citizen.http.get("/api/v1/applications").json() == before
