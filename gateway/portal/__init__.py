"""The pages: what a QR code and a mail open, and where one signs in. No scripts, and nothing fetched from elsewhere."""

from flask import Flask

from gateway.addresses import in_other_language, local
from gateway.language import ENDONYMS, language, long_date, long_moment, translate
from gateway.portal import application, assets, home, reporting, verification
from services.contracts.days import day_of
from services.contracts.naming import LANGUAGES
from services.contracts.towns import Town


def set_up(app: Flask) -> None:
    """Register the pages and what their templates may call."""
    for module in (assets, home, application, reporting, verification):
        app.register_blueprint(module.blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=translate,
        reader=language,
        languages=offered,
        local=local,
        in_other_language=in_other_language,
        day_of=day_of,
        long_date=long_date,
        long_moment=long_moment,
    )


def offered(town: Town) -> list[tuple[str, str]]:
    """The languages to choose from, with what each calls itself: those of the town's file, and the one being read."""
    return [(code, ENDONYMS[code]) for code in LANGUAGES if code in (*town.languages, language())]
