"""A town that is changed while it is served: pages, certificates and mails of every process follow."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog

from deploy.operator.asking import ask_intake
from services.contracts.town_files import read_served_towns
from services.contracts.town_setups import ChangeTown, ReadTownHistory, TakeTownBack
from services.contracts.towns import Colours
from tests.documents.reading import text_of
from tests.system.conftest import Citizen, Deployment
from tests.waiting import wait_for

TOWN = "63023"
PHONE = "+32 87 11 22 33"


@pytest.fixture
def citizen(deployment: Deployment) -> Citizen:
    return deployment.citizen("demo-citizen", town=TOWN)


@pytest.fixture(autouse=True)
def logging() -> Iterator[None]:
    """The operator's way to ask sets up logs as a command has them."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


def shown(deployment: Deployment, citizen: Citizen) -> tuple[bool, bool, bool]:
    """Whether the new telephone stands on a page, on a certificate, and in its mail."""
    application = citizen.until(citizen.filed("residence"), "delivered")
    page = citizen.http.get("/privacy", headers={"Accept": "text/html"}).text
    (mail,) = deployment.mails_about(application["application_id"])
    body = mail.get_body(("plain",))
    assert body is not None
    return PHONE in page, PHONE in text_of(citizen.certificate(application)), PHONE in body.get_content()


def version(deployment: Deployment) -> int:
    """The one that is served now; others changed the town before."""
    history = ask_intake(deployment.stack, ReadTownHistory(town=TOWN)).versions
    return history[0].version if history else 0


def test_what_officers_choose_is_shown_within_seconds_and_can_be_taken_back(
    deployment: Deployment, citizen: Citizen
) -> None:
    towns = read_served_towns(deployment.stack.towns_folder)
    setup = towns.setup(TOWN)
    setup = replace(
        setup, office=replace(setup.office, phone=PHONE), colours=Colours(primary="#7a1f3d", accent="#8a5a00")
    )
    assert shown(deployment, citizen) == (False, False, False)

    after = version(deployment)
    changed = ask_intake(deployment.stack, ChangeTown(town=TOWN, setup=setup, by="an officer", after=after))

    wait_for(lambda: "#7a1f3d" in citizen.http.get("/assets/town.css").text, seconds=15, what="the new look")
    wait_for(lambda: shown(deployment, citizen) == (True, True, True), seconds=30, what="the new telephone everywhere")

    ask_intake(deployment.stack, TakeTownBack(town=TOWN, to=0, by="an officer", after=changed.version))

    wait_for(lambda: shown(deployment, citizen) == (False, False, False), seconds=30, what="the file's telephone")


def test_a_process_that_begins_later_serves_what_was_chosen(deployment: Deployment, citizen: Citizen) -> None:
    setup = read_served_towns(deployment.stack.towns_folder).setup(TOWN)
    setup = replace(setup, office=replace(setup.office, phone=PHONE))
    after = version(deployment)
    changed = ask_intake(deployment.stack, ChangeTown(town=TOWN, setup=setup, by="an officer", after=after))
    for program in ("documents", "notify", "gateway", "intake"):
        deployment.kill(program)

    wait_for(deployment.is_ready, seconds=60, what="the stack")
    wait_for(lambda: shown(deployment, citizen) == (True, True, True), seconds=60, what="the new telephone everywhere")

    ask_intake(deployment.stack, TakeTownBack(town=TOWN, to=0, by="an officer", after=changed.version))
