"""The town's look: one style sheet for all and one for developers, two colours and a logo from the town's file."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib import resources

from flask import Blueprint, Response, current_app, g, url_for

from gateway.conditional import conditional
from gateway.problems import Problem
from gateway.tenancy import current_town
from services.contracts.living_towns import LivingTowns
from services.contracts.towns import Colours

blueprint = Blueprint("assets", __name__, url_prefix="/assets")

FRESH = "public, max-age=3600"
FOR_EVER = "public, max-age=31536000, immutable"

SCRIPTS = {
    "htmx": ("django_htmx", "static/django_htmx/htmx-4.min.js"),
    "live": ("gateway.portal", "static/live.js"),
    "check": ("gateway.portal", "static/check.js"),
    "setup": ("gateway.portal", "static/setup.js"),
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


@dataclass(frozen=True, kw_only=True)
class Look:
    """Addresses of a town's colours and logo. `is_drawn`: of a page that is only looked at, and runs no script."""

    colours: str
    logo: str
    is_drawn: bool = False


def look() -> Look:
    """That of this page: `g.look`, or else the town's, with its version in the addresses. Those of the next version
    have others, and are fetched at once."""
    own = Look(
        colours=url_for("assets.read_colours", v=_version()),
        logo=url_for("assets.read_logo", v=_version()),
    )
    drawn: Look = g.get("look", own)
    return drawn


@blueprint.get("/town.css")
def read_colours() -> Response:
    """The town's two colours."""
    css = style_of(current_town().colours)
    headers = {"Cache-Control": FRESH, "Vary": "Host"}
    return conditional(Response(css, content_type="text/css; charset=utf-8", headers=headers))


@blueprint.get("/logo")
def read_logo() -> Response:
    """The town's logo."""
    towns: LivingTowns = current_app.config["LOKET_TOWNS"]
    try:
        logo = towns.logo(current_town().refnis)
    except ValueError:  # it was edited since the start, and is no drawing any more
        raise Problem("not-found") from None
    return conditional(drawing(logo, {"Cache-Control": FRESH, "Vary": "Host"}))


def style_of(colours: Colours) -> str:
    """The style sheet of a town's colours."""
    return f":root{{--primary:{colours.primary};--accent:{colours.accent}}}\n"


def drawing(logo: bytes, headers: dict[str, str]) -> Response:
    """A logo; an SVG may draw, or hold its picture, and nothing else."""
    policy = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; sandbox"
    return Response(logo, content_type="image/svg+xml", headers={**headers, "Content-Security-Policy": policy})


def _version() -> int:
    towns: LivingTowns = current_app.config["LOKET_TOWNS"]
    return towns.version(current_town().refnis)


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
