"""The demonstration's register: answers that are late, and one that is lost on the way and comes twice."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.generator.seeding import seed
from deploy.demo.register.service import DemonstrationRegistry
from deploy.demo.register.source import DemonstrationSource
from deploy.local.programs import programs
from deploy.local.stack import Stack
from services.registry.domain import SourceUnavailable
from services.registry.service import RegistryService
from services.registry.sources.population.populations import Populations
from services.registry.sources.population.view import PopulationSource
from tests.registry.fakes import NOON, TOWN

Store = Database[dict[str, Any]]


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def source(database: Store, clock: Clock) -> DemonstrationSource:
    seed(database, town=TOWN, residents=150, seed=1)
    return DemonstrationSource(Populations(database), clock=clock)


def asked(source: PopulationSource, key: str) -> str:
    """What one whole look hears."""
    view = source.view(town=TOWN)
    try:
        dossier = view.dossier(HARD_CASES[key].number)
        view.confirm()
    except SourceUnavailable as away:
        return away.reason
    return "answer" if dossier else "nobody"


def test_a_late_answer_comes_after_its_time_and_is_late_again_next_time(source: DemonstrationSource, clock: Clock):
    heard = []
    for seconds in (0, 4, 1, 0, 5):
        clock.now += timedelta(seconds=seconds)
        heard.append(asked(source, "late"))

    assert heard == ["late", "late", "answer", "late", "answer"]


def test_an_answer_that_is_lost_on_the_way_comes_again(source: DemonstrationSource, clock: Clock):
    heard = []
    for seconds in (0, 3, 0, 0, 3, 0):
        clock.now += timedelta(seconds=seconds)
        heard.append(asked(source, "twice"))

    assert heard == ["late", "lost", "answer", "late", "lost", "answer"]


def test_all_others_are_told_at_once(source: DemonstrationSource):
    assert asked(source, "single") == "answer"


def test_the_towns_own_source_knows_no_manners(database: Store, clock: Clock, source: DemonstrationSource):
    assert asked(PopulationSource(Populations(database), clock=clock), "very-late") == "answer"


@pytest.mark.parametrize(("profile", "module"), [("demo", "deploy.demo.register"), ("production", "services.registry")])
def test_only_the_demonstration_asks_it(tmp_path: Path, profile: str, module: str):
    stack = Stack(var=tmp_path, outside={"LOKET_PROFILE": profile, "LOKET_MONGO_URI": "mongodb://outside/"})

    (registry,) = (program for program in programs(stack) if program.name == "registry")

    assert registry.argv[-1] == module
    assert DemonstrationRegistry.name == RegistryService.name
