"""A rotation that stands still is told with its next step."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from deploy.production import key_folder
from deploy.production.generations import unfinished

MADE = date(2026, 1, 1)
ADDED = date(2026, 3, 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    key_folder.make(tmp_path / "keys", broker="amqps://one.example:5671/loket", today=MADE)
    return tmp_path / "keys"


def told(folder: Path, *, after: timedelta) -> list[str]:
    return list(unfinished(key_folder.read_folder(folder), today=ADDED + after))


@pytest.mark.parametrize(
    ("what", "old", "new"),
    [
        ("facts", "2026-01-01", "2026-03-01"),
        ("sessions", "2026-01-01", "2026-03-01"),
        ("events-intake", "intake.2026-01-01", "intake.2026-03-01"),
    ],
)
def test_each_step_that_is_due_is_told_and_none_before(folder: Path, what: str, old: str, new: str) -> None:
    assert told(folder, after=timedelta(days=400)) == []

    kid, _ = key_folder.add(folder, what, today=ADDED)
    soon, late = told(folder, after=timedelta(days=1)), told(folder, after=timedelta(days=8))
    key_folder.promote(folder, what, kid)
    promoted, old_one = told(folder, after=timedelta(days=6)), told(folder, after=timedelta(days=200))
    key_folder.retire(folder, what, old)

    assert kid == new
    assert (soon, late) == (
        [],
        [f"{what} still uses {old}, though {new} was added on 2026-03-01; `loket keys promote` comes next"],
    )
    assert (promoted, old_one) == (
        [],
        [f"{what} still has the old key {old} beside {new}; `loket keys retire` looks whether it may go"],
    )
    assert told(folder, after=timedelta(days=400)) == []


def test_of_the_same_day_the_later_letter_is_the_newer(folder: Path) -> None:
    key_folder.add(folder, "facts", today=MADE)

    (found,) = told(folder, after=timedelta(0))

    assert found.startswith("facts still uses 2026-01-01, though 2026-01-01b was added")


def test_a_label_that_names_no_day_says_nothing(folder: Path) -> None:
    for name in ("registry", "documents"):
        path = folder / f"{name}.env"
        path.write_text(path.read_text().replace("LOKET_KEYS_FACTS=", "LOKET_KEYS_FACTS=spring:" + "A" * 43 + ","))

    assert told(folder, after=timedelta(days=400)) == []
