"""What else is a citizen's own: certificates, who looked at their data, what is kept of them."""

import json

from flask import Blueprint, Response, render_template
from werkzeug.wrappers import Response as BaseResponse

from gateway.counter.certificates import own_certificates
from gateway.counter.export import export
from gateway.counter.looks import own_looks
from gateway.counter.me import me
from gateway.portal.paging import after, next_page
from gateway.portal.signing_in import signed_in_first
from gateway.tenancy import current_town
from services.contracts.intake import Position
from services.contracts.registry import LookPlace

blueprint = Blueprint("own", __name__)


@blueprint.before_request
def know_the_citizen() -> BaseResponse | None:
    """Before anything else: who is not signed in comes back here."""
    return signed_in_first()


@blueprint.get("/certificates")
def list_certificates() -> str:
    """All that can still be fetched, newest first."""
    place = after()
    found = own_certificates(after=Position(submitted_at=place[0], application_id=place[1]) if place else None)
    last = (found.last.submitted_at, found.last.application_id) if found.last else None
    return render_template(
        "certificates.html",
        town=current_town(),
        applications=found.applications,
        more=next_page("own.list_certificates", last),
    )


@blueprint.get("/looks")
def list_looks() -> str:
    """Who looked at the reader's data."""
    place = after()
    found = own_looks(after=LookPlace(at=place[0], id=place[1]) if place else None)
    last = (found.last.at, found.last.id) if found.last else None
    return render_template("looks.html", town=current_town(), found=found, more=next_page("own.list_looks", last))


@blueprint.get("/me")
def read_me() -> str:
    """How the town reaches the reader, in which language, and what it keeps."""
    return render_template("me.html", town=current_town(), me=me())


@blueprint.get("/me/export.json")
def read_export() -> Response:
    """All that this counter keeps of the reader, for another program (GDPR, article 20)."""
    body = json.dumps(export(), ensure_ascii=False, indent=2, default=str)
    headers = {"Content-Disposition": 'attachment; filename="loket.json"'}
    return Response(body, content_type="application/json; charset=utf-8", headers=headers)
