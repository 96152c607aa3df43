"""Ids of applications, from which intake alone can tell, without a record, whose an application was and since when.

So whoever filed in a time that a restoring lost is told so, where anybody else is told that there is nothing. To
everybody without intake's pepper an id is 32 random hexadecimal digits: a nonce of 4 bytes, the moment of filing (6
bytes, milliseconds since 1970) under a mask, and a mark of 6 bytes over all of it. Mask and mark are pseudonyms of
town, applicant and nonce. What version 0.1 gave out carries no mark, and one in 2^48 ids would by chance.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from services.contracts.ids import could_be_an_id
from services.contracts.restoring import LostTime, is_lost
from services.intake.domain.ports import Pseudonyms

_NONCE, _MOMENT = 8, 12
"""Hexadecimal digits; the mark has as many as the moment."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def filed_id(random: str, *, town: str, applicant: str, now: datetime, pseudonyms: Pseudonyms) -> str:
    """The id of what is filed now. `random` is an id as services/contracts/ids.py makes it, `applicant` a pseudonym."""
    nonce, moment = random[-_NONCE:], f"{(now - _EPOCH) // timedelta(milliseconds=1):0{_MOMENT}x}"
    masked = _masked(moment, nonce, town=town, applicant=applicant, pseudonyms=pseudonyms)
    return nonce + masked + _mark(moment, nonce, town=town, applicant=applicant, pseudonyms=pseudonyms)


def is_lost_to(
    id: str, applicants: Iterable[str], *, town: str, lost: tuple[LostTime, ...], pseudonyms: Pseudonyms
) -> bool:
    """Did one of these, who are all the same citizen, file it in a time that is lost? Asked of ids not on record."""
    if not lost or not could_be_an_id(id):
        return False
    moments = (_filed_at(id, town=town, applicant=each, pseudonyms=pseudonyms) for each in applicants)
    return any(is_lost(moment, lost) for moment in moments if moment)


def _filed_at(id: str, *, town: str, applicant: str, pseudonyms: Pseudonyms) -> datetime | None:
    nonce, masked, mark = id[:_NONCE], id[_NONCE : _NONCE + _MOMENT], id[_NONCE + _MOMENT :]
    moment = _masked(masked, nonce, town=town, applicant=applicant, pseudonyms=pseudonyms)
    if mark != _mark(moment, nonce, town=town, applicant=applicant, pseudonyms=pseudonyms):
        return None
    return _EPOCH + timedelta(milliseconds=int(moment, 16))


def _masked(moment: str, nonce: str, *, town: str, applicant: str, pseudonyms: Pseudonyms) -> str:
    """Under its mask, or out from under it."""
    mask = pseudonyms.of("id-moment", town=town, value=f"{applicant}|{nonce}")[:_MOMENT]
    return f"{int(moment, 16) ^ int(mask, 16):0{_MOMENT}x}"


def _mark(moment: str, nonce: str, *, town: str, applicant: str, pseudonyms: Pseudonyms) -> str:
    return pseudonyms.of("id-mark", town=town, value=f"{applicant}|{nonce}|{moment}")[:_MOMENT]
