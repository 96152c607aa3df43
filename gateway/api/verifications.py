"""Is this certificate real? Open to everybody: who receives one need not sign in."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.api.schemas.verifications import VerificationShape
from gateway.asking import ask
from gateway.language import language, translate
from gateway.limits import limited
from gateway.problems import Problem
from gateway.resources.blueprints import JSON, offer, resource
from gateway.resources.refusals import ASKING, CHANGING, READING, described
from gateway.sentences import PASSED_ON, STILL_TRUE, VERDICTS, WANTED_PDF
from gateway.sizes import MULTIPART_BYTES
from gateway.tenancy import current_town, leads_here, town_of
from services.contracts.codes import Typed, grouped, read_typed
from services.contracts.documents import LARGEST_PDF, Rechecked, Verification, VerifyCode, VerifyFile
from services.contracts.errors import InvalidField
from services.contracts.field_errors import FieldError, field_error
from services.contracts.registry import StillTrue

blueprint = resource("verifications", "/api/v1/verifications", "Is this certificate real?")

PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"GIF8", b"II*\x00", b"MM\x00*", b"BM")
"""How JPEG, PNG, GIF, TIFF and BMP begin; WebP, HEIC and AVIF say so a little later."""

PICTURES_WITHIN = (b"WEBP", b"ftyphei", b"ftyphev", b"ftypmif1", b"ftypmsf1", b"ftypavif")

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


@blueprint.get("/<typed:code>")
@blueprint.response(200, VerificationShape)
@described(*ASKING, "bad-path", "too-many-requests")
def read_verification(code: str) -> dict[str, Any]:
    """What the code on a certificate stands for: `authentic`, `superseded` or `unknown`.

    Where the town lost records, `records_lost` says of which times: a certificate issued then is `unknown` and may be
    genuine all the same.

    Where the town has that on for the product, `still_true` says whether its register still says the same: what is
    known by then, at once. That somebody checks a certificate has the register asked, once in a day at most, so a later
    look may tell more. Nothing else about the person is told.

    The code may be given as people type or paste it, also as the whole address that stands in the QR code.
    """
    offer(*JSON)
    typed = as_typed(code)
    return shown(verify_code(typed), typed)


@blueprint.post("")
@blueprint.response(200, VerificationShape)
@blueprint.doc(requestBody={"required": True, "content": _UPLOAD})
@described(*ASKING, *CHANGING, *READING, "invalid-field")
def verify_upload() -> dict[str, Any]:
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
    return shown(verify_file())


def as_typed(text: str) -> Typed:
    """The code in what a reader of this town's pages typed or pasted."""
    return read_typed(text, leads_here=leads_here)


def verify_code(typed: Typed) -> Verification:
    """Raises what `ask` raises. What can be no code is not asked for."""
    with limited(current_app.config["LOKET_VERIFICATIONS_LIMIT"], scope="verifications"):
        if typed.code:
            return ask(VerifyCode(town=current_town().refnis, code=grouped(typed.code)))
        return Verification(verdict="unknown")


def verify_file() -> Verification:
    """The PDF that this request brought. Raises Problem, or what `ask` raises."""
    with limited(current_app.config["LOKET_VERIFICATIONS_LIMIT"], scope="verifications"):
        pdf = base64.b64encode(_uploaded()).decode()
        try:
            return ask(VerifyFile(town=current_town().refnis, pdf=pdf))
        except InvalidField as error:
            raise _refused(error.fields.get("pdf", field_error("not-accepted"))) from None


