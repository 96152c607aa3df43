"""Of which facts a certificate can be made, and what it then states."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from services.contracts.catalogue import Product
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import LONGEST_TEXT, MOST_FIRST_NAMES, MOST_MEMBERS, Facts
from services.contracts.naming import Names, lacking, shown
from services.contracts.text import is_meaningful
from services.documents.paper.vocabulary import vocabulary


def check(
    facts: Facts, *, application_id: str, town: str, product: Product, language: str, official: Sequence[str]
) -> None:
    """Raises Unacceptable where the facts are another application's, are not the product's, or have no bounds.

    Also where an address has no name in the language of the certificate, or in one of the town's `official` ones where
    it is a courtesy translation; and where it is not said in which register the subject is.
    """
    if (facts.application_id, facts.town, facts.product) != (application_id, town, product.id):
        raise Unacceptable("facts-of-another-application")
    if missing := [name for name in product.facts if getattr(facts, name) is None]:
        raise Unacceptable("facts-missing", ", ".join(missing))
    if facts.identity is None:
        raise Unacceptable("facts-missing", "identity")
    needed = {language} & set(official) or set(official)
    lacks = {each for names in _official_names(facts) for each in lacking(names, official)}
    if missing := sorted(needed & lacks):
        raise Unacceptable("facts-without-name", f"an address has none in {missing[0]}")
    if not facts.registers or not set(facts.registers) <= set(vocabulary("registers").codes):
        raise Unacceptable("facts-without-register")
    for text in _texts(asdict(facts)):
        if len(text) > LONGEST_TEXT:
            raise Unacceptable("facts-too-large", f"a text longer than {LONGEST_TEXT} characters")
        if not is_meaningful(text):
            raise Unacceptable("facts-unprintable", "a character that stands for nothing")
    members = facts.household.members if facts.household else ()
    first_names = [facts.identity.first_names, *(member.first_names for member in members)]
    if len(members) > MOST_MEMBERS or any(len(names) > MOST_FIRST_NAMES for names in first_names):
        raise Unacceptable("facts-too-large", f"more than {MOST_MEMBERS} members or {MOST_FIRST_NAMES} first names")


def _official_names(facts: Facts) -> Iterator[Names]:
    """Those that are in the language of the certificate, or it is none."""
    for part in (facts.residence, facts.household):
        if part is not None:
            yield part.address.street
            yield part.address.municipality


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            yield name
            yield from _texts(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _texts(each)


def stated(facts: Facts, *, official: Sequence[str]) -> dict[str, Any]:
    """What a certificate states of the world: two certificates with the same supersede nothing.

    When and by which version it was looked up, for which purpose, and the day of a proof of life are not part of it;
    nor is a sex, which only words follow: a certificate from before words did says the same; nor former numbers.
    Names are those in the town's own language, and neither the usual register nor an identity that is known is
    mentioned, because earlier versions knew no others.
    """
    said = asdict(facts)
    for name in ("application_id", "compiled_at", "version", "fields", "life"):
        del said[name]
    for person in (said["identity"], *(said["household"] or {}).get("members", ())):
        if person:
            del person["sex"]
            person.pop("former_numbers", None)
            if not person["declared"]:
                del person["declared"]
    if facts.registers == ("population",):
        del said["registers"]
    if facts.identity is not None and facts.identity.birth_place is not None:
        said["identity"]["birth_place"] = shown(facts.identity.birth_place, official[0], official=official)
    for name, part in (("residence", facts.residence), ("household", facts.household)):
        if part is not None:
            said[name]["address"] |= {
                field: shown(getattr(part.address, field), official[0], official=official)
                for field in ("street", "municipality")
            }
    return said
