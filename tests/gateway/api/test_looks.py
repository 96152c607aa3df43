"""Who looked at one's own data, as its reader sees it."""

import pytest
from flask.testing import FlaskClient

from services.contracts.registry import LookView
from tests.gateway.fakes import NOW, FakeServices


def test_a_look_that_only_the_next_version_can_name_is_told_all_the_same(
    client: FlaskClient, services: FakeServices, citizen: dict[str, str]
) -> None:
    """While it rolls out, its registry has words that this gateway has no sentence for."""
    services.looks = (
        LookView(
            at=NOW, by="a-notary", product=None, facts=(), purpose="audit", sources=("population",), outcome="given"
        ),
    )

    answer = client.get("/api/v1/me/looks?lang=en", headers=citizen)

    assert answer.status_code == 200
    (look,) = answer.json["looks"]
    assert (look["by"], look["purpose"]) == ("a-notary", "audit")
    assert (look["who"], look["why"]) == ("Somebody, or the city itself", "For another purpose")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("nl", "aan het loket van de stad meegedeeld"),
        ("fr", "au guichet de la ville, qu’il y en ait ou non"),
        ("de", "erfahren Sie nur am Schalter der Stadt"),
        ("en", "at the counter of the city, whether there are any or not"),
    ],
)
def test_an_empty_list_says_what_only_the_desk_tells(
    client: FlaskClient, citizen: dict[str, str], language: str, said: str
) -> None:
    answer = client.get(f"/api/v1/me/looks?lang={language}", headers=citizen).json

    assert answer["looks"] == []
    assert said in answer["only_at_desk"]
