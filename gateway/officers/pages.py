"""How a town is served, for its officers: each part on a page of its own, beside what it will look like."""

from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Blueprint, g, make_response, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from gateway import security
from gateway.addresses import local
from gateway.auth.callers import require_officer
from gateway.language import ENDONYMS, language, translate
from gateway.officers import drafting
from gateway.officers.drafts import ChangedElsewhere
from gateway.officers.entries import (
    PARTS,
    Kind,
    Part,
    languages_of,
    offerable,
    part_of,
    titles_of,
    value_at,
)
from gateway.officers.taking import as_drawn, drawn, taken, with_value
from gateway.officers.wording import mended, nearest
from gateway.portal.signing_in import signed_in_first
from gateway.problems import Problem, respond
from gateway.sizes import MULTIPART_BYTES
from gateway.tenancy import current_town
from services.contracts.errors import TownChangedMeanwhile, TownNotInOrder
from services.contracts.groups import in_groups
from services.contracts.logos import MOST_GIVEN, cleaned_logo
from services.contracts.mends import Mend
from services.contracts.naming import LANGUAGES
from services.contracts.svg_checks import TOO_LARGE
from services.contracts.town_setups import TownSetup
from services.contracts.town_texts import Problem as Wrong

blueprint = Blueprint("setup", __name__, url_prefix="/setup", template_folder="templates")

LOGO_TOO_LARGE = Mend(TOO_LARGE, "too large")
"""Of a file of which nothing was read."""

MOST_BYTES = 1536 * 1024
"""Of a form's texts, but for one with a file (forms.FORM_BYTES)."""

MOST_FIELDS = 600
"""Of a form's texts: notices in each language, and a regulation for each product."""


@blueprint.before_request
def know_the_officer() -> Response | None:
    """Before anything else. What somebody sends whose sign-in is over comes back to them with the form."""
    request.max_content_length = MULTIPART_BYTES
    request.max_form_memory_size = MOST_BYTES
    request.max_form_parts = MOST_FIELDS
    try:
        return signed_in_first(require_officer)
    except Problem as problem:
        part = PARTS.get((request.view_args or {}).get("part", ""))
        if problem.slug != "not-signed-in" or part is None or request.endpoint != "setup.choose":
            raise
        return _form(part, _filled(drafting.served(), part), status=401, is_over=True)


@blueprint.errorhandler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
def refuse(_error: RequestEntityTooLarge) -> Response:
    """Where a logo can be given it is the logo; nobody has read what else was in the form."""
    part = PARTS.get((request.view_args or {}).get("part", ""))
    if part is not None and request.endpoint == "setup.choose" and part.holds("logo"):
        with suppress(Problem):  # nobody has signed in, or nobody can say
            return _form(part, drafting.begin(), wrong={"logo": LOGO_TOO_LARGE}, status=413)
    return make_response(respond("too-large"))


@blueprint.get("")
def read_setup() -> Response:
    """How the town is served, what is chosen and not published, and what it was before."""
    return _overview()


@blueprint.post("/publish")
def publish() -> Response:
    """Serve the town so from now on, everywhere and at once. Pressed twice it is the same."""
    if wrong := drafting.problems(drafting.chosen()):
        return _overview(wrong=wrong, status=422)
    try:
        changed = drafting.publish(seen=request.form.get("revision", type=int))
    except ChangedElsewhere:
        return redirect(local("setup.read_setup", newer=drafting.revision()), 303)
    except TownChangedMeanwhile:
        return redirect(local("setup.read_setup", meanwhile=drafting.version()), 303)
    except TownNotInOrder:  # intake is of another version, and asks for more
        return _overview(is_updating=True, status=503)
    return redirect(local("setup.read_setup", **({"published": changed.version} if changed else {})), 303)


@blueprint.get("/publish")
@blueprint.get("/forget")
@blueprint.get("/take-back")
def come_back() -> Response:
    """Who chooses another language where an answer to a form stands, or signs in again there, is shown the overview."""
    return redirect(local("setup.read_setup"), 303)


@blueprint.post("/forget")
def forget() -> Response:
    """What was begun is gone."""
    drafting.forget()
    return redirect(local("setup.read_setup", forgotten=1), 303)


@blueprint.post("/take-back")
def take_back() -> Response:
    """Serve the town as it was. What was begun stays."""
    to, after = (request.form.get(name, type=int) for name in ("to", "after"))
    if to is None or after is None:
        raise Problem("bad-request")
    try:
        changed = drafting.take_back(to, after=after)
    except TownChangedMeanwhile:
        return redirect(local("setup.read_setup", other=drafting.version()), 303)
    except TownNotInOrder:
        return redirect(local("setup.read_setup", unfit=after), 303)
    return redirect(local("setup.read_setup", back=changed.version), 303)


@blueprint.get("/<part>")
def read_part(part: str) -> Response:
    """What is chosen, in a form, beside what it looks like."""
    return _form(_known(part), drafting.begin())


@blueprint.post("/<part>")
def choose(part: str) -> Response:
    """Keep what was filled in; the form again with all that is wrong with it."""
    page = _known(part)
    setup = _kept(page)
    wrong = _of(page, drafting.problems(setup)) | _logo_wrong()
    if ("use" in request.form and "logo_wrong" not in g) or (not wrong and "show" in request.form):
        return redirect(local("setup.read_part", part=part, _anchor="drawn"), 303)
    if wrong:
        return _form(page, setup, wrong=wrong, status=422)
    return redirect(local("setup.read_setup", kept=part), 303)


