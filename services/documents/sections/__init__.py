"""A fact on paper: a module for each, whose one class turns the part of an extract into words.

One layout prints what they give (paper/layout.py, paper/templates/certificate.xml.j2).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar, Generic, TypeVar

from services.contracts.address import Address
from services.contracts.delivery import Unacceptable
from services.contracts.extracts import MOST_MEMBERS
from services.contracts.facts import name_of, unprinted
from services.contracts.naming import Names
from services.contracts.product import USUAL, Product
from services.contracts.rooms import extend, modules
from services.documents.paper.wording import Wording

__path__ = extend(__path__, "documents/sections")

P = TypeVar("P")
S = TypeVar("S", bound="type[Section[Any]]")


@dataclass(frozen=True, kw_only=True)
class Row:
    """A label and what it is. Left out where the certificate has the section `unless`, which says it better."""

    label: str
    value: str
    unless: str = ""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A cell of a table with more than a text: first what is `strong`, and a `note` on a line of its own."""

    text: str = ""
    strong: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Block:
    """A section in words: a title, below it rows, a text, and a table of `lines` under `headings`; each where it is.

    Without a title it follows what stands above it. All of it is text; rows without a value are not printed.
    """

    title: str = ""
    rows: tuple[Row, ...] = ()
    text: str = ""
    headings: tuple[str, ...] = ()
    lines: tuple[tuple[str | Cell, ...], ...] = ()


class Section(Generic[P]):
    """How one fact stands on paper.

    `widths` of the columns of its table are in mm, None for the one that takes the rest; `row_header` is the place of
    the column that names a line. `cases` are those for which a product may have a statement of its own. `tells` are the
    names by which an entry of a multilingual form may ask for something. More than `most` entries are no such fact.
    """

    part: ClassVar[type]
    widths: ClassVar[tuple[float | None, ...]] = ()
    row_header: ClassVar[int] = 0
    cases: ClassVar[tuple[str, ...]] = ()
    tells: ClassVar[tuple[str, ...]] = ()
    most: ClassVar[int] = MOST_MEMBERS

    def words(self, part: P, say: Wording) -> Block:
        """What is printed."""
        raise NotImplementedError

    def case(self, part: P) -> str:  # noqa: ARG002 - most facts have one case only
        """One of `cases`, or the usual one."""
        return USUAL

    def told(self, part: P, say: Wording) -> Mapping[str, str]:  # noqa: ARG002 - few facts stand in a form
        """What a form may ask for (contracts/forms.py), by name: one of `tells` each; empty where it is not known."""
        return {}

    def official_names(self, part: P) -> Iterator[Names]:
        """Those that are in the language of the certificate, or it is none: of streets and municipalities."""
        for address in _addresses(part):
            yield address.street
            yield address.municipality

    def statement(self, part: P, named: Callable[[Names], str]) -> Any:
        """What is stated of the world, in plain values: two of the same supersede nothing. None where nothing is.

        `named` gives the name in the town's own language. What this says of a fact may never change, nor may what is
        said of a field that older extracts did not have, or all certificates of the last version are superseded.
        """
        return plain(part, without=unprinted(self.part), named=named)


_sections: dict[str, Section[Any]] = {}


def section(part: type) -> Callable[[S], S]:
    """Register a class as the section of the fact whose part this is."""

    def register(cls: S) -> S:
        name = name_of(part)
        cls.part = part
        found = _sections.setdefault(name, cls())
        if type(found) is not cls:
            raise TypeError(f"two sections print {name}")
        return cls

    return register


@cache
def sections() -> Mapping[str, Section[Any]]:
    """All that there are, by the fact's name."""
    modules(__name__)
    return MappingProxyType(dict(sorted(_sections.items())))


def case_of(product: Product, facts: Mapping[str, Any]) -> str:
    """Of which of the product's statements these facts are a case: the one that a section tells of, else the usual.
    Raises Unacceptable where the product has no statement for a case that is told, and where two sections tell of one:
    what it says of others may be false of this one."""
    gives = product.gives
    found = (sections()[name].case(facts[name]) for name in gives.sections)
    cases = [case for case in found if case not in (USUAL, *gives.usual_for)]
    if len(cases) > 1:
        raise Unacceptable("statement-missing", f"{product.id}: {' and '.join(cases)} together")
    for case in (*cases, USUAL):
        if case not in gives.statements:
            raise Unacceptable("statement-missing", f"{product.id}: {case}")
    return (*cases, USUAL)[0]


def plain(value: Any, *, without: frozenset[str], named: Callable[[Names], str]) -> Any:
    """A part as plain values, without some fields at any depth; of an address, names are those that `named` gives."""
    if isinstance(value, Address):
        kept = {each.name: getattr(value, each.name) for each in fields(value)}
        return kept | {"street": named(value.street), "municipality": named(value.municipality)}
    if is_dataclass(value):
        return {
            each.name: plain(getattr(value, each.name), without=without, named=named)
            for each in fields(value)
            if each.name not in without
        }
    if isinstance(value, tuple):
        return [plain(each, without=without, named=named) for each in value]
    return value


def _addresses(value: Any) -> Iterator[Address]:
    if isinstance(value, Address):
        yield value
    elif is_dataclass(value):
        for each in fields(value):
            yield from _addresses(getattr(value, each.name))
    elif isinstance(value, tuple):
        for each in value:
            yield from _addresses(each)
