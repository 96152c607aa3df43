"""The pages: what a QR code and a mail open, and where one signs in. No scripts, and nothing fetched from elsewhere."""

from flask import Flask

from gateway.addresses import in_other_language, local
from gateway.language import ENDONYMS, language, long_date, long_moment, translate
from gateway.portal import application, assets, home, reporting, verification
from services.contracts.days import day_of
from services.contracts.naming import LANGUAGES


def set_up(app: Flask) -> None:
    """Register the pages and what their templates may call."""
    for module in (assets, home, application, reporting, verification):
        app.register_blueprint(module.blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=translate,
        reader=language,
        languages=[(code, ENDONYMS[code]) for code in LANGUAGES],
        local=local,
        in_other_language=in_other_language,
        day_of=day_of,
        long_date=long_date,
        long_moment=long_moment,
    )
