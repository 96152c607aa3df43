"""The front page, where one signs in."""

from flask import Blueprint, render_template, session

from gateway.api.products import in_brief
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen
from gateway.auth.sessions import SessionsAway
from gateway.tenancy import current_town
from services.contracts.catalogue import offered, products
from services.contracts.national_number import display

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def read_home() -> str:
    """What the town offers, and the way in. With the store away it is the same page, without who is signed in."""
    town = current_town()
    caller, is_unsure = None, False
    try:
        caller = current_caller()
    except SessionsAway:
        is_unsure = True
    name = display(caller.national_number) if isinstance(caller, Citizen) else (caller.name if caller else None)
    return render_template(
        "home.html",
        town=town,
        caller=caller,
        name=name,
        is_unsure=is_unsure,
        is_leaving="leaving" in session,
        products=[in_brief(each, town) for each in offered(town, products()).values()],
    )
