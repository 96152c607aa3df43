"""Having the register asked whether a certificate is still true: because somebody checks it, and for nothing else."""

from collections import Counter
from contextlib import suppress
from datetime import datetime

from services.contracts.delivery import AlreadyHandled, ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.registry import FactsRechecked
from services.documents.domain import Certificate
from services.documents.ports import Certificates, Truths
from services.documents.rechecking import Rechecking
from services.documents.still_true import ANSWERED_WITHIN, Truth

MOST_AWAITED = 4
"""Askings under way, in all: fewer than registry has workers, so that whoever checks ten thousand certificates at once
holds up no application."""

MOST_OF_A_TOWN = 2
"""Those of one town, which must not take the turn of the others; nor all that its register answers at once."""


def ask_rechecks(rechecking: Rechecking, *, certificates: Certificates, now: datetime) -> int:
    """Ask what waits for its turn: of each town the longest waiting first, and few at a time. How many were asked.

    The towns take turns in who comes first. Every process looks; the guard of each document decides who asks, and so it
    is asked once.
    """
    truths = rechecking.truths
    if not truths.is_any_wanted():
        return 0
    awaited = Counter(truths.awaited(since=now - ANSWERED_WITHIN))
    room, count = MOST_AWAITED - awaited.total(), 0
    for town in _in_turn(sorted(rechecking.towns), now):
        for truth in truths.wanted(town=town, most=max(min(MOST_OF_A_TOWN - awaited[town], room), 0)):
            with suppress(ConcurrentChange):
                is_asked = _ask(truth, rechecking, certificates=certificates, now=now)
                room, count = room - is_asked, count + is_asked
    return count


def record_recheck(event: FactsRechecked, cause: Cause, *, truths: Truths, certificates: Certificates) -> None:
    """What the registry answered. An answer that was overtaken by a later one changes nothing; of what is true no more,
    nothing is kept that could be asked with.

    Raises AlreadyHandled, also where nobody asked that, and ConcurrentChange.
    """
    truth = truths.hear(event.application_id, cause=cause)
    if truth is None or event.asking > truth.asking:
        raise AlreadyHandled(cause.event_id)  # the store was restored since
    after = truths.save(truth.heard(event), cause=cause)
    if after.is_superseded and (certificate := certificates.of(after.application_id, town=after.town)):
        with suppress(ConcurrentChange):  # then end_rechecks does it
            _end(certificate, certificates=certificates)


def end_rechecks(rechecking: Rechecking, *, certificates: Certificates, now: datetime) -> int:
    """Forget what the register would be asked with, where it is asked no more: the last day has passed, the register or
    a newer certificate states something else, or the town has switched it off. A bounded look, to be taken again and
    again; how many there were."""
    count = 0
    for certificate in certificates.askable(now=now):
        if not _may_be_asked(certificate, rechecking, certificates=certificates, now=now):
            with suppress(ConcurrentChange):
                count += _end(certificate, certificates=certificates)
    return count


def _may_be_asked(
    certificate: Certificate, rechecking: Rechecking, *, certificates: Certificates, now: datetime
) -> bool:
    if not rechecking.is_asked_about(certificate, now=now) or certificates.superseded_at(certificate) is not None:
        return False
    truth = rechecking.truths.load(certificate.application_id, town=certificate.town)
    return truth is None or not truth.is_superseded


def _ask(truth: Truth, rechecking: Rechecking, *, certificates: Certificates, now: datetime) -> bool:
    certificate = certificates.of(truth.application_id, town=truth.town)
    may_be = certificate is not None and _may_be_asked(certificate, rechecking, certificates=certificates, now=now)
    if certificate is None or not certificate.recheck or not may_be:
        rechecking.truths.save(truth.unwanted())
        return False
    after, events = truth.asked(certificate.recheck, now=now)
    rechecking.truths.save(after, events=events)
    return bool(events)


def _end(certificate: Certificate, *, certificates: Certificates) -> bool:
    if not certificate.recheck:
        return False
    certificates.end_recheck(certificate)
    return True


def _in_turn(towns: list[str], now: datetime) -> list[str]:
    first = int(now.timestamp()) % len(towns) if towns else 0
    return towns[first:] + towns[:first]
