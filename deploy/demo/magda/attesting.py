"""The stand-in's federal attests: a sealed PDF for each model that it knows, which says that it is a demonstration."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from deploy.demo.deeds.paper import seal
from deploy.demo.far.authorities import ATTESTS
from deploy.demo.far.page import Page, drawn
from services.contracts.catalogue import products
from services.contracts.national_number import display
from services.contracts.sealed import LARGEST_SEALED
from services.registry.domain import Dossier, Household, Stay

DEMONSTRATION = "Zonder rechtsgeldigheid. De genoemde personen bestaan niet."

_SEALS = {
    "stranger-seal": f"{ATTESTS}-stranger",
    "expired-seal": f"{ATTESTS}-expired",
    "other-seal": f"{ATTESTS}-other",
}


def names() -> frozenset[str]:
    """Those that are known: of every product that has one."""
    return frozenset(product.attest.name for product in products().values() if product.attest)


def _with_history() -> frozenset[str]:
    """Those of products that tell where somebody lived before."""
    told = (each for each in products().values() if "residence-history" in each.facts)
    return frozenset(each.attest.name for each in told if each.attest)


def attest(
    name: str,
    dossier: Dossier,
    *,
    number: str,
    household: Household | None,
    others: Mapping[str, Dossier],
    folder: Path,
    fault: str = "",
    on: date,
) -> str:
    """What stands in an answer: whom it is about, and the document in base64."""
    page = Page(DEMONSTRATION)
    page.begin("Rijksregister van de natuurlijke personen", name)
    home = _homes(dossier) if name in _with_history() else _home(dossier)
    rows = [*_about(dossier, number), *home, ("Opmaak attest op", f"{on:%d.%m.%Y}")]
    for label, value in rows:
        page.row(label, value)
    if household is not None and name == "Gezinssamenstelling":
        page.heading("Leden van het gezin")
        for label, value in _members(household, others):
            page.row(label, value)
    pdf = page.finished("Met het zegel van het Rijksregister van de demonstratie")
    pdf = _spoilt(_sealed(pdf, folder, fault), fault)
    return f"<Attest><INSZ>{number}</INSZ><Document>{b64encode(pdf).decode()}</Document></Attest>"


def _about(dossier: Dossier, number: str) -> list[tuple[str, str]]:
    return [
        ("De genaamde", _named(dossier)),
        ("Geboren op", _day(dossier.born_on)),
        ("Rijksregisternummer", display(number)),
    ]


def _home(dossier: Dossier) -> list[tuple[str, str]]:
    stay = dossier.current_stay
    return [("Adres", drawn(_address(stay), "?")), ("Sedert", _day(stay.since))] if stay else []


def _homes(dossier: Dossier) -> list[tuple[str, str]]:
    """All that are known, the last first."""
    return [
        (f"{_day(each.since)} tot {_day(each.until)}" if each.until else f"Sedert {_day(each.since)}", told)
        for each in reversed(dossier.stays)
        if (told := drawn(_address(each), "?"))
    ]


def _members(household: Household, others: Mapping[str, Dossier]) -> list[tuple[str, str]]:
    met = ((others.get(each.number), each.since) for each in household.members)
    return [(f"Sedert {_day(since)}", _named(found)) for found, since in met if found]


def _named(dossier: Dossier) -> str:
    return drawn(f"{dossier.last_name}, {' '.join(dossier.first_names)}", "naam in een ander schrift")


def _day(written: str) -> str:
    """`30.07.1985`"""
    return ".".join(reversed(written.split("-")))


def _address(stay: Stay) -> str:
    words = (stay.address.street, stay.address.municipality)
    street, place = (each.get("nl") or next(iter(each.values()), "") for each in words)
    return f"{street} {stay.address.house_number}, {stay.address.postcode} {place}"


def _sealed(pdf: bytes, folder: Path, fault: str) -> bytes:
    return pdf if fault == "unsealed" else seal(pdf, folder=folder, by=_SEALS.get(fault, ATTESTS))


def _spoilt(pdf: bytes, fault: str) -> bytes:
    if fault == "half-document":
        return pdf[: len(pdf) // 2]
    if fault == "altered":
        place = pdf.index(b"DEMONSTRATION") if b"DEMONSTRATION" in pdf else 200
        return pdf[:place] + bytes([pdf[place] ^ 1]) + pdf[place + 1 :]
    if fault == "huge":
        return pdf + b" " * LARGEST_SEALED
    return b"im corrupt jo" if fault == "no-pdf" else pdf
