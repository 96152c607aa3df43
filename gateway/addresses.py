"""Addresses of pages that keep a language chosen by hand."""

from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from gateway.paths import READING, can_be_read
from services.contracts.naming import LANGUAGES


def local(endpoint: str, **values: Any) -> str:
    """As url_for, in the language that the reader chose here."""
    chosen = request.args.get("lang", "")
    if chosen in LANGUAGES:
        values["lang"] = chosen
    return url_for(endpoint, **values)


def to_come_back_to() -> str:
    """This page; where it is only ever an answer to a form, the nearest above it that can be read."""
    path = request.path
    while not can_be_read(path):
        path = path.rpartition("/")[0] or "/"
    return path


def in_other_language(code: str) -> str:
    """This page in another language: the same address, whatever it is, with all that it asks. The front page where
    this one is only ever an answer to a form.
    """
    if request.method not in READING and not can_be_read(request.path):
        return url_for("home.read_home", lang=code)
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return "?" + urlencode([*asked, ("lang", code)])
