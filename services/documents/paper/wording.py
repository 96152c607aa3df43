"""One language of the certificates: gettext for texts, CLDR (Babel) for dates and countries, tables for codes."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache

from babel.dates import format_date
from babel.lists import format_list

from services.contracts.address import Address
from services.contracts.boxes import box_of
from services.contracts.municipalities import municipality
from services.contracts.naming import LANGUAGES, Names, shown
from services.contracts.partial_days import known_parts
from services.contracts.text import printable
from services.contracts.translations import chosen, translations
from services.contracts.written_days import locale, long_day, long_moment
from services.documents.paper.vocabulary import vocabulary

SHORT = {"nl": "dd/MM/yyyy", "fr": "dd/MM/yyyy", "de": "dd.MM.yyyy", "en": "dd/MM/yyyy"}
UNKNOWN = "XX"
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Groups and places of CLDR's own."""
ONE_PLACE = frozenset({"GI", "HK", "MC", "MO", "SG", "VA"})
"""Countries that are one city: who was born in Monaco was born in Monaco. Luxembourg is more than its capital."""
MONTH = {"nl": "MM/yyyy", "fr": "MM/yyyy", "de": "MM.yyyy", "en": "MM/yyyy"}


class Wording:
    """How one language says things, for a town that is a city or a municipality and has these official languages."""

    def __init__(self, language: str, *, city: bool, official: Sequence[str]) -> None:
        self.language = language
        self.locale = locale(language)
        self.official = official
        self._city = city
        self._translations = translations("services.documents", language, city=city)

    def __call__(self, message: str | Mapping[str, str]) -> str:
        """A sentence of ours by its msgid; or one that brings its own languages along, as an extension's does.

        Where a sentence calls the town by its kind it has both words, `[gemeente|stad]` (see translations.py).
        """
        if isinstance(message, str):
            return self._translations.gettext(message)
        return chosen(message[self.language], city=self._city)

    def day(self, when: date) -> str:
        """`24 november 2026`; a moment is told as the day it was in Belgium."""
        return long_day(when, self.language)

    def moment(self, when: datetime) -> str:
        """`24 november 2026, 14:05`, Belgian time."""
        return long_moment(when, self.language)

    def short_day(self, when: date) -> str:
        """`24/11/2026`"""
        return format_date(when, SHORT[self.language], self.locale)

    def partial_day(self, text: str, *, short: bool = False) -> str:
        """A day that may be partly unknown (`1985-07-00`, `1985-00-00`)."""
        year, month, day = known_parts(text)
        if month == 0:
            unknown = self("day and month unknown")
            return str(year) if short else f"{year} ({unknown})"
        if day == 0:
            known = date(year, month, 1)
            if short:
                return format_date(known, MONTH[self.language], self.locale)
            unknown = self("day unknown")
            return f"{format_date(known, 'MMMM yyyy', self.locale)} ({unknown})"
        return self.short_day(date(year, month, day)) if short else self.day(date(year, month, day))

    def numeric_day(self, text: str) -> str:
        """`30/07/1985`, as forms of the Union write it in every language; what is not known of it is `—`."""
        year, month, day = known_parts(text)
        return "/".join((*(f"{part:02}" if part else "—" for part in (day, month)), str(year)))

    def municipality(self, refnis: str, on: date) -> str:
        """What the municipality of a code was called on a day."""
        known = municipality(refnis, on)
        return self.name(known.names) if known else refnis

    def name(self, names: Names) -> str:
        """A name of a street, a place or a service, as it is read in this language (naming.shown)."""
        return printable(shown(names, self.language, official=self.official))

    def address(self, address: Address) -> str:
        """`Voorbeeldstraat 12 bus 3, 1040 Voorbeeld`"""
        word = self("box")
        box = f" {word} {said}" if (said := box_of(address.box)) else ""
        number, postcode = (" ".join(each.split()) for each in (address.house_number, address.postcode))
        return printable(f"{self.name(address.street)} {number}{box}, {postcode} {self.name(address.municipality)}")

    def place(self, names: Names | None, country: str | None) -> str:
        """A place with its country; of an unknown country only where the place is unknown, too."""
        place = self.name(names or {})
        if country is None or (place and country == UNKNOWN):
            return place
        called = self.country(country)
        return f"{place}, {called}" if place and not _is_all_of(country, place) else called

    def nationality(self, code: str, sex: str | None) -> str:
        """`Marokkaan`, `Marokkaanse`, `marocaine`: what somebody of a sex (`M`, `F`, else neutral) is.

        Where no word is known: the country's name, as the national register writes it, or else the code itself.
        """
        return vocabulary("nationalities").word(code, self.language, sex) or self.country(code)

    def nationalities(self, codes: tuple[str, ...], sex: str | None) -> str:
        """All of them, as one entry: `Belge, congolaise (Rép. dém.)`; that none is known is said."""
        return _capital(", ".join(self.nationality(code, sex) for code in codes or (UNKNOWN,)))

    def word(self, table: str, code: str, sex: str | None = None) -> str:
        """What a code of a table in `words/` is called: `echtgenote`, `fils`. Raises ValueError for none of them."""
        if word := vocabulary(table).word(code, self.language, sex):
            return word
        raise ValueError(code)

    def entry(self, table: str, code: str, sex: str | None = None) -> str:
        """The same as an entry of its own, with a capital."""
        return _capital(self.word(table, code, sex))

    def registers(self, codes: tuple[str, ...]) -> str:
        """`de bevolkingsregisters en het wachtregister`: what a certificate is made from, as it stands after its
        preposition. The population registers are that of foreigners, too (Act of 19 July 1991, article 1)."""
        named = [code for code in codes if code != "foreigners" or "population" not in codes]
        words = dict.fromkeys(vocabulary("registers").word(code, self.language) or code for code in named)
        return format_list(list(words), "standard", self.locale)

    def country(self, code: str) -> str:
        """Its name, also that of a former one (`Sovjet-Unie`), or else the code itself."""
        named = vocabulary("countries").word(code, self.language)
        if named is None and code not in NO_COUNTRIES:
            named = self.locale.territories.get(code)
        return named or self("country code %(code)s") % {"code": code}


@cache
def wording(language: str, *, city: bool = False, official: tuple[str, ...] = ()) -> Wording:
    """The wording of `nl`, `fr`, `de` or `en`, read once per process."""
    return Wording(language, city=city, official=official)


def _is_all_of(code: str, place: str) -> bool:
    """Is the country one place only, and this its name in some language: `Hong Kong` in `Hongkong`?"""
    if code not in ONE_PLACE:
        return False
    return _letters(place) in {_letters(wording(language).country(code)) for language in LANGUAGES}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _letters(text: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", text).casefold() if each.isalpha())
