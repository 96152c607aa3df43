"""The stand-in's federal attests: a sealed PDF for each model that it knows, which says that it is a demonstration."""

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from deploy.demo.deeds.paper import NOTICE, seal, written
from deploy.demo.far.authorities import ATTESTS
from services.contracts.catalogue import products
from services.contracts.national_number import display
from services.contracts.sealed import LARGEST_SEALED
from services.registry.domain import Dossier, Household

_SEALS = {
    "stranger-seal": f"{ATTESTS}-stranger",
    "expired-seal": f"{ATTESTS}-expired",
    "other-seal": f"{ATTESTS}-other",
}


def names() -> frozenset[str]:
    """Those that are known: of every product that has one."""
    return frozenset(product.attest.name for product in products().values() if product.attest)


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
    lines = [*NOTICE, "", name.upper(), "", *_about(dossier, number), *_home(dossier, household, others, name)]
    lines += ["", f"Opmaak attest op {on:%d.%m.%Y}", "", *NOTICE[:2]]
    pdf = _spoilt(_sealed(written(lines), folder, fault), fault)
    return f"<Attest><INSZ>{number}</INSZ><Document>{b64encode(pdf).decode()}</Document></Attest>"


def _about(dossier: Dossier, number: str) -> list[str]:
    return [
        f"De genaamde: {dossier.last_name}, {' '.join(dossier.first_names)}",
        f"Geboren op: {_day(dossier.born_on)}",
        f"Rijksregisternummer: {display(number)}",
    ]


def _home(dossier: Dossier, household: Household | None, others: Mapping[str, Dossier], name: str) -> list[str]:
    stay = dossier.current_stay
    lines = [f"Adres: {_address(dossier)}, sedert {_day(stay.since)}"] if stay else []
    if household is not None and name == "Gezinssamenstelling":
        lines += ["", "Leden van het gezin:"]
        lines += [
            f"{found.last_name}, {' '.join(found.first_names)}, sedert {_day(each.since)}"
            for each in household.members
            if (found := others.get(each.number))
        ]
    return lines


def _day(written: str) -> str:
    """`30.07.1985`"""
    return ".".join(reversed(written.split("-")))


def _address(dossier: Dossier) -> str:
    stay = dossier.current_stay
    if stay is None:
        return ""
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
