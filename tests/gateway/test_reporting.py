"""Whom to tell of a weakness (RFC 9116): the office of the town that was asked."""

from datetime import UTC, datetime

from flask.testing import FlaskClient

from tests.gateway.fakes import towns


def test_each_town_says_whom_to_tell(client: FlaskClient) -> None:
    for town in towns().values():
        answer = client.get("/.well-known/security.txt", base_url=f"http://{town.hosts[0]}")

        said = dict(line.split(": ", 1) for line in answer.text.splitlines())
        assert (answer.status_code, answer.content_type) == (200, "text/plain; charset=utf-8")
        assert said["Contact"] == f"mailto:{town.office.email}"
        assert said["Canonical"] == f"{town.address}/.well-known/security.txt"
        assert said["Preferred-Languages"].split(", ") == list(town.languages)
        left = datetime.fromisoformat(said["Expires"]) - datetime.now(UTC)
        assert 30 < left.days < 365


def test_nobody_elses_host_has_one(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt", base_url="http://nowhere.example").status_code == 421
