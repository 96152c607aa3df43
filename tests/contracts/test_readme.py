"""The README tells what the code says."""

import re
from pathlib import Path

from services.contracts.topology import SUBSCRIPTIONS

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def test_who_listens_to_which_event_is_the_topology() -> None:
    told = {
        queue: tuple(events.split(", "))
        for queue, events in re.findall(r"^\| `([a-z]+\.[a-z-]+)` \| ([A-Za-z, ]+) \|$", README, re.MULTILINE)
    }

    assert told == {queue: tuple(event.__name__ for event in each.events) for queue, each in SUBSCRIPTIONS.items()}
