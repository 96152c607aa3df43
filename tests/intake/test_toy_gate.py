"""A deployment's own kind of gate: a module, its terms and a product in a folder, and no file of ours changed."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.outside import ROOT

GATE = '''
from dataclasses import replace
from datetime import timedelta

from services.contracts.intake import State
from services.intake.domain.advancing import advance
from services.intake.domain.application import Moved
from services.intake.domain.gate import Answer, GateState, gate_of


class Toy:
    """Met by itself after an hour."""

    KIND = "toy"

    def pin(self, terms, *, reference, accepted, lock):
        return gate_of(terms, reference=reference)

    def ask(self, application, place, *, now):
        gate = application.gates[place]
        gate = replace(gate, state=GateState.ASKED, asking=gate.asking + 1)
        after = application.with_gate(place, gate).to(State.AWAITING_DECISION, at=now)
        return Moved(application=replace(after, deadline=now + timedelta(hours=1)))

    def stands(self, application, place, *, now):
        return True

    def overdue(self, application, place, *, now):
        met = replace(application.gates[place], state=GateState.MET)
        return advance(application.with_gate(place, met), now=now)

    def resume(self, application, place, *, now):
        return Moved(application=application)

    def answer(self, application, place, asked, *, now):
        raise NotImplementedError

    def needless(self, application, place, *, reason, now):
        return ()


GATE = Toy()
'''

TERMS = """
names: {nl: iemand, fr: quelqu’un, de: jemand, en: somebody}
answers_within: 1 days
reminded_every: 1 days
open_for: 2 days
counts_for: 1 days
"""

ROAD = """
from datetime import timedelta
from services.contracts.catalogue import products
from services.intake.domain.gates import check_plans
check_plans(products().values())
from tests.intake.confirmed import ConfirmedRoad, facts_at
from tests.intake.fakes import NOON
road = ConfirmedRoad(products()["toy"])
road.hear(facts_at(NOON))
road.sweep(NOON + timedelta(hours=1))
print(*(state for state, _ in road.timeline))
print(*road.emitted()[-1].met)
"""


def run(folder: Path, code: str) -> subprocess.CompletedProcess[str]:
    environ = {**os.environ, "LOKET_EXTENSIONS": str(folder), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )


def test_a_gate_of_ones_own_is_passed_like_ours(tmp_path: Path) -> None:
    own_product(tmp_path)
    (tmp_path / "intake/domain/gates").mkdir(parents=True)
    (tmp_path / "intake/domain/gates/toy.py").write_text(GATE)

    done = run(tmp_path, ROAD)

    assert done.stdout.splitlines() == ["submitted looked-up awaiting-decision cleared", "toy/anybody"], done.stderr


def test_a_gate_of_which_there_is_no_module_is_told(tmp_path: Path) -> None:
    own_product(tmp_path)

    done = run(tmp_path, ROAD)

    assert "toy.yaml: gates: unknown: toy; choose from confirmation" in done.stderr


def test_terms_that_are_not_there_are_told(tmp_path: Path) -> None:
    own_product(tmp_path)
    (tmp_path / "catalogue/toys/anybody.yaml").unlink()

    done = run(tmp_path, ROAD)

    assert "unknown terms of toy: anybody; there are none; write catalogue/toys/anybody.yaml" in done.stderr


def test_terms_that_do_not_fit_are_told(tmp_path: Path) -> None:
    own_product(tmp_path)
    (tmp_path / "catalogue/toys/anybody.yaml").write_text(TERMS.replace("open_for: 2", "open_for: 1"))

    done = run(tmp_path, ROAD)

    assert "open_for: longer than answers_within, and at most 183 days" in done.stderr


def own_product(folder: Path) -> None:
    """The household certificate's, with another gate."""
    (folder / "catalogue/toys").mkdir(parents=True)
    (folder / "catalogue/toys/anybody.yaml").write_text(TERMS, encoding="utf-8")
    text = (ROOT / "services/catalogue/household-composition.yaml").read_text(encoding="utf-8")
    product = text.replace("id: household-composition\n", "id: toy\n", 1) + "gates: [{toy: anybody}]\n"
    (folder / "catalogue/toy.yaml").write_text(product, encoding="utf-8")
