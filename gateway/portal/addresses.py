"""Addresses of pages that keep a language chosen by hand."""

from typing import Any

from flask import request, url_for

from services.contracts.naming import LANGUAGES


def local(endpoint: str, **values: Any) -> str:
    """As url_for, in the language that the reader chose here."""
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES:
        values["lang"] = chosen
    return url_for(endpoint, **values)


def in_other_language(code: str) -> str:
    """This page in another language."""
    if request.endpoint is None:
        return url_for("home.read_home", lang=code)
    values = {**(request.view_args or {}), "lang": code}
    return url_for(request.endpoint, **values)
