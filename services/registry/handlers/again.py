"""The register is asked again for what waits: in time, or once a source keeps its promise."""

from collections.abc import Container, Mapping
from contextlib import suppress
from datetime import datetime

from services.contracts.delivery import ConcurrentChange, TryLater, Unacceptable
from services.registry.extract import LONGEST_PAUSE, Extract, State
from services.registry.handlers.asking import Extracts, Inquiries
from services.registry.ports import Source

FEW_BREAK_OFF = 3
"""After so many in a row it is not what was asked for that breaks the asking off: the store is away, perhaps."""


def ask_again(
    *,
    towns: Container[str],
    extracts: Extracts,
    inquiries: Inquiries,
    now: datetime,
) -> list[Extract]:
    """Ask again for what waits in a town that is served and is due. Gives back what is stuck, for operators.

    What waits longer than any application lives is ended: an end that was not heard looks nobody up for ever. Where
    asking for one breaks off it has been put off already, and the others are asked for first; then it raises the first
    such error. FEW_BREAK_OFF in a row are no fault of theirs, and end it.
    """
    stuck = []
    broken: list[Exception] = []
    in_a_row = 0

    def again(due: Extract) -> None:
        if due.is_over(now=now):
            extracts.save(due.ended(now=now), ())
            return
        extract = extracts.save(due.asked_again(now=now), ())
        try:
            request = inquiries.request_of(extract.application_id, extract.request or "")
            answered, events = inquiries.ask(extract, request, asking=f"{extract.application_id}:again", now=now)
        except Unacceptable as unusable:
            stuck.append(extracts.save(extract.stuck(unusable.reason, now=now), ()))
        except TryLater as missing:  # a key: it is mended by a restart, so it is tried sooner than once a day
            stuck.append(extracts.save(extract.stuck(missing.reason, now=now, again=LONGEST_PAUSE), ()))
        else:
            extracts.save(answered, events)

    for due in extracts.due(towns=towns, now=now):
        try:
            again(due)
        except ConcurrentChange:  # another process was quicker: the answer is there then
            pass
        except Exception as error:  # noqa: BLE001 - it is raised below, when the others were asked for
            broken.append(error)
            in_a_row += 1
            if in_a_row == FEW_BREAK_OFF:
                break
            continue
        in_a_row = 0
    if broken:
        raise broken[0]
    return stuck


def hear_promises(*, sources: Mapping[str, Source], extracts: Extracts, now: datetime) -> int:
    """Whoever was promised an answer that is there now is asked for again at once. Returns how many are.

    What a source tells is acknowledged once that is kept; told twice, it changes nothing. Where hearing one source
    breaks off, the others are heard first; then it raises the first such error.
    """
    count = 0
    broken: list[Exception] = []
    for source in sources.values():
        try:
            count += _hear(source, extracts=extracts, now=now)
        except Exception as error:  # noqa: BLE001 - it is raised below, when the others were heard
            broken.append(error)
    if broken:
        raise broken[0]
    return count


def _hear(source: Source, *, extracts: Extracts, now: datetime) -> int:
    count = 0
    told = tuple(source.answered())
    for reference in told:
        for waiting in extracts.waiting_for(reference):
            with suppress(ConcurrentChange):  # whoever was quicker asks again, or heard the same
                if waiting.state is State.PROMISED and (kept := waiting.kept(now=now)) != waiting:
                    extracts.save(kept, ())
                    count += 1
    source.acknowledge(told)
    return count
