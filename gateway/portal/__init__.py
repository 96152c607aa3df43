"""The pages of citizens. They work without scripts, with them a bit better; nothing is fetched from elsewhere."""

from flask import Flask

from gateway.addresses import in_other_language, local, to_come_back_to
from gateway.called import tongue
from gateway.counter.me import Me, me_if_known
from gateway.language import ENDONYMS, language, long_date, long_moment, translate
from gateway.portal import application, assets, filing, home, live, notices, own, products, reporting, verification
from gateway.problems import Problem
from services.contracts.days import day_of
from services.contracts.naming import LANGUAGES
from services.contracts.towns import Town


def set_up(app: Flask) -> None:
    """Register the pages and what their templates may call."""
    for module in (assets, home, products, filing, application, live, own, notices, reporting, verification):
        app.register_blueprint(module.blueprint)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        _=translate,
        reader=language,
        languages=offered,
        local=local,
        in_other_language=in_other_language,
        to_come_back_to=to_come_back_to,
        day_of=day_of,
        long_date=long_date,
        long_moment=long_moment,
        reader_signed_in=signed_in,
        script=assets.script,
        town_look=assets.look,
    )
    app.jinja_env.filters["tongue"] = lambda code: tongue(code, language())


def signed_in() -> Me | None:
    """Whose pages these are; None of nobody's, and where nobody can say."""
    try:
        return me_if_known()
    except Problem:
        return None


def offered(town: Town) -> list[tuple[str, str]]:
    """The languages to choose from, with what each calls itself: those of the town's file, and the one being read."""
    return [(code, ENDONYMS[code]) for code in LANGUAGES if code in (*town.languages, language())]
