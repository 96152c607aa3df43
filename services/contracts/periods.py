"""Periods as people write them into files: `24 h`, `90 days`."""

import re
from typing import Any

from marshmallow import ValidationError, fields

_WRITTEN = re.compile(r"([1-9][0-9]{0,5}) (min|h|days?)")
_MINUTES = {"min": 1, "h": 60, "day": 1440, "days": 1440}


class Minutes(fields.Field[int]):
    """A whole number of minutes, written with its unit."""

    UNIT = 1
    MEND = "a number and a unit: `30 min`, `24 h` or `90 days`"

    def _serialize(self, value: int | None, *_: Any, **__: Any) -> str:
        raise NotImplementedError("files are read, not written")

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        written = _WRITTEN.fullmatch(value) if isinstance(value, str) else None
        if written is None:
            raise ValidationError(self.MEND)
        minutes = int(written[1]) * _MINUTES[written[2]]
        if minutes % self.UNIT:
            raise ValidationError(self.MEND)
        return minutes // self.UNIT


class Days(Minutes):
    """A whole number of days, written with its unit."""

    UNIT = 1440
    MEND = "a number of days: `90 days`"
