"""The sealed PDF of an own certificate."""

import base64

from flask import Response

from gateway.api.examples import FILE_NAME
from gateway.auth.callers import require_citizen
from gateway.conditional import conditional
from gateway.counter.certificates import own_certificate
from gateway.resources.blueprints import offer, resource
from gateway.resources.refusals import OWN, described

blueprint = resource("certificates", "/api/v1/certificates", "The sealed PDF")

PDF = "application/pdf"

BINARY = {"type": "string", "format": "binary"}

HEADERS = {
    "ETag": {
        "description": "For If-None-Match, If-Match and If-Range (RFC 9110, section 13): the file's SHA-256",
        "required": True,
        "schema": {"type": "string"},
        "example": '"abababababababababababababababababababababababababababababababab"',
    },
    "Content-Disposition": {
        "description": "With a file name: the product and the certificate's number",
        "required": True,
        "schema": {"type": "string"},
        "example": f'attachment; filename="{FILE_NAME}"',
    },
    "Repr-Digest": {
        "description": "The file's SHA-256 (RFC 9530)",
        "required": True,
        "schema": {"type": "string"},
        "example": "sha-256=:q6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=:",
    },
}

ASKED = tuple(
    {"name": name, "in": "header", "description": about, "schema": {"type": "string"}}
    for name, about in (
        ("Range", "One part of the file, in bytes: 206. Several at once, and other units, are given the whole"),
        ("If-Range", "The ETag of the parts that you have: where the file is another, Range is passed over"),
        ("If-None-Match", "The ETags that you have, or `*`: 304 where it is one of them"),
        ("If-Match", "The ETags that will do, or `*`: 412 where it is none of them"),
    )
)
"""RFC 9110, sections 13.1 and 14.2."""


@blueprint.before_request
def know_the_citizen() -> None:
    """Before anything is read of what they sent."""
    require_citizen()


@blueprint.get("/<id:certificate_id>")
@blueprint.response(200, BINARY, content_type=PDF, description="The PDF, byte for byte as it was sealed")
@blueprint.alt_response(
    206, schema=BINARY, content_type=PDF, description="The part of it that was asked for", success=True
)
@blueprint.alt_response(304, description="You have it already", success=True)
@described(*OWN, "precondition-failed", "range-not-satisfiable", headers=HEADERS, asked=ASKED)
def read_certificate(certificate_id: str) -> Response:
    """The certificate, if it is yours: somebody else's does not exist. Parts of it may be asked for (Range)."""
    offer(PDF)
    found = own_certificate(certificate_id)
    response = Response(found.pdf, content_type=PDF)
    response.headers["Content-Disposition"] = f'attachment; filename="{found.filename}"'
    response.headers["Content-Language"] = found.language
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(bytes.fromhex(found.sha256)).decode()}:"
    return conditional(response, digest=found.sha256, in_parts=True)
