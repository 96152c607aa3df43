"""The town's look: one style sheet for all and one for developers, two colours and a logo from the town's file."""

from functools import cache
from hashlib import sha256
from importlib import resources

from flask import Blueprint, Response, current_app, url_for

from gateway.conditional import conditional
from gateway.problems import Problem
from gateway.tenancy import current_town
from services.contracts.living_towns import LivingTowns

blueprint = Blueprint("assets", __name__, url_prefix="/assets")

FRESH = "public, max-age=3600"
FOR_EVER = "public, max-age=31536000, immutable"

SCRIPTS = {
    "htmx": ("django_htmx", "static/django_htmx/htmx-4.min.js"),
    "live": ("gateway.portal", "static/live.js"),
    "check": ("gateway.portal", "static/check.js"),
}
"""Packages and paths in them. Of django-htmx nothing but htmx itself is used: browsers know by themselves how to follow
server-sent events, come back to them with what they have seen, and stop at a 204."""


@blueprint.get("/loket.css")
def read_style() -> Response:
    """The same for every town."""
    return _style("loket.css")


@blueprint.get("/docs.css")
def read_docs_style() -> Response:
    """Of the pages for developers, beside the other."""
    return _style("docs.css")


@blueprint.get("/<name>.<digest>.js")
def read_script(name: str, digest: str) -> Response:
    """One of SCRIPTS: another version of it has another address."""
    if name not in SCRIPTS or digest != _digest(name):
        raise Problem("not-found")
    headers = {"Cache-Control": FOR_EVER}
    return conditional(Response(_script(name), content_type="text/javascript; charset=utf-8", headers=headers))


def script(name: str) -> str:
    """Its address."""
    return url_for("assets.read_script", name=name, digest=_digest(name))


def version() -> int:
    """Of the town, in the address of what it chooses: the next one has another address, and is fetched at once."""
    towns: LivingTowns = current_app.config["LOKET_TOWNS"]
    return towns.version(current_town().refnis)


@blueprint.get("/town.css")
def read_colours() -> Response:
    """The town's two colours."""
    colours = current_town().colours
    css = f":root{{--primary:{colours.primary};--accent:{colours.accent}}}\n"
    headers = {"Cache-Control": FRESH, "Vary": "Host"}
    return conditional(Response(css, content_type="text/css; charset=utf-8", headers=headers))


@blueprint.get("/logo")
def read_logo() -> Response:
    """The town's logo; an SVG may draw, or hold its picture, and nothing else."""
    towns: LivingTowns = current_app.config["LOKET_TOWNS"]
    try:
        logo = towns.logo(current_town().refnis)
    except ValueError:  # it was edited since the start, and is no drawing any more
        raise Problem("not-found") from None
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    headers = {"Cache-Control": FRESH, "Vary": "Host", "Content-Security-Policy": policy}
    return conditional(Response(logo, content_type="image/svg+xml", headers=headers))


def _style(name: str) -> Response:
    return conditional(Response(_sheet(name), content_type="text/css; charset=utf-8", headers={"Cache-Control": FRESH}))


@cache
def _script(name: str) -> bytes:
    package, path = SCRIPTS[name]
    return resources.files(package).joinpath(path).read_bytes()


@cache
def _digest(name: str) -> str:
    return sha256(_script(name)).hexdigest()[:16]


@cache
def _sheet(name: str) -> str:
    return resources.files("gateway.portal").joinpath("static", name).read_text(encoding="utf-8")
