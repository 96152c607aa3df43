"""Ways to a product: what somebody looks for, the situation they are in, and what most people come for."""

from dataclasses import dataclass

from gateway.counter.desk import Thing
from gateway.counter.products import Offer, offers
from gateway.counter.search import found
from gateway.counter.situations import helped
from gateway.language import language
from gateway.tenancy import current_town
from services.contracts import catalogue
from services.contracts.groups import AtDesk, at_desk
from services.contracts.most_asked import by_demand
from services.contracts.product import Product

FIRST = 6
"""Of what is asked for most, on the front page."""


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A situation of life, with what helps in it: `offers` of the town, and `things` that only its desk gives."""

    id: str
    title: str
    explanation: str
    offers: tuple[Offer, ...]
    things: tuple[Thing, ...]


def finds(query: str) -> tuple[Offer | Thing, ...]:
    """What the reader may mean, best first."""
    known: dict[str, Offer | Thing] = {each.id: each for each in offers()}
    known |= {each.id: _thing(each) for each in at_desk().values()}
    return tuple(known[id] for id in found(query, among=known, language=language()))


def most_asked() -> tuple[Offer, ...]:
    """Of what the town offers."""
    known = {each.id: each for each in offers()}
    return tuple(known[each.id] for each in by_demand(_offered().values()))[:FIRST]


def situations() -> tuple[Situation, ...]:
    """Those in which the town can do something."""
    known, reader = {each.id: each for each in offers()}, language()
    return tuple(
        Situation(
            id=each.situation.id,
            title=each.situation.titles[reader],
            explanation=each.situation.explanations[reader],
            offers=tuple(known[product.id] for product in each.products),
            things=tuple(map(_thing, each.at_desk)),
        )
        for each in helped(_offered())
    )


def _offered() -> dict[str, Product]:
    return catalogue.offered(current_town(), catalogue.products())


def _thing(each: AtDesk) -> Thing:
    return Thing(id=each.id, title=each.titles[language()], explanation=each.explanations[language()])
