"""How the catalogue is laid out for whoever looks for something in it: groups of products, what only a desk gives, and
situations of life.

`catalogue/groups/<id>.yaml`, `catalogue/at-desk/<id>.yaml` and `catalogue/situations/<id>.yaml`; a deployment may add
its own. A product names its group; a situation names its products, and a product may be in several.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from services.contracts.catalogue_files import (
    LONGEST_EXPLANATION,
    LONGEST_LINE,
    LONGEST_TITLE,
    Problem,
    WrongCatalogue,
    all_of,
    fitting,
    incomplete,
    unwritable,
)
from services.contracts.field_errors import FieldError, field_error
from services.contracts.yaml_files import read_yaml

if TYPE_CHECKING:
    from services.contracts.product import Product

T = TypeVar("T", "Group", "AtDesk", "Situation")


@dataclass(frozen=True, kw_only=True)
class Group:
    """Products that somebody looks for in one place. The lowest `order` comes first."""

    id: str
    order: int
    titles: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class AtDesk:
    """What a town gives at its desk alone, since somebody has to be there: no product, and nobody can file for it."""

    id: str
    order: int
    titles: dict[str, str]
    explanations: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Situation:
    """When somebody comes to the town: what they need then, the first first. Its explanation is one line.

    `products` and `at_desk` are ids; of one that a town does not offer, or nobody knows, nothing is shown.
    """

    id: str
    order: int
    titles: dict[str, str]
    explanations: dict[str, str]
    products: tuple[str, ...]
    at_desk: tuple[str, ...] = ()


@cache
def groups() -> dict[str, Group]:
    """All groups by id, in their order: ours and a deployment's own. Raises Unreadable."""
    return _read("groups", Group)


@cache
def at_desk() -> dict[str, AtDesk]:
    """The same of what only a desk gives. Raises Unreadable."""
    return _read("at-desk", AtDesk)


@cache
def situations() -> dict[str, Situation]:
    """All situations by id, in their order. Raises Unreadable."""
    return _read("situations", Situation)


def why_not_offered(product: str) -> FieldError:
    """What is wrong with asking here for what is no product of the town."""
    return field_error("only-at-the-counter", thing=product) if product in at_desk() else field_error("not-offered")


def in_groups(products: Iterable["Product"], language: str) -> list[tuple[Group, list["Product"]]]:
    """Products as a reader of this language finds them: by group, then by title; no group is empty."""
    by_group: dict[str, list[Product]] = {}
    for product in sorted(products, key=lambda each: (each.title(language).casefold(), each.id)):
        by_group.setdefault(product.group, []).append(product)
    return [(group, by_group[id]) for id, group in groups().items() if id in by_group]


def _read(folder: str, kind: type[T]) -> dict[str, T]:
    found = all_of(folder, lambda told, file: _one(told, file, kind))
    return dict(sorted(found.items(), key=lambda each: (each[1].order, each[0])))


def _one(name: str, file: Path, kind: type[T]) -> T:
    written = read_yaml(name, file.read_bytes()).data
    if not isinstance(written, dict):
        raise WrongCatalogue(name, {"": "is empty, or a list: write `order` and `titles`"})
    return fitting(kind, name, {**written, "id": file.stem}, lambda one: _problems(one, said=written))


def _problems(one: Group | AtDesk | Situation, *, said: Mapping[Any, Any]) -> Iterator[Problem]:
    if "id" in said:
        yield "id", "the file's name alone says it; leave it out"
    yield from incomplete([("titles", one.titles)])
    yield from unwritable([("titles", one.titles)], most=LONGEST_TITLE)
    if not isinstance(one, Group):
        longest = LONGEST_LINE if isinstance(one, Situation) else LONGEST_EXPLANATION
        yield from incomplete([("explanations", one.explanations)])
        yield from unwritable([("explanations", one.explanations)], most=longest)
    if isinstance(one, Situation):
        for path, named in (("products", one.products), ("at_desk", one.at_desk)):
            if len(set(named)) < len(named):
                yield path, "each once"
        if not one.products and not one.at_desk:
            yield "products", "at least one, or one in `at_desk`"
