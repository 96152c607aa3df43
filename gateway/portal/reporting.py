"""Whom to tell of a weakness: `/.well-known/security.txt` (RFC 9116)."""

from datetime import UTC, datetime, timedelta

from flask import Blueprint, Response

from gateway.portal.assets import FRESH
from gateway.tenancy import current_town

blueprint = Blueprint("reporting", __name__)

GOOD_FOR = timedelta(days=180)
"""It is made from the town's file at each request; RFC 9116, section 2.5.5, wants less than a year."""


@blueprint.get("/.well-known/security.txt")
def read_contact() -> Response:
    """The town's office: it answers for its citizens' data, and its address is the one that the town keeps right."""
    town = current_town()
    until = (datetime.now(UTC) + GOOD_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{town.office.email}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(town.languages)}",
        f"Canonical: {town.address.rstrip('/')}/.well-known/security.txt",
    )
    text = "".join(f"{line}\n" for line in lines)
    return Response(text, content_type="text/plain; charset=utf-8", headers={"Cache-Control": FRESH, "Vary": "Host"})
