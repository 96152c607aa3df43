"""Who looked at one's own data, and for what."""

from dataclasses import dataclass
from datetime import datetime

from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.auth.other_numbers import other_numbers
from gateway.counter.products import title_of
from gateway.language import translate
from gateway.sentences import BY_WHOM, LOOKED_AT, LOOKED_BY, LOOKED_FOR, ONLY_AT_DESK, WHAT_FOR
from gateway.tenancy import current_town
from services.contracts.registry import MOST_LISTED, ListLooks, LookPlace, LookView


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look, as of registry.LookView, with its words: `who` looked, `why`, for which product (`title`), at what
    (`fact_titles`, in the order of the `facts`)."""

    at: datetime
    by: str
    who: str
    purpose: str
    why: str
    product: str | None
    title: str | None
    facts: tuple[str, ...]
    fact_titles: tuple[str, ...]
    sources: tuple[str, ...]
    outcome: str
    application_id: str | None
    reason: str | None


@dataclass(frozen=True, kw_only=True)
class OwnLooks:
    """One page, newest first. Behind `last` there are more; None where there are not. `only_at_desk` says which looks
    are in no list."""

    looks: tuple[Look, ...]
    only_at_desk: str
    last: LookPlace | None


def own_looks(*, limit: int = MOST_LISTED, after: LookPlace | None = None) -> OwnLooks:
    """In this town's register, for as long as the log is kept. Raises what `ask` and `require_citizen` raise."""
    citizen = require_citizen()
    found = ask(
        ListLooks(
            town=current_town().refnis,
            citizen=citizen.national_number,
            other_numbers=other_numbers(citizen),
            limit=limit,
            after=after,
        )
    )
    return OwnLooks(looks=tuple(map(_told, found.looks)), only_at_desk=translate(ONLY_AT_DESK), last=found.last)


def _told(look: LookView) -> Look:
    return Look(
        at=look.at,
        by=look.by,
        who=translate(LOOKED_BY.get(look.by, BY_WHOM), department=look.department or ""),
        purpose=look.purpose,
        why=translate(LOOKED_FOR.get(look.purpose, WHAT_FOR)),
        product=look.product,
        title=title_of(look.product or "") or look.product,
        facts=look.facts,
        fact_titles=tuple(translate(LOOKED_AT[each]) if each in LOOKED_AT else each for each in look.facts),
        sources=look.sources,
        outcome=look.outcome,
        application_id=look.application_id,
        reason=look.reason,
    )
