"""One language of the certificates: gettext for texts, CLDR (Babel) for dates and countries, tables for codes."""

from datetime import date, datetime
from functools import cache

from babel.dates import format_date
from babel.lists import format_list

from services.contracts.partial_days import known_parts
from services.contracts.translations import translations
from services.contracts.written_days import locale, long_day, long_moment
from services.documents.paper.vocabulary import vocabulary

SHORT = {"nl": "dd/MM/yyyy", "fr": "dd/MM/yyyy", "de": "dd.MM.yyyy", "en": "dd/MM/yyyy"}
UNKNOWN = "XX"
NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Groups and places of CLDR's own."""
MONTH = {"nl": "MM/yyyy", "fr": "MM/yyyy", "de": "MM.yyyy", "en": "MM/yyyy"}


class Wording:
    """How one language says things, for a town that is a city or a municipality."""

    def __init__(self, language: str, *, city: bool) -> None:
        self.language = language
        self.locale = locale(language)
        self.translations = translations("services.documents", language, city=city)

    def __call__(self, message: str) -> str:
        return self.translations.gettext(message)

    def day(self, when: date) -> str:
        """`24 november 2026`; a moment is told as the day it was in Belgium."""
        return long_day(when, self.language)

    def moment(self, when: datetime) -> str:
        """`24 november 2026, 14:05`, Belgian time."""
        return long_moment(when, self.language)

    def short_day(self, when: date) -> str:
        """`24/11/2026`"""
        return format_date(when, SHORT[self.language], self.locale)

    def birth_day(self, text: str, *, short: bool = False) -> str:
        """A date of birth, whose day, or month and day, may be unknown (`1985-07-00`, `1985-00-00`)."""
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

    def nationality(self, code: str, sex: str | None) -> str:
        """`Marokkaan`, `Marokkaanse`, `marocaine`: what somebody of a sex (`M`, `F`, else neutral) is.

        Where no word is known: the country's name, as the national register writes it, or else the code itself.
        """
        return vocabulary("nationalities").word(code, self.language, sex) or self.country(code)

    def nationalities(self, codes: tuple[str, ...], sex: str | None) -> str:
        """All of them, as one entry: `Belge, congolaise (Rép. dém.)`; that none is known is said."""
        text = ", ".join(self.nationality(code, sex) for code in codes or (UNKNOWN,))
        return text[:1].upper() + text[1:]

    def relation(self, code: str, sex: str | None) -> str:
        """`echtgenote`, `fils`: what somebody is to the reference person. Raises ValueError for no relation."""
        if word := vocabulary("relations").word(code, self.language, sex):
            return word
        raise ValueError(code)

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
def wording(language: str, *, city: bool = False) -> Wording:
    """The wording of `nl`, `fr`, `de` or `en`, read once per process."""
    return Wording(language, city=city)
