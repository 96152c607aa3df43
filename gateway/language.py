"""The reader's language: from `?lang=`, else what was chosen so before, else what the browser prefers among ours, else
the town's own.
"""

from datetime import date, datetime

from flask import Flask, Response, current_app, g, has_app_context, request

from services.contracts import written_days
from services.contracts.naming import LANGUAGES
from services.contracts.towns import Town
from services.contracts.translations import translations

COOKIE = "loket-language"
"""With `__Host-` before it where there is https."""

ENDONYMS = {"nl": "Nederlands", "fr": "Français", "de": "Deutsch", "en": "English"}


KEPT_S = 365 * 24 * 3600
"""How long a choice by hand is remembered."""

_BESIDES_PAGES = ("/api/", "/departments/", "/assets/", "/healthz", "/readyz", "/metrics")


def set_up(app: Flask, *, secure: bool) -> None:
    """Have a language that was chosen by hand on a page kept by the browser, for all that follows: signing in and out,
    mistakes, the next visit. The cookie holds the two letters and is no sign of who anybody is.
    """
    name = f"__Host-{COOKIE}" if secure else COOKIE
    app.config["LOKET_LANGUAGE_COOKIE"] = name

    @app.after_request
    def keep_choice(response: Response) -> Response:
        asked = _asked()
        if asked and asked != request.cookies.get(name) and not request.path.startswith(_BESIDES_PAGES) and "town" in g:
            response.set_cookie(name, asked, max_age=KEPT_S, path="/", secure=secure, httponly=True, samesite="Lax")
        return response


def preferred_language() -> str | None:
    """One of LANGUAGES, where this reader prefers one: chosen by hand, now or before, or in the browser's settings."""
    if asked := _asked():
        return asked
    kept = request.cookies.get(current_app.config["LOKET_LANGUAGE_COOKIE"], "")
    if kept in LANGUAGES:
        return kept
    for preferred, quality in request.accept_languages:  # best first
        main = preferred.partition("-")[0].lower()
        if quality > 0 and main in LANGUAGES:
            return main
    return None


def choose_language(town: Town | None) -> str:
    """One of LANGUAGES for this request."""
    return preferred_language() or (town.languages[0] if town else "en")


def _asked() -> str | None:
    asked = request.args.get("lang", "").lower()
    return asked if asked in LANGUAGES else None


def language() -> str:
    """The language chosen for this request."""
    return str(g.get("language", "en"))


def translate(msgid: str, **values: object) -> str:
    """A sentence of ours in the reader's language."""
    return in_language(language(), msgid, **values)


def in_language(code: str, msgid: str, **values: object) -> str:
    """A sentence of ours in a language, as the town that is asked says it: of itself as a city, where it is one."""
    town: Town | None = g.get("town") if has_app_context() else None
    said = translations("gateway", code, city=town is not None and town.is_city)
    text = said.gettext(msgid) if msgid else ""
    return text % values if values else text


def long_date(when: date) -> str:
    """A day as the reader writes it out, or that of a moment in Belgium: `24 november 2026`."""
    return written_days.long_day(when, language())


def long_moment(moment: datetime) -> str:
    """Day and time in Belgium: `24 november 2026, 14:05`."""
    return written_days.long_moment(moment, language())
