"""What people declared to their town: their last wishes, and that they want to vote. It follows from their numbers, so
that nothing else of a town changes with it.
"""

from datetime import date, timedelta
from hashlib import sha256

from deploy.demo.generator.people import Draft
from services.contracts.countries import UNION
from services.contracts.partial_days import earliest
from services.contracts.register_codes import LAST_WISHES
from services.registry.domain import LastWishes, Voting

_OF_AGE = 18
_WISHES, _VOTES, _EXCLUDED = 0.08, 0.2, 0.003
"""How many of who may declare it have; and how many voters a judgment excludes."""


def declare(draft: Draft, *, as_of: date) -> None:
    """Add what somebody declared, if anything was."""
    digest = sha256(draft.number.encode()).digest()
    born = earliest(draft.born_on) or draft.born
    of_age = date(born.year + _OF_AGE, born.month, min(born.day, 28))
    if of_age > as_of:
        return
    if draft.last_wishes is None and digest[0] / 256 < _WISHES:
        days = int.from_bytes(digest[1:3], "big") % max((as_of - of_age).days, 1)
        mode = LAST_WISHES[digest[3] % len(LAST_WISHES)]
        draft.last_wishes = LastWishes(mode=mode, declared_on=(of_age + timedelta(days=days)).isoformat())
    if draft.voting is None:
        draft.voting = _voting(draft, digest)


def _voting(draft: Draft, digest: bytes) -> Voting | None:
    codes = {nationality.code for nationality in draft.nationalities}
    if "BE" in codes:
        return Voting(is_excluded=True) if int.from_bytes(digest[4:6], "big") / 65536 < _EXCLUDED else None
    if digest[4] / 256 >= _VOTES:
        return None
    return Voting(registered_for=("european", "municipal") if codes & UNION else ("municipal",))
