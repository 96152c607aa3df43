"""From an answer about a household to the household: who lives together, and what each is to the reference person."""

from dataclasses import replace

from services.contracts.address import Address
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import REFERENCE_PERSON, Household, Membership, Stay
from services.registry.sources.magda import codes
from services.registry.sources.magda.places import stay
from services.registry.sources.magda.questions import ABOUT_ONE, Service
from services.registry.sources.magda.xml import Element, begin, current, text

CARE_LIVING = "care-living"
"""In the place of a relation, for who lives in a dwelling within the dwelling: no paper says yet what that is."""


def reference_person(members: Element, *, on: str) -> str | None:
    """The number of the one whom an answer names as such."""
    found = [each for each in _members(members, on=on) if text(each, "Positie/Code") == "01"]
    return text(found[0], "INSZ") if len(found) == 1 else None


def named(service: Service, content: Element) -> tuple[str, ...]:
    """The numbers of all whom an answer shows: about one person that one, and everybody whom a household lists."""
    about = "INSZ" if service in ABOUT_ONE else ".//Gezinslid/INSZ"
    return tuple(dict.fromkeys(each.text for each in content.findall(about) if each.text))


def household(members: Element, id: str, *, on: str, address: Address | None) -> Household:
    """`address` is the reference person's own, where the answer has none. Raises Inconsistent."""
    found = _members(members, on=on)
    memberships = tuple(_membership(each) for each in found)
    heads = [each for each in found if text(each, "Positie/Code") == "01"]
    there = next((each for each in map(_residence, heads or found) if each is not None), None)
    own = there.address if there else address
    if own is None:
        raise Inconsistent(Contradiction.RESIDENT_WITHOUT_ADDRESS, about=(id,))
    return Household(
        id=id,
        address=own,
        members=memberships,
        collective=any(each.relation in _COLLECTIVE for each in memberships),
    )


_COLLECTIVE = frozenset({"community-member"})


def with_beginnings(home: Household, history: Element, *, on: str) -> Household:
    """Where the answer does not say since when somebody is a member, the history does."""
    begins = {
        text(each, "INSZ"): begin(each) for each in current(history, "Gezinssamenstelling/Gezinsleden/Gezinslid", on=on)
    }
    members = (each if each.since else replace(each, since=begins.get(each.number) or "") for each in home.members)
    return replace(home, members=tuple(members))


def _members(members: Element, *, on: str) -> list[Element]:
    return current(members, "Gezinslid", on=on)


def _membership(member: Element) -> Membership:
    code = text(member, "Positie/Code")
    relation = codes.RELATIONS.get(code, f"position-{code}")
    lives_apart = text(member, "Woonvorm/Code") == codes.CARE_LIVING and relation != REFERENCE_PERSON
    return Membership(
        number=text(member, "INSZ"), relation=CARE_LIVING if lives_apart else relation, since=begin(member)
    )


def _residence(member: Element) -> Stay | None:
    found = member.find("Adressen/Hoofdverblijfplaats")
    return None if found is None else stay(found)