def shown(found: Verification, typed: Typed | None = None) -> dict[str, Any]:
    """A verification in the reader's language."""
    kind = told_as(found, typed)
    title, sentence = VERDICTS[kind]
    if found.passed_through:
        sentence = PASSED_ON.get(kind, sentence)
    another = town_of(found.another_town) if found.another_town else None
    values = {"town": another.name(language())} if another else {}
    return {
        "verdict": found.verdict,
        "title": translate(title),
        "sentence": translate(sentence, **values),
        "current": found.is_current,
        "product": found.product,
        "number": found.number,
        "issued_at": found.issued_at,
        "current_until": found.current_through,
        "superseded_at": found.superseded_at,
        "mistake": typed.mistake if typed else None,
        "leads_elsewhere": found.leads_elsewhere,
        "passed_through": found.passed_through,
        "seal": found.seal,
        "another_town": {"name": another.name(language()), "address": another.address} if another else None,
        "records_lost": [{"since": each.since, "until": each.until} for each in found.lost],
        "still_true": _still_true(found.still_true) if found.still_true else None,
    }


def _still_true(known: Rechecked) -> dict[str, Any]:
    never = known.state == StillTrue.NOT_KNOWN and known.asked_at is None
    return {
        "state": known.state,
        "sentence": translate(STILL_TRUE["not-asked" if never else known.state]),
        "asked_at": known.asked_at,
        "being_asked": known.is_being_asked,
    }


def told_as(found: Verification, typed: Typed | None = None) -> str:
    """Which of VERDICTS tells it: what documents no longer calls current, or true, has words of its own, an untouched
    file of a superseded certificate, too, and so has what was typed instead of a code.
    """
    if typed and typed.mistake:
        return typed.mistake
    if found.another_town and town_of(found.another_town):
        return f"{found.verdict}-another-town"
    if found.seal and found.verdict == "not-ours":
        return f"not-ours-{found.seal}"
    if found.lost:
        return f"{found.verdict}-records-lost"
    fallen = _fallen(found)
    if fallen is None:
        return found.verdict
    return fallen if found.verdict == "authentic" else f"{found.verdict}-{fallen}"


def _fallen(found: Verification) -> str | None:
    """Why what was issued is not presented as current any more."""
    if found.verdict == "untouched" and found.superseded_at:
        return "superseded"
    if found.still_true and found.still_true.state == StillTrue.SUPERSEDED:
        return "no-longer-true"
    return "out-of-date" if found.is_current is False else None


def parse_form() -> None:
    """Have the form of this request read, with a file in it. Raises Problem where that is too large."""
    request.max_content_length = MULTIPART_BYTES
    with _told_too_large():
        request.form  # noqa: B018 - is read with the first look at it


@contextmanager
def _told_too_large() -> Iterator[None]:
    try:
        yield
    except RequestEntityTooLarge:
        if request.content_length is not None and request.content_length <= MULTIPART_BYTES:
            raise  # not for its bytes, but for its parts
        raise too_large() from None


def _uploaded() -> bytes:
    if request.mimetype == "application/pdf":
        request.max_content_length = MULTIPART_BYTES
        with _told_too_large():
            pdf = request.get_data(cache=False)
    elif request.mimetype == "multipart/form-data":
        parse_form()
        pdf = _chosen()
    else:
        raise Problem("unsupported-media-type", headers={"Accept": ", ".join(_UPLOAD)}, detail=WANTED_PDF)
    if len(pdf) > LARGEST_PDF:
        raise too_large()
    if not pdf:
        raise _refused(field_error("empty-file"))
    if b"%PDF-" not in pdf[:1024]:
        raise _refused(field_error("a-picture" if _is_picture(pdf) else "not-a-pdf"))
    return pdf


def _chosen() -> bytes:
    files = [file for file in request.files.getlist("file") if file.filename or file.stream.read(1)]
    if not files:
        raise _refused(field_error("no-file"))
    if len(files) > 1:
        raise _refused(field_error("several-files"))
    files[0].stream.seek(0)
    return files[0].stream.read(LARGEST_PDF + 1)


def _is_picture(file: bytes) -> bool:
    return file.startswith(PICTURES) or any(each in file[4:16] for each in PICTURES_WITHIN)


def _refused(error: FieldError) -> Problem:
    return Problem("invalid-field", fields={"file": error})


def too_large() -> Problem:
    """Of a file."""
    return Problem("too-large", fields={"file": field_error("too-large", megabytes=LARGEST_PDF // 1024 // 1024)})
