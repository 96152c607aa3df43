"""One line of a log, whatever it is: JSON of ours, text of a library, half of either, or no text at all."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

LEVELS = ("debug", "info", "warning", "error")
"""From the least to the most urgent; what others call otherwise is one of these."""

LONGEST = 16_000
"""Characters of a line that are looked at: after a power cut a file may end in a million zeros."""

_OTHERS = {"notice": "info", "warn": "warning", "critical": "error", "fatal": "error", "alert": "error"}
_OURS = re.compile(r'(?=\{"service": ")')
"""Where one begins behind what was cut off, or behind a library's text without an end of line."""
_TIMED = re.compile(
    r"\[?(?P<at>\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?) ?(?P<zone>Z|[+-]\d\d:?\d\d)?\]?"
    r"(?: \[\d+\])?(?: \[(?P<level>[A-Za-z]{1,10})\])?\s*"
)
"""As RabbitMQ and gunicorn begin theirs."""
_EPMD = re.compile(r"(?:epmd: )?(?P<at>[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}): ")
"""As the port mapper of Erlang begins its own, in the machine's zone (C's ctime)."""
_NAMED = re.compile(r"(?P<level>DEBUG|INFO|WARNING|ERROR|CRITICAL)\b|(?P<trace>Traceback \(most recent call last\))")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`event` and `fields` of a line of ours, or the `text` of another. `level` is None where nobody said one.

    `at` is the line's own time; `timed` is False where it is that of the line before, as in a traceback.
    """

    at: datetime | None
    level: str | None
    event: str | None = None
    fields: dict[str, Any]
    text: str | None = None
    timed: bool = True

    @property
    def applications(self) -> set[str]:
        """Whom it names: by its own id, or as the subject of an event (`<application>:<type>:<number>`)."""
        named = {self.fields.get("application_id"), self.fields.get("aggregate")}
        named |= {str(self.fields.get(key) or "").partition(":")[0] for key in ("event_id", "published_id")}
        return {each for each in named if isinstance(each, str) and each}


def entries(line: bytes) -> list[Entry]:
    """What a line holds; mostly one, two where one was cut off and another follows on its heels."""
    text = line.decode("utf-8", errors="replace").rstrip("\r\n\0")[:LONGEST]
    return [_entry(part) for part in _OURS.split(text) if part.strip(" \0")]


def _entry(text: str) -> Entry:
    told = _object(text)
    if told is None:
        return _text(text)
    at = _moment(str(told.pop("timestamp", "")))
    level = told.pop("level", None)
    told.pop("service", None)
    event = told.pop("event")
    return Entry(
        at=at, level=_level(str(level)) if level else None, event=str(event), fields=told, timed=at is not None
    )


def _object(text: str) -> dict[str, Any] | None:
    if not text.startswith("{"):
        return None
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) and "event" in told else None


def _text(text: str) -> Entry:
    at = level = None
    if found := _TIMED.match(text):
        at = _moment(found["at"].replace(",", ".") + (found["zone"] or "Z"))
        level = _level(found["level"]) if found["level"] else None
        text = text[found.end() :] if at else text
    elif found := _EPMD.match(text):
        at = _written_by_c(found["at"])
        text = text[found.end() :] if at else text
    if level is None and (named := _NAMED.match(text)):
        level = "error" if named["trace"] else _level(named["level"])
    return Entry(at=at, level=level, fields={}, text=text, timed=at is not None)


def _written_by_c(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%a %b %d %H:%M:%S %Y").astimezone()  # without a zone: the machine's
    except ValueError:
        return None


def _level(word: str) -> str | None:
    lower = word.lower()
    return lower if lower in LEVELS else _OTHERS.get(lower)


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
