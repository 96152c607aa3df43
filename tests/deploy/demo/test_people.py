"""Whom the demonstration knows, by what somebody types."""

import pytest

from deploy.demo.people import number_of


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("demo-citizen", "85073090133"),
        ("85.07.30-901.33", "85073090133"),
        ("85073090133", "85073090133"),
        ("85.07.30-901.34", None),
        ("officer", None),
    ],
)
def test_a_citizen_is_meant_by_number_or_by_the_key_that_make_demo_prints(typed: str, number: str | None) -> None:
    assert number_of(typed) == number
