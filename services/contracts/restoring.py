"""What a restored store no longer knows: the time between its backup and its restoring."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class LostTime:
    """Between these moments things happened of which no record is left: the store was restored as it was at `since`.

    At `until` no service ran any more. What was filed, issued or told in between may be in people's hands all the same.
    """

    since: datetime
    until: datetime

    def holds(self, moment: datetime) -> bool:
        """Is it one of those that are lost?"""
        return self.since < moment < self.until


def is_lost(moment: datetime, times: Iterable[LostTime]) -> bool:
    """Does it fall in any of them?"""
    return any(lost.holds(moment) for lost in times)
