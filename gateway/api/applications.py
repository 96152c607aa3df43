"""Filing applications, and reading one's own."""

from typing import Any

from flask import url_for

from gateway.api.filing import ApplicationRequest, filled_in
from gateway.api.paging import following, link_of
from gateway.api.schemas.applications import ApplicationListShape, ApplicationShape, Receipt
from gateway.auth.callers import require_citizen
from gateway.counter.applications import Application, own_application, own_applications, withdraw
from gateway.counter.filing import file
from gateway.idempotency import required_key
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import CURSOR, LIMIT, takes
from gateway.resources.refusals import ASKING, CHANGING, CITIZEN, OWN_APPLICATION, READING_JSON, described
from gateway.resources.strict_json import json_body
from services.contracts.envelope import digest_of
from services.contracts.intake import LONGEST_KEY, Position

IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "description": "New for each application, the same for each repetition of one: 1 to 255 visible ASCII characters "
    "as a quoted string (draft-ietf-httpapi-idempotency-key-header); without quotation marks it is taken as well",
    "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY + 2},
    "example": '"7f3c1e9a"',
}

LOCATION = {
    "description": "The application's own address",
    "required": True,
    "schema": {"type": "string", "format": "uri-reference"},
    "example": "/api/v1/applications/5f0c7a3e9d1b4c2f8e6a0b9d7c5e3f1a",
}

blueprint = resource("applications", "/api/v1/applications", "Filing applications, and following one's own")


@blueprint.before_request
def know_the_citizen() -> None:
    """Before anything is read of what they sent."""
    require_citizen()


@blueprint.post("")
@blueprint.arguments(ApplicationRequest)
@blueprint.response(202, Receipt, description="It is kept, and filed once")
@described(
    *CITIZEN,
    *CHANGING,
    *READING_JSON,
    *ASKING,
    "idempotency-key-missing",
    "idempotency-key-malformed",
    "invalid-field",
    "unknown-product",
    "language-not-allowed",
    "no-form-there",
    "contact-missing",
    "idempotency-key-reused",
    "not-found",
    headers={"Location": LOCATION},
    asked=(IDEMPOTENCY_KEY,),
)
def file_application(filed: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """File an application. The same Idempotency-Key with the same body gets the same answer; with another body, 422.

    A key is remembered for as long as the application that it filed.
    """
    offer(*JSON)
    application = file(filled_in(filed), key=required_key(), digest=digest_of(json_body()))
    receipt = {**vars(application), "links": {**_links(application), "certificate": None}}
    return receipt, 202, {"Location": _address(application)}


@blueprint.get("")
@blueprint.response(200, ApplicationListShape)
@takes(LIMIT, CURSOR)
@described(*CITIZEN, *ASKING, headers={"Link": link_of("applications")})
def list_applications() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Your applications in this town, newest first, a page at a time, without their timelines."""
    offer(*JSON)
    limit, after = LIMIT.value(), CURSOR.value()
    place = Position(submitted_at=after[0], application_id=after[1]) if after else None
    found = own_applications(limit=limit, after=place)
    last = (found.last.submitted_at, found.last.application_id) if found.last else None
    address, link = following("applications.list_applications", last, limit=limit)
    return {"applications": [shown(each) for each in found.applications], "next": address}, 200, link


@blueprint.get("/<id:application_id>")
@blueprint.response(200, ApplicationShape)
@described(*OWN_APPLICATION)
def read_application(application_id: str) -> dict[str, Any]:
    """One of your applications with its timeline."""
    offer(*JSON)
    return shown(own_application(application_id))


@blueprint.post("/<id:application_id>/withdrawal")
@blueprint.response(200, ApplicationShape)
@described(*OWN_APPLICATION, *CHANGING, "not-withdrawable")
def withdraw_application(application_id: str) -> dict[str, Any]:
    """Take back an application that is submitted, deferred or awaiting-confirmation; 409 where it has gone too far.

    It takes no body.
    """
    offer(*JSON)
    return shown(withdraw(application_id))


def shown(application: Application) -> dict[str, Any]:
    """An application with its addresses, as of ApplicationShape."""
    return {**vars(application), "links": _links(application)}


def _address(application: Application) -> str:
    return url_for("applications.read_application", application_id=application.application_id)


def _links(application: Application) -> dict[str, str | None]:
    certificate = application.certificate_id
    return {
        "self": _address(application),
        "stream": url_for("stream.follow_application", application_id=application.application_id),
        "certificate": url_for("certificates.read_certificate", certificate_id=certificate) if certificate else None,
    }
