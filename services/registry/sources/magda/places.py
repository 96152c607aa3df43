"""Addresses and places of birth as MAGDA writes them: coded, as somebody typed them, or abroad."""

from services.contracts.address import Address
from services.contracts.municipalities import municipalities
from services.contracts.naming import LANGUAGES, UNDETERMINED, Names
from services.registry.domain import Place, Stay
from services.registry.sources.magda import codes
from services.registry.sources.magda.xml import Element, begin, end, text
from services.registry.sources.population.blanks import optional, required
from services.registry.sources.population.unknowns import known_words

BELGIUM = "BE"
_BELGIAN = "150"
_FORMERLY = "(V."
"""`Koning Albert II-laan(V. 14.12.1999 E.Jacqmainlaan)`: since when a street has its name, and the one before."""


def stay(residence: Element) -> Stay | None:
    """A main residence in Belgium; None for one abroad."""
    address = _address(residence)
    return None if address is None else Stay(address=address, since=begin(residence), until=optional(end(residence)))


def municipality_of(residence: Element) -> str:
    """The REFNIS code of a main residence; empty where it says none."""
    return text(residence, "NISCodeGemeente")


def is_reference(residence: Element, *, on: str) -> bool:
    """Is it an address where post is sent and nobody lives (Act of 19 July 1991, article 1, § 2)?"""
    found = residence.find("ReferentieAdres")
    ended = text(found, "Einddatum")
    return found is not None and not (ended and ended <= on)


def _address(residence: Element) -> Address | None:
    land = text(residence, "NISCodeLand")
    abroad = land != _BELGIAN if land else text(residence, "ISOCodeLand") not in ("", "BEL")
    if abroad or not (land or text(residence, "ISOCodeLand") or _has_municipality(residence)):
        return None
    return Address(
        street=_named(residence, "Straatnaam"),
        house_number=required(text(residence, "Huisnummer")),
        box=optional(text(residence, "Busnummer")),
        postcode=required(text(residence, "Postcode")),
        municipality=_named(residence, "Gemeentenaam") or _official(municipality_of(residence)),
    )


def _has_municipality(residence: Element) -> bool:
    return municipality_of(residence) in municipalities()


def _named(residence: Element, name: str) -> Names:
    """The name in its language; as somebody typed it, where nobody noted in which language that is."""
    coded = residence.find(name)
    language = text(coded, "Taal").lower()
    names = {language if language in LANGUAGES else UNDETERMINED: text(coded, "String")}
    typed = _of_today(text(residence, f"NietGestandaardiseerde{name}/String"))
    return known_words(names) or known_words({UNDETERMINED: typed})


def _of_today(typed: str) -> str:
    name, mark, before = typed.partition(_FORMERLY)
    return name.strip() if mark and before.endswith(")") else typed


def _official(refnis: str) -> Names:
    known = municipalities().get(refnis)
    return dict(known.names) if known else {}


def birth(found: Element | None) -> tuple[Place | None, str]:
    """The place of birth and the code of its country: what nobody knows is unknown, a code that no table has stays."""
    nis, iso = text(found, "Land/NISCode"), text(found, "Land/ISOCode")
    country = codes.country(nis, iso) or (f"nis-{nis or iso}" if nis or iso else "XX")
    refnis, name = text(found, "Gemeente/NISCode"), text(found, "Gemeente/Naam")
    names = known_words({"nl" if country == BELGIUM else UNDETERMINED: name})
    known = refnis if country == BELGIUM and refnis in municipalities() else None
    return (Place(refnis=known, names=names) if known or names else None), country
