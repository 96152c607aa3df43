"""For who mends a register: whom and which entry a contradiction concerns, looked up anew.

What was found is kept nowhere: a list of people at fault beside the register would be one more copy of it, and stale
once somebody mends half. The look is in the access log like any other, with the account of who looked and their reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from services.contracts.extracts import Request
from services.contracts.plans import pinned
from services.contracts.product import Product
from services.registry.access import REPAIR, Access, AccessLog, Look
from services.registry.contradictions import Inconsistent
from services.registry.domain import Register
from services.registry.extract import Extract
from services.registry.facts import check_known, sources_asked
from services.registry.inquiry import inquire
from services.registry.ports import Source


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What contradicts itself. `kind` is None where nothing does any more: the register would answer now.

    `numbers` are those of the dossiers at fault, `household` is the id of the entry, where it is one. The first fault
    that is met is told: mended, another may come to light.
    """

    kind: str | None
    numbers: tuple[str, ...] = ()
    household: str | None = None


def look_into(
    extract: Extract,
    request: Request,
    *,
    product: Product,
    register: Register,
    sources: Mapping[str, Source],
    accesses: AccessLog,
    operator: str,
    reason: str,
    access_id: str,
    now: datetime,
) -> Fault:
    """Ask as the application does, and tell what is at fault instead of an answer. No fact of the answer leaves.

    Raises SourceUnavailable, Unacceptable (a fact of its plan is gone since), and what the access log raises: what
    cannot be logged is not told.
    """
    product = pinned(product, extract.plan)
    check_known(product)
    opened = Access(
        id=access_id,
        town=extract.town,
        at=now,
        by=operator,
        capacity="operator",
        product=product.id,
        purpose=REPAIR,
        application_id=extract.application_id,
        reason=reason,
        subject=request.subject,
        facts=product.facts,
        sources=sources_asked(product.facts),
    )
    try:
        with Look(register.view(town=extract.town), opened, accesses=accesses) as look:
            answer = inquire(
                request,
                application_id=extract.application_id,
                town=extract.town,
                product=product,
                view=look,
                sources=sources,
                now=now,
            )
            look.confirm()
            look.outcome = answer.outcome
    except Inconsistent as found:
        return Fault(kind=found.what, numbers=found.about, household=found.household)
    return Fault(kind=None)
