"""Emptying certificates whose time is over, with their files."""

from collections.abc import Iterable
from datetime import datetime

from services.contracts.product import Product
from services.contracts.restoring import LostTime
from services.contracts.retention import document_cutoffs
from services.documents.ports import Certificates, Truths


def empty_certificates(*, certificates: Certificates, products: Iterable[Product], now: datetime) -> int:
    """`document_days` after their issue. A bounded look, to be taken again and again; how many it emptied.

    A number and a code that were drawn and never issued are nobody's, and stay: intake may still ask for them.
    """
    return sum(certificates.empty(each) for each in certificates.past(document_cutoffs(products, now=now)))


def empty_truths(*, truths: Truths, products: Iterable[Product], now: datetime) -> int:
    """What was asked about certificates, when theirs is over."""
    return sum(truths.empty(each) for each in truths.past(document_cutoffs(products, now=now)))


def sweep_leftovers(*, certificates: Certificates, products: Iterable[Product], now: datetime) -> int:
    """Files that no certificate names and that are older than any may be; how many there were."""
    return certificates.sweep_leftovers(before=document_cutoffs(products, now=now).others)


def still_missed(lost: Iterable[LostTime], *, products: Iterable[Product], now: datetime) -> tuple[LostTime, ...]:
    """Those lost times from which a certificate would be kept today, had it not been lost."""
    before = document_cutoffs(products, now=now).others
    return tuple(each for each in lost if each.until > before)
