"""The front page: looking for something, situations of life, and all that there is."""

from flask import Blueprint, render_template, request, session

from gateway.auth.sessions import SessionsAway
from gateway.counter.desk import desk
from gateway.counter.finding import finds, most_asked, situations
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
    query = request.args.get("q", "").strip()[:200]
    return render_template(
        "home.html",
        town=current_town(),
        me=me,
        is_unsure=is_unsure,
        is_leaving="leaving" in session,
        query=query,
        finds=finds(query) if query else (),
        most_asked=most_asked(),
        situations=situations(),
        shelves=shelves(),
        desk=desk(),
    )
