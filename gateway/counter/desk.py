"""What only the town's desk gives, and where that is."""

from dataclasses import dataclass

from gateway.language import language
from gateway.tenancy import current_town
from services.contracts.groups import at_desk


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What somebody has to come for in person."""

    id: str
    title: str
    explanation: str


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Where the town receives people, and what it has for them there alone."""

    department: str
    address: str
    phone: str
    email: str
    website: str
    things: tuple[Thing, ...]


def desk() -> Desk:
    """Of the town that is asked."""
    town, reader = current_town(), language()
    return Desk(
        department=town.department(reader),
        address=town.office_address(reader),
        phone=town.office.phone,
        email=town.office.email,
        website=town.office.website,
        things=tuple(
            Thing(id=each.id, title=each.titles[reader], explanation=each.explanations[reader])
            for each in at_desk().values()
        ),
    )
