"""A citizen files an application, or asks whether the form would be taken."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.days import day_of
from services.contracts.errors import IdempotencyKeyReused, InvalidField, NotFound, OtherNumbersWanted
from services.contracts.field_errors import field_error
from services.contracts.intake import (
    LONGEST_KEY,
    Acceptable,
    ApplicationView,
    CheckApplication,
    SubmitApplication,
    is_idempotency_key,
)
from services.contracts.product import Product
from services.contracts.towns import Town
from services.intake.domain import moves
from services.intake.domain.form import Accepted, accept
from services.intake.domain.gate import Gate, reference_of
from services.intake.domain.gates import kinds
from services.intake.domain.ports import Applications, Locks, LocksForOthers, NewId, Pseudonyms
from services.intake.handlers.whose import applicants_of, compact_number, first


def submit_application(
    asked: SubmitApplication,
    *,
    applications: Applications,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    pseudonyms: Pseudonyms,
    requests: Locks,
    contacts: Locks,
    confirmations: LocksForOthers,
    new_id: NewId,
    now: datetime,
) -> ApplicationView:
    """File an application. The same key with the same body gets the application filed first.

    Raises IdempotencyKeyReused, NotFound (no such town), OtherNumbersWanted, or what `accept` raises.
    """
    town = _town(asked.town, towns)
    if not is_idempotency_key(asked.idempotency_key):
        raise InvalidField(fields={"idempotency_key": field_error("not-an-idempotency-key", most=LONGEST_KEY)})
    applicants = applicants_of(asked, pseudonyms)
    key = pseudonyms.of("key", town=town.refnis, value=asked.idempotency_key)
    digest = pseudonyms.of("body", town=town.refnis, value=asked.body_digest)
    is_known = applications.knows_key(town=town.refnis, idempotency_key=key)
    own = (applications.with_key(town=town.refnis, applicant=each, idempotency_key=key) for each in applicants)
    kept = first(own) if is_known else None
    if kept is None:
        if not asked.are_all and (is_known or _may_name_themselves(asked)):
            raise OtherNumbersWanted
        accepted = accept(asked, town=town, products=products, today=day_of(now))
        id = new_id(town=town.refnis, applicant=applicants[0], now=now)
        moved = moves.submit(
            accepted,
            id=id,
            town=town.refnis,
            applicant=applicants[0],
            idempotency_key=key,
            body_digest=digest,
            request=requests.lock(accepted.request, bound_to=id),
            contact=contacts.lock(accepted.contact, bound_to=id),
            gates=_pinned(accepted, id, confirmations),
            now=now,
        )
        kept = applications.add(moved.application, moved.events)
    if kept.body_digest != digest:
        raise IdempotencyKeyReused
    return kept.view()


def check_application(
    asked: CheckApplication, *, towns: Mapping[str, Town], products: Mapping[str, Product], now: datetime
) -> Acceptable:
    """Would this be taken? Nothing is kept. Raises NotFound (no such town), or what `accept` raises."""
    accept(asked, town=_town(asked.town, towns), products=products, today=day_of(now))
    return Acceptable()


def _pinned(accepted: Accepted, id: str, confirmations: LocksForOthers) -> tuple[Gate, ...]:
    """The gates beyond the facts, as they bind from now on."""
    return tuple(
        kinds()[terms.kind].pin(terms, reference=reference_of(id, place), accepted=accepted, lock=confirmations.lock)
        for place, terms in enumerate(accepted.product.gates, start=1)
    )


def _may_name_themselves(asked: SubmitApplication) -> bool:
    """By a number of theirs that is not told here."""
    return asked.subject is not None and compact_number(asked.subject) not in map(
        compact_number, (asked.citizen, *asked.other_numbers)
    )


def _town(refnis: str, towns: Mapping[str, Town]) -> Town:
    if refnis not in towns:
        raise NotFound
    return towns[refnis]
