"""The page of the demonstration's identity provider: one says who one is, by a key or by a national number."""

from importlib import resources
from pathlib import Path
from typing import Any

import yaml
from flask import Flask, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader
from oidc_provider_mock import User, app
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.wrappers import Response

from deploy.demo.generator.hard_cases import HARD_CASES
from deploy.demo.people import OFFICER, address_of, citizen_claims, sub_of, users
from services.contracts.naming import LANGUAGES
from services.contracts.national_number import compact, display

AUTHORIZE = "/oauth2/authorize"
FIRST = ("demo-citizen", "demo-spouse", "single", "parent-of-a-minor", "minor", "divorced", "widowed")
"""Shown before the others."""

SENTENCES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
)
"""What it says, by language."""


def provider(claim_names: set[str]) -> Flask:
    """The whole provider. Who gives a national number is a citizen with it, known to the register or not."""
    served: Flask = app(user_claims=[User(sub=user.pop("sub"), claims=user) for user in users(claim_names)])
    ours = FileSystemLoader(Path(__file__).with_name("templates"))
    served.jinja_loader = ChoiceLoader([ours, *([served.jinja_loader] if served.jinja_loader else [])])
    served.context_processor(_said)

    def know_who() -> tuple[str, int] | Response | None:
        is_answer = request.method == "POST" and request.path == AUTHORIZE
        if not is_answer or "sub" not in request.form or request.form.get("action") == "deny":
            return None
        typed, known = request.form["sub"].strip(), g.oidc_provider_mock_storage
        sub = sub_of(typed, issuer=request.host_url.rstrip("/"))
        if known.get_user(sub) is None:
            digits = compact(typed)
            if digits is None:
                return render_template("authorization_form.html", wrong=typed), 422
            known.store_user(
                User(sub=sub, claims=citizen_claims(digits, email=address_of(sub), claim_names=claim_names))
            )
        request.form = ImmutableMultiDict({"sub": sub})
        return None

    served.before_request(know_who)
    return served


def _said() -> dict[str, Any]:
    language = request.args.get("ui_locales", "").partition(" ")[0]
    language = language if language in LANGUAGES else "en"
    people = [(key, display(case.number), case.about) for key, case in HARD_CASES.items()]
    return {
        "said": SENTENCES[language],
        "language": language,
        "style": resources.files("gateway.portal").joinpath("static/alone.css").read_text(encoding="utf-8"),
        "first": [each for each in people if each[0] in FIRST],
        "others": [*(each for each in people if each[0] not in FIRST), (OFFICER, "", SENTENCES[language]["officer"])],
    }
