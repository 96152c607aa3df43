"""What the register gives of each fact: a module for each, whose FACT says from which source it comes, when it is
refused, and how its part is made of the source's answer.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cache
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from services.contracts.delivery import Unacceptable
from services.contracts.errors import Refusal
from services.contracts.facts import name_of, source_of
from services.contracts.product import Product
from services.contracts.rooms import extend, modules
from services.registry.domain import RegisterKind, Standing
from services.registry.subject import Subject

__path__ = extend(__path__, "registry/facts")

A = TypeVar("A")
P = TypeVar("P")

RESIDENTS = frozenset({Standing.RESIDENT})


def _never(_: Any) -> None:
    """No answer of the source is a reason to refuse."""


class Tells(IntEnum):
    """Whose address a fact tells; of several facts the highest counts."""

    NOBODYS = 0
    SUBJECTS = 1
    HOUSEHOLDS = 2
    """And who lives there."""


@dataclass(frozen=True, kw_only=True)
class Fact(Generic[A, P]):
    """How one fact is had. `compile` makes its part of what its source answered; `refusal` says first whether it may be
    had. Both may raise contradictions.Inconsistent. `question` is that of the form whose answer decides what it says,
    where there is one. `of_adults`: its source answers about nobody who may be a minor. `gates` are the kinds of gates
    that the law puts before it, whichever product states it."""

    part: type[P]
    compile: Callable[[A], P]
    refusal: Callable[[A], Refusal | None] = _never
    question: str = ""
    of_adults: bool = False
    gates: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The same as its part's."""
        return name_of(self.part)

    @property
    def source(self) -> str:
        """Which source knows it."""
        return source_of(self.part)


@dataclass(frozen=True, kw_only=True)
class PopulationFact(Fact[Subject, P]):
    """A fact of the population.

    `standings`: of whom it is told, None where it follows the others: of residents, unless one says otherwise.
    `withheld`: registers from which it is not certified automatically, and the refusal instead; of a fact that tells
    who lives together it counts for each of them, too: the others could not be certified to live with somebody of whom
    that is not known.
    """

    tells: Tells = Tells.NOBODYS
    standings: frozenset[Standing] | None = None
    withheld: Mapping[RegisterKind, Refusal] = field(default_factory=dict)


@cache
def known_facts() -> Mapping[str, Fact[Any, Any]]:
    """All facts that the register can give, by name."""
    found = [module.FACT for module in modules(__name__)]
    return MappingProxyType({fact.name: fact for fact in found})


def check_known(product: Product) -> None:
    """Raises Unacceptable where a product tells a fact that no module gives: one of a plan may be gone since."""
    if unknown := [name for name in product.facts if name not in known_facts()]:
        raise Unacceptable("unknown-fact", f"{product.id}: {', '.join(unknown)}")


def declared(names: Iterable[str]) -> tuple[Fact[Any, Any], ...]:
    """The facts of these names. Raises KeyError for one that no module gives."""
    return tuple(known_facts()[name] for name in names)


def of_population(facts: Iterable[Fact[Any, Any]]) -> tuple[PopulationFact[Any], ...]:
    """Those of the population."""
    return tuple(fact for fact in facts if isinstance(fact, PopulationFact))


def told(facts: Iterable[PopulationFact[Any]]) -> Tells:
    """Whose address they tell, together."""
    return max((fact.tells for fact in facts), default=Tells.NOBODYS)


def standings(facts: Collection[PopulationFact[Any]]) -> frozenset[Standing]:
    """Of whom all of them are told."""
    demanded = [fact.standings for fact in facts if fact.standings is not None]
    return frozenset.intersection(*demanded) if demanded else RESIDENTS


def sources_asked(names: Iterable[str]) -> tuple[str, ...]:
    """By which these facts are told, each once."""
    return tuple(dict.fromkeys(fact.source for fact in declared(names)))
