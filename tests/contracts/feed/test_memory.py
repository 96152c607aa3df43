"""What a subscriber remembers, in the process and in a file: one suite for both."""

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from services.contracts.feed import Memory, RememberedInFile, RememberedInProcess
from services.contracts.feed.memory import MOST_REMEMBERED
from tests.contracts.feed.department import EVENT


@pytest.fixture(params=["process", "file"])
def remembering(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[..., Memory]]:
    if request.param == "process":
        yield RememberedInProcess
        return
    with contextlib.ExitStack() as opened:
        yield lambda **options: opened.enter_context(
            contextlib.closing(RememberedInFile(tmp_path / "handled.db", **options))
        )


def test_what_was_handled_is_known(remembering: Callable[..., Memory]) -> None:
    memory = remembering()

    memory.remember(EVENT)
    memory.remember(EVENT)

    assert memory.knows(EVENT)
    assert not memory.knows(replace(EVENT, id="2" * 32))
    assert not memory.knows(replace(EVENT, source="/towns/23027"))


def test_the_oldest_are_forgotten_first(remembering: Callable[..., Memory]) -> None:
    memory = remembering(most=2)

    for number in range(3):
        memory.remember(replace(EVENT, id=str(number) * 32))

    assert [memory.knows(replace(EVENT, id=str(number) * 32)) for number in range(3)] == [False, True, True]


def test_a_file_outlives_the_process(tmp_path: Path) -> None:
    first = RememberedInFile(tmp_path / "handled.db")
    first.remember(EVENT)
    first.close()

    with contextlib.closing(RememberedInFile(tmp_path / "handled.db")) as second:
        assert second.knows(EVENT)


def test_a_stream_that_is_read_twice_from_its_beginning_is_remembered_as_a_whole() -> None:
    """Else each event pushes out one that is still to come, and all of them are handled again."""
    assert MOST_REMEMBERED > 130_000  # as the guide says of a full stream
