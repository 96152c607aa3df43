"""What a town says of the accessibility of its pages and of what it does with data: made from its file, the catalogue
and the settings, with its own texts.

The statement follows the model of Commission Implementing Decision (EU) 2018/1523, the notice articles 13 and 14 of
Regulation (EU) 2016/679.
"""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from gateway.counter.keeping import Keeping, keeping
from gateway.counter.ombuds import OWN_OMBUDS, ombuds_of
from gateway.counter.recipients import Department, departments
from gateway.language import language, translate
from gateway.sentences import LOOKED_AT
from gateway.tenancy import current_town
from services.contracts.catalogue import offered, products
from services.contracts.naming import Names
from services.contracts.notices import Passage, passages
from services.contracts.populations import MAGDA
from services.contracts.product import brings_document

ASSESSED = date(2026, 11, 27)
"""The day of Loket's own assessment, which holds for a town that names none."""


@dataclass(frozen=True, kw_only=True)
class Reached:
    """Somebody, and the ways to them; empty where there is none."""

    name: str
    address: str
    phone: str
    email: str
    website: str


@dataclass(frozen=True, kw_only=True)
class OwnText:
    """In the words of the town, in this language."""

    language: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True, kw_only=True)
class Statement:
    """Of accessibility. `passes_on`: the town hands on documents of other authorities. `ombuds` is None where the town
    has a service of its own; `told_of_ombuds` is what it says of that."""

    status: str
    method: str
    law: str
    prepared: date
    reviewed: date | None
    passes_on: bool
    exceptions: OwnText | None
    email: str
    complaints: str
    ombuds: Reached | None
    told_of_ombuds: OwnText | None
    more: OwnText | None
    instead: OwnText | None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Of privacy. `facts` are what is looked up, `asks` who is asked to confirm something; `departments` is None where
    nobody can tell at the moment."""

    officer: str | None
    titles: tuple[str, ...]
    laws: tuple[str, ...]
    facts: tuple[str, ...]
    sign_in: str
    is_at_magda: bool
    has_deeds: bool
    has_criminal_record: bool
    asks: tuple[str, ...]
    departments: tuple[Department, ...] | None
    still_true: bool
    keeping: Keeping
    more: OwnText | None
    instead: OwnText | None


def statement() -> Statement:
    """Of the town that is asked."""
    town, reader = current_town(), language()
    said, ombuds = town.accessibility, ombuds_of(town)
    found = offered(town, products()).values()
    told = _told(said.ombuds)
    is_of_region = not told and town.refnis not in OWN_OMBUDS
    return Statement(
        status=said.status,
        method=said.method,
        law=ombuds.law[reader],
        prepared=date.fromisoformat(said.prepared) if said.prepared else ASSESSED,
        reviewed=date.fromisoformat(said.reviewed) if said.reviewed else None,
        passes_on=any(brings_document(fact) for each in found for fact in each.facts),
        exceptions=_told(said.exceptions),
        email=said.email or town.office.email,
        complaints=said.complaints or town.office.email,
        ombuds=Reached(
            name=ombuds.name[reader],
            address=ombuds.address[reader],
            phone=ombuds.phone,
            email=ombuds.email.get(reader, ""),
            website=ombuds.website,
        )
        if is_of_region
        else None,
        told_of_ombuds=told,
        more=_told(said.more),
        instead=_told(said.instead),
    )


def notice() -> Notice:
    """Of the town that is asked. With the services away it lacks who hears of it, and says so."""
    town, reader = current_town(), language()
    found = tuple(offered(town, products()).values())
    facts = dict.fromkeys(fact for each in found for fact in each.facts)
    sources = {source for each in found for source in each.sources}
    instead = _told(town.privacy.instead)
    return Notice(
        officer=town.privacy.officer,
        titles=tuple(sorted(each.title(reader) for each in found)),
        laws=tuple({each.law: each.legal_basis(reader) for each in found}.values()),
        facts=tuple(translate(LOOKED_AT[fact]) for fact in facts if fact in LOOKED_AT),
        sign_in=urlsplit(town.sign_in.issuer).hostname or "",
        is_at_magda=town.population.source == MAGDA,
        has_deeds="deeds" in sources,
        has_criminal_record="criminal-record" in sources,
        asks=tuple(dict.fromkeys(gate.names[reader] for each in found for gate in each.gates)),
        departments=() if instead else departments(),
        still_true=any(each.is_still_true_in(town) for each in found),
        keeping=keeping(found),
        more=_told(town.privacy.more),
        instead=instead,
    )


def _told(names: Names) -> OwnText | None:
    """In the reader's language, else in the first of the town's own."""
    for code in (language(), *current_town().official_languages):
        if text := names.get(code):
            return OwnText(language=code, passages=tuple(passages(text)))
    return None
