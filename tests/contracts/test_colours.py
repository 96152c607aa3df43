"""Everybody can read and see a town's colours: WCAG 2.2, level AA."""

import re
from pathlib import Path

import pytest

from services.contracts.colours import GROUND, HOVER, colour_problems, contrast

CSS = (Path(__file__).parents[2] / "gateway" / "portal" / "static" / "loket.css").read_text(encoding="utf-8")


def test_the_contrast_is_that_of_the_standard():
    """Pairs and ratios of WebAIM's checker, which rounds down to two decimals."""
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)
    assert contrast("#1d4e89", "#f2a541") == contrast("#f2a541", "#1d4e89")


def test_the_grounds_are_those_of_the_pages():
    assert re.search(r"--ground: (#\w{6});", CSS)[1] == GROUND  # type: ignore[index]
    assert float(re.search(r"\.button:hover {.*brightness\(([\d.]+)\)", CSS)[1]) == HOVER  # type: ignore[index]


@pytest.mark.parametrize(
    ("primary", "accent"), [("#1d4e89", "#b8741a"), ("#000000", "#000000"), ("#7a1f3d", "#2a9d8f")]
)
def test_dark_enough_ones_are_taken(primary: str, accent: str):
    assert list(colour_problems(primary, accent)) == []


@pytest.mark.parametrize("light", ["#ffffff", "#ffd500", "#88ccff", "#fefefe", "#00ff00", "#ffff00", "#8c8c8d"])
def test_a_light_one_is_told_with_one_that_would_do(light: str):
    """And that one does."""
    problems = dict(colour_problems(light, light))

    for name in problems:
        better = re.search(r"such as (#\w{6})", problems[name])[1]  # type: ignore[index]
        assert name not in dict(colour_problems(better, better))
    assert "1.4.3" in problems["primary"]


def test_a_primary_that_only_a_pointer_makes_too_light_is_too_light():
    assert contrast("#6f6f6f", "#ffffff") > 4.5
    assert dict(colour_problems("#6f6f6f", "#000000")).keys() == {"primary"}


@pytest.mark.parametrize("colour", ["", "red", "#fff", "#1234567", "#12345g", "1d4e89", "#1d4e89\n", "#١٢٣٤٥٦"])
def test_what_is_no_colour_is_told(colour: str):
    assert {name for name, mend in colour_problems(colour, colour) if "six hex digits" in mend} == {"primary", "accent"}
