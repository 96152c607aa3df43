"""Which products are asked for most (`services/catalogue/most-asked/products.yaml`), for whoever puts those first.

It is not counted live. An order that follows what a town's people ask tells about them: in a small town one deed of
adoption that moves up is somebody known. It would also move under the hand of who has learnt it, and put first what
stands first. An order that somebody wrote is the same for everyone, and can be argued with.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from services.contracts.catalogue_files import Problem, loaded, text_of
from services.contracts.product import Product
from services.contracts.rooms import files

FOLDER, FILE = "most-asked", "products.yaml"


@dataclass(frozen=True, kw_only=True)
class _Order:
    """`products`, the most asked first; `source` says how that is known."""

    products: tuple[str, ...]
    source: str


@cache
def most_asked() -> tuple[str, ...]:
    """Ids of products, the most asked first: a deployment's own order, or else ours. Raises Unreadable."""
    file = files(f"catalogue/{FOLDER}", FILE)[-1]
    told = f"{FOLDER}/{FILE}"
    return loaded(_Order, told, text_of(told, file), _problems).products


def by_demand(products: Iterable[Product]) -> list[Product]:
    """The most asked first; those of which that is not said after them, by id."""
    places = {id: place for place, id in enumerate(most_asked())}
    return sorted(products, key=lambda each: (places.get(each.id, len(places)), each.id))


def _problems(order: _Order) -> Iterator[Problem]:
    if len(set(order.products)) < len(order.products):
        yield "products", "each once"
