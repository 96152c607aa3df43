"""Somebody checks a certificate: the register is asked anew, on the next day too, and whoever is killed in between."""

import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import httpx
import pytest

from services.contracts.codes import grouped
from services.registry.sources.population.populations import Populations
from tests.system.aged import Aged
from tests.system.conftest import HOSTS, Citizen
from tests.waiting import wait_for

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

UNASKED = ("registry.recheck-begun", "registry.recheck-looked")
"""Killed there it is not known what the register said, and it is asked no more that day."""

POINTS = (
    "documents.recheck-kept",
    "background.saved",
    "background.relayed",
    *(f"registry.recheck-facts.{step}" for step in ("received", "saved", "relayed", "settled")),
    *UNASKED,
    *(f"documents.record-recheck.{step}" for step in ("received", "settled")),
)
"""Every named crash point from the check of a certificate to the answer of the register."""

TELLING = ("background.saved", "registry.recheck-looked")
"""Those that run at every test; the others run with the chaos."""


@pytest.fixture(scope="module")
def aged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aged]:
    aged = Aged(tmp_path_factory.mktemp("still-true") / "var", LOKET_SWEEP_S="0.3")
    aged.start()
    yield aged
    aged.stop()


class Receiver:
    """Somebody who was handed a certificate, and is nobody here."""

    def __init__(self, aged: Aged, citizen: Citizen, product: str = "residence", **fields: Any) -> None:
        self.application_id = citizen.filed(product, **fields)
        self.application = citizen.until(self.application_id, "delivered", seconds=180)
        (kept,) = aged.certificates_of(self.application_id)
        self.pdf = citizen.certificate(self.application)
        self._at = f"{aged.stack.address}/api/v1/verifications"
        self._code = grouped(kept["code"])
        self._headers = {"Host": HOSTS[citizen.town], "Accept-Language": "nl"}

    def check_once(self) -> httpx.Response:
        """Whatever is answered."""
        return httpx.get(f"{self._at}/{self._code}", headers=self._headers, timeout=30, trust_env=False)

    def check(self) -> dict[str, Any]:
        """As often as it takes, as people do."""

        def answered() -> dict[str, Any] | None:
            answer = self.check_once()
            assert answer.status_code in (200, 503), answer.text
            if answer.status_code == 503:
                time.sleep(min(2, int(answer.headers["Retry-After"])))
                return None
            return dict(answer.json())

        found: dict[str, Any] = wait_for(answered, seconds=90, what="an answer")
        return found

    def check_until_told(self, after: str | None = None) -> dict[str, Any]:
        """Until the register was asked, later than at a moment."""

        def told() -> dict[str, Any] | None:
            known: dict[str, Any] = self.check()["still_true"]
            is_told = not known["being_asked"] and known["asked_at"] and known["asked_at"] > (after or "")
            return known if is_told else None

        found: dict[str, Any] = wait_for(told, seconds=120, what="the register's word")
        return found

    def check_file(self) -> dict[str, Any]:
        headers = {**self._headers, "Content-Type": "application/pdf"}
        answer = httpx.post(self._at, content=self.pdf, headers=headers, timeout=30, trust_env=False)
        return dict(answer.json())


def looks_for(aged: Aged, application_id: str) -> int:
    """How often it was looked and something was told of it."""
    wanted = {"application_id": application_id, "purpose": "verification", "outcome": {"$ne": "register-unavailable"}}
    return int(aged.database("registry").accesses.count_documents(wanted))


def test_the_page_never_waits_and_says_when_the_register_was_asked(aged: Aged) -> None:
    aged.be_at(0)
    receiver = Receiver(aged, aged.citizen("divorced"), "household-composition")

    first = receiver.check()
    told = receiver.check_until_told()

    assert first["still_true"] == {**first["still_true"], "state": "not-known", "asked_at": None, "being_asked": True}
    assert (first["verdict"], first["current"], told["state"]) == ("authentic", True, "current")
    assert receiver.check_file()["still_true"]["asked_at"] == told["asked_at"]
    assert looks_for(aged, receiver.application_id) == 1


def test_a_town_at_magda_is_asked_there(aged: Aged) -> None:
    aged.be_at(0)
    citizen = aged.citizen("demo-citizen", town="24055")
    receiver = Receiver(aged, citizen, "household-composition")

    receiver.check()
    told = receiver.check_until_told()

    assert told["state"] == "current"
    looks = citizen.http.get("/api/v1/me/looks").json()["looks"]
    (look,) = [each for each in looks if each["purpose"] == "verification"]
    assert (look["by"], look["product"], look["outcome"]) == ("town", "household-composition", "given")
    assert look["who"] == "De gemeente, omdat iemand een attest controleerde"


def test_a_register_that_is_away_is_not_known_and_waited_for_by_nobody(aged: Aged) -> None:
    aged.be_at(0)
    receiver = Receiver(aged, aged.citizen("widowed"))
    populations = Populations(aged.database("registry"))
    populations.pause("24001")

    receiver.check()
    told = receiver.check_until_told()
    populations.resume("24001")

    assert told["state"] == "not-known"
    assert looks_for(aged, receiver.application_id) == 0


def test_who_moves_has_it_superseded_on_the_next_day(aged: Aged) -> None:
    aged.be_at(0)
    citizen = aged.citizen("demo-citizen")
    receiver = Receiver(aged, citizen)
    today = receiver.check_until_told()
    assert receiver.check_until_told() == today  # and no more today
    dossiers = aged.database("registry").dossiers
    assert dossiers.update_one({"town": "24001", "number": citizen.number}, {"$set": {"last_name": "Anders"}})

    aged.at(1)
    told = receiver.check_until_told(after=today["asked_at"])
    after = receiver.check()

    assert (today["state"], told["state"]) == ("current", "superseded")
    assert datetime.fromisoformat(told["asked_at"]).date() > datetime.fromisoformat(today["asked_at"]).date()
    assert (after["verdict"], after["current"], after["title"]) == ("authentic", False, "Echt, maar niet meer juist")
    assert looks_for(aged, receiver.application_id) == 2
    (kept,) = aged.certificates_of(receiver.application_id)
    assert (kept["recheck"], kept["asked_until"]) == ("", None)


@pytest.mark.parametrize(
    "point", [each if each in TELLING else pytest.param(each, marks=pytest.mark.chaos) for each in POINTS]
)
def test_a_service_killed_on_the_way_is_asked_once_and_tells_the_truth(aged: Aged, point: str) -> None:
    aged.be_at(1)
    victim = "registry" if point.startswith("registry") else "documents"
    receiver = Receiver(aged, aged.citizen("single"))
    events, left = aged.database("notify").department_events, {"outbox_since": {"$exists": True}}
    wait_for(lambda: events.count_documents(left) == 0, what="notify, too, to have no work in its background")
    aged.arm(point)

    receiver.check_once()
    wait_for(lambda: aged.died(victim), seconds=60, what=f"{point} to be passed")
    aged.begin(victim)
    wait_for(lambda: aged.serves(victim), seconds=120, what=f"{victim} to be back")
    told = receiver.check_until_told()

    assert told["state"] == ("not-known" if point in UNASKED else "current")
    assert looks_for(aged, receiver.application_id) == (0 if point == "registry.recheck-begun" else 1)
    assert aged.database("documents").rechecks.find_one({"_id": receiver.application_id})["asking"] == 1
