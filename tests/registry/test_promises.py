"""A deed that is not migrated yet, from the promise to the answer: a registry that dies at each step, and one that was
down when the promise was kept."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.demo.deeds.archive import MIGRATING, SHOWN
from deploy.demo.far.authorities import demo_authorities
from deploy.demo.far.people import people_of
from deploy.demo.generator.hard_cases import HARD_CASES
from services.contracts.extracts import Facts
from services.contracts.registry import ExtractCompiled, ExtractDeferred
from tests.registry import test_service
from tests.registry.far import Clock, deeds_served, today
from tests.registry.test_service import Registry
from tests.waiting import wait_for

pytestmark = pytest.mark.chaos

LATE = next(HARD_CASES[key].number for (key, _), fate in SHOWN.items() if fate == MIGRATING)

SOURCES = """
sources:
  deeds: {{url: "https://127.0.0.1:{port}", certificate: loket.pem, key: loket.key, authorities: road-root.pem,
    seal_authorities: deeds-root.pem}}
"""


class Promising:
    """A registry and a database of deeds that migrates when the test says so."""

    def __init__(self, far: Any, clock: Clock, start: Any) -> None:
        self.far, self.clock, self.start = far, clock, start
        self.registry: Registry = start()

    def again(self) -> None:
        self.registry = self.start()


@pytest.fixture
def promising(
    amqp_uri: str, mongo_uri: str, database_prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Any
) -> Iterator[Promising]:
    clock, folder, crashes = today(), tmp_path / "towns", tmp_path / "crashes"
    for each in (folder, crashes):
        each.mkdir()
    demo_authorities(folder)
    monkeypatch.setenv("LOKET_CRASH_DIR", str(crashes))
    registry_database = database.client[f"{database_prefix}_registry"]
    with deeds_served(folder, clock=clock, takes=timedelta(hours=1)) as far:
        far.archive._people = people_of(registry_database)
        monkeypatch.setattr(test_service, "TOWN_FILE", test_service.TOWN_FILE + SOURCES.format(port=far.server.port))
        seeded: list[bool] = []

        def start() -> Registry:
            if seeded:
                monkeypatch.setattr(test_service, "seed", lambda *_, **__: None)
            seeded.append(True)
            running = Registry(amqp_uri, mongo_uri, database_prefix, folder)
            running.listen()
            return running

        made = Promising(far, clock, start)
        made.crashes = crashes  # type: ignore[attr-defined]
        yield made
        if made.registry.process.poll() is None:
            made.registry.close()
        else:
            made.registry.connection.close()
            made.registry.client.close()


def promised(promising: Promising) -> Registry:
    registry = promising.registry
    registry.submit("deed", LATE, "birth-deed-copy")
    assert wait_for(lambda: registry.heard("deed")) == [ExtractDeferred]
    assert registry.data("deed", ExtractDeferred)["code"] == "deed-migrating"
    return registry


def compiled(registry: Registry) -> None:
    wait_for(lambda: ExtractCompiled in registry.heard("deed"))
    facts = registry.facts.unlock(Facts, registry.data("deed", ExtractCompiled)["facts"], bound_to="deed")
    assert facts.parts["birth-deed-copy"].document.content().startswith(b"%PDF-")
    assert LATE not in registry.log.read_text()


def test_a_promise_that_was_kept_while_the_registry_was_down_is_heard(promising: Promising):
    registry = promised(promising)
    registry.close()

    promising.clock.later(hours=2)
    promising.again()

    compiled(promising.registry)
    assert promising.registry.heard("deed").count(ExtractCompiled) == 1


@pytest.mark.parametrize("point", ["registry.promise-told", "registry.promise-heard"])
def test_a_registry_that_dies_on_the_way_of_a_promise_loses_none(promising: Promising, point: str):
    registry = promised(promising)
    armed = promising.crashes / point  # type: ignore[attr-defined]
    armed.write_text("self")
    promising.clock.later(hours=2)
    assert registry.process.wait(60) == -9
    registry.connection.close()
    registry.client.close()

    promising.again()

    compiled(promising.registry)
    assert promising.registry.heard("deed").count(ExtractCompiled) == 1
