"""The reader's language: from `?lang=`, else what the browser prefers among ours, else the town's own."""

import gettext
from datetime import date, datetime
from functools import cache
from importlib import resources
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, request

from services.contracts import written_days
from services.contracts.naming import LANGUAGES
from services.contracts.towns import Town

ENDONYMS = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}


def choose_language(town: Town | None) -> str:
    """One of LANGUAGES for this request."""
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    for preferred, quality in request.accept_languages:  # best first
        main = preferred.partition("-")[0].lower()
        if quality > 0 and main in LANGUAGES:
            return main
    return town.languages[0] if town else "en"


def language() -> str:
    """The language chosen for this request."""
    return str(g.get("language", "en"))


def translate(msgid: str, **values: object) -> str:
    """A sentence of ours in the reader's language."""
    return in_language(language(), msgid, **values)


def in_language(code: str, msgid: str, **values: object) -> str:
    """A sentence of ours in a language."""
    text = _catalogue(code).gettext(msgid) if msgid else ""
    return text % values if values else text


def long_date(when: date) -> str:
    """A day as the reader writes it out, or that of a moment in Belgium: `24 november 2026`."""
    return written_days.long_day(when, language())


def long_moment(moment: datetime) -> str:
    """Day and time in Belgium: `24 november 2026, 14:05`."""
    return written_days.long_moment(moment, language())


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    """English is its own msgid; the others are compiled in memory when first asked for."""
    source = resources.files("gateway").joinpath("locale", code, "LC_MESSAGES", "gateway.po")
    compiled = BytesIO()
    with source.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
