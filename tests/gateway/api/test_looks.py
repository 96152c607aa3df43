"""Who looked at one's own data, as its reader sees it."""

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
