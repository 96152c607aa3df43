"""A town that was changed is shown so by a gateway that is not started anew."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.following_towns import LOOKED_AT_S, STALE_S, FollowedTowns
from services.chassis.asking import ServiceFailed
from services.contracts.living_towns import LivingTowns
from services.contracts.town_setups import ChangedTown, ReadTowns, TownSetup
from services.contracts.towns import Colours
from tests.gateway.fakes import FakeServices, towns, write_logo
from tests.waiting import wait_for

AARSCHOT, ETTERBEEK = "24001", "21005"
DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9v9z"/></svg>'


class Clock:
    """Shows what a test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counting(FakeServices):
    """Knows how often it was asked about towns, and fails with what it is told to."""

    asked_for_towns = 0
    failing: Exception | None = None

    def ask(self, question: object, *, timeout_s: float | None = None) -> object:
        self.asked_for_towns += isinstance(question, ReadTowns)
        if self.failing:
            raise self.failing
        return super().ask(question, timeout_s=timeout_s)


@pytest.fixture
def living(tmp_path: Path) -> LivingTowns:
    return LivingTowns(towns(), folder=write_logo(tmp_path))


def setup_of(living: LivingTowns, refnis: str = AARSCHOT) -> TownSetup:
    setup = living.setup(refnis)
    return replace(
        setup,
        colours=Colours(primary="#123456", accent="#a05a00"),
        office=replace(setup.office, phone="+32 16 11 22 33"),
        logo=DRAWING,
    )


def test_pages_show_what_was_chosen_since_the_start(
    client: FlaskClient, services: FakeServices, living: LivingTowns
) -> None:
    services.changed_towns = [ChangedTown(town=AARSCHOT, version=3, setup=setup_of(living))]

    page = client.get("/privacy").text
    assert "+32 16 11 22 33" in page
    assert "/assets/town.css?v=3" in page
    assert "/assets/logo?v=3" in page
    assert "#123456" in client.get("/assets/town.css?v=3").text
    assert client.get("/assets/logo?v=3").text == DRAWING
    other = client.get("/privacy", base_url="http://etterbeek.localhost").text
    assert "+32 16 11 22 33" not in other


def test_what_is_taken_back_is_the_files_again(
    client: FlaskClient, services: FakeServices, living: LivingTowns
) -> None:
    services.changed_towns = [ChangedTown(town=AARSCHOT, version=4)]

    page = client.get("/privacy").text
    assert "/assets/logo?v=4" in page
    assert client.get("/assets/logo?v=4").data == living.logo(AARSCHOT)


def test_intake_is_asked_when_somebody_comes_and_not_at_each_request(living: LivingTowns) -> None:
    services, clock = Counting(), Clock()
    followed = FollowedTowns(living, services, clock=clock)

    for _ in range(10):
        followed.look()
    assert services.asked_for_towns == 1

    services.changed_towns = [ChangedTown(town=AARSCHOT, version=1, setup=setup_of(living))]
    clock.now += LOOKED_AT_S
    followed.look()
    wait_for(lambda: living.version(AARSCHOT) == 1)
    assert services.asked_for_towns == 2


def test_who_comes_after_a_quiet_time_is_shown_no_old_page(living: LivingTowns) -> None:
    services, clock = Counting(), Clock()
    followed = FollowedTowns(living, services, clock=clock)
    followed.look()

    services.changed_towns = [ChangedTown(town=AARSCHOT, version=1, setup=setup_of(living))]
    clock.now += STALE_S + 1
    followed.look()

    assert living.version(AARSCHOT) == 1


@pytest.mark.parametrize("failing", [ServiceFailed("intake"), None], ids=["fails", "away"])
def test_while_intake_is_away_what_is_known_is_served_and_nobody_waits(
    living: LivingTowns, failing: Exception | None
) -> None:
    services, clock = Counting(), Clock()
    services.changed_towns = [ChangedTown(town=AARSCHOT, version=1, setup=setup_of(living))]
    services.failing, services.away = failing, failing is None
    followed = FollowedTowns(living, services, clock=clock)

    for asked in range(1, 4):
        followed.look()
        wait_for(lambda expected=asked: services.asked_for_towns == expected)
        wait_for(lambda: not followed._asking.locked())
        clock.now += STALE_S + 1
    assert living.version(AARSCHOT) == 0

    services.failing, services.away = None, False
    followed.look()
    wait_for(lambda: living.version(AARSCHOT) == 1)


def test_a_page_is_shown_while_intake_is_away(make_app: Callable[..., Flask], services: FakeServices) -> None:
    services.away = True

    answer = make_app().test_client().get("/privacy", base_url="http://aarschot.localhost")

    assert answer.status_code == 200


def test_of_what_is_told_the_newest_counts_and_others_are_let_alone(living: LivingTowns) -> None:
    assert living.take(ChangedTown(town=AARSCHOT, version=2, setup=setup_of(living)))
    assert not living.take(ChangedTown(town=AARSCHOT, version=1))
    assert not living.take(ChangedTown(town="99999", version=1))

    assert living.versions == {AARSCHOT: 2}
    assert (living.file(AARSCHOT), living[ETTERBEEK]) == (towns()[AARSCHOT], towns()[ETTERBEEK])
    assert living[AARSCHOT].colours.primary == "#123456"
    assert len(living) == len(towns())
