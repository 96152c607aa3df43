"""The accessibility statement and the privacy notice, which every page leads to."""

from flask import Blueprint, render_template

from gateway.counter.notices import notice, statement
from gateway.tenancy import current_town

blueprint = Blueprint("notices", __name__)


@blueprint.get("/accessibility")
def read_accessibility() -> str:
    """How accessible these pages are, and what to do where they are not."""
    return render_template("accessibility.html", town=current_town(), statement=statement())


@blueprint.get("/privacy")
def read_privacy() -> str:
    """What the town does with what it knows of its readers."""
    return render_template("privacy.html", town=current_town(), notice=notice())
