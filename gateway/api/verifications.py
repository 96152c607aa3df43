"""Is this certificate real? Open to everybody: who receives one need not sign in."""

from gateway.api.schemas.verifications import VerificationShape
from gateway.counter.verification import Finding, as_typed, check_code, check_file
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import ASKING, CHANGING, READING, described
from gateway.uploads import FORM, PDF, uploaded

blueprint = resource("verifications", "/api/v1/verifications", "Is this certificate real?")

_UPLOAD = {
    PDF: {"schema": {"type": "string", "format": "binary"}},
    FORM: {
        "schema": {
            "type": "object",
            "properties": {"file": {"type": "string", "format": "binary"}},
            "required": ["file"],
        }
    },
}


@blueprint.get("/<typed:code>")
@blueprint.response(200, VerificationShape)
@described(*ASKING, "bad-path", "too-many-requests")
def read_verification(code: str) -> Finding:
    """What the code on a certificate stands for: `authentic`, `superseded` or `unknown`.

    Where the town lost records, `records_lost` says of which times: a certificate issued then is `unknown` and may be
    genuine all the same.

    Where the town has that on for the product, `still_true` says whether its register still says the same: what is
    known by then, at once. That somebody checks a certificate has the register asked, once in a day at most, so a later
    look may tell more. Nothing else about the person is told.

    The code may be given as people type or paste it, also as the whole address that stands in the QR code.
    """
    offer(*JSON)
    return check_code(as_typed(code))


@blueprint.post("")
@blueprint.response(200, VerificationShape)
@blueprint.doc(requestBody={"required": True, "content": _UPLOAD})
@described(*ASKING, *CHANGING, *READING, "invalid-field")
def verify_upload() -> Finding:
    """Is a PDF one of the town's, to the last byte? `untouched`, `altered`, `no-longer-kept` or `not-ours`.

    `still_true` is as in the check of a code. Nothing of the file is kept. Of an `altered` file the answer tells what
    the town issued under the code that the file carries, and nothing where it carries none; what the file itself says
    may differ. A print or a copy of a certificate, in which no code can be found, is `not-ours`, as any other file.

    A document that another authority sealed, and that the town passed on, bears no code: written again by another
    program it is `not-ours`. `seal` says of such a file whether it bears somebody's seal, and whether that still covers
    all of it; whose seal it is has to be checked where that authority says. A certificate of `another_town` that is
    served here is `not-ours`, too: that town's own address says whether it is one. Changed afterwards it is
    `altered`, of that town.
    """
    offer(*JSON)
    return check_file(uploaded)
