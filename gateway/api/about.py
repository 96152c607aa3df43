"""What the API says of itself: its own document (OpenAPI), and that of the events (AsyncAPI)."""

from importlib import resources

from flask import Blueprint, Response, current_app, json

from gateway.api.blueprints import offer
from gateway.api.description import Document, of_town
from gateway.auth.cookies import Cookies
from gateway.tenancy import current_town

blueprint = Blueprint("about", __name__, url_prefix="/api/v1")

YAML = "application/yaml"
"""RFC 9512."""


@blueprint.get("/openapi.json")
def read_openapi() -> Response:
    """Of this town: its address, its identity provider."""
    offer("application/json")
    document: Document = current_app.config["LOKET_DOCUMENT"]
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    found = of_town(
        document,
        current_town(),
        cookie=cookies.name,
        rates=current_app.config["LOKET_APPLICATIONS_LIMIT"],
        is_demo=current_app.config["LOKET_OPAQUE_TOKENS"],
    )
    return Response(json.dumps(found, ensure_ascii=False), content_type="application/json")


@blueprint.get("/asyncapi.yaml")
def read_asyncapi() -> Response:
    """As it is kept with the contracts."""
    offer(YAML)
    text = resources.files("services.contracts").joinpath("asyncapi.yaml").read_text(encoding="utf-8")
    return Response(text, content_type=YAML)
