"""How long a process that ends again and again is left alone before the next is started.

An accident is made good at once. Whoever ends soon after each start gains nothing from being started twice a second,
and takes the machine's time from the others: the pauses double, and one that ran well begins anew.
"""

from dataclasses import dataclass, field

RAN_WELL_S = 15.0
"""Whoever ran for so long did start: that it ended is another accident. Connecting to all it needs takes a few."""

FIRST_S, LONGEST_S = 1.0, 30.0
"""The first pause, after the second end in a row, and the bound of all: a mend takes effect within half a minute."""


@dataclass
class Pauses:
    """Of one program. Moments are those of one clock, in seconds."""

    _started: dict[int, float] = field(default_factory=dict)
    _in_a_row: int = 0
    _until: float = float("-inf")

    def started(self, pid: int, now: float) -> None:
        """One of its processes was started."""
        self._started[pid] = now

    def ended(self, pid: int, now: float) -> float:
        """It ended by itself. How many seconds pass until the next may be started."""
        ran = now - self._started.pop(pid, now)
        self._in_a_row = 1 if ran >= RAN_WELL_S else self._in_a_row + 1
        pause = 0.0
        if self._in_a_row > 1:
            pause = min(LONGEST_S, FIRST_S * 2 ** min(self._in_a_row - 2, 16))
        self._until = now + pause
        return pause

    def is_over(self, now: float) -> bool:
        """May one be started?"""
        return now >= self._until

    def forget(self) -> None:
        """Somebody orders it started: now, and not later."""
        self._in_a_row, self._until = 0, float("-inf")
