"""What the town offers, as its reader looks for it."""

from dataclasses import dataclass

from gateway.language import language, translate
from gateway.problems import not_offered
from gateway.sentences import FEDERAL, FOR_WHOM
from gateway.tenancy import current_town
from services.contracts import catalogue
from services.contracts.groups import in_groups
from services.contracts.product import Product
from services.contracts.towns import Town


@dataclass(frozen=True, kw_only=True)
class Tariff:
    """What it costs, and the regulation that says so."""

    cents: int = 0
    regulation: str | None = None

    @property
    def is_free(self) -> bool:
        """Then there is no regulation to tell of."""
        return self.cents == 0


@dataclass(frozen=True, kw_only=True)
class Awaited:
    """Who has to confirm something before it is given, and within how many days they are to."""

    who: str
    days: int


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A product of the town. `capacities` are as whom one may ask, which `for_whom` says in words; `languages` those in
    which the town gives it, its own first.

    It is given at once where it `awaits` nobody. `still_true`: whoever checks its certificate is told whether the
    register still says the same, while that is current: for `current_for_days`. It can be fetched again, and checked,
    for `document_days`.
    """

    id: str
    title: str
    explanation: str
    group: str
    capacities: tuple[str, ...]
    for_whom: tuple[str, ...]
    languages: tuple[str, ...]
    tariff: Tariff
    legal_basis: str
    awaits: tuple[Awaited, ...]
    still_true: bool
    current_for_days: int
    document_days: int


@dataclass(frozen=True, kw_only=True)
class Shelf:
    """What is looked for in one place; never empty."""

    id: str
    title: str
    offers: tuple[Offer, ...]


def shelves() -> tuple[Shelf, ...]:
    """All that the town offers."""
    town = current_town()
    laid_out = in_groups(catalogue.offered(town, catalogue.products()).values(), language())
    return tuple(
        Shelf(id=group.id, title=group.titles[language()], offers=tuple(_offer(each, town) for each in found))
        for group, found in laid_out
    )


def offers() -> tuple[Offer, ...]:
    """The same in no order."""
    town = current_town()
    return tuple(_offer(each, town) for each in catalogue.offered(town, catalogue.products()).values())


def offer_of(product_id: str) -> Offer:
    """Raises Problem `unknown-product`."""
    return _offer(offered(product_id), current_town())


def offered(product_id: str) -> Product:
    """The plan of what the town offers. Raises Problem `unknown-product`, which tells where to go for what only its
    desk gives."""
    product = catalogue.offered(current_town(), catalogue.products()).get(product_id)
    if product is None:
        raise not_offered(product_id)
    return product


def title_of(product_id: str) -> str | None:
    """Of a product that was asked for once, also where the town offers it no more; None where nobody knows it."""
    product = catalogue.products().get(product_id)
    return product.title(language()) if product else None


def _offer(product: Product, town: Town) -> Offer:
    told, reader = product.explanations[language()], language()
    tariff = town.tariffs.get(product.id)
    return Offer(
        id=product.id,
        title=product.title(reader),
        explanation=f"{told} {translate(FEDERAL)}" if product.is_federal else told,
        group=product.group,
        capacities=product.capacities,
        for_whom=tuple(translate(FOR_WHOM[each]) for each in product.capacities),
        languages=product.languages(town),
        tariff=Tariff(cents=tariff.cents, regulation=town.say(tariff.regulation, reader)) if tariff else Tariff(),
        legal_basis=product.legal_basis(reader),
        awaits=tuple(Awaited(who=each.names[reader], days=each.answers_within) for each in product.gates),
        still_true=product.is_still_true_in(town),
        current_for_days=product.current_for_days,
        document_days=product.retention.document_days,
    )
