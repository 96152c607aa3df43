"""What two parts cost by themselves, measured of real pages and of the real stand-in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.bench.paper import Paper
from deploy.bench.parts import data_inside_cpu_ms, look_at
from services.contracts.catalogue import products
from services.documents.paper import press as press_room
from services.documents.paper.press import CertificatePress
from tests.documents.examples import SECRETS, a_folder, a_town, facts_for
from tests.registry.fakes import NOBODY, PARENT, a_register
from tests.registry.magda.standin import StandIn, certificates, running

__all__ = ["certificates"]


@pytest.fixture
def standin(certificates: Path) -> Iterator[StandIn]:
    with running(certificates) as found:
        yield found


def test_the_data_inside_is_a_part_of_every_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = a_folder(tmp_path / "towns")
    printing = CertificatePress({"21005": a_town()}, folder=folder, secrets=SECRETS)
    monkeypatch.setattr(press_room, "press_of", lambda *_: printing)
    paper = Paper(facts=(facts_for("residence"),), language="fr", towns=folder, secrets=SECRETS)

    assert data_inside_cpu_ms(paper, warm_up=0, count=2) > 0


def test_a_look_at_magda_is_its_own_work_and_that_of_http(standin: StandIn) -> None:
    standin.register = a_register()
    register = standin.asking(environment="test")

    found = look_at(register, standin.town(), products()["household-composition"], PARENT)
    of_nobody = look_at(register, standin.town(), products()["household-composition"], NOBODY)

    assert found is not None
    assert found["questions"] == 1 + 1 + 4  # oneself, the household, and each of the other four
    assert min(found["cpu_ms"], found["http_cpu_ms"]) > 0
    assert of_nobody is None
