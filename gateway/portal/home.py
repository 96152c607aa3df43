"""The front page, where one signs in."""

from flask import Blueprint, render_template, session

from gateway.auth.sessions import SessionsAway
from gateway.counter.desk import desk
from gateway.counter.me import me_if_known
from gateway.counter.products import shelves
from gateway.tenancy import current_town

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def read_home() -> str:
    """What the town offers, and the way in. With the store away it is the same page, without who is signed in."""
    me, is_unsure = None, False
    try:
        me = me_if_known()
    except SessionsAway:
        is_unsure = True
    return render_template(
        "home.html",
        town=current_town(),
        me=me,
        is_unsure=is_unsure,
        is_leaving="leaving" in session,
        shelves=shelves(),
        desk=desk(),
    )
