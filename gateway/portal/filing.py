"""The way from a product to an application: a form that keeps itself, a review, and the button that files it once."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from gateway.addresses import local
from gateway.auth.callers import current_caller
from gateway.auth.identity import Citizen
from gateway.counter import drafts
from gateway.counter.filing import Filled, check
from gateway.counter.forms import asked_of, known_of, subjects_of
from gateway.counter.products import offer_of
from gateway.drafts import Draft
from gateway.field_errors import sentence
from gateway.language import translate
from gateway.portal import held
from gateway.portal.signing_in import signed_in_first
from gateway.problems import Problem, respond
from gateway.tenancy import current_town
from services.contracts.errors import DomainError
from services.contracts.field_errors import FieldErrors

blueprint = Blueprint("filing", __name__, url_prefix="/products/<product_id>")

ANOTHER = "another"
"""Chosen as subject where a number is typed for it."""

FILLING = ("filing.fill_in", "filing.keep")
"""What is sent there was typed by somebody."""


@blueprint.before_request
def know_the_citizen() -> Response | None:
    """Before anything else: who is not signed in comes back here, and finds what they had filled in meanwhile."""
    try:
        return signed_in_first()
    except Problem as problem:
        if problem.slug == "not-signed-in" and request.endpoint in FILLING and (answer := _held()):
            return answer
        raise


@blueprint.get("/form")
def read_form(product_id: str) -> Response:
    """As it was left, or empty."""
    offer_of(product_id)
    if returned := held.give_back(product_id):
        page = _form(product_id, returned, has_returned=True)
        held.drop(page)
        return page
    draft = drafts.draft_of(product_id)
    somebody_else = "somebody-else" in request.args
    return _form(product_id, draft if draft and draft.filed_as is None else None, somebody_else=somebody_else)


@blueprint.post("/form")
def fill_in(product_id: str) -> Response:
    """Keep what was filled in, then the review; the form again with all that is wrong. With `keep` it is kept alone."""
    offer_of(product_id)
    if held.is_somebody_elses(_whose()):
        return redirect(local("filing.read_form", product_id=product_id, **{"somebody-else": 1}), 303)
    draft = drafts.save(_filled(product_id))
    if "keep" in request.form:
        return redirect(local("application.list_applications", kept=product_id), 303)
    if errors := check(drafts.filled_of(draft)):
        return _form(product_id, draft, errors=errors)
    return redirect(local("filing.read_review", product_id=product_id), 303)


@blueprint.post("/form/kept")
def keep(product_id: str) -> Response:
    """As somebody fills it in: nothing is said of what is wrong yet."""
    offer_of(product_id)
    if not held.is_somebody_elses(_whose()):
        drafts.save(_filled(product_id))
    return Response(status=204)


@blueprint.post("/form/forget")
def forget(product_id: str) -> Response:
    """What was begun is gone."""
    drafts.forget(product_id)
    return redirect(local("application.list_applications"), 303)


@blueprint.get("/review")
def read_review(product_id: str) -> Response:
    """What will be filed. Whoever goes back to it after that is led to the application."""
    offer_of(product_id)
    draft = drafts.draft_of(product_id)
    if draft is None:
        return redirect(local("filing.read_form", product_id=product_id), 303)
    return _led_on(draft) or _review(product_id, draft)


@blueprint.post("/review")
def file(product_id: str) -> Response:
    """File it, once. What another window has changed meanwhile is shown first."""
    offer_of(product_id)
    draft = drafts.draft_of(product_id)
    if draft is None:
        return redirect(local("filing.read_form", product_id=product_id), 303)
    if there := _led_on(draft):
        return there
    if request.form.get("version") != drafts.version_of(draft):
        return _review(product_id, draft, has_changed=True)
    try:
        application = drafts.file_draft(draft)
    except DomainError as refusal:
        if not refusal.fields:
            raise
        return _form(product_id, draft, errors=refusal.fields)
    return redirect(local("application.read_application", application_id=application.application_id), 303)


def _led_on(draft: Draft) -> Response | None:
    if draft.filed_as is None:
        return None
    return redirect(local("application.read_application", application_id=draft.filed_as), 303)


def _held() -> Response | None:
    """The page on which one signs in again, with what was filled in kept by the browser; None where it cannot be."""
    product_id = (request.view_args or {})["product_id"]
    offer_of(product_id)
    filled, whose = _filled(product_id), _whose()
    if not held.fits(filled, whose):
        return None
    told = translate("Your sign-in is over. What you filled in is kept in this browser for an hour: sign in and go on.")
    answer = respond("not-signed-in", detail=told)
    held.hold(filled, whose, answer)
    return answer


def _whose() -> str:
    return request.form.get("whose", "")


def _filled(product_id: str) -> Filled:
    form, names = request.form, {each.name for each in asked_of(product_id)}
    filled = {name: form.get(f"fields.{name}", "").strip() for name in names}
    subject = form.get("subject", "")
    return Filled(
        product=product_id,
        fields={name: value for name, value in filled.items() if value},
        subject=(form.get("number", "").strip() if subject == ANOTHER else subject) or None,
        language=form.get("language") or None,
        email=form.get("email", "").strip() or None,
    )


def _form(product_id: str, draft: Draft | None, *, errors: FieldErrors | None = None, **told: bool) -> Response:
    wrong = {path: sentence(error, of=path) for path, error in (errors or {}).items()}
    whose = drafts.owners()[0]
    page = _page("form.html", product_id, draft, errors=wrong, known=known_of(product_id), whose=whose, **told)
    if wrong:
        g.problem = "invalid-field"
        page.status_code = 422
    return page


def _review(product_id: str, draft: Draft, *, has_changed: bool = False) -> Response:
    answers = _answers(product_id, draft)
    version = drafts.version_of(draft)
    return _page("review.html", product_id, draft, answers=answers, version=version, has_changed=has_changed)


def _answers(product_id: str, draft: Draft) -> list[tuple[str, str]]:
    """The questions that were answered, and what was answered, in words."""
    told = []
    for each in asked_of(product_id):
        if answer := draft.fields.get(each.name):
            titles: Mapping[str, str] = {option.value: option.title for option in each.options}
            told.append((each.title, titles.get(answer, answer)))
    return told


def _page(template: str, product_id: str, draft: Draft | None, **values: Any) -> Response:
    caller = current_caller()
    return make_response(
        render_template(
            template,
            town=current_town(),
            offer=offer_of(product_id),
            asked=asked_of(product_id),
            subjects=subjects_of(product_id),
            draft=draft,
            email=(caller.email if isinstance(caller, Citizen) else None) or "",
            another=ANOTHER,
            **values,
        )
    )
