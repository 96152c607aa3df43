"""What there is to choose from, and what that is called."""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.called import country, tongue
from gateway.language import language
from services.contracts.product import Field

CALLED: Mapping[str, Callable[[str, str], str]] = {"countries": country, "form-languages": tongue}
"""By where a field has its options from (product.OPTION_SOURCES)."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What may be sent, and what it is called in the reader's language."""

    value: str
    title: str


def choices_of(field: Field) -> tuple[Choice, ...]:
    """Those of a field; none where it asks for a text."""
    if not field.options_from:
        return tuple(Choice(value=option.value, title=option.titles[language()]) for option in field.options)
    return named(field.values, CALLED[field.options_from])


def named(codes: Iterable[str], called: Callable[[str, str], str]) -> tuple[Choice, ...]:
    """Codes with their names, as a reader looks for them: by the alphabet, accents left aside."""
    found = [Choice(value=code, title=called(code, language())) for code in codes]
    return tuple(sorted(found, key=lambda each: (_letters(each.title), each.value)))


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalnum())
