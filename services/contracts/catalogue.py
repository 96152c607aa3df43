"""The catalogue: all products of a deployment, each from its file (product_files.py)."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from hashlib import sha256

from services.contracts.catalogue_files import own_files, text_of
from services.contracts.product import PASSED_THROUGH, Gives, Product
from services.contracts.product_files import Plan, read_plan
from services.contracts.schema import Unreadable
from services.contracts.shared_files import questions, retentions
from services.contracts.towns import Town


@cache
def products() -> dict[str, Product]:
    """The catalogue by product id: ours, and a deployment's own. Raises Unreadable naming the file and every problem
    in it."""
    found: dict[str, Product] = {}
    for told, file in own_files(""):
        product = read_product(told, text_of(told, file))
        found[product.id] = product
    return dict(sorted(found.items()))


def looked_through() -> tuple[dict[str, Product], list[Unreadable]]:
    """The products that can be read, and what keeps each other file from being read, each file once."""
    found: dict[str, Product] = {}
    wrong: dict[str, Unreadable] = {}
    try:
        for told, file in own_files(""):
            try:
                found[file.stem] = read_product(told, text_of(told, file))
            except Unreadable as error:
                for each in (error, *error.others):
                    wrong.setdefault(each.what, each)
    except Unreadable as twice:  # two files of one name
        wrong.setdefault(twice.what, twice)
    return found, list(wrong.values())


def digests() -> dict[str, str]:
    """Of each product's file, by its id. Raises Unreadable."""
    return {id: product.digest for id, product in products().items()}


def offered(town: Town, catalogue: Mapping[str, Product]) -> dict[str, Product]:
    """What a town offers of a catalogue, as it gives it: all whose sources it has, but what it has switched off."""
    return {id: product.given_by(town) for id, product in catalogue.items() if product.is_offered_by(town)}


def read_product(name: str, text: str) -> Product:
    """One product file. Raises Unreadable."""
    plan = read_plan(name, text)
    return Product(
        id=plan.id,
        titles=plan.titles,
        explanations=plan.explanations,
        group=plan.group,
        capacities=plan.capacities,
        facts=plan.facts,
        gives=_printed(plan),
        fresh_for_minutes=plan.fresh_for,
        current_for_days=plan.current_for,
        retention=retentions()[plan.retention],
        law=plan.law,
        fields=tuple(questions()[asked] for asked in plan.asks),
        gates=plan.gates,
        desk_minutes=plan.desk_minutes,
        attest=plan.attest,
        still_true=plan.still_true,
        proves=plan.proves,
        department_event=plan.department_event,
        digest=sha256(text.encode()).hexdigest(),
    )


def _printed(plan: Plan) -> Gives:
    if plan.gives.sections or plan.gives.kind == PASSED_THROUGH:
        return plan.gives
    return replace(plan.gives, sections=plan.facts)
