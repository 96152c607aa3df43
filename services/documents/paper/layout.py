"""What stands on a certificate, in words: facts, product and town brought together in one language."""

import unicodedata
from typing import Any

from services.contracts.address import Address
from services.contracts.boxes import box_of
from services.contracts.catalogue import Product
from services.contracts.codes import grouped
from services.contracts.facts.household import Member
from services.contracts.facts.identity import Identity
from services.contracts.naming import LANGUAGES
from services.contracts.national_number import display, is_bis
from services.contracts.text import printable
from services.contracts.towns import Town
from services.documents.domain import Order, current_through
from services.documents.paper.wording import UNKNOWN, Wording, wording

ONE_PLACE = frozenset({"GI", "HK", "MC", "MO", "SG", "VA"})
"""Countries that are one city: who was born in Monaco was born in Monaco. Luxembourg is more than its capital."""


def sheet(order: Order, *, product: Product, town: Town, say: Wording) -> dict[str, Any]:
    """The template's values, all of them text; `parts` of the body appear for the facts that the product declares."""
    facts = order.facts
    if facts.identity is None:
        raise ValueError("every certificate is about somebody")
    values: dict[str, Any] = {
        "lang": say.language,
        "title": product.title(say.language),
        "issuer": town.designation(say.language),
        "department": town.department(say.language),
        "office": town.office,
        "office_street": town.say(town.office.street, say.language),
        "office_municipality": town.say(town.office.municipality, say.language),
        "specimen": town.specimen,
        "courtesy": say.language not in town.official_languages,
        "number": order.number.replace(" ", "\u00a0"),
        "mark": mark(order.number),
        "issued_at": town.say(town.office.municipality, say.language),
        "issued_on": say.day(order.issued_at),
        "issued_iso": order.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": say.moment(facts.compiled_at),
        "purpose": _purpose(facts.fields, product, say),
        "url": f"{town.address}/v/{order.code}",
        "address": f"{town.address.removeprefix('https://').removeprefix('http://')}/v",
        "code": grouped(order.code),
        "seal_text": say("Seal: %(issuer)s (Regulation (EU) No 910/2014). Check a printed copy by its code.")
        % {"issuer": town.designation(say.language)},
        "legal_basis": product.legal_basis(say.language, facts.registers),
        "data_protection": say(
            "This certificate holds personal data. Use them only for the purpose for which it was requested"
            " (Regulation (EU) 2016/679, article 5)."
            " The verification page shows it as current up to and including %(day)s."
        )
        % {"day": say.day(current_through(order.issued_at, product))},
        "registers": say.registers(facts.registers),
        "subject": _subject(facts.identity, town, say),
    }
    if facts.household:
        values["subject"].append((say("Address"), _address(facts.household.address, town, say)))
        values["members"] = [_member(member, say) for member in facts.household.members]
    if facts.residence:
        values["residence"] = {
            "address": _address(facts.residence.address, town, say),
            "since": say.day(facts.residence.since),
        }
    if facts.life:
        values["alive_on"] = say.day(facts.life.alive_on)
    return values


def mark(number: str) -> str:
    """What a file carries in its metadata to say which certificate it is."""
    return f"loket {number.replace(' ', '')}"


def _purpose(fields: dict[str, str], product: Product, say: Wording) -> str:
    for asked in product.fields:
        if asked.name == "purpose" and (given := fields.get("purpose")):
            titles = {option.value: option.titles[say.language] for option in asked.options}
            return titles.get(given, printable(given))
    return ""


def _subject(identity: Identity, town: Town, say: Wording) -> list[tuple[str, str]]:
    rows = [
        (say("Name"), printable(identity.last_name)),
        (say("First names"), printable(" ".join(identity.first_names))),
        (say("Identity"), say("as declared by the person concerned") if identity.declared else ""),
        (say("Date of birth"), say.birth_day(identity.born_on)),
        (say("Place of birth"), _birth_place(identity, town, say)),
        (say("Nationality"), say.nationalities(identity.nationalities, identity.sex)),
        (_number_name(identity, say), display(identity.national_number)),
    ]
    return [(label, value) for label, value in rows if value]


def _number_name(identity: Identity, say: Wording) -> str:
    """A BIS number is none of the National Register, and is called what it is wherever one should stand on paper."""
    return say("BIS number") if is_bis(identity.national_number) else say("National number")


def _birth_place(identity: Identity, town: Town, say: Wording) -> str:
    """Place and country; of an unknown country only where the place is unknown, too."""
    place, code = printable(town.say(identity.birth_place or {}, say.language)), identity.birth_country
    if code is None or (place and code == UNKNOWN):
        return place
    country = say.country(code)
    return f"{place}, {country}" if place and not _is_all_of(code, place) else country


def _is_all_of(code: str, place: str) -> bool:
    """Is the country one place only, and this its name in some language: `Hong Kong` in `Hongkong`?"""
    if code not in ONE_PLACE:
        return False
    return _letters(place) in {_letters(wording(language).country(code)) for language in LANGUAGES}


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalpha())


def _address(address: Address, town: Town, say: Wording) -> str:
    word = say("box")
    box = f" {word} {said}" if (said := box_of(address.box)) else ""
    street, municipality = town.say(address.street, say.language), town.say(address.municipality, say.language)
    number, postcode = (" ".join(each.split()) for each in (address.house_number, address.postcode))
    return printable(f"{street} {number}{box}, {postcode} {municipality}")


def _member(member: Member, say: Wording) -> dict[str, str]:
    return {
        "last_name": printable(member.last_name),
        "first_names": printable(" ".join(member.first_names)),
        "declared": say("identity as declared") if member.declared else "",
        "born_on": say.birth_day(member.born_on, short=True),
        "relation": say.relation(member.relation, member.sex),
        "nationalities": say.nationalities(member.nationalities, member.sex),
        "since": say.short_day(member.since),
    }