@blueprint.post("/<part>/live")
def keep(part: str) -> str:
    """As somebody fills it in: what is wrong, to be read beside what it looks like."""
    page = _known(part)
    setup = _kept(page)
    return render_template(
        "officers/wrong.html",
        wrong=_of(page, drafting.problems(setup)) | _logo_wrong(),
        stamp=drafting.revision(),
        title_of=_title_of,
        mended=mended,
        nearest=nearest,
    )


def _kept(part: Part) -> TownSetup:
    """Raises Problem `bad-request` for a form that cannot be read (gateway.forms): it would leave nothing chosen."""
    if not request.form:
        raise Problem("bad-request")
    g.pop("logo_wrong", None)
    return drafting.keep(lambda setup: _with_form(setup, part))


def _with_form(setup: TownSetup, part: Part) -> TownSetup:
    """With what this request changes, and the logo where it brings one that can be used."""
    changed = _filled(setup, part)
    was = as_drawn(setup, part, request.form.get("drawn", ""))
    if was and request.form.get("after", type=int) not in (None, drafting.after()):
        # it was drawn before somebody else's choice was published: what it shows otherwise was not typed here
        changed = drafting.merged(was, _filled(was, part), setup)
    path, _, value = request.form.get("use", "").partition("=")
    if any(each.kind is Kind.COLOUR and each.path == path for each in part.entries):
        changed = with_value(changed, path, value[:7])
    file = request.files.get("logo")  # false where none was chosen: browsers send the field without a name
    return _with_logo(changed, file) if file and any(each.kind is Kind.LOGO for each in part.entries) else changed


def _filled(setup: TownSetup, part: Part) -> TownSetup:
    return taken(setup, part, request.form, town=current_town())


def _with_logo(setup: TownSetup, file: FileStorage) -> TownSetup:
    content = file.stream.read(MOST_GIVEN + 1)
    file.stream.seek(0)
    try:
        return with_value(setup, "logo", cleaned_logo(content))
    except ValueError as error:
        g.logo_wrong = error.args[0]
        return setup


def _logo_wrong() -> dict[str, str]:
    return {"logo": g.logo_wrong} if "logo_wrong" in g else {}


def _of(part: Part, problems: list[Wrong]) -> dict[str, str]:
    return {path: mend for path, mend in problems if part.holds(path)}


def _known(part: str) -> Part:
    if part not in PARTS:
        raise Problem("not-found")
    return PARTS[part]


def _overview(*, wrong: list[Wrong] | None = None, is_updating: bool = False, status: int = 200) -> Response:
    history = drafting.history()
    versions = history.versions if history else ()
    version = versions[0].version if versions else 0
    answers = {name: request.args.get(name, type=int) for name in ("published", "back", "unfit", "meanwhile", "other")}
    told = next((name for name, at in answers.items() if history and at == version), "")  # others were answers before
    page = _page(
        "officers/setup.html",
        changes=[(part_of(each.path), each) for each in drafting.changes()],
        unsound={} if wrong or not drafting.draft() else dict(drafting.problems(drafting.chosen())),
        history=versions,
        titles_of=titles_of,
        version=version,
        is_known=history is not None,
        wrong=[(part_of(path), _title_of(path), mended(mend), path) for path, mend in wrong or ()],
        kept=request.args.get("kept") in PARTS,
        is_forgotten="forgotten" in request.args,
        told=told,
        revision=drafting.revision(),
        is_updating=is_updating,
        is_newer=request.args.get("newer", type=int) == drafting.revision(),
    )
    page.status_code = status
    return page


def _form(
    part: Part, setup: TownSetup, *, wrong: dict[str, str] | None = None, status: int = 200, is_over: bool = False
) -> Response:
    town = current_town()
    page = _page(
        "officers/part.html",
        part=part,
        setup=setup,
        wrong=wrong or {},
        unsound={} if wrong or is_over else _of(part, drafting.problems(setup)),
        languages_asked=languages_of(town, setup, part),
        after=request.form.get("after", "") if is_over else drafting.after(),
        drawn=request.form.get("drawn", "") if is_over else drawn(setup, part),
        lacks_file=is_over and "logo" in request.files,
        offerable=in_groups(offerable(town), language()),
        others=[each for each in LANGUAGES if each not in town.official_languages],
        stamp=0 if is_over else drafting.revision(),
        is_over=is_over,
        most_given=MOST_GIVEN,
        too_large=LOGO_TOO_LARGE,
    )
    if wrong:
        g.problem = "invalid-field"
    page.status_code = status
    return page


def _title_of(path: str) -> str:
    """What the field is called that a problem's path names, with the language that is meant."""
    entry = next(each for each in part_of(path).entries if each.holds(path))
    last = path.rpartition(".")[2]
    return translate(entry.title) + (f" ({ENDONYMS[last]})" if last in ENDONYMS else "")


def _page(template: str, **values: Any) -> Response:
    page = render_template(
        template,
        town=current_town(),
        parts=PARTS.values(),
        kinds=Kind,
        value_at=value_at,
        title_of=_title_of,
        mended=mended,
        nearest=nearest,
        **values,
    )
    answer = make_response(page)
    answer.headers["Content-Security-Policy"] = security.FRAMING_POLICY
    return answer
