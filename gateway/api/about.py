"""What the API says of itself: its own document (OpenAPI), the events' (AsyncAPI), the schema of certificates."""

from importlib import resources

from flask import Blueprint, Response, current_app, json

from gateway.api.description import Document, of_town
from gateway.auth.cookies import Cookies
from gateway.resources.blueprints import offer
from gateway.tenancy import current_town
from services.contracts.certificate_data import SCHEMA, schema

blueprint = Blueprint("about", __name__, url_prefix="/api/v1")

schemas = Blueprint("schemas", __name__)

JSON_SCHEMA = "application/schema+json"
"""As the JSON Schema specification (2020-12, core, section 13) names it."""

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


@schemas.get(SCHEMA)
def read_certificate_schema() -> Response:
    """Of the data inside each certificate, which names it by this address."""
    offer(JSON_SCHEMA, "application/json")
    found = schema(current_town().address)
    return Response(json.dumps(found, ensure_ascii=False), content_type=JSON_SCHEMA)
