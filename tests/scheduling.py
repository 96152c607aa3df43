"""Who runs what beside whom: what takes long is begun first, and tests of one stack stay with one process of pytest.

pytest-xdist itself begins with the files of many tests, and would leave the long ones of few to the end.
"""

from pathlib import PurePath

import pytest
from xdist.scheduler import LoadScopeScheduling

STACK_OF_THEIR_OWN = (
    "test_cluster.py",
    "test_confirmations.py",
    "test_deferred_kills.py",
    "test_extension.py",
    "test_kills.py",
    "test_negative_control.py",
    "test_parts_killed.py",
    "test_restore.py",
    "test_source_faults.py",
    "test_still_true.py",
    "test_town_kills.py",
    "test_unprintable.py",
)
"""Of tests/system: they break it or have it otherwise; all others share one, those of pages, too."""

LONGEST_FIRST = (
    "tests/deploy/production/test_from_example.py",
    "tests/system/test_parts_killed.py",
    "tests/system/test_deferred_kills.py",
    "tests/system/test_kills.py",
    "tests/system/test_town_kills.py",
    "tests/system",
    "tests/documents/test_memory.py",
    "tests/chassis/test_outages.py",
    "tests/deploy/local/test_deployment.py",
    "tests/gateway/test_slowness.py",
    "tests/notify/test_process.py",
    "tests/gateway/test_sessions.py",
    "tests/chassis/test_questions.py",
    "tests/chassis",
    "tests/deploy",
)
"""Where minutes go; the rest follows."""


class Rooms(LoadScopeScheduling):
    """A file is the unit, but for those that share a stack."""

    def _split_scope(self, nodeid: str) -> str:
        path = PurePath(nodeid.partition("::")[0])
        system = next((each for each in path.parents if each.name == "system"), None)
        return str(path if system is None or path.name in STACK_OF_THEIR_OWN else system)


def order(items: list[pytest.Item]) -> None:
    """Sort what was collected, each file's tests as they stand."""
    items.sort(key=lambda item: _rank(item.nodeid))


def _rank(nodeid: str) -> int:
    return next((rank for rank, start in enumerate(LONGEST_FIRST) if nodeid.startswith(start)), len(LONGEST_FIRST))
