"""A file that somebody sends: as it is, or in a form."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.problems import Problem
from gateway.sentences import WANTED_PDF
from gateway.sizes import MULTIPART_BYTES
from services.contracts.documents import LARGEST_PDF
from services.contracts.field_errors import FieldError, field_error

PDF, FORM = "application/pdf", "multipart/form-data"


def parse_form() -> None:
    """Have the form of this request read, with a file in it. Raises Problem where that is too large."""
    request.max_content_length = MULTIPART_BYTES
    with _told_too_large():
        request.form  # noqa: B018 - is read with the first look at it


def uploaded() -> bytes:
    """What this request brought: whether it is a PDF is not looked at. Raises Problem, also for more than
    LARGEST_PDF."""
    if request.mimetype == PDF:
        request.max_content_length = MULTIPART_BYTES
        with _told_too_large():
            content = request.get_data(cache=False)
    elif request.mimetype == FORM:
        parse_form()
        content = _chosen()
    else:
        raise Problem("unsupported-media-type", headers={"Accept": f"{PDF}, {FORM}"}, detail=WANTED_PDF)
    if len(content) > LARGEST_PDF:
        raise too_large()
    return content


def too_large() -> Problem:
    """Of a file."""
    return Problem("too-large", fields={"file": field_error("too-large", megabytes=LARGEST_PDF // 1024 // 1024)})


def refused(error: FieldError) -> Problem:
    """Of a file that was sent, or of what was sent in its place."""
    return Problem("invalid-field", fields={"file": error})


def _chosen() -> bytes:
    files = [file for file in request.files.getlist("file") if file.filename or file.stream.read(1)]
    if not files:
        raise refused(field_error("no-file"))
    if len(files) > 1:
        raise refused(field_error("several-files"))
    files[0].stream.seek(0)
    return files[0].stream.read(LARGEST_PDF + 1)


@contextmanager
def _told_too_large() -> Iterator[None]:
    try:
        yield
    except RequestEntityTooLarge:
        if request.content_length is not None and request.content_length <= MULTIPART_BYTES:
            raise  # not for its bytes, but for its parts
        raise too_large() from None
