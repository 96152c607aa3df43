"""The page that the link in a mail opens: where one application stands, and its certificate."""

from datetime import datetime, time, timedelta

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.api.applications import own_application, shown
from gateway.auth.callers import current_caller
from gateway.language import long_date, long_moment
from gateway.tenancy import current_town
from services.contracts.catalogue import products
from services.contracts.days import day_of
from services.contracts.days import local as local_time
from services.contracts.intake import ApplicationView
from services.contracts.product import PASSED_THROUGH

blueprint = Blueprint("application", __name__)


@blueprint.get("/applications/<id:application_id>")
def read_application(application_id: str) -> str | Response:
    """One of the citizen's own; who is not signed in signs in first and comes back here."""
    if current_caller() is None:
        here = local("application.read_application", application_id=application_id)
        return redirect(local("sign_in.begin", next=here), 303)
    view = own_application(application_id)
    application = shown(view)
    expected_by = application["timeline"][-1]["expected_by"]
    return render_template(
        "application.html",
        town=current_town(),
        application=application,
        promise=promised(expected_by) if expected_by else None,
        is_passed_through=_is_passed_through(view),
    )


def _is_passed_through(view: ApplicationView) -> bool:
    """As it was filed; of one that an earlier version filed, or tells of, as its product is."""
    product = products().get(view.product)
    return view.passed_through or (product is not None and product.gives.kind == PASSED_THROUGH)


def promised(expected_by: datetime) -> str:
    """By when somebody is to answer: what is due by the end of a day, by that day."""
    ends = local_time(expected_by).time() == time()
    return long_date(day_of(expected_by - timedelta(milliseconds=1))) if ends else long_moment(expected_by)
