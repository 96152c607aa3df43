"""How many in how long: what an operator writes, and the windows of time that it makes."""

import math
from dataclasses import dataclass

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}
LONGEST_TEXT = 200


@dataclass(frozen=True, kw_only=True)
class Window:
    """One count: at most `most` of something until `ends` (seconds since 1970, UTC). `id` names nobody in the clear."""

    id: str
    most: int
    ends: float

    def wait(self, now: float) -> int:
        """For Retry-After (RFC 9110, section 10.2.3): seconds until it is over, never none."""
        return max(1, math.ceil(self.ends - now))


@dataclass(frozen=True, kw_only=True)
class Rate:
    """At most `most` in each stretch of `seconds`, counted from 1970 in UTC, so that all processes count the same."""

    most: int
    seconds: int

    def window(self, scope: str, who: str, *, now: float) -> Window:
        """The one that `now` falls in."""
        number = int(now // self.seconds)
        return Window(id=f"{scope}:{self.seconds}:{number}:{who}", most=self.most, ends=(number + 1) * self.seconds)


Rates = tuple[Rate, ...]


def parse_rates(text: str) -> Rates:
    """From `20 per minute; 100 per hour`; also `5 per 10 minutes` and `20/minute`. The longest comes first.

    Raises ValueError, which says what would be right.
    """
    found = [_parse(part.split()) for part in text[:LONGEST_TEXT].lower().replace("/", " per ").split(";")]
    rates = [rate for rate in found if rate]
    if not rates or len(rates) != len(found) or len(text) > LONGEST_TEXT:
        raise ValueError("write for example 20 per minute; 100 per hour")
    return tuple(sorted(rates, key=lambda rate: rate.seconds, reverse=True))


def _parse(words: list[str]) -> Rate | None:
    match words:
        case [most, "per", unit]:
            count = "1"
        case [most, "per", count, unit]:
            pass
        case _:
            return None
    seconds = UNITS.get(unit.removesuffix("s"))
    if seconds is None or not _is_count(most) or not _is_count(count):
        return None
    return Rate(most=int(most), seconds=int(count) * seconds)


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0
