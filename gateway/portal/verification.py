"""/v/{code}: the page that the QR code on a certificate opens."""

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.addresses import local
from gateway.counter.verification import Finding, as_typed, check_code, check_file
from gateway.field_errors import sentence
from gateway.problems import Problem
from gateway.sentences import PROBLEMS
from gateway.tenancy import current_town
from gateway.uploads import FORM, parse_form, too_large, uploaded
from services.contracts.codes import grouped
from services.contracts.field_errors import field_error

blueprint = Blueprint("verification", __name__, url_prefix="/v")

LONGEST_CODE = 64
"""Characters of what is no code: more of it does not stand in an address."""

LOOKS = {
    "authentic": "good",
    "untouched": "good",
    "untouched-superseded": "doubt",
    "untouched-out-of-date": "doubt",
    "superseded": "doubt",
    "out-of-date": "doubt",
    "no-longer-true": "doubt",
    "untouched-no-longer-true": "doubt",
    "unknown": "bad",
    "unknown-records-lost": "doubt",
    "number": "doubt",
    "several": "doubt",
    "mistyped": "doubt",
    "another-site": "bad",
    "altered": "bad",
    "no-longer-kept": "doubt",
    "no-longer-kept-records-lost": "doubt",
    "not-ours": "bad",
    "not-ours-broken": "bad",
    "not-ours-unbroken": "doubt",
    "not-ours-another-town": "doubt",
    "altered-another-town": "bad",
}


@blueprint.get("")
def read_form() -> Response:
    """Type a code or choose a file. A front proxy that refuses a file as too large sends its reader here."""
    return _form_again(too_large()) if "too-large" in request.args else _page("check.html")


@blueprint.post("")
def check_form() -> BaseResponse:
    """To the page of the typed code, or the verdict on the chosen file; the form again where there is neither."""
    try:
        parse_form()
        if "code" in request.form and not request.files:
            return _of_typed(request.form["code"].strip())
        return _verdict(_chosen_file())
    except Problem as problem:
        return _form_again(problem)


@blueprint.get("/<typed:code>")
def read_code(code: str) -> Response:
    """The verdict on a code."""
    return _verdict(check_code(as_typed(code)), code=code)


@blueprint.post("/<typed:code>")
def check_against_code(code: str) -> Response:
    """The verdict on a file that came with a code: it must be the certificate that bears it."""
    try:
        found = _chosen_file()
    except Problem as problem:
        return _form_again(problem, code=code)
    if found.verdict == "untouched" and check_code(as_typed(code)).number != found.number:
        return _verdict(found, code=code, other=True)
    return _verdict(found, code=code)


def _of_typed(text: str) -> BaseResponse:
    """To the page of the code. What cannot be the end of an address gets its verdict here. Raises Problem."""
    if not text:
        raise Problem("invalid-field", fields={"code": field_error("required")})
    typed = as_typed(text)
    if typed.code is None and (not text.isprintable() or "/" in text or "\\" in text or not text.strip(".")):
        return _verdict(check_code(typed), code=_shortened(text))
    code = grouped(typed.code) if typed.code else text[:LONGEST_CODE]
    return redirect(local("verification.read_code", code=code), 303)


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_CODE else f"{text[:LONGEST_CODE]}…"


def _chosen_file() -> Finding:
    if request.mimetype != FORM:
        raise Problem("unsupported-media-type")
    return check_file(uploaded)


def _form_again(problem: Problem, *, code: str | None = None) -> Response:
    """The form, with what is wrong beside the field it is about. Raises the problem where it is about none of them."""
    if not problem.fields.keys() & {"code", "file"}:
        raise problem
    g.problem = problem.slug
    errors = {name: sentence(error) for name, error in problem.fields.items()}
    page = _page("check.html", errors=errors, code=code)
    page.status_code = PROBLEMS[problem.slug][0]
    return page


def _verdict(found: Finding, *, code: str | None = None, other: bool = False) -> Response:
    look, now = LOOKS[found.kind], datetime.now(UTC)
    return _page("verdict.html", finding=found, look=look, code=code, other=other, checked_at=now)


def _page(template: str, **values: Any) -> Response:
    page = make_response(render_template(template, town=current_town(), **values))
    page.headers["X-Robots-Tag"] = "noindex"
    return page
