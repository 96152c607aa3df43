"""Which lines are wanted: of a level, since a moment, of one request, or of one application on its road through all
services.
"""

import heapq
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from deploy.operator.logs.journals import WINDOW, Journal, timed
from deploy.operator.logs.lines import LEVELS, Entry, entries

Told = tuple[datetime, str, Entry]
"""When, by which program, what."""


@dataclass(kw_only=True)
class Wanted:
    """What an operator asked for. `application` is followed by its id, and by the traces in which it is named: the
    gateway's lines have no other sign of it. `request` is a request's id, as answers and pages show it.
    """

    level: str | None = None
    since: datetime | None = None
    application: str | None = None
    request: str | None = None
    traces: set[str] = field(default_factory=set)

    def takes(self, at: datetime, entry: Entry) -> bool:
        """A line of no level is never hidden by one: it is what a process says that cannot speak as it should."""
        if self.since and at < self.since:
            return False
        if self.level and entry.level and LEVELS.index(entry.level) < LEVELS.index(self.level):
            return False
        if self.request and str(entry.fields.get("request_id", "")).lower() != self.request.lower():
            return False
        return self.application is None or self._is_of_application(self.application, entry)

    def may_take(self, line: bytes) -> bool:
        """A quick look before a line is read."""
        if self.request and self.request.lower().encode() not in line.lower():
            return False
        if self.application is None:
            return True
        return self.application.encode() in line or any(trace.encode() in line for trace in self.traces)

    def learn(self, entry: Entry) -> None:
        """A trace in which the application is named."""
        trace = entry.fields.get("trace_id")
        if self.application in entry.applications and isinstance(trace, str) and trace:
            self.traces.add(trace)

    def _is_of_application(self, application: str, entry: Entry) -> bool:
        named = entry.applications
        if application in named or (entry.text and application in entry.text):
            return True
        return not named and entry.fields.get("trace_id") in self.traces  # a stranger may give many one trace


def told(
    found: Iterable[Journal], wanted: Wanted, *, lines: int | None, ends: Mapping[Journal, int] | None = None
) -> Iterator[Told]:
    """By time; at most the last `lines` where that is said. `ends` are where the newest files' ends were."""
    journals, ends = list(found), ends or {}
    if wanted.application:
        for journal in journals:
            for line in journal.lines(since=wanted.since, end=ends.get(journal)):
                if wanted.application.encode() in line:
                    for entry in entries(line):
                        wanted.learn(entry)
    if lines is None:
        streams = [_stream(journal, wanted, end=ends.get(journal)) for journal in journals]
        yield from heapq.merge(*streams, key=_when)
        return
    last = [each for journal in journals for each in _last(journal, wanted, lines, end=ends.get(journal))]
    yield from deque(sorted(last, key=_when), maxlen=lines)


def _stream(journal: Journal, wanted: Wanted, *, last: int | None = None, end: int | None = None) -> Iterator[Told]:
    lines = journal.lines(since=wanted.since, last=last, end=end)
    quick = (line for line in lines if wanted.may_take(line)) if wanted.application or wanted.request else lines
    for at, entry in timed(quick, otherwise=_began(journal)):
        if wanted.takes(at, entry):
            yield at, journal.program, entry


def _last(journal: Journal, wanted: Wanted, lines: int, *, end: int | None) -> Iterable[Told]:
    """From the end backwards, as far as it takes."""
    window, size = WINDOW, journal.size()
    while True:
        found = deque(_stream(journal, wanted, last=window, end=end), maxlen=lines)
        if len(found) == lines or window >= size:
            return found
        window *= 4


def _began(journal: Journal) -> datetime:
    """For lines before the first that says a time: when its oldest file was last written, at the latest."""
    for line in journal.lines(last=WINDOW):
        if found := next((entry.at for entry in entries(line) if entry.at), None):
            return found
    try:
        return datetime.fromtimestamp(journal.newest.stat().st_mtime, UTC)
    except FileNotFoundError:
        return datetime.now(UTC)


def _when(line: Told) -> datetime:
    return line[0]
