"""/v/{code}: the page that the QR code on a certificate opens."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from gateway.api.verifications import LONGEST_CODE, shown, told_as, verify_code, verify_file
from gateway.language import language
from gateway.portal.addresses import local
from gateway.problems import Problem
from gateway.sizes import MULTIPART_BYTES
from gateway.tenancy import current_town
from services.contracts.catalogue import products
from services.contracts.documents import Verification

blueprint = Blueprint("verification", __name__, url_prefix="/v")

LOOKS = {
    "authentic": "good",
    "untouched": "good",
    "superseded": "doubt",
    "out-of-date": "doubt",
    "unknown": "bad",
    "altered": "bad",
    "no-longer-kept": "doubt",
    "not-ours": "bad",
}


@blueprint.get("")
def read_form() -> Response:
    """Type a code or choose a file."""
    return _page("check.html")


@blueprint.post("")
def check_form() -> BaseResponse:
    """To the page of the typed code, or the verdict on the chosen file."""
    request.max_content_length = MULTIPART_BYTES
    if code := request.form.get("code", "").strip():
        return redirect(local("verification.read_code", code=code[:LONGEST_CODE]), 303)
    return _verdict(_chosen_file())


@blueprint.get("/<code>")
def read_code(code: str) -> Response:
    """The verdict on a code."""
    return _verdict(verify_code(code), code=code)


@blueprint.post("/<code>")
def check_file(code: str) -> Response:
    """The verdict on a file that came with a code: it must be the certificate that bears it."""
    found = _chosen_file()
    if found.verdict == "untouched" and verify_code(code).number != found.number:
        return _verdict(found, code=code, other=True)
    return _verdict(found, code=code)


def _chosen_file() -> Verification:
    if request.mimetype != "multipart/form-data":
        raise Problem("unsupported-media-type")
    return verify_file()


def _verdict(found: Verification, *, code: str | None = None, other: bool = False) -> Response:
    facts, kind = shown(found), told_as(found)
    product = products().get(found.product or "")
    return _page(
        "verdict.html",
        facts=facts,
        kind=kind,
        look=LOOKS[kind],
        title=product.title(language()) if product else None,
        code=code,
        other=other,
        of_file=kind in ("untouched", "altered", "no-longer-kept", "not-ours"),
    )


def _page(template: str, **values: Any) -> Response:
    page = make_response(render_template(template, town=current_town(), **values))
    page.headers["X-Robots-Tag"] = "noindex"
    return page
