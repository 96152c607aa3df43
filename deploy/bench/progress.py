"""How far a run is, told while it goes on."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""Told what is under way, how much of it is done, and of how much."""


def each_of(total: int, what: str, progress: Progress) -> Callable[[], None]:
    """To be called for each of `total`."""
    done = 0

    def told() -> None:
        nonlocal done
        done += 1
        progress(what, done, total)

    progress(what, 0, total)
    return told
