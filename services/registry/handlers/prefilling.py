"""What a citizen's form and session need to know of the register: whom they may ask about, under which numbers."""

from collections.abc import Mapping
from datetime import datetime

from services.contracts.catalogue import offered
from services.contracts.errors import NotFound, Refusal, UnknownProduct
from services.contracts.product import Product
from services.contracts.registry import (
    Numbers,
    Person,
    Prefill,
    ReadNumbers,
    ReadPrefill,
)
from services.contracts.towns import Town
from services.registry.access import GIVEN, PREFILL, Access, AccessLog, Look
from services.registry.askable import askable
from services.registry.contradictions import Inconsistent
from services.registry.domain import SELF, Dossier, Register, SourceUnavailable
from services.registry.merges import numbers_of


def read_prefill(
    asked: ReadPrefill,
    *,
    register: Register,
    accesses: AccessLog,
    towns: Mapping[str, Town],
    products: Mapping[str, Product],
    access_id: str,
    now: datetime,
) -> Prefill:
    """The people the citizen may ask this product about: names and numbers, nothing else.

    Raises UnknownProduct where the town does not offer it, and NotFound (no such town).
    """
    town = towns.get(asked.town)
    if town is None:
        raise NotFound
    product = offered(town, products).get(asked.product)
    if product is None:
        raise UnknownProduct
    opened = Access(
        id=access_id,
        town=asked.town,
        at=now,
        by=asked.citizen,
        capacity=SELF,
        product=asked.product,
        purpose=PREFILL,
    )
    try:
        with Look(register.view(town=asked.town), opened, accesses=accesses) as look:
            people, refusal = askable(asked.citizen, town=asked.town, product=product, view=look, now=now)
            look.confirm()
            look.outcome = refusal.value if refusal else GIVEN
    except SourceUnavailable:
        return Prefill(code=Refusal.REGISTER_UNAVAILABLE.value)
    except Inconsistent:
        return Prefill(code=Refusal.REGISTER_CONTRADICTED.value)
    return Prefill(
        subjects=tuple(
            Person(national_number=dossier.number, name=_name(dossier), capacity=capacity)
            for dossier, capacity in people
        ),
        code=refusal.value if refusal else None,
    )


def read_numbers(
    asked: ReadNumbers, *, register: Register, accesses: AccessLog, access_id: str, now: datetime
) -> Numbers:
    """All numbers of a citizen, so that what was filed under an old one is still theirs."""
    opened = Access(
        id=access_id,
        town=asked.town,
        at=now,
        by=asked.citizen,
        capacity=SELF,
        product=None,
        purpose="numbers",
    )
    try:
        with Look(register.view(town=asked.town), opened, accesses=accesses) as look:
            _, *others = numbers_of(asked.citizen, look)
            look.confirm()
            look.outcome = GIVEN
    except SourceUnavailable:
        return Numbers(code=Refusal.REGISTER_UNAVAILABLE.value)
    except Inconsistent:
        return Numbers(code=Refusal.REGISTER_CONTRADICTED.value)
    return Numbers(others=tuple(others))


def _name(dossier: Dossier) -> str:
    return " ".join((*dossier.first_names, dossier.last_name))
