"""The page that the link in a mail opens: where one application stands, and its certificate."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.auth.callers import current_caller
from gateway.counter.applications import own_application
from gateway.tenancy import current_town

blueprint = Blueprint("application", __name__)


@blueprint.get("/applications/<id:application_id>")
def read_application(application_id: str) -> str | Response:
    """One of the citizen's own; who is not signed in signs in first and comes back here."""
    if current_caller() is None:
        here = local("application.read_application", application_id=application_id)
        return redirect(local("sign_in.begin", next=here), 303)
    return render_template("application.html", town=current_town(), application=own_application(application_id))
