"""kill -9 between any two steps of a town's change: it is changed once, and every service serves it so."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from deploy.operator.asking import ask_intake
from deploy.operator.terminal import Mistake
from services.contracts.town_files import read_served_towns
from services.contracts.town_setups import ChangedTown, ChangeTown, ReadTownHistory, TownSetup
from tests.system.conftest import Deployment
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.chaos, pytest.mark.timeout(600)]

TOWN = "24001"
HEARING = ("registry", "documents", "notify")
POINTS = (
    "intake.change-town.saved",
    "intake.change-town.relayed",
    *(f"{service}.keep-town.{step}" for service in HEARING for step in ("received", "settled")),
)
"""Every named crash point on its way: what is only kept says nothing, and so is neither saved nor relayed there."""


@pytest.fixture(autouse=True)
def logging() -> Iterator[None]:
    """The operator's way to ask sets up logs as a command has them."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A stack of its own, to be broken."""
    deployment = Deployment(tmp_path_factory.mktemp("town-kills") / "var")
    deployment.start(residents=20)
    yield deployment
    deployment.stop()


@pytest.mark.parametrize("part", ["self", "broker", "store"])
@pytest.mark.parametrize("point", POINTS)
def test_a_town_is_changed_once_whatever_is_killed(deployment: Deployment, point: str, part: str) -> None:
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    before = versions(deployment)
    deployment.arm(point, part if part == "self" else str(deployment.pid(part)))
    setup = read_served_towns(deployment.stack.towns_folder).setup(TOWN)
    phone = f"+32 16 {len(before) + 10} {POINTS.index(point) + 10} {len(part) + 10}"

    changed = patiently(deployment, replace(setup, office=replace(setup.office, phone=phone)), after=max(before))

    wait_for(lambda: not deployment.is_armed(point), what=f"{point} to be passed")
    for service in ("intake", *HEARING):
        wait_for(
            lambda of=service: served(deployment, of) == (changed.version, phone),
            seconds=120,
            what=f"{service} to know it",
        )
    wait_for(deployment.is_ready, seconds=90, what="the stack")
    assert versions(deployment) == {*before, changed.version}


def patiently(deployment: Deployment, setup: TownSetup, *, after: int) -> ChangedTown:
    """As by an operator who gives the same command again where nobody answered."""

    def answered() -> ChangedTown | None:
        try:
            return ask_intake(deployment.stack, ChangeTown(town=TOWN, setup=setup, by="an officer", after=after))
        except Mistake:
            return None

    changed: ChangedTown = wait_for(answered, seconds=120, what="the town to be changed")
    return changed


def versions(deployment: Deployment) -> set[int]:
    """All that there are, the file's too."""
    return {0, *(each.version for each in ask_intake(deployment.stack, ReadTownHistory(town=TOWN)).versions)}


def served(deployment: Deployment, service: str) -> tuple[int, str] | None:
    found = deployment.database(service)["towns"].find_one({"_id": TOWN})
    return (found["served"], found["setup"]["office"]["phone"]) if found else None
