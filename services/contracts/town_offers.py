"""What can be wrong in a town's file with what it offers of the catalogue."""

from collections.abc import Iterator, Mapping

from services.contracts.attests import federal_attest_problems
from services.contracts.catalogue import products
from services.contracts.mends import Mend
from services.contracts.populations import MAGDA
from services.contracts.product import Product
from services.contracts.product_files import NOT_ASKED_AGAIN
from services.contracts.schema import Unreadable
from services.contracts.suggesting import meant
from services.contracts.town_texts import Problem
from services.contracts.towns import Town


def offer_problems(town: Town) -> Iterator[Problem]:
    """Nothing where the catalogue itself cannot be read: whoever starts, and `loket catalogue lint`, tells that."""
    try:
        catalogue = products()
    except Unreadable:
        return
    yield from _offer(town, catalogue)
    attests = federal_attest_problems(
        town.federal_attests,
        catalogue=catalogue,
        with_attest=[id for id, product in catalogue.items() if product.attest],
        off=town.products_off,
        asks_platform=town.population.source == MAGDA,
    )
    yield from ((f"federal_attests.{name}", mend) for name, mend in attests)
    yield from _still_true(town, catalogue)


def _offer(town: Town, catalogue: Mapping[str, Product]) -> Iterator[Problem]:
    for place, product in enumerate(town.products_off):
        if product not in catalogue:
            yield f"products_off[{place}]", f"no product of the catalogue; {meant(product, catalogue)}"
        elif product in town.products_off[:place]:
            yield f"products_off[{place}]", "stands here twice; write it once"
    if town.products_off and not any(each.is_offered_by(town) for each in catalogue.values()):
        yield "products_off", Mend("nothing-left", "leaves nothing that citizens can ask for; leave out one")
    for product, tariff in town.tariffs.items():
        if product not in catalogue:
            yield f"tariffs.{product}", f"no product of the catalogue; {meant(product, catalogue)}"
        elif tariff.cents < 0:
            yield f"tariffs.{product}.cents", Mend("not-free", "write 0")
        elif tariff.cents:
            mend = "payments are not built yet: write 0, or put the product into products_off"
            yield f"tariffs.{product}.cents", Mend("not-free", mend)


def _still_true(town: Town, catalogue: Mapping[str, Product]) -> Iterator[Problem]:
    listed = town.still_true or ()
    for place, product in enumerate(listed):
        if product not in catalogue:
            yield f"still_true[{place}]", f"no product of the catalogue; {meant(product, catalogue)}"
        elif product in listed[:place]:
            yield f"still_true[{place}]", "stands here twice; write it once"
        elif product in town.products_off:
            yield f"still_true[{place}]", "stands in products_off, too; take it out of one of the two"
        elif not catalogue[product].is_asked_again:
            yield f"still_true[{place}]", NOT_ASKED_AGAIN
        elif not catalogue[product].given_by(town).is_asked_again:
            yield (
                f"still_true[{place}]",
                "is given as the federal attest, of which only the town's own is asked again; "
                "leave it out here, or in federal_attests.products",
            )
