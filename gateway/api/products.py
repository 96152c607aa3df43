"""What can be asked for."""

from typing import Any

from gateway.api.schemas.products import ProductDetailShape, ProductListShape
from gateway.counter.desk import desk
from gateway.counter.forms import asked_of, subjects_of
from gateway.counter.products import offer_of, shelves
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import TOKEN, described

blueprint = resource("products", "/api/v1/products", "What can be asked for")


@blueprint.get("")
@blueprint.response(200, ProductListShape)
@described()
def list_products() -> dict[str, Any]:
    """The town's products by group, as they are looked for, and where to go for what only its desk gives."""
    offer(*JSON)
    groups = shelves()
    products = [each for group in groups for each in group.offers]
    return {"products": products, "groups": groups, "at_desk": desk()}


@blueprint.get("/<id:product_id>")
@blueprint.response(200, ProductDetailShape)
@described(*TOKEN, "unknown-product", "not-found", "bad-path")
def read_product(product_id: str) -> dict[str, Any]:
    """One product with its form, and what the register knows already when you are signed in."""
    offer(*JSON)
    return {**vars(offer_of(product_id)), "fields": asked_of(product_id), "prefill": subjects_of(product_id)}
