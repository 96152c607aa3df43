"""For which country? What a document of the town needs there, told before anything is filed."""

from typing import Any

from flask import url_for

from gateway.api.schemas.products import WayShape
from gateway.called import country as called
from gateway.called import named, tongue
from gateway.language import language
from gateway.problems import not_offered
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import COUNTRY, LANGUAGE, PRODUCT, takes
from gateway.resources.refusals import described
from gateway.tenancy import current_town
from services.contracts.abroad import lead, ways
from services.contracts.catalogue import offered, products

blueprint = resource("abroad", "/api/v1/abroad", "What a document needs in another country")


@blueprint.get("")
@blueprint.response(200, WayShape)
@takes(COUNTRY, PRODUCT, LANGUAGE)
@described("unknown-product")
def read_way() -> dict[str, Any]:
    """What it needs to be taken in a country: nothing more, a multilingual form, an apostille or a legalisation."""
    offer(*JSON)
    town, reader = current_town(), language()
    catalogue = offered(town, products())
    product = catalogue.get(PRODUCT.value())
    if product is None:
        raise not_offered(PRODUCT.value())
    official = town.official_languages
    written_in = next(each for each in (LANGUAGE.value(), reader, official[0]) if each in official)
    way = lead(COUNTRY.value(), product=product, language=written_in, offered=catalogue.values())
    told = ways()[way.way]
    return {
        "country": COUNTRY.value(),
        "country_name": called(COUNTRY.value(), reader),
        "product": product.id,
        "language": written_in,
        "way": way.way,
        "title": told.title(reader),
        "explanation": told.explanation(reader, city=town.is_city),
        "ask": {
            "product": way.product,
            "title": catalogue[way.product].title(reader),
            "languages": named(way.languages, tongue, reader),
            "link": url_for("products.read_product", product_id=way.product),
        }
        if way.product
        else None,
    }
