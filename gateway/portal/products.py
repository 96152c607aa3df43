"""What a product is: for whom, what it costs, how long it takes, what is asked, and what it looks like."""

from pathlib import Path

from flask import Blueprint, Response, render_template

from gateway.conditional import conditional
from gateway.counter.forms import asked_of
from gateway.counter.products import offer_of, offered
from gateway.portal.assets import FRESH
from gateway.problems import Problem
from gateway.tenancy import current_town
from services.contracts.rooms import files

blueprint = Blueprint("products_pages", __name__)


@blueprint.get("/products/<product_id>")
def read_product(product_id: str) -> str:
    """Of one that the town offers."""
    return render_template(
        "product.html",
        town=current_town(),
        offer=offer_of(product_id),
        asked=asked_of(product_id),
        has_picture=_picture(product_id) is not None,
    )


@blueprint.get("/products/<product_id>/picture.png")
def read_picture(product_id: str) -> Response:
    """A specimen of what it gives."""
    picture = _picture(offered(product_id).id)
    if picture is None:
        raise Problem("not-found")
    headers = {"Cache-Control": FRESH, "Vary": "Host"}
    return conditional(Response(picture.read_bytes(), content_type="image/png", headers=headers))


def _picture(product_id: str) -> Path | None:
    return next(iter(files("catalogue/pictures", f"{product_id}.png")), None)
