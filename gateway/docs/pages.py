"""/api/v1/docs: the documents as pages, beside the files for programs."""

from functools import cache

import yaml
from flask import Blueprint, render_template

from gateway.api import about
from gateway.docs import messages, operations
from gateway.docs.fields import anchor
from gateway.docs.prose import paragraphs
from gateway.resources.blueprints import offer
from gateway.tenancy import current_town
from services.contracts import feed_asyncapi
from services.contracts.asyncapi import Document

blueprint = Blueprint("docs", __name__, url_prefix="/api/v1/docs", template_folder="templates")

PAGE = "text/html"


@blueprint.get("")
def read_api() -> str:
    """Every operation of the API, with a request and its answer."""
    offer(PAGE)
    document = about.openapi()
    return render_template(
        "docs/api.html",
        town=current_town(),
        anchor=anchor,
        title="The API",
        version=document["info"]["version"],
        about=paragraphs(document["info"]["description"]),
        known=paragraphs(document["components"]["securitySchemes"]["token"]["description"]),
        groups=operations.groups_of(document),
        schemas=operations.schemas_of(document),
        problems=operations.problems_of(document),
    )


@blueprint.get("/departments")
def read_departments() -> str:
    """What departments hear, with an example of each event."""
    return _events(
        feed_asyncapi.document(), file="about.read_departments_asyncapi", schema_of="schemas.read_event_schema"
    )


@blueprint.get("/events")
def read_events() -> str:
    """The services' own events."""
    return _events(_own_events(), file="about.read_asyncapi")


def _events(document: Document, *, file: str, schema_of: str | None = None) -> str:
    """`file` is where a program reads the document, `schema_of` where that of an event is, if it has one by itself."""
    offer(PAGE)
    return render_template(
        "docs/events.html",
        town=current_town(),
        anchor=anchor,
        file=file,
        schema_of=schema_of,
        title=document["info"]["title"],
        version=document["info"]["version"],
        about=paragraphs(document["info"]["description"]),
        servers=messages.servers_of(document),
        channels=messages.channels_of(document),
        messages=messages.messages_of(document),
        schemas=messages.schemas_of(document),
    )


@cache
def _own_events() -> Document:
    found: Document = yaml.safe_load(about.asyncapi())
    return found
