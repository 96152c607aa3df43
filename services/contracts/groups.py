"""How the catalogue is laid out for whoever looks for something in it: groups of products, and what only a desk gives.

`catalogue/groups/<id>.yaml` and `catalogue/at-desk/<id>.yaml`; a deployment may add its own. A product names its group.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from services.contracts.catalogue_files import Problem, WrongCatalogue, all_of, fitting, incomplete
from services.contracts.field_errors import FieldError, field_error
from services.contracts.yaml_files import read_yaml

if TYPE_CHECKING:
    from services.contracts.product import Product

T = TypeVar("T", "Group", "AtDesk")


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


@cache
def groups() -> dict[str, Group]:
    """All groups by id, in their order: ours and a deployment's own. Raises Unreadable."""
    return _read("groups", Group)


@cache
def at_desk() -> dict[str, AtDesk]:
    """The same of what only a desk gives. Raises Unreadable."""
    return _read("at-desk", AtDesk)


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


def _problems(one: Group | AtDesk, *, said: Mapping[Any, Any]) -> Iterator[Problem]:
    if "id" in said:
        yield "id", "the file's name alone says it; leave it out"
    yield from incomplete([("titles", one.titles)])
    if isinstance(one, AtDesk):
        yield from incomplete([("explanations", one.explanations)])
