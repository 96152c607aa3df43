"""The front page, where one signs in."""

from flask import Blueprint, render_template, session

from gateway.api.products import called, in_brief
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen
from gateway.auth.sessions import SessionsAway
from gateway.language import language
from gateway.tenancy import current_town
from services.contracts.catalogue import offered, products
from services.contracts.groups import at_desk, in_groups
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
        groups=[
            {**called(group), "products": [in_brief(each, town) for each in found]}
            for group, found in in_groups(offered(town, products()).values(), language())
        ],
        at_desk=[{**called(each), "explanation": each.explanations[language()]} for each in at_desk().values()],
    )
