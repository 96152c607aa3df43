"""What stands on a certificate, in words: facts, product and town brought together in one language."""

from typing import Any

from services.contracts.catalogue import Product
from services.contracts.facts import Address, Identity, Member
from services.contracts.towns import REGIMES, Town
from services.documents.domain import Order, current_until, grouped, printable
from services.documents.wording import Wording

RELATION_NAMES = {
    "reference-person": "reference person",
    "spouse": "spouse",
    "legal-cohabitant": "legal cohabitant",
    "partner": "partner",
    "child": "child",
    "stepchild": "stepchild",
    "foster-child": "foster child",
    "parent": "parent",
    "parent-in-law": "parent-in-law",
    "grandparent": "grandparent",
    "grandchild": "grandchild",
    "sibling": "brother or sister",
    "child-in-law": "child-in-law",
    "other-relative": "other relative",
    "unrelated": "not related",
}


def sheet(order: Order, *, product: Product, town: Town, say: Wording) -> dict[str, Any]:
    """The template's values, all of them text; `parts` of the body appear for the facts that the product declares."""
    facts = order.facts
    if facts.identity is None:
        raise ValueError("every certificate is about somebody")
    values: dict[str, Any] = {
        "lang": say.language,
        "title": product.title(say.language),
        "issuer": town.name(say.language),
        "department": town.department(say.language),
        "office": town.office,
        "specimen": town.specimen,
        "courtesy": say.language not in REGIMES[town.regime],
        "number": order.number.replace(" ", "\u00a0"),
        "mark": mark(order.number),
        "issued_on": say.day(order.issued_at),
        "issued_iso": order.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "as_of": say.moment(facts.compiled_at),
        "purpose": _purpose(facts.fields, product, say),
        "url": f"{town.address}/v/{order.code}",
        "address": f"{town.address.removeprefix('https://').removeprefix('http://')}/v",
        "code": grouped(order.code),
        "seal_text": say(
            "With the electronic seal of %(issuer)s (Regulation (EU) No 910/2014). A paper copy is proven by the code."
        )
        % {"issuer": town.name(say.language)},
        "legal_basis": product.legal_basis[say.language],
        "data_protection": say(
            "This certificate holds personal data. Use them only for the purpose for which it was requested"
            " (Regulation (EU) 2016/679, article 5). The verification page shows it as current until %(day)s."
        )
        % {"day": say.day(current_until(order.issued_at, product))},
        "subject": _subject(facts.identity, say),
    }
    if facts.household:
        values["subject"].append((say("Address"), _address(facts.household.address, say)))
        values["members"] = [_member(member, say) for member in facts.household.members]
    if facts.residence:
        values["residence"] = {
            "address": _address(facts.residence.address, say),
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


def _subject(identity: Identity, say: Wording) -> list[tuple[str, str]]:
    number = identity.national_number
    place = [
        printable(identity.birth_place or ""),
        say.birth_country(identity.birth_country) if identity.birth_country else "",
    ]
    rows = [
        (say("Name"), printable(identity.last_name)),
        (say("First names"), printable(" ".join(identity.first_names))),
        (say("Date of birth"), say.birth_day(identity.born_on)),
        (say("Place of birth"), ", ".join(each for each in place if each)),
        (say("Nationality"), _nationalities(identity.nationalities, say)),
        (say("National number"), f"{number[:2]}.{number[2:4]}.{number[4:6]}-{number[6:9]}.{number[9:]}"),
    ]
    return [(label, value) for label, value in rows if value]


def _nationalities(codes: tuple[str, ...], say: Wording) -> str:
    return ", ".join(say.nationality(code) for code in codes)


def _address(address: Address, say: Wording) -> str:
    word = say("box")
    box = f" {word} {address.box}" if address.box else ""
    return printable(f"{address.street} {address.house_number}{box}, {address.postcode} {address.municipality}")


def _member(member: Member, say: Wording) -> dict[str, str]:
    return {
        "last_name": printable(member.last_name),
        "first_names": printable(" ".join(member.first_names)),
        "born_on": say.birth_day(member.born_on, short=True),
        "relation": say(RELATION_NAMES[member.relation]),
        "nationalities": _nationalities(member.nationalities, say),
        "since": say.short_day(member.since),
    }
