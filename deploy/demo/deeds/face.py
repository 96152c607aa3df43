"""What a deed of the demonstration looks like."""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from deploy.demo.deeds.archive import Kept
from deploy.demo.far.page import Page, drawn
from services.contracts.municipalities import REGIMES, municipality
from services.contracts.naming import shown
from services.contracts.partial_days import earliest, known_parts
from services.contracts.written_days import long_day


@cache
def _words() -> dict[str, Any]:
    text = Path(__file__).with_name("words.yaml").read_text(encoding="utf-8")
    said: dict[str, Any] = yaml.safe_load(text)
    return said


def face(deed: Kept, form: str) -> bytes:
    """The page, not sealed yet."""
    language = _language(deed)
    say = _words()[language]
    page = Page(say["demonstration"])
    page.begin(say["database"], say["kinds"][deed.kind]["title"], say["forms"][form])
    page.row(say["place"], _called(deed.place, deed.drawn_up_on, language))
    page.row(say["year"], str(deed.year))
    page.row(say["number"], deed.number)
    page.row(say["drawn_up"], long_day(deed.drawn_up_on, language))
    page.row(say["kinds"][deed.kind]["day"], _day(deed.happened_on, language))
    if deed.kind == "birth":
        page.row(say["born_in"], _called(deed.place, earliest(deed.happened_on) or deed.drawn_up_on, language))
        if deed.sex:
            page.row(say["sex"], say["sexes"][deed.sex])
    page.heading(say["people"])
    for role, _, name in shown_on(deed, form):
        page.row(say["roles"][role], drawn(name, say["other_script"]))
    if deed.corrects:
        page.top -= 38
        page.text(say["corrects"])
    return page.finished(say["seal"])


def shown_on(deed: Kept, form: str) -> list[tuple[str, str | None, str]]:
    """Who stands on it. Without filiation no parents do, but those of a lifeless child, whose deed it is."""
    if form == "extract" and deed.kind != "lifeless-child":
        return [each for each in deed.involved if each[0] != "parent"]
    return list(deed.involved)


def _language(deed: Kept) -> str:
    found = municipality(deed.place, deed.drawn_up_on)
    return (REGIMES[found.regime] if found else ("nl",))[0]


def _called(place: str, on: date, language: str) -> str:
    """The name of then, of a municipality that has merged since."""
    found = municipality(place, on)
    return shown(found.names, language, official=REGIMES[found.regime]) if found else place


def _day(text: str, language: str) -> str:
    year, month, day = known_parts(text)
    if month and day:
        return long_day(date(year, month, day), language)
    return f"{month:02}/{year}" if month else str(year)
