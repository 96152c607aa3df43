"""The situations of life in which somebody comes to a town, with what that town has for them."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.contracts.groups import AtDesk, Situation, at_desk, situations
from services.contracts.product import Product


@dataclass(frozen=True, kw_only=True)
class Helped:
    """A situation, with what helps in it, the first first: products of the town, and what only its desk gives."""

    situation: Situation
    products: tuple[Product, ...]
    at_desk: tuple[AtDesk, ...]


def helped(offered: Mapping[str, Product]) -> tuple[Helped, ...]:
    """All situations in their order, by what a town offers (catalogue.offered); those in which it can do nothing are
    left out."""
    found = (
        Helped(
            situation=each,
            products=tuple(offered[id] for id in each.products if id in offered),
            at_desk=tuple(at_desk()[id] for id in each.at_desk if id in at_desk()),
        )
        for each in situations().values()
    )
    return tuple(each for each in found if each.products or each.at_desk)
