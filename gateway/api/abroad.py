"""For which country? What a document of the town needs there, told before anything is filed."""

from typing import Any

from flask import url_for

from gateway.api.schemas.products import WayShape
from gateway.counter.abroad import way_to
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import COUNTRY, LANGUAGE, PRODUCT, takes
from gateway.resources.refusals import described

blueprint = resource("abroad", "/api/v1/abroad", "What a document needs in another country")


@blueprint.get("")
@blueprint.response(200, WayShape)
@takes(COUNTRY, PRODUCT, LANGUAGE)
@described("unknown-product")
def read_way() -> dict[str, Any]:
    """What it needs to be taken in a country: nothing more, a multilingual form, an apostille or a legalisation."""
    offer(*JSON)
    way = way_to(COUNTRY.value(), product_id=PRODUCT.value(), written_in=LANGUAGE.value())
    form = way.ask
    link = {"link": url_for("products.read_product", product_id=form.product)} if form else {}
    return {**vars(way), "ask": {**vars(form), **link} if form else None}
