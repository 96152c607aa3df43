"""The front page, where one signs in."""

from flask import Blueprint, render_template

from gateway.api.products import in_brief, offered
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen, displayed
from gateway.tenancy import current_town

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def read_home() -> str:
    """What the town offers, and the way in."""
    town = current_town()
    caller = current_caller()
    name = displayed(caller.national_number) if isinstance(caller, Citizen) else (caller.name if caller else None)
    return render_template(
        "home.html", town=town, caller=caller, name=name, products=[in_brief(each, town) for each in offered(town)]
    )
