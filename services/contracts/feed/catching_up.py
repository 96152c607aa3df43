"""From where a department reads its stream: what it missed, or wants to see again."""

from dataclasses import dataclass
from datetime import datetime

DIGITS = 18
"""Of an offset: what AMQP's signed 64 bits hold, and more than any stream has."""

FIRST_YEAR, LAST_YEAR = 1971, 9998
"""AMQP counts a moment's seconds from 1970, and a time zone may lead into the next year."""


@dataclass(frozen=True, kw_only=True)
class Since:
    """A place in the stream: `offset` counts its messages from 0, `moment` is when they were taken in; neither is the
    oldest that is kept.

    https://www.rabbitmq.com/docs/streams#consuming
    """

    offset: int | None = None
    moment: datetime | None = None

    @property
    def argument(self) -> str | int | datetime:
        """As a consumer says it (`x-stream-offset`)."""
        if self.offset is not None:
            return self.offset
        return self.moment if self.moment is not None else "first"

    @property
    def is_moment(self) -> bool:
        """Whether it is known only by when it was."""
        return self.offset is None and self.moment is not None

    def is_behind(self, offset: int) -> bool:
        """Whether it is known to be."""
        return self.offset is not None and self.offset > offset

    @classmethod
    def parse(cls, text: str) -> "Since":
        """`first`, an offset, or a moment as RFC 3339 writes one. Raises ValueError, which says what would be right."""
        if text == "first":
            return cls()
        if text.isascii() and text.isdigit():
            if len(text) > DIGITS:
                raise ValueError(f"a number has at most {DIGITS} digits")
            return cls(offset=int(text))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("write first, a number, or a moment such as 2026-11-27T08:00:00+01:00") from None
        if moment.tzinfo is None:
            raise ValueError("say the time zone: 2026-11-27T08:00:00+01:00")
        if not FIRST_YEAR <= moment.year <= LAST_YEAR:
            raise ValueError(f"write a moment of the years {FIRST_YEAR} to {LAST_YEAR}")
        return cls(moment=moment)
