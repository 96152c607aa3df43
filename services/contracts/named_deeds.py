"""How a citizen names a deed that is not by its person alone: where, when, and as which number or about whom.

Pure. Intake tells at filing what names no deed; the registry reads the same fields of what was filed.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from services.contracts.field_errors import FieldError, field_error
from services.contracts.municipalities import municipalities

WHOSE, FORM, FILIATION, PLACE, YEAR, NUMBER, NAME, DATE = (
    "deed-of",
    "deed-form",
    "deed-filiation",
    "deed-place",
    "deed-year",
    "deed-number",
    "deed-name",
    "deed-date",
)
"""Questions of the catalogue. FORM and FILIATION ask for the form of the deed; without either it is the fact's own."""

PUBLIC = "public"
"""The answer to WHOSE that asks for a deed which is open to everybody, and has to be named."""

FIRST_YEAR = 1796
"""From when on there is a civil registry in what is Belgium now."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A deed as a citizen names it: where (REFNIS) and in which year it was drawn up, and its number, or on whose name
    and when what it is about happened. What is not there narrows nothing."""

    place: str | None = None
    year: int | None = None
    number: str | None = None
    name: str | None = None
    date: str | None = None

    @property
    def is_one(self) -> bool:
        """Does this name one deed to whoever keeps all of them?"""
        by_person = self.name is not None and self.date is not None
        return self.place is not None and self.year is not None and (self.number is not None or by_person)

    def wanted(self) -> dict[str, Any]:
        """What is known of it."""
        return {name: value for name, value in vars(self).items() if value is not None}


class Misnamed(ValueError):
    """What a citizen wrote names no place, year, number, name or day: what is wrong, by question."""

    def __init__(self, problems: Mapping[str, FieldError]) -> None:
        super().__init__(", ".join(problems))
        self.problems = problems


def asked_form(fields: Mapping[str, str]) -> str | None:
    """Which form of the deed the citizen wants, one of FORMS; None where that is not asked."""
    return fields.get(FILIATION) or fields.get(FORM) or None


def named(fields: Mapping[str, str], *, today: date) -> Named:
    """By the fields of the form. Raises Misnamed."""
    found = {
        PLACE: _place(fields.get(PLACE, "")),
        YEAR: _year(fields.get(YEAR, ""), today),
        NUMBER: _line(fields.get(NUMBER, ""), kinds="LN"),
        NAME: _line(fields.get(NAME, ""), kinds="L"),
        DATE: _day(fields.get(DATE, ""), today),
    }
    if problems := {asked: each for asked, each in found.items() if isinstance(each, FieldError)}:
        raise Misnamed(problems)
    place, year, number, name, day = found.values()
    return Named(place=place, year=year, number=number, name=name, date=day)  # type: ignore[arg-type]


def wrongly_named(fields: Mapping[str, str], *, today: date) -> Mapping[str, FieldError]:
    """Why no deed can be looked for by these fields of a form that asks WHOSE deed it is: what is wrong, by question.

    Of a deed of a person what is given has to be right; an old one that is open to everybody has to be named as one.
    """
    try:
        deed = named(fields, today=today)
    except Misnamed as wrong:
        return wrong.problems
    if fields.get(WHOSE) != PUBLIC or deed.is_one:
        return {}
    lacking = [asked for asked, value in ((PLACE, deed.place), (YEAR, deed.year)) if value is None]
    if deed.number is None and deed.name is None and deed.date is None:
        return {**dict.fromkeys(lacking, field_error("required")), NUMBER: field_error("number-or-person")}
    if deed.number is None:
        lacking += [asked for asked, value in ((NAME, deed.name), (DATE, deed.date)) if value is None]
    return dict.fromkeys(lacking, field_error("required"))


def _place(text: str) -> str | FieldError | None:
    """The municipality of a REFNIS code, or of a name in any language that only one has."""
    written = " ".join(text.split()).casefold()
    if not written or written in municipalities():
        return written or None
    found = {
        refnis
        for refnis, each in municipalities().items()
        if written in {name.casefold() for name in each.names.values()}
    }
    still = {refnis for refnis in found if municipalities()[refnis].until is None}
    return min(still or found) if len(still or found) == 1 else field_error("not-a-municipality")


def _year(text: str, today: date) -> int | FieldError | None:
    written = text.strip()
    if not written:
        return None
    year = int(written) if written.isascii() and written.isdecimal() and len(written) == 4 else 0
    return year if FIRST_YEAR <= year <= today.year else field_error("not-a-number", least=FIRST_YEAR, most=today.year)


def _line(text: str, *, kinds: str) -> str | FieldError | None:
    """Words, with something in them of these kinds: letters (L), figures (N)."""
    written = " ".join(text.split())
    if not written:
        return None
    says = any(unicodedata.category(each)[0] in kinds for each in written)
    return written if says else field_error("says-nothing")


def _day(text: str, today: date) -> str | FieldError | None:
    """`1921-03-04`, as a browser's field gives it, or `4/3/1921`, `4.3.1921` or `4-3-1921`, as people here write it."""
    written = text.strip()
    if not written:
        return None
    parts = next((written.split(mark) for mark in "-./" if mark in written), [])
    year_first = "-" in written and len(parts[0]) == len("1921")
    try:
        if not all(each.isascii() and each.isdecimal() for each in parts):
            raise ValueError
        day = date(*map(int, parts if year_first else reversed(parts)))
    except (TypeError, ValueError, OverflowError):
        return field_error("not-a-day")
    return day.isoformat() if day.year >= FIRST_YEAR - 120 and day <= today else field_error("not-a-day")
