"""What countries and languages are called, for a choice that has its options from a list of codes (CLDR, by Babel)."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from functools import cache

from services.contracts.product import Field
from services.contracts.written_days import locale


@cache
def country(code: str, language: str) -> str:
    """`Griekenland`; the code itself where CLDR has no name."""
    return str(locale(language).territories.get(code, code))


@cache
def tongue(code: str, language: str) -> str:
    """`Grieks`; the code itself where CLDR has no name."""
    name = str(locale(language).languages.get(code, code))
    return name[:1].upper() + name[1:]


CALLED: Mapping[str, Callable[[str, str], str]] = {"countries": country, "form-languages": tongue}
"""By where a field has its options from (catalogue.OPTION_SOURCES)."""


def options_of(field: Field, language: str) -> list[dict[str, str]]:
    """What may be sent, and what it is called."""
    if not field.options_from:
        return [{"value": option.value, "title": option.titles[language]} for option in field.options]
    return named(field.values, CALLED[field.options_from], language)


def named(codes: Iterable[str], called: Callable[[str, str], str], language: str) -> list[dict[str, str]]:
    """Codes with their names, as a reader looks for them: by the alphabet, accents left aside."""
    found = [{"value": code, "title": called(code, language)} for code in codes]
    return sorted(found, key=lambda each: (_letters(each["title"]), each["value"]))


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalnum())
