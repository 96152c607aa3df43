"""What notify does."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from services.contracts.contact import Contact
from services.contracts.delivery import TryLater, Unacceptable
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.events import Event
from services.contracts.intake import ApplicationExpired, ApplicationRefused
from services.contracts.notify import CitizenTold, MessageUndeliverable
from services.contracts.product import PASSED_THROUGH, Product
from services.contracts.towns import Town
from services.notify.domain import (
    FRESH,
    MOST_DOUBTS,
    Channel,
    Correspondence,
    Correspondences,
    InDoubt,
    Kind,
    Letter,
    Message,
    Progress,
    Undeliverable,
    message_id,
)

T = TypeVar("T")
Outcome = CertificateIssued | ApplicationRefused | ApplicationExpired

KINDS: dict[type[Outcome], Kind] = {
    CertificateIssued: Kind.ISSUED,
    ApplicationRefused: Kind.REFUSED,
    ApplicationExpired: Kind.EXPIRED,
}


class Unlocks(Protocol):
    """Unlocks what was locked for notify."""

    def unlock(self, cls: type[T], token: str, *, bound_to: str) -> T:
        """Raises Unacceptable."""


def tell_citizen(
    event: Outcome,
    cause: Cause,
    *,
    correspondences: Correspondences,
    contacts: Unlocks,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    channel: Channel,
    patience: timedelta,
    pause: Callable[[], None],
    clock: Callable[[], datetime],
) -> None:
    """Tell how an application ended. Claim, send, mark: never lost, at most one more per crash of notify.

    `pause` passes a few seconds. Raises TryLater where the channel is away for now, or where another process may be
    sending it; Unacceptable where it went out again and again and nobody knows whether it was taken.
    """
    kind = KINDS[type(event)]
    correspondence = correspondences.hear(event.application_id, cause).about(event.product)
    told_before = correspondence.message(kind)
    if told_before and told_before.is_settled:
        correspondences.save(correspondence, [_became(told_before, event.application_id, channel)], cause=cause)
        return
    product = products.get(event.product)
    letter = _letter(event, kind, product, town=_town(cause.town, towns), contacts=contacts, now=clock())
    if told_before:  # what may have left goes out as itself, also where its Message-ID was made by an older version
        letter = replace(letter, message_id=told_before.message_id)
    if told_before and channel.has_sent(told_before.message_id):  # the store was away when it was to be marked
        claimed = correspondence
    else:
        claimed = _claimed(correspondence, letter, correspondences, patience=patience, pause=pause, clock=clock)
    try:
        channel.send(letter)
    except TryLater as reason:
        correspondences.save(claimed.noted(kind, Progress.POSTPONED, now=clock(), code=reason.reason))
        raise
    except InDoubt as doubt:
        doubted = correspondences.save(claimed.doubted(kind, now=clock(), code=doubt.code))
        times = doubted.claim_of(kind).doubts
        if times >= MOST_DOUBTS:
            raise Unacceptable(doubt.code, f"{letter.message_id} went out {times} times") from None
        raise TryLater(doubt.code) from None
    except Undeliverable as refusal:
        after = claimed.noted(kind, Progress.UNDELIVERABLE, now=clock(), code=refusal.code)
    else:
        after = claimed.noted(kind, Progress.SENT, now=clock())
    correspondences.save(after, [_became(after.claim_of(kind), event.application_id, channel)], cause=cause)


def _became(message: Message, application_id: str, channel: Channel) -> Event:
    """What is told of a settled message, also to who asks anew about one that left before."""
    if message.progress is Progress.SENT:
        return CitizenTold(application_id=application_id, channel=channel.name, told_at=message.at)
    return MessageUndeliverable(
        application_id=application_id, channel=channel.name, code=message.code or "", refused_at=message.at
    )


def _claimed(
    correspondence: Correspondence,
    letter: Letter,
    correspondences: Correspondences,
    *,
    patience: timedelta,
    pause: Callable[[], None],
    clock: Callable[[], datetime],
) -> Correspondence:
    """The intention, kept. Raises TryLater where another's may be at work, or will be before the message has left."""
    claim = partial(correspondence.claimed, letter.kind, message_id=letter.message_id, patience=patience)
    claim_now = claim(now=clock())
    before = correspondence.message(letter.kind)
    if before and before.progress is Progress.CLAIMED:
        pause()  # where its owner lives, and only the store was away, it marks now, and this claim comes too late
        claim_now = claim(now=clock())
    claimed = correspondences.claim(claim_now)
    now = clock()
    if now > claimed.claim_of(letter.kind).at + FRESH:
        correspondences.save(claimed.noted(letter.kind, Progress.POSTPONED, now=now, code="claimed-slowly"))
        raise TryLater("claimed-slowly")
    return claimed


def _letter(
    event: Outcome, kind: Kind, product: Product | None, *, town: Town, contacts: Unlocks, now: datetime
) -> Letter:
    contact = contacts.unlock(Contact, event.contact, bound_to=event.application_id)
    return Letter(
        kind=kind,
        message_id=message_id(application_id=event.application_id, town=town),
        application_id=event.application_id,
        town=town,
        email=contact.email,
        language=contact.language,
        written_at=now,
        code=event.code if isinstance(event, ApplicationExpired) else None,
        is_of_a_document=product is not None and product.gives.kind == PASSED_THROUGH,
        product=product.title(contact.language) if product and town.mails_name_products else None,
    )


def _town(refnis: str, towns: Mapping[str, Town]) -> Town:
    if refnis not in towns:
        raise Unacceptable("unknown-town", refnis)
    return towns[refnis]
