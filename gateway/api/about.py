"""What the API says of itself: its own document (OpenAPI), those of events (AsyncAPI), the schemas of what it gives."""

from functools import partial
from importlib import resources

from flask import Blueprint, Response, current_app, json

from gateway.api.description import Document, of_town
from gateway.auth.cookies import Cookies
from gateway.problems import Problem
from gateway.resources.blueprints import offer
from gateway.tenancy import current_town
from services.contracts import feed_asyncapi
from services.contracts.asyncapi import text
from services.contracts.certificate_data import SCHEMA, schema
from services.contracts.feed.answers import CONFIRMATION_ANSWERED
from services.contracts.feed.events import type_of
from services.contracts.feed.schemas import ENVELOPE
from services.contracts.feed_schemas import answer_schema, envelope, told_events
from services.contracts.feed_schemas import schema as event_schema

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
    return Response(json.dumps(openapi(), ensure_ascii=False), content_type="application/json")


@blueprint.get("/asyncapi.yaml")
def read_asyncapi() -> Response:
    """Of the services' own events, as it is kept with the contracts."""
    offer(YAML)
    return Response(asyncapi(), content_type=YAML)


@blueprint.get("/departments/asyncapi.yaml")
def read_departments_asyncapi() -> Response:
    """Of what departments hear, the deployment's own events among it."""
    offer(YAML)
    return Response(text(feed_asyncapi.document()), content_type=YAML)


def openapi() -> Document:
    """The API's document for the town that is asked."""
    document: Document = current_app.config["LOKET_DOCUMENT"]
    cookies: Cookies = current_app.config["LOKET_COOKIES"]
    return of_town(
        document,
        current_town(),
        cookie=cookies.name,
        rates=current_app.config["LOKET_APPLICATIONS_LIMIT"],
        is_demo=current_app.config["LOKET_OPAQUE_TOKENS"],
    )


def asyncapi() -> str:
    """The document of the services' own events."""
    return resources.files("services.contracts").joinpath("asyncapi.yaml").read_text(encoding="utf-8")


@schemas.get(SCHEMA)
def read_certificate_schema() -> Response:
    """Of the data inside each certificate, which names it by this address."""
    offer(JSON_SCHEMA, "application/json")
    found = schema(current_town().address)
    return Response(json.dumps(found, ensure_ascii=False), content_type=JSON_SCHEMA)


@schemas.get("/schemas/departments/<type>.json")
def read_event_schema(type: str) -> Response:
    """Of an event that departments hear or say, by its type, also of the deployment's own; and of what all that they
    hear have in common."""
    offer(JSON_SCHEMA, "application/json")
    address = f"{current_town().address.rstrip('/')}/schemas/departments"
    made = {ENVELOPE: envelope, type_of(CONFIRMATION_ANSWERED): answer_schema}
    made |= {type_of(name): partial(event_schema, name) for name in told_events()}
    if type not in made:
        raise Problem("not-found")
    found = made[type](address)
    return Response(json.dumps(found, ensure_ascii=False), content_type=JSON_SCHEMA)
