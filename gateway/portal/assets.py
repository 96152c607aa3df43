"""The town's look: one style sheet for all, two colours and a logo from the town's file."""

import mimetypes
from functools import cache
from importlib import resources
from pathlib import Path

from flask import Blueprint, Response, current_app

from gateway.conditional import conditional
from gateway.problems import Problem
from gateway.tenancy import current_town

blueprint = Blueprint("assets", __name__, url_prefix="/assets")

FRESH = "public, max-age=3600"
LOGO_TYPES = {"image/svg+xml", "image/png", "image/jpeg", "image/webp"}


@blueprint.get("/loket.css")
def read_style() -> Response:
    """The same for every town."""
    return conditional(Response(_style(), content_type="text/css; charset=utf-8", headers={"Cache-Control": FRESH}))


@blueprint.get("/town.css")
def read_colours() -> Response:
    """The town's two colours."""
    colours = current_town().colours
    css = f":root{{--primary:{colours.primary};--accent:{colours.accent}}}\n"
    headers = {"Cache-Control": FRESH, "Vary": "Host"}
    return conditional(Response(css, content_type="text/css; charset=utf-8", headers=headers))


@blueprint.get("/logo")
def read_logo() -> Response:
    """The town's logo; an SVG may draw, and nothing else."""
    folder: Path = current_app.config["LOKET_TOWN_FILES"]
    path = folder / current_town().logo
    kind = mimetypes.guess_type(path.name)[0] or ""
    if kind not in LOGO_TYPES or not path.is_file():
        raise Problem("not-found")
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    headers = {"Cache-Control": FRESH, "Vary": "Host", "Content-Security-Policy": policy}
    return conditional(Response(path.read_bytes(), content_type=kind, headers=headers))


@cache
def _style() -> str:
    return resources.files("gateway.portal").joinpath("static", "loket.css").read_text(encoding="utf-8")
