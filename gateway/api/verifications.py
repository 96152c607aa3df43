"""Is this certificate real? Open to everybody: who receives one need not sign in."""

import base64
from datetime import UTC, datetime
from typing import Any

from flask import current_app, request

from gateway.api.blueprints import JSON, offer, resource
from gateway.api.schemas import VerificationShape
from gateway.asking import ask
from gateway.language import translate
from gateway.limits import limited
from gateway.problems import Problem
from gateway.sentences import VERDICTS
from gateway.sizes import MULTIPART_BYTES, PDF_BYTES
from gateway.tenancy import current_town
from services.contracts.documents import Verification, VerifyCode, VerifyFile

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
    verdict, current = found.verdict, None
    if found.current_until is not None and verdict in ("authentic", "untouched"):
        current = datetime.now(UTC) < found.current_until
    title, sentence = VERDICTS["out-of-date" if verdict == "authentic" and current is False else verdict]
    return {
        "verdict": verdict,
        "title": translate(title),
        "sentence": translate(sentence),
        "current": current,
        "product": found.product,
        "number": found.number,
        "issued_at": found.issued_at,
        "current_until": found.current_until,
        "superseded_at": found.superseded_at,
    }


def _uploaded() -> bytes:
    request.max_content_length = MULTIPART_BYTES
    if request.mimetype == "application/pdf":
        pdf = request.get_data(cache=False)
    elif request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise Problem("invalid-field", fields={"file": "required"})
        pdf = file.stream.read(PDF_BYTES + 1)
    else:
        raise Problem("unsupported-media-type")
    if len(pdf) > PDF_BYTES:
        raise Problem("too-large")
    if b"%PDF-" not in pdf[:1024]:
        raise Problem("invalid-field", fields={"file": "not a PDF"})
    return pdf
