"""Is this certificate real? Open to everybody: who receives one need not sign in."""

import base64
from typing import Any

from flask import current_app, request

from gateway.api.blueprints import JSON, offer, resource
from gateway.api.schemas import VerificationShape
from gateway.asking import ask
from gateway.language import translate
from gateway.limits import limited
from gateway.problems import Problem
from gateway.sentences import VERDICTS
from gateway.sizes import MULTIPART_BYTES
from gateway.tenancy import current_town
from services.contracts.documents import LARGEST_PDF, Verification, VerifyCode, VerifyFile
from services.contracts.field_errors import field_error

blueprint = resource("verifications", "verifications", "Is this certificate real?")

LONGEST_CODE = 64
_UPLOAD = {
    "application/pdf": {"schema": {"type": "string", "format": "binary"}},
    "multipart/form-data": {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    },
}


@blueprint.get("/<code>")
@blueprint.response(200, VerificationShape)
def read_verification(code: str) -> dict[str, Any]:
    """What the code on a certificate stands for: `authentic`, `superseded` or `unknown`."""
    offer(*JSON)
    return shown(verify_code(code))


@blueprint.post("")
@blueprint.response(200, VerificationShape)
@blueprint.doc(requestBody={"required": True, "content": _UPLOAD})
def verify_upload() -> dict[str, Any]:
    """Is a PDF one of the town's, to the last byte? `untouched`, `altered`, `no-longer-kept` or `not-ours`.

    Nothing of it is kept.
    """
    offer(*JSON)
    return shown(verify_file())


def verify_code(code: str) -> Verification:
    """Raises what `ask` raises."""
    with limited(current_app.config["LOKET_VERIFICATIONS_LIMIT"], scope="verifications"):
        if len(code) > LONGEST_CODE or not code.isprintable():
            return Verification(verdict="unknown")
        return ask(VerifyCode(town=current_town().refnis, code=code))


def verify_file() -> Verification:
    """The PDF that this request brought. Raises Problem, or what `ask` raises."""
    with limited(current_app.config["LOKET_VERIFICATIONS_LIMIT"], scope="verifications"):
        pdf = base64.b64encode(_uploaded()).decode()
        return ask(VerifyFile(town=current_town().refnis, pdf=pdf))


def shown(found: Verification) -> dict[str, Any]:
    """A verification in the reader's language."""
    title, sentence = VERDICTS[told_as(found)]
    return {
        "verdict": found.verdict,
        "title": translate(title),
        "sentence": translate(sentence),
        "current": found.is_current,
        "product": found.product,
        "number": found.number,
        "issued_at": found.issued_at,
        "current_until": found.current_through,
        "superseded_at": found.superseded_at,
    }


def told_as(found: Verification) -> str:
    """Which of VERDICTS tells it: an authentic one that documents no longer calls current has words of its own."""
    return "out-of-date" if found.verdict == "authentic" and found.is_current is False else found.verdict


def _uploaded() -> bytes:
    request.max_content_length = MULTIPART_BYTES
    if request.mimetype == "application/pdf":
        pdf = request.get_data(cache=False)
    elif request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise Problem("invalid-field", fields={"file": field_error("required")})
        pdf = file.stream.read(LARGEST_PDF + 1)
    else:
        raise Problem("unsupported-media-type")
    if len(pdf) > LARGEST_PDF:
        raise Problem("too-large")
    if b"%PDF-" not in pdf[:1024]:
        raise Problem("invalid-field", fields={"file": field_error("not-a-pdf")})
    return pdf
