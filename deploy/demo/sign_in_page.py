"""The page of the demonstration's identity provider: one says who one is, by a key or by a national number."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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
from services.contracts.logos import read_logo
from services.contracts.naming import LANGUAGES
from services.contracts.national_number import compact, display
from services.contracts.towns import Town

AUTHORIZE = "/oauth2/authorize"
FIRST = ("demo-citizen", "demo-spouse", "single", "parent-of-a-minor", "minor", "divorced", "widowed")
"""Shown before the others."""

SENTENCES: dict[str, dict[str, str]] = yaml.safe_load(
    Path(__file__).with_name("sentences.yaml").read_text(encoding="utf-8")
)
"""What it says, by language."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """Of the town whose counter leads here: its colours, its logo as an address of its own (`data:`), its name."""

    town: Town
    logo: str


def looks_of(towns: Iterable[Town], folder: Path) -> dict[str, Look]:
    """By the client id with which each counter leads here; a logo that cannot be read is left out."""
    return {town.sign_in.client_id: Look(town=town, logo=_logo(town, folder)) for town in towns}


def _logo(town: Town, folder: Path) -> str:
    try:
        drawing = read_logo(folder, town.logo)
    except ValueError:
        return ""
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing).decode()}"


def provider(claim_names: set[str], looks: Mapping[str, Look] | None = None) -> Flask:
    """The whole provider, in the look of the town that leads here. Who gives a national number is a citizen with it,
    known to the register or not."""
    served: Flask = app(user_claims=[User(sub=user.pop("sub"), claims=user) for user in users(claim_names)])
    ours = FileSystemLoader(Path(__file__).with_name("templates"))
    served.jinja_loader = ChoiceLoader([ours, *([served.jinja_loader] if served.jinja_loader else [])])
    served.context_processor(lambda: _said(looks or {}))

    def know_who() -> tuple[str, int] | Response | None:
        is_answer = request.method == "POST" and request.path == AUTHORIZE
        if not is_answer or "sub" not in request.form or request.form.get("action") == "deny":
            return None
        typed, known = request.form["sub"].strip(), g.oidc_provider_mock_storage
        sub = sub_of(typed, issuer=request.host_url.rstrip("/"))
        if known.get_user(sub) is None:
            digits = compact(typed, test=True)
            if digits is None:
                return render_template("authorization_form.html", wrong=typed), 422
            known.store_user(
                User(sub=sub, claims=citizen_claims(digits, email=address_of(sub), claim_names=claim_names))
            )
        request.form = ImmutableMultiDict({"sub": sub})
        return None

    served.before_request(know_who)
    return served


def _said(looks: Mapping[str, Look]) -> dict[str, Any]:
    language = request.args.get("ui_locales", "").partition(" ")[0]
    language = language if language in LANGUAGES else "en"
    people = [(key, display(case.number), case.about) for key, case in HARD_CASES.items()]
    return {
        "said": SENTENCES[language],
        "language": language,
        "look": looks.get(request.args.get("client_id", "")),
        "style": resources.files("gateway.portal").joinpath("static/alone.css").read_text(encoding="utf-8"),
        "first": [each for each in people if each[0] in FIRST],
        "others": [*(each for each in people if each[0] not in FIRST), (OFFICER, "", SENTENCES[language]["officer"])],
    }
