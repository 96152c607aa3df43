"""Dossiers and households as MAGDA 02.02 writes them: the shape of its public simulator's answers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from types import MappingProxyType
from xml.sax.saxutils import escape, quoteattr

from services.contracts.address import Address
from services.contracts.countries import canonical
from services.contracts.municipalities import municipalities, postcodes
from services.contracts.naming import Names
from services.registry.domain import (
    CivilState,
    Dossier,
    Household,
    Membership,
    RegisterKind,
    Registration,
    Standing,
    Stay,
)
from services.registry.sources.magda import codes

_POSITIONS = {relation: code for code, relation in codes.RELATIONS.items()}
_REGISTERS = {
    RegisterKind.FOREIGNERS: "1",
    RegisterKind.POPULATION: "2",
    RegisterKind.EU_OFFICIALS: "3",
    RegisterKind.PROTOCOL: "4",
    RegisterKind.WAITING: "5",
    RegisterKind.WAITING_EU: "6",
    RegisterKind.BIS: "BIS",
}
_CIVIL_STATES: dict[CivilState, str] = {}
for _code, _state in codes.CIVIL_STATES.items():
    _CIVIL_STATES.setdefault(_state, _code)
_STATUSES = {standing: code for code, standing in codes.STATUSES.items()}
_SEXES = {sex: code for code, sex in codes.SEXES.items()}


def person(dossier: Dossier, *, town: str, household: Household | None, others: Mapping[str, Dossier]) -> str:
    """`others` are the dossiers of whoever stands in it besides."""
    return (
        f'<Persoon Bron="RR"><INSZ>{dossier.number}</INSZ>{_name(dossier, begin=dossier.born_on)}{_sex(dossier)}'
        f"{_standing(dossier, town)}{_nationalities(dossier)}{_birth(dossier)}{_civil_state(dossier)}"
        f"{_cohabitation(dossier)}{_addresses(dossier)}{_descent(dossier)}{_offspring(dossier)}"
        f"{_place_in_household(dossier, household, others)}</Persoon>"
    )


def as_listed(household: Household, current: Mapping[str, str]) -> Household:
    """As the platform lists it: under the `current` numbers, and in a home each as of its community."""
    relation = {"relation": "community-member"} if household.collective else {}
    listed = (replace(each, number=current.get(each.number, each.number), **relation) for each in household.members)
    return replace(household, members=tuple(listed))


def members(household: Household, others: Mapping[str, Dossier]) -> str:
    """Of a household: each with the own address."""
    return f"<Gezinsleden>{''.join(_member(each, others) for each in household.members)}</Gezinsleden>"


def history(dossier: Dossier) -> str:
    """Where somebody lived."""
    stays = "".join(_residence(each) for each in dossier.stays)
    return (
        f"<HistoriekPersoon><INSZ>{dossier.number}</INSZ><HistoriekAdressen><HistoriekHoofdverblijfplaats>{stays}"
        "</HistoriekHoofdverblijfplaats></HistoriekAdressen></HistoriekPersoon>"
    )


def _coded(name: str, code: str | None, *, begin: str | None = None, text: str = "") -> str:
    if code is None:
        return ""
    since = f" DatumBegin={quoteattr(begin)}" if begin else ""
    said = f'<Omschrijving Taal="nl">{escape(text)}</Omschrijving>' if text else ""
    return f"<{name}{since}><Code>{escape(code)}</Code>{said}</{name}>"


def _name(dossier: Dossier, *, begin: str) -> str:
    firsts = "".join(f"<Voornaam>{escape(each)}</Voornaam>" for each in dossier.first_names)
    return (
        f"<Naam DatumBegin={quoteattr(begin)}><Achternamen><Achternaam>{escape(dossier.last_name)}</Achternaam>"
        f"</Achternamen>{f'<Voornamen>{firsts}</Voornamen>' if firsts else ''}</Naam>"
    )


def _sex(dossier: Dossier) -> str:
    return _coded("Geslacht", _SEXES.get(dossier.sex or ""))


def _standing(dossier: Dossier, town: str) -> str:
    registration = dossier.registration
    register = _coded("Register", _REGISTERS[registration.register], begin=registration.since)
    if registration.standing is Standing.DECEASED:
        return f"{register}<Overlijden><Datum>{registration.since}</Datum></Overlijden>"
    if registration.standing in (Standing.RESIDENT, Standing.MOVED_OUT):
        here = registration.standing is Standing.RESIDENT
        is_elsewhere = registration.register in (RegisterKind.BIS, RegisterKind.PROTOCOL)
        refnis = town if here else registration.destination or "11002"
        return register if here and is_elsewhere else f"{_administration(refnis, registration)}{register}"
    status = _coded("Status", _STATUSES[registration.standing], begin=registration.since)
    return f"<Statussen>{status}</Statussen>{register}"


def _administration(refnis: str, registration: Registration) -> str:
    known = municipalities().get(refnis)
    name = next(iter(known.names.values())) if known else ""
    return (
        f"<Beheerder DatumBegin={quoteattr(registration.since)}><Plaats><Gemeente><NISCode>{refnis}</NISCode><Naam>"
        f"{escape(name)}</Naam></Gemeente><Land><NISCode>150</NISCode><ISOCode>BEL</ISOCode><Naam>BELGIE</Naam></Land>"
        "</Plaats><Fusie><Code>0</Code></Fusie></Beheerder>"
    )


def _nationalities(dossier: Dossier) -> str:
    found = (
        _coded("Nationaliteit", code, begin=each.since, text=text)
        for each in dossier.nationalities
        for code, text in (_country_codes("nationality").get(canonical(each.code), ("999", each.code)),)
    )
    return f"<Nationaliteiten>{''.join(found)}</Nationaliteiten>"


def _birth(dossier: Dossier) -> str:
    place, names = dossier.birth_place, dict(dossier.birth_place.names) if dossier.birth_place else {}
    known = municipalities().get(place.refnis or "") if place else None
    town = ""
    if place is not None:
        refnis = f"<NISCode>{place.refnis}</NISCode>" if place.refnis else ""
        town = (
            f"<Gemeente>{refnis}<Naam>{escape(_said(names or (dict(known.names) if known else {})))}</Naam></Gemeente>"
        )
    nis, iso = _country_codes("place").get(canonical(dossier.birth_country), ("", ""))
    land = f"<Land>{f'<NISCode>{nis}</NISCode>' if nis else ''}{f'<ISOCode>{iso}</ISOCode>' if iso else ''}</Land>"
    return f"<Geboorte><Datum>{dossier.born_on}</Datum><Plaats>{town}{land}</Plaats></Geboorte>"


def _civil_state(dossier: Dossier) -> str:
    status = dossier.civil_status
    partner = f"<Partner><INSZ>{status.partner}</INSZ></Partner>" if status.partner else ""
    coded = _coded("BurgerlijkeStaat", _CIVIL_STATES.get(status.state), begin=status.since)
    return f"<BurgerlijkeStaten>{coded.replace('</Code>', f'</Code>{partner}')}</BurgerlijkeStaten>" if coded else ""


def _cohabitation(dossier: Dossier) -> str:
    found = dossier.cohabitation
    if found is None:
        return ""
    until = f" DatumEinde={quoteattr(found.until)}" if found.until else ""
    return (
        f"<WettelijkeSamenwoning DatumBegin={quoteattr(found.since)}{until}><Datum>{found.since}</Datum><Partner>"
        f"<INSZ>{found.partner}</INSZ></Partner></WettelijkeSamenwoning>"
    )


def _addresses(dossier: Dossier) -> str:
    stay = dossier.current_stay
    mark = "<NietMededeelbaar><Code>1</Code></NietMededeelbaar>" if dossier.protected_address else ""
    told = f"{_residence(stay) if stay else ''}{_abroad(dossier)}{mark}"
    return f"<Adressen>{told}</Adressen>" if told else ""


def _abroad(dossier: Dossier) -> str:
    registration = dossier.registration
    nis, iso = _country_codes("place").get(canonical(registration.destination or ""), ("", ""))
    if registration.standing is not Standing.EMIGRATED or not iso:
        return ""
    since = quoteattr(registration.since)
    land = f"<Land>{f'<NISCode>{nis}</NISCode>' if nis else ''}<ISOCode>{iso}</ISOCode></Land>"
    return f"<VerblijfplaatsBuitenland DatumBegin={since}>{land}</VerblijfplaatsBuitenland>"


def _residence(stay: Stay) -> str:
    address, until = stay.address, f" DatumEinde={quoteattr(stay.until)}" if stay.until else ""
    box = f"<Busnummer>{escape(address.box)}</Busnummer>" if address.box else ""
    return (
        f"<Hoofdverblijfplaats DatumBegin={quoteattr(stay.since)}{until}>{_text('Straatnaam', address.street)}"
        f"<Huisnummer>{escape(address.house_number)}</Huisnummer>{box}{_text('Gemeentenaam', address.municipality)}"
        f"<Postcode>{escape(address.postcode)}</Postcode><NISCodeLand>150</NISCodeLand><ISOCodeLand>BEL</ISOCodeLand>"
        f"{_municipality(address)}</Hoofdverblijfplaats>"
    )


def _municipality(address: Address) -> str:
    found = [
        refnis
        for refnis, each in municipalities().items()
        if each.until is None and address.postcode in postcodes(refnis)
    ]
    return f"<NISCodeGemeente>{found[0]}</NISCodeGemeente>" if len(found) == 1 else ""


def _text(name: str, names: Names) -> str:
    return f"<{name}><String>{escape(_said(names))}</String><Taal>nl</Taal></{name}>"


def _said(names: Names) -> str:
    return names.get("nl") or next(iter(names.values()), "")


def _descent(dossier: Dossier) -> str:
    groups = [(True, "00"), (False, "99")]
    found = "".join(
        f"<Afstamming><Type><Code>{kind}</Code></Type><Ouders>{parents}</Ouders></Afstamming>"
        for authority, kind in groups
        if (parents := _numbers("Ouder", (each.number for each in dossier.parents if each.authority is authority)))
    )
    return f"<Afstammingen>{found}</Afstammingen>" if found else ""


def _offspring(dossier: Dossier) -> str:
    found = "".join(
        f"<AfstammingDalendeLijn><Type><Code>10</Code></Type>{_numbers('Kind', (number,))}</AfstammingDalendeLijn>"
        for number in dossier.children
    )
    return f"<AfstammingenDalendeLijn>{found}</AfstammingenDalendeLijn>" if found else ""


def _numbers(name: str, numbers: Iterable[str]) -> str:
    return "".join(f"<{name}><INSZ>{number}</INSZ></{name}>" for number in numbers)


def _place_in_household(dossier: Dossier, household: Household | None, others: Mapping[str, Dossier]) -> str:
    head = head_of(household)
    own = [each for each in household.members if each.number == dossier.number] if household else []
    if household is None or head is None or not own:
        return ""
    if head == dossier.number:
        listed = "".join(_member(each, others, addressed=False) for each in household.members)
        return f"<Gezinsleden>{listed}</Gezinsleden>"
    return (
        f"<Referentiepersoon DatumBegin={quoteattr(own[0].since)}><INSZ>{head}</INSZ>"
        f"{_coded('Positie', _POSITIONS.get(own[0].relation, '99'))}</Referentiepersoon>"
    )


def head_of(household: Household | None) -> str | None:
    """The number of the reference person; of a collective household, which has none, that of whoever comes first."""
    if household is None or not household.members:
        return None
    heads = [each.number for each in household.members if each.relation == "reference-person"]
    return (heads or [household.members[0].number])[0]


def _member(membership: Membership, others: Mapping[str, Dossier], *, addressed: bool = True) -> str:
    dossier = others.get(membership.number)
    stay = dossier.current_stay if dossier else None
    name = _name(dossier, begin=dossier.born_on) if dossier else ""
    return (
        f"<Gezinslid DatumBegin={quoteattr(membership.since)}><INSZ>{membership.number}</INSZ>{name}"
        f"{_coded('Positie', _POSITIONS.get(membership.relation, '99'))}"
        f"{f'<Adressen>{_residence(stay)}</Adressen>' if stay and addressed else ''}</Gezinslid>"
    )


@cache
def _country_codes(of: str) -> Mapping[str, tuple[str, str]]:
    """MAGDA's codes for a country of ours: of a `place` NIS and ISO, of a `nationality` NIS and the text beside it."""
    rows = [line.split(",") for line in _table().splitlines()[1:]]
    iso = {ours: code for kind, code, ours, _ in reversed(rows) if kind == "iso"}
    nis = {ours: code for kind, code, ours, _ in rows if kind == "nis"}
    if of == "place":
        return MappingProxyType({ours: (nis.get(ours, ""), iso.get(ours, "")) for ours in nis.keys() | iso.keys()})
    doubted = {ours: (code, text.capitalize()) for kind, code, ours, text in rows if kind == "doubted"}
    words = {"XU": ("711", "Onbepaald"), "XS": ("900", "Staatloos"), "XR": ("822", "Vluchteling")}
    return MappingProxyType(doubted | {ours: (code, "") for ours, code in nis.items()} | words)


def _table() -> str:
    return resources.files("services.registry.sources.magda").joinpath("countries.csv").read_text(encoding="ascii")
