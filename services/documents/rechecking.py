"""Having the register asked whether a certificate is still true: because somebody checks it, and for nothing else."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from services.contracts.catalogue import Product
from services.contracts.delivery import AlreadyHandled, ConcurrentChange
from services.contracts.envelope import Cause
from services.contracts.registry import FactsRechecked
from services.contracts.towns import Town
from services.documents.domain import Certificate
from services.documents.ports import Certificates
from services.documents.still_true import ANSWERED_WITHIN, Truth

MOST_AWAITED = 4
"""Askings under way, in all: fewer than registry has workers, so that whoever checks ten thousand certificates at once
holds up no application."""

MOST_OF_A_TOWN = 2
"""Those of one town, which must not take the turn of the others; nor all that its register answers at once."""


def is_asked(
    certificate: Certificate, *, towns: Mapping[str, Town], products: Mapping[str, Product], now: datetime
) -> bool:
    """Is anything asked, and told, of it? Where the town has that on today, until its last day has passed."""
    town, product = towns.get(certificate.town), products.get(certificate.product)
    is_on = town is not None and product is not None and product.is_still_true_in(town)
    return is_on and certificate.truth is not None and certificate.is_within_its_days(now=now)


def want(certificate: Certificate, *, certificates: Certificates, now: datetime) -> Truth | None:
    """Somebody checks it: it is asked when its turn comes, and here is what is known by then."""
    truth = certificate.truth
    if truth is None or not truth.may_be_wanted(now=now):
        return truth
    wanted = truth.wanted(now=now)
    with suppress(ConcurrentChange):  # whoever was quicker wants the same, or has just heard the answer
        certificates.keep(replace(certificate, truth=wanted))
    return wanted


def ask_rechecks(
    *, certificates: Certificates, towns: Mapping[str, Town], products: Mapping[str, Product], now: datetime
) -> int:
    """Ask what waits for its turn: of each town the longest waiting first, and few at a time. How many were asked.

    The towns take turns in who comes first. Every process looks; the guard of each certificate's document decides who
    asks, and so it is asked once.
    """
    if not certificates.is_any_wanted():
        return 0
    awaited = Counter(certificates.awaited(since=now - ANSWERED_WITHIN))
    room, count = MOST_AWAITED - awaited.total(), 0
    for town in _in_turn(sorted(towns), now):
        for certificate in certificates.wanted(town=town, most=max(min(MOST_OF_A_TOWN - awaited[town], room), 0)):
            with suppress(ConcurrentChange):
                is_event = _ask(certificate, certificates=certificates, towns=towns, products=products, now=now)
                room, count = room - is_event, count + is_event
    return count


def record_recheck(event: FactsRechecked, cause: Cause, *, certificates: Certificates) -> None:
    """What the registry answered. An answer that was overtaken by a later one changes nothing.

    Raises AlreadyHandled, also where there is no such certificate any more, and ConcurrentChange.
    """
    certificate = certificates.hear(event.application_id, cause=cause)
    truth = certificate.truth if certificate else None
    if certificate is None or truth is None or event.asking > truth.asking:
        raise AlreadyHandled(cause.event_id)  # nobody asked that: the store was restored since
    certificates.keep(replace(certificate, truth=truth.heard(event)), cause=cause)


def end_rechecks(
    *, certificates: Certificates, towns: Mapping[str, Town], products: Mapping[str, Product], now: datetime
) -> int:
    """Forget what the register would be asked with, where the last day has passed, a newer certificate states something
    else, or the town has switched it off. A bounded look, to be taken again and again; how many there were."""
    count = 0
    for certificate in certificates.askable(now=now):
        is_over = not is_asked(certificate, towns=towns, products=products, now=now)
        if is_over or certificates.superseded_at(certificate) is not None:
            with suppress(ConcurrentChange):
                count += _end(certificate, certificates=certificates)
    return count


def _ask(
    certificate: Certificate,
    *,
    certificates: Certificates,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    now: datetime,
) -> bool:
    is_over = not is_asked(certificate, towns=towns, products=products, now=now)
    if certificate.truth is None or is_over or certificates.superseded_at(certificate) is not None:
        _end(certificate, certificates=certificates)
        return False
    truth, events = certificate.truth.asked(certificate.application_id, certificate.product, now=now)
    certificates.keep(replace(certificate, truth=truth), events=events)
    return bool(events)


def _end(certificate: Certificate, *, certificates: Certificates) -> bool:
    if certificate.truth is None or not certificate.truth.recheck:
        return False
    certificates.keep(replace(certificate, truth=certificate.truth.ended()))
    return True


def _in_turn(towns: list[str], now: datetime) -> list[str]:
    first = int(now.timestamp()) % len(towns) if towns else 0
    return towns[first:] + towns[:first]
