"""For which country? What a document of the town needs there, told before anything is filed."""

from dataclasses import dataclass

from gateway.called import country as called
from gateway.called import tongue
from gateway.counter.choices import Choice, named
from gateway.counter.products import offered
from gateway.language import language
from gateway.tenancy import current_town
from services.contracts import catalogue
from services.contracts.abroad import lead, ways


@dataclass(frozen=True, kw_only=True)
class FormThere:
    """The product that gives the multilingual form, and the languages of the country in which it can."""

    product: str
    title: str
    languages: tuple[Choice, ...]


@dataclass(frozen=True, kw_only=True)
class WayThere:
    """What a document in a `language` needs in a country: `way` is an abroad.Way, in words `title` and `explanation`;
    `ask` is there where it is a form."""

    country: str
    country_name: str
    product: str
    language: str
    way: str
    title: str
    explanation: str
    ask: FormThere | None


def way_to(country: str, *, product_id: str, written_in: str | None = None) -> WayThere:
    """For a country of destinations().codes. The document is in the reader's language unless it is said to be
    `written_in` another; in the town's first, where that is none of its own.

    Raises Problem `unknown-product`.
    """
    town, reader = current_town(), language()
    product = offered(product_id)
    catalogue_here = catalogue.offered(town, catalogue.products())
    official = town.official_languages
    document = next(each for each in (written_in, reader, official[0]) if each in official)
    found = lead(country, product=product, language=document, offered=catalogue_here.values())
    told = ways()[found.way]
    form = None
    if found.product:
        title = catalogue_here[found.product].title(reader)
        form = FormThere(product=found.product, title=title, languages=named(found.languages, tongue))
    return WayThere(
        country=country,
        country_name=called(country, reader),
        product=product.id,
        language=document,
        way=found.way,
        title=told.title(reader),
        explanation=told.explanation(reader, city=town.is_city),
        ask=form,
    )
