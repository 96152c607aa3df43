"""From dossiers to facts: what a product declares, and nothing else, and nothing that the register contradicts."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from services.contracts.extracts import FACTS_VERSION, Facts, Request
from services.contracts.product import Product
from services.contracts.register_codes import REGISTERS
from services.registry.consistency import check_address, check_codes, check_words, current_stay
from services.registry.contradictions import concerning
from services.registry.domain import Stay
from services.registry.facts import PopulationFact, Tells, declared, of_population, told
from services.registry.home import check
from services.registry.subject import Subject


def check_subject(subject: Subject, facts: Collection[PopulationFact[Any]], *, shared: bool) -> Stay | None:
    """Whether the dossier can be put on paper, and where an address is told, whether all agree on it, which is given
    back. `shared` as for home.look_around. Raises Inconsistent.
    """
    dossier, today = subject.dossier, subject.today
    check_words(dossier)
    check_codes(dossier, today=today)
    if subject.home is None:
        return None
    stay = current_stay(dossier, today=today)
    with concerning(dossier.number):
        check_address(stay.address, subject.town)
    check(subject.home, dossier, stay, shared=shared, composed=told(facts) is Tells.HOUSEHOLDS)
    return stay


def compiled(
    parts: dict[str, Any],
    subject: Subject,
    *,
    application_id: str,
    product: Product,
    request: Request,
    now: datetime,
) -> Facts:
    """The facts of an application, as they leave."""
    return Facts(
        version=FACTS_VERSION,
        application_id=application_id,
        town=subject.town,
        product=product.id,
        compiled_at=now,
        fields=request.fields,
        registers=_registers(subject, product),
        parts=parts,
    )


def _registers(subject: Subject, product: Product) -> tuple[str, ...]:
    """In which the subject is entered, and who is told to live there, in the order of REGISTERS."""
    composed = told(of_population(declared(product.facts))) is Tells.HOUSEHOLDS
    members = [found.dossier for _, found in subject.home.members] if composed and subject.home else []
    entered = {each.registration.register.value for each in members if each and each.is_resident}
    entered.add(subject.dossier.registration.register.value)
    return tuple(register for register in REGISTERS if register in entered)
