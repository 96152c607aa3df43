"""What of a product binds an application from the moment it is filed, whatever the catalogue says later."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from services.contracts.attests import FEDERAL_ATTEST
from services.contracts.product import CERTIFICATE, FORM, PASSED_THROUGH, Product


@dataclass(frozen=True, kw_only=True)
class Plan:
    """`digest` says which product file it was (SHA-256); `gates` are those beyond the facts (gates.Terms.gate).

    Texts and law are not in it: they are those of the day of issue. `gives` is one of product.OUTPUTS, empty where an
    earlier version filed it. `still_true`: the register may be asked later whether it still says the same; switched on
    after the filing it holds for nobody who had filed by then.
    """

    digest: str
    facts: tuple[str, ...]
    capacities: tuple[str, ...]
    current_for_days: int
    gates: tuple[str, ...] = ()
    gives: str = ""
    still_true: bool = False

    @property
    def is_passed_through(self) -> bool:
        """Whether another authority's document was filed for. What an earlier version filed tells it of a federal
        attest alone.
        """
        return self.gives == PASSED_THROUGH or FEDERAL_ATTEST in self.facts


def plan_of(product: Product, *, still_true: bool = False) -> Plan:
    """What binds whoever files now. `still_true`: the town has that on for the product (Product.is_still_true_in)."""
    return Plan(
        digest=product.digest,
        facts=product.facts,
        capacities=product.capacities,
        current_for_days=product.current_for_days,
        gates=tuple(each.gate for each in product.gates),
        gives=product.gives.kind,
        still_true=still_true,
    )


def read_plan(kept: Mapping[str, Any]) -> Plan:
    """As a store keeps it (dataclasses.asdict), which has lists for tuples and perhaps fields of another version."""
    names = {each.name for each in fields(Plan)}
    known: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in kept.items() if name in names
    }
    return Plan(**known)


def pinned(product: Product, plan: Plan | None) -> Product:
    """Today's product as an application was promised it. What was filed before plans were kept goes by today's."""
    if plan is None:
        return product
    given = product.of_facts(plan.facts)
    if plan.gives:
        given = replace(given, gives=replace(given.gives, kind=plan.gives))
    return replace(given, capacities=plan.capacities, current_for_days=plan.current_for_days)


class Lacking(StrEnum):
    """What today's catalogue lacks for making what was promised at filing."""

    FILE = "file"
    STATEMENT = "statement"
    FORM = "form"


def lacking(product: Product | None, plan: Plan | None) -> Lacking | None:
    """What of a product, as its file is today, an application of that plan waits for in vain; None where nothing is.

    A document that is passed through needs no more of the file than that it is there.
    """
    if product is None:
        return Lacking.FILE
    gives = pinned(product, plan).gives
    if gives.kind in (CERTIFICATE, FORM) and not gives.statements:
        return Lacking.STATEMENT
    return Lacking.FORM if gives.kind == FORM and not gives.form else None
