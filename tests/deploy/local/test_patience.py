"""A start waits for a program as long as its log tells that it gets further."""

from pathlib import Path

import pytest

from deploy.local.patience import PATIENCE_S, Patience


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes() -> list[str]:
    return []


@pytest.fixture
def patience(tmp_path: Path, clock: Clock, notes: list[str]) -> Patience:
    return Patience(tmp_path, began=clock.now, note=notes.append, clock=clock)


def tell(folder: Path, line: str) -> None:
    with (folder / "registry.log").open("a", encoding="utf-8") as log:
        log.write(f"{line}\n")


def test_who_tells_nothing_has_so_long(tmp_path: Path, patience: Patience, clock: Clock) -> None:
    tell(tmp_path, '{"event": "waiting_for", "what": "store"}')
    clock.now += PATIENCE_S - 1
    assert not patience.is_over("registry")

    clock.now += 1

    assert patience.is_over("registry")
    assert patience.is_over("intake")


def test_who_gets_further_is_waited_for(tmp_path: Path, patience: Patience, clock: Clock, notes: list[str]) -> None:
    for number in range(5):
        clock.now += PATIENCE_S
        tell(tmp_path, f'{{"event": "noting_dwellings", "so_far": {number}000}}')
        tell(tmp_path, '{"event": "waiting_for", "what": "parts"}')
        assert not patience.is_over("registry")
        assert not patience.is_over("registry")
    assert [note for note in notes if "4000 so far" in note] == notes[-1:]

    clock.now += PATIENCE_S

    assert patience.is_over("registry")


def test_what_came_after_it_ends_the_waiting(tmp_path: Path, patience: Patience, clock: Clock) -> None:
    tell(tmp_path, '{"event": "noting_dwellings", "so_far": 0}')
    tell(tmp_path, '{"event": "service_died", "error": "ValueError"}')
    clock.now += PATIENCE_S

    assert patience.is_over("registry")
