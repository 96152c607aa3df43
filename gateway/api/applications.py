"""Filing applications, and reading one's own."""

from dataclasses import replace
from functools import partial
from typing import Any

from flask import current_app, url_for

from gateway.api.filing import ApplicationRequest
from gateway.api.paging import following, link_of
from gateway.api.schemas.applications import ApplicationListShape, ApplicationShape, Receipt
from gateway.asking import ask
from gateway.auth.callers import require_citizen
from gateway.auth.identity import Citizen
from gateway.idempotency import required_key
from gateway.language import language, translate
from gateway.limits import by_citizen, limited
from gateway.own import ask_about_own, other_numbers
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.parameters import CURSOR, LIMIT, takes
from gateway.resources.refusals import ASKING, CHANGING, CITIZEN, OWN_APPLICATION, READING_JSON, described
from gateway.resources.strict_json import json_body
from gateway.sentences import sentence_of
from gateway.tenancy import current_town
from services.contracts.catalogue import products
from services.contracts.envelope import digest_of
from services.contracts.errors import OtherNumbersWanted
from services.contracts.intake import (
    LONGEST_KEY,
    ApplicationView,
    ListApplications,
    Position,
    ReadApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.contracts.national_number import compact
from services.contracts.product import PASSED_THROUGH

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
    citizen = require_citizen()
    key, limit = required_key(), current_app.config["LOKET_APPLICATIONS_LIMIT"]
    with limited(limit, scope="applications", key=by_citizen, once=key, refunds=True):
        question = SubmitApplication(
            town=current_town().refnis,
            citizen=citizen.national_number,
            idempotency_key=key,
            body_digest=digest_of(json_body()),
            product=filed["product"],
            subject=compact(filed["subject"], test=current_town().takes_test_numbers) if "subject" in filed else None,
            language=filed.get("language"),
            email=filed.get("email", citizen.email),
            fields=filed.get("fields", {}),
            are_all=False,
        )
        view = _filed(question, citizen)
    receipt = {
        "application_id": view.application_id,
        "product": view.product,
        "language": view.language,
        "submitted_at": view.submitted_at,
        "links": {**_links(view), "certificate": None},
    }
    return receipt, 202, {"Location": _address(view)}


def _filed(question: SubmitApplication, citizen: Citizen) -> ApplicationView:
    """The register is asked for the citizen's other numbers where they could matter, and then as they are now: a merge
    may have been taken back since the sign-in.
    """
    if question.subject is None:
        try:
            return ask(question)
        except OtherNumbersWanted:
            pass
    return ask(replace(question, other_numbers=other_numbers(citizen), are_all=True))


@blueprint.get("")
@blueprint.response(200, ApplicationListShape)
@takes(LIMIT, CURSOR)
@described(*CITIZEN, *ASKING, headers={"Link": link_of("applications")})
def list_applications() -> tuple[dict[str, Any], int, dict[str, str]]:
    """Your applications in this town, newest first, a page at a time, without their timelines."""
    offer(*JSON)
    citizen, limit, after = require_citizen(), LIMIT.value(), CURSOR.value()
    question = ListApplications(
        town=current_town().refnis,
        citizen=citizen.national_number,
        other_numbers=other_numbers(citizen),
        limit=limit,
        after=Position(submitted_at=after[0], application_id=after[1]) if after else None,
    )
    found = ask(question)
    last = (found.last.submitted_at, found.last.application_id) if found.last else None
    address, link = following("applications.list_applications", last, limit=limit)
    return {"applications": [shown(view) for view in found.applications], "next": address}, 200, link


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
    town = current_town().refnis
    return shown(
        ask_about_own(
            application_id,
            lambda citizen, others: WithdrawApplication(
                town=town, citizen=citizen, application_id=application_id, other_numbers=others
            ),
        )
    )


def own_application(application_id: str, *, watching: bool = False) -> ApplicationView:
    """Raises NotFound, also where it is somebody else's, and what `ask_about_own` raises."""
    town = current_town().refnis
    return ask_about_own(
        application_id,
        lambda citizen, others: ReadApplication(
            town=town,
            citizen=citizen,
            application_id=application_id,
            other_numbers=others,
            watching=watching,
        ),
    )


def shown(view: ApplicationView) -> dict[str, Any]:
    """An application in the reader's language."""
    product = products().get(view.product)
    said = partial(
        sentence_of,
        own=view.capacity == "self",
        is_of_a_document=product is not None and product.gives.kind == PASSED_THROUGH,
    )
    return {
        "application_id": view.application_id,
        "product": view.product,
        "title": product.title(language()) if product else view.product,
        "language": view.language,
        "state": view.state,
        "version": view.version,
        "submitted_at": view.submitted_at,
        "deadline": view.deadline,
        "certificate_id": view.certificate_id,
        "code": view.code,
        "sentence": translate(said(view.state, view.code)),
        "timeline": [
            {
                "at": step.at,
                "state": step.state,
                "code": step.code,
                "expected_by": step.expected_by,
                "sentence": translate(said(step.state, step.code)),
            }
            for step in view.timeline
        ],
        "links": _links(view),
    }


def _address(view: ApplicationView) -> str:
    return url_for("applications.read_application", application_id=view.application_id)


def _links(view: ApplicationView) -> dict[str, str | None]:
    certificate = view.certificate_id
    return {
        "self": _address(view),
        "stream": url_for("stream.follow_application", application_id=view.application_id),
        "certificate": url_for("certificates.read_certificate", certificate_id=certificate) if certificate else None,
    }
