"""What a printing child holds does not depend on how many certificates it has printed.

Weighed between two windows late in its life, when fonts, styles and words of all languages have been met, so that a
cache that fills is told from a leak. Not the peak: that depends on when each Python's garbage collector comes by.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from services.contracts.schema import dump
from services.contracts.town_files import read_served_towns
from services.documents.children.asking import Children
from services.documents.children.printing import TOWNS, question_of
from services.documents.domain import Order
from tests.documents.examples import SECRETS, a_folder, a_town, an_identity, an_order, facts_for

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
LANGUAGES = ("nl", "fr", "de", "en")


@dataclass(frozen=True, kw_only=True)
class Growth:
    """What each further certificate adds: resident kB, bytes of malloc, Python's small blocks (512 bytes or less)."""

    resident_kb: float
    malloc_bytes: float
    blocks: float

    def too_much(self) -> set[str]:
        """A page of 4 kB now and then is fragmentation, and a leak of one string for each font is 96 bytes."""
        limits = {"resident_kb": 12, "malloc_bytes": 32, "blocks": 16}
        return {name for name, limit in limits.items() if getattr(self, name) > limit}


Weigh = Callable[..., Growth]


def an_order_of_another(seed: int) -> Order:
    """A person, number and code of its own."""
    person = an_identity(last_name=f"Achternaam {seed}", first_names=(f"Voornaam {seed * 7919 % 10007}",))
    return an_order(facts_for("life", identity=person), language=LANGUAGES[seed % len(LANGUAGES)], seed=seed)


@pytest.fixture
def growth(tmp_path: Path) -> Weigh:
    """Prints `window` certificates, and `window` more, which it weighs."""
    folder = a_folder(tmp_path / "towns")
    town = dump(a_town(names={"nl": "Etterbeek", "fr": "Etterbeek"}))
    town["seal"] = {name: value for name, value in town["seal"].items() if value is not None}
    (folder / "town.yaml").write_text(yaml.safe_dump(town), encoding="utf-8")

    towns = read_served_towns(folder)

    def measured(*, window: int, leak: str = "") -> Growth:
        environ = {**SECRETS, TOWNS: str(folder), "PYTHONPATH": str(ROOT), "LEAK": leak}
        children = Children("tests.documents.weighed", size=1, limit_s=60, environ=environ)
        children.start()
        try:
            weights = []
            for start in (0, window):
                for seed in range(start, start + window):
                    children.ask(question_of(an_order_of_another(seed), towns))
                weights.append(children.ask({"do": "weigh"})[0])
        finally:
            children.stop()
        first, last = weights
        return Growth(**{name: (last[name] - first[name]) / window for name in first})

    return measured


def test_memory_stays_flat(growth: Weigh) -> None:
    grown = growth(window=100)  # two or three kB come and go between any two looks

    assert not grown.too_much(), grown


@pytest.mark.parametrize(
    ("leak", "seen"),
    [
        pytest.param("font configurations", "resident_kb", marks=pytest.mark.chaos),
        pytest.param("what pango gives", "malloc_bytes", marks=pytest.mark.chaos),
        ("orders", "blocks"),
        ("garbage", "blocks"),
    ],
)
def test_a_leak_is_seen(growth: Weigh, leak: str, seen: str) -> None:
    grown = growth(window=16, leak=leak)

    assert seen in grown.too_much(), grown
