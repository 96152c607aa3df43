"""A town by its addresses."""

import pytest

from tests.documents.examples import a_town


@pytest.mark.parametrize(
    ("host", "own"),
    [
        ("loket.voorbeeld.example", True),
        ("LOKET.voorbeeld.example:8443", True),
        ("loket.voorbeeld.example.", True),
        ("www.voorbeeld.example", True),
        ("voorbeeld.example", True),
        ("evil.voorbeeld.example", False),
        ("voorbeeld.example.evil.example", False),
        ("loket.voorbeeld.example@evil.example", False),
        ("", False),
        ("xn--\ud800", False),
    ],
)
def test_an_address_is_the_towns_or_not(host: str, own: bool) -> None:
    assert a_town().is_at(host) is own
