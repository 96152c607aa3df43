"""Federal attests: certificates of the population registers that the National Register writes and seals itself.

Which there are, the ministerial decree of 21 April 2017 says (ten models). A town whose people are at MAGDA may give
them in the place of its own, product by product: MAGDA's GeefAttest hands out the sealed PDF.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from services.contracts.suggesting import meant, unknown
from services.contracts.text import is_printable

FEDERAL_ATTEST = "federal-attest"
"""The fact that holds the document."""

LONGEST_NAME = 250

EXAMPLES = {
    "federal_attests.products": "[household-composition]",
    "federal_attests.seal_authorities": "national-register.pem",
    "federal_attests.sealed_by": "Federale Overheidsdienst Binnenlandse Zaken",
}
"""Field to a value as one would write it."""


@dataclass(frozen=True, kw_only=True)
class Attest:
    """In a product's file: the federal attest that says what the product says.

    `name` is the National Register's own, to the letter. `tells` are the facts that stand on it beside the product's:
    who may not be told one of them is not given the attest either.
    """

    name: str
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FederalAttests:
    """In a town's file: of which `products` the federal attest is given.

    `seal_authorities` (PEM) are those from which the certificate of its seal comes, `sealed_by` is the organisation in
    that certificate: the authority may be a commercial one, which sells seals to others, too.
    """

    products: tuple[str, ...] = ()
    seal_authorities: str | None = None
    sealed_by: str | None = None


def attest_problems(
    attest: Attest, *, facts: Collection[str], known: Collection[str], is_certificate: bool
) -> Iterator[tuple[str, str]]:
    """What is wrong with a product's, and the mend. `facts` are the product's, `known` all those of the population."""
    if not 0 < len(attest.name) <= LONGEST_NAME or not is_printable(attest.name):
        yield "attest.name", "the attest's name as the National Register writes it"
    named = (*facts, *attest.tells)
    if strange := [each for each in attest.tells if each not in known]:
        yield "attest.tells", unknown(strange, sorted(known))
    elif len(set(named)) < len(named):
        yield "attest.tells", "what stands on it beside the product's own facts, each once"
    if not is_certificate or "identity" not in facts or not set(facts) <= set(known):
        yield "attest", "is for certificates of the population registers, with the fact identity"


def federal_attest_problems(
    chosen: FederalAttests,
    *,
    catalogue: Collection[str],
    with_attest: Collection[str],
    off: Collection[str],
    asks_platform: bool,
) -> Iterator[tuple[str, str]]:
    """Each field that is wrong, and the mend. `asks_platform`: the town's people are at MAGDA."""
    if not chosen.products:
        for name in ("seal_authorities", "sealed_by"):
            if getattr(chosen, name) is not None:
                yield name, "is for federal attests; name in products of which, or leave it out"
        return
    if not asks_platform:
        yield (
            "products",
            "the National Register's attests come over MAGDA: write population.source: magda, or leave them out",
        )
    for place, product in enumerate(chosen.products):
        if mend := _mend(product, place, chosen, catalogue=catalogue, with_attest=with_attest, off=off):
            yield f"products[{place}]", mend
    for name in ("seal_authorities", "sealed_by"):
        value = getattr(chosen, name)
        if not (value and value.strip()):
            example = EXAMPLES[f"federal_attests.{name}"]
            yield name, f"whose seal is taken has to be said, such as {name}: {example}"
        elif not value.isprintable():
            yield name, "write it in one line"


def _mend(
    product: str,
    place: int,
    chosen: FederalAttests,
    *,
    catalogue: Collection[str],
    with_attest: Collection[str],
    off: Collection[str],
) -> str | None:
    if product not in catalogue:
        return f"no product of the catalogue; {meant(product, with_attest)}"
    if product not in with_attest:
        return f"the National Register has no attest that says the same; choose from {', '.join(with_attest)}"
    if product in chosen.products[:place]:
        return "stands here twice; write it once"
    return "stands in products_off, too; take it out of one of the two" if product in off else None
