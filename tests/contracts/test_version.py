"""One place says which version this is, and everything else says the same."""

import re
import tomllib
from datetime import date
from pathlib import Path

from setuptools.config.pyprojecttoml import read_configuration

from services.contracts import asyncapi
from services.contracts.version import VERSION

HOME = Path(__file__).parents[2]


def test_the_changelogs_newest_release_is_this_one_and_has_a_day() -> None:
    released = re.findall(r"^## \[([0-9.]+)\] - (\S+)$", (HOME / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)

    assert released[0][0] == VERSION
    days = [date.fromisoformat(day) for _, day in released]
    assert days == sorted(days, reverse=True)


def test_the_package_takes_it_from_the_code() -> None:
    described = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]

    assert "version" not in described
    assert read_configuration(HOME / "pyproject.toml")["project"]["version"] == VERSION


def test_the_events_document_says_it_and_its_licence() -> None:
    info = asyncapi.document()["info"]

    assert (info["version"], info["license"]["name"]) == (VERSION, "EUPL-1.2")
