"""Where a town's people are, as its file says it: each mistake by its field, with the mend."""

from typing import Any

import pytest

from services.contracts.populations import Population, population_problems

MAGDA = Population(
    source="magda",
    url="https://magda.example/soap",
    certificate="town.pem",
    key="town.key",
    environment="production",
    identification="town.example/loket",
)


def problems(**chosen: Any) -> dict[str, str]:
    languages, specimen = chosen.pop("languages", ("nl",)), chosen.pop("specimen", False)
    usual = {name: getattr(MAGDA, name) for name in MAGDA.__dataclass_fields__}
    return dict(population_problems(Population(**{**usual, **chosen}), languages=languages, specimen=specimen))


def test_our_own_store_is_the_usual_and_needs_nothing():
    assert dict(population_problems(Population(), languages=("nl", "fr"), specimen=False)) == {}
    assert not Population().is_test


def test_one_that_is_in_order():
    assert problems() == {}
    assert problems(quality="1300", authorities="ca.pem") == {}


@pytest.mark.parametrize(
    ("chosen", "field", "mend"),
    [
        ({"source": "rrn"}, "source", "write registry or magda"),
        ({"source": "registry"}, "url", "is for a population at MAGDA"),
        ({"languages": ("nl", "fr")}, "source", "names in Dutch alone"),
        ({"url": None}, "url", "needs it"),
        ({"url": "http://magda.example"}, "url", "https address"),
        ({"url": "https://a:b@magda.example/"}, "url", "https address"),
        ({"url": "https://[half/"}, "url", "https address"),
        ({"certificate": " "}, "certificate", "needs it"),
        ({"key": "two\nlines"}, "key", "in one line"),
        ({"environment": "acceptance"}, "environment", "write test or production"),
        ({"environment": "test"}, "environment", "specimen: true"),
        ({"identification": None}, "identification", "needs it"),
    ],
)
def test_each_mistake_is_told_with_its_mend(chosen: dict[str, Any], field: str, mend: str):
    assert mend in problems(**chosen)[field]


def test_a_trial_with_people_who_are_nobody_is_a_specimen():
    assert problems(environment="test", specimen=True) == {}
