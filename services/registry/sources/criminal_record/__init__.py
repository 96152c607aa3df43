"""The central criminal record: what one model of extract shows of somebody, at once (README.md).

Only about oneself, and only who is certainly of age: younger people's go over the desk.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import structlog

from services.contracts.criminal_records import MODELS, MOST_CONVICTIONS, Conviction, Record
from services.contracts.days import day_of
from services.contracts.errors import Refusal
from services.contracts.extracts import LONGEST_TEXT
from services.contracts.partial_days import earliest, known_parts, latest
from services.contracts.schema import Unreadable, load
from services.contracts.text import is_printable
from services.registry.contradictions import Contradiction
from services.registry.domain import SELF, may_be_minor
from services.registry.facts import declared
from services.registry.ports import Away, Contradicted, Finding, Found, Outcome, Refused, SourceQuestion
from services.registry.sources import SourceKind, Surroundings
from services.registry.sources.checking import worst
from services.registry.sources.criminal_record.fact import RecordFact
from services.registry.sources.https import Address, Budget, Https, NoAnswer, NotTaken

log = structlog.get_logger()

MOST_BYTES = 512 * 1024

MOST_LINES = 20
"""Offences or sentences of one judgment."""


@dataclass(frozen=True, kw_only=True)
class Settings(Address):
    """`sources.criminal-record` in a town's file."""


@dataclass(frozen=True, kw_only=True)
class _Answer:
    request: str
    national_number: str
    model: str
    convictions: tuple[Conviction, ...]


class CriminalRecords:
    """See ports.Source."""

    def __init__(self, by_town: Mapping[str, Settings], surroundings: Surroundings) -> None:
        self._clock = surroundings.clock
        towns = {each: [town for town in by_town if by_town[town] == each] for each in by_town.values()}
        ways = {
            each: Https(each, source=SOURCE.name, towns=served, folder=surroundings.folder, most_bytes=MOST_BYTES)
            for each, served in towns.items()
        }
        self._by_town = {town: ways[settings] for town, settings in by_town.items()}
        self._ways = tuple(ways.values())

    def look_up(self, question: SourceQuestion) -> Outcome:
        """See ports.Source."""
        subject, today = question.subject, day_of(question.now)
        if subject.capacity != SELF or may_be_minor(subject.dossier.born_on, today):
            return Refused(code=Refusal.ONLY_AT_THE_COUNTER)
        way = self._by_town.get(question.town)
        if way is None:
            return Away(reason="no-such-source")
        (fact,) = (each for each in declared(question.facts) if isinstance(each, RecordFact))
        asked_for = question.request.fields.get(fact.question, "")
        try:
            answer = self._asked(way, question, fact, asked_for)
            if answer.national_number not in subject.numbers or answer.model != fact.model:
                return Contradicted(kind=Contradiction.RECORD_OF_ANOTHER)
            _check(answer, today=today)
            if _is_older(answer, subject.dossier.born_on):
                return Contradicted(kind=Contradiction.RECORD_OF_ANOTHER)
        except NoAnswer as failure:
            refused = isinstance(failure, NotTaken)
            level = log.error if refused else log.warning
            level("criminal_record_not_answered", application_id=question.application_id, reason=failure.reason)
            return Away(reason=failure.reason, refused=refused)
        record = Record(
            model=answer.model,
            asked_for=asked_for,
            consulted_on=today.isoformat(),
            convictions=tuple(sorted(answer.convictions, key=lambda each: each.decided_on, reverse=True)),
        )
        return Found(answers=dict.fromkeys(question.facts, record))

    def answered(self) -> Iterable[str]:
        """See ports.Source. It promises nothing."""
        return ()

    def acknowledge(self, references: Collection[str]) -> None:
        """See ports.Source."""

    def check(self, *, reach: bool = False) -> Finding | None:
        """See ports.Source."""
        return worst(way.check(now=self._clock(), reach=reach) for way in self._ways)

    def close(self) -> None:
        """See ports.Source."""
        for way in self._ways:
            way.close()

    def _asked(self, way: Https, question: SourceQuestion, fact: RecordFact, asked_for: str) -> _Answer:
        asked = {
            "request": question.application_id,
            "municipality": question.town,
            "national_number": question.subject.dossier.number,
            "model": fact.model,
            "asked_for": asked_for,
        }
        try:
            answer = load(_Answer, way.post("/extracts", asked, budget=Budget()))
        except Unreadable as wrong:
            raise NoAnswer(f"malformed-{next(iter(sorted(map(str, wrong.problems))), 'answer')}"[:60]) from None
        if answer.request != question.application_id:
            raise NoAnswer("answer-to-another")
        return answer


def _check(answer: _Answer, *, today: date) -> None:
    """Raises NoAnswer for what no paper could show, and for half a conviction."""
    if answer.model not in MODELS or len(answer.convictions) > MOST_CONVICTIONS:
        raise NoAnswer("record-malformed")
    for each in answer.convictions:
        lines = (*each.offences, *each.sentences)
        whole = each.court.strip() and each.offences and each.sentences
        if not whole or len(each.offences) > MOST_LINES or len(each.sentences) > MOST_LINES:
            raise NoAnswer("conviction-not-whole")
        if not all(0 < len(line.strip()) <= LONGEST_TEXT and is_printable(line) for line in (each.court, *lines)):
            raise NoAnswer("conviction-unprintable")
        try:
            known_parts(each.decided_on)
        except (TypeError, ValueError):
            raise NoAnswer("conviction-undated") from None
        begins = earliest(each.decided_on)
        if begins is None or begins > today:
            raise NoAnswer("conviction-undated")


def _is_older(answer: _Answer, born_on: str) -> bool:
    """Is a judgment certainly from before somebody was born? Then it is somebody else's."""
    born = earliest(born_on)
    days = filter(None, (latest(each.decided_on) for each in answer.convictions))
    return born is not None and any(day < born for day in days)


SOURCE = SourceKind(name="criminal-record", settings=Settings, make=CriminalRecords, one_fact=True)
