"""Whether somebody cohabits legally, and with whom."""

from services.contracts.facts.legal_cohabitation import LegalCohabitation
from services.registry.bonds import cohabitant
from services.registry.consequences import BY_DECLARATION
from services.registry.consistency import check_bonds
from services.registry.facts import RESIDENTS, PopulationFact
from services.registry.subject import Subject


def _compile(subject: Subject) -> LegalCohabitation:
    check_bonds(subject.dossier, today=subject.today)
    known, partner = subject.dossier.cohabitation, cohabitant(subject)
    if known is None:
        return LegalCohabitation(state="none")
    return LegalCohabitation(
        state="current" if known.until is None else "ended",
        partner_first_names=partner.first_names if partner else (),
        partner_last_name=partner.last_name if partner else None,
        since=known.since,
        until=known.until,
    )


FACT = PopulationFact(part=LegalCohabitation, compile=_compile, standings=RESIDENTS, withheld=BY_DECLARATION)
