"""What an officer filled in on a page, taken into what is chosen for the town; and what the page had shown."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from gateway.officers.entries import Entry, Kind, Part, offerable, value_at
from services.contracts.catalogue import products
from services.contracts.naming import LANGUAGES
from services.contracts.schema import dump, load
from services.contracts.town_setups import TownSetup
from services.contracts.towns import Town


def taken(setup: TownSetup, part: Part, form: "MultiDict[str, str]", *, town: Town) -> TownSetup:
    """What was chosen, with what somebody filled in on one page, right or wrong. Texts that the form does not have stay
    as they were: it may be of a page as it was before an update. The logo comes otherwise."""
    data = dump(setup)
    for entry in part.entries:
        _TAKE[entry.kind](data, entry, form, setup, town)
    return load(TownSetup, data)


def drawn(setup: TownSetup, part: Part) -> str:
    """What a page shows of it, but for the logo, for `as_drawn`."""
    shown = {each.path: value_at(setup, each.path) for each in part.entries if each.kind is not Kind.LOGO}
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


def as_drawn(setup: TownSetup, part: Part, text: str) -> TownSetup | None:
    """With what a page showed; None where it says something else, or nothing that can be read."""
    data = dump(setup)
    try:
        shown = json.loads(text)
        for path in [each.path for each in part.entries if each.kind is not Kind.LOGO]:
            _put(data, path, shown[path])
        return load(TownSetup, data)
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


def with_value(setup: TownSetup, path: str, value: str) -> TownSetup:
    """With another text there."""
    data = dump(setup)
    _put(data, path, value)
    return load(TownSetup, data)


_Form = MultiDict[str, str]


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    *before, last = path.split(".")
    for name in before:
        data = data[name]
    data[last] = value


def _take_line(data: dict[str, Any], entry: Entry, form: _Form, _setup: TownSetup, _town: Town) -> None:
    if entry.path in form:
        _put(data, entry.path, entry.tidied(form[entry.path]) or (None if entry.optional else ""))


def _take_choice(data: dict[str, Any], entry: Entry, form: _Form, _setup: TownSetup, _town: Town) -> None:
    if form.get(entry.path) in entry.choices:
        _put(data, entry.path, form[entry.path])


def _take_names(data: dict[str, Any], entry: Entry, form: _Form, setup: TownSetup, _town: Town) -> None:
    _put(data, entry.path, _named(form, entry.path, value_at(setup, entry.path)))


def _named(form: _Form, path: str, before: dict[str, str]) -> dict[str, str]:
    """By language, as far as the form has them; others stay as they were."""
    written = {each: _plain(form[name]) for each in LANGUAGES if (name := f"{path}.{each}") in form}
    return {each: text for each in LANGUAGES if (text := written.get(each, before.get(each, "")))}


def _plain(text: str) -> str:
    """As browsers send what has several lines (RFC 7578, section 4.3), without its carriage returns."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _take_flag(data: dict[str, Any], entry: Entry, form: _Form, _setup: TownSetup, _town: Town) -> None:
    _put(data, entry.path, entry.path in form)


def _take_languages(data: dict[str, Any], entry: Entry, form: _Form, _setup: TownSetup, town: Town) -> None:
    asked = form.getlist(entry.path)
    _put(data, entry.path, [each for each in LANGUAGES if each in asked and each not in town.official_languages])


def _take_offers(data: dict[str, Any], _entry: Entry, form: _Form, setup: TownSetup, town: Town) -> None:
    asked, on = set(form.getlist("listed")), set(form.getlist("offered"))
    listed = [each.id for each in offerable(town) if each.id in asked]
    unlisted = [each for each in setup.products_off if each not in listed and each in products()]
    data["products_off"] = unlisted + [each for each in listed if each not in on]


def _take_tariffs(data: dict[str, Any], entry: Entry, form: _Form, setup: TownSetup, town: Town) -> None:
    data["tariffs"] = {id: tariff for id, tariff in data["tariffs"].items() if id in products()}
    for product in offerable(town):
        before = setup.tariffs.get(product.id)
        path = f"{entry.path}.{product.id}.regulation"
        regulation = _named(form, path, before.regulation if before else {})
        data["tariffs"].pop(product.id, None)
        if regulation:
            data["tariffs"][product.id] = {"cents": before.cents if before else 0, "regulation": regulation}


def _leave(_data: dict[str, Any], _entry: Entry, _form: _Form, _setup: TownSetup, _town: Town) -> None:
    """It is a file."""


_TAKE: Mapping[Kind, Callable[[dict[str, Any], Entry, _Form, TownSetup, Town], None]] = {
    Kind.LINE: _take_line,
    Kind.EMAIL: _take_line,
    Kind.DAY: _take_line,
    Kind.COLOUR: _take_line,
    Kind.CHOICE: _take_choice,
    Kind.NAMES: _take_names,
    Kind.PASSAGE: _take_names,
    Kind.FLAG: _take_flag,
    Kind.LANGUAGES: _take_languages,
    Kind.OFFERS: _take_offers,
    Kind.TARIFFS: _take_tariffs,
    Kind.LOGO: _leave,
}
