"""What an operator reads where something is wrong: one plain line."""

from pathlib import Path

import pytest

from deploy.control import last_line
from deploy.terminal import Mistake, mistakes
from services.contracts.schema import Unreadable


def test_a_broken_file_is_told_in_one_line() -> None:
    broken = Unreadable(
        "aarschot.yaml", {"yaml": ["while parsing a flow node\n  in line 2:\n    ^"], "seal": {"path": ["missing"]}}
    )

    with pytest.raises(Mistake) as told, mistakes():
        raise broken

    assert (
        str(told.value)
        == "aarschot.yaml cannot be read: yaml: while parsing a flow node in line 2: ^; seal: path: missing"
    )


def test_a_service_that_waits_is_told_in_plain_words(tmp_path: Path) -> None:
    log = tmp_path / "registry.log"
    log.write_text('{"event": "waiting_for", "what": "broker", "error": "ConnectionRefusedError"}\n')

    assert last_line(log) == "it waits for the broker (ConnectionRefusedError)"
