"""What the database of deeds answers, and whether it is an answer to what was asked."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.contracts.deeds import FORMS, KINDS, Deed
from services.contracts.municipalities import municipalities
from services.contracts.named_deeds import Named
from services.contracts.partial_days import known_parts
from services.contracts.sealed import NotWhole, SealedDocument
from services.contracts.text import is_printable
from services.registry.contradictions import Contradiction
from services.registry.deeds import RULES
from services.registry.domain import Dossier, Standing
from services.registry.sources.https import NoAnswer

LONGEST = 60
"""Characters of a reference or a number."""


class Outcome(StrEnum):
    """What the database says of a deed."""

    FOUND = "found"
    ABSENT = "absent"
    MIGRATING = "migrating"
    TOO_LARGE = "too-large"


@dataclass(frozen=True, kw_only=True)
class Involved:
    """Somebody whom a deed is about; `national_number` is None for who never had one."""

    role: str
    national_number: str | None = None


@dataclass(frozen=True, kw_only=True)
class Told:
    """A deed as it is told. `corrected_by` refers to the later one that counts instead."""

    reference: str
    original: str
    kind: str
    form: str
    place: str
    year: int
    number: str
    drawn_up_on: str
    happened_on: str
    involved: tuple[Involved, ...]
    sha256: str
    pdf: str
    corrected_by: str | None = None

    @property
    def day(self) -> date:
        """When it was drawn up."""
        return date.fromisoformat(self.drawn_up_on)

    def deed(self) -> Deed:
        """Raises NoAnswer where the document is not whole."""
        about = f"{self.original} {self.form}"
        document = SealedDocument(pdf=self.pdf, sha256=self.sha256, about=about)
        try:
            document.content()
        except NotWhole:
            raise NoAnswer("document-not-whole") from None
        return Deed(
            reference=self.reference,
            original=self.original,
            form=self.form,
            place=self.place,
            year=self.year,
            number=self.number,
            drawn_up_on=self.drawn_up_on,
            document=document,
        )


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer. `request` is ours, told again; `reference` and `by` come with what is migrating."""

    request: str
    outcome: str
    deed: Told | None = None
    reference: str | None = None
    by: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Promises that were kept."""

    references: tuple[str, ...] = field(default_factory=tuple)


def check_shape(answer: Answer, *, request: str) -> None:
    """Raises NoAnswer for what is no answer of this database, or one to another question."""
    if answer.request != request:
        raise NoAnswer("answer-to-another")
    if answer.outcome not in set(Outcome):
        raise NoAnswer("outcome-unknown")
    if answer.outcome == Outcome.MIGRATING and not _is_promise(answer):
        raise NoAnswer("promise-malformed")
    if answer.outcome == Outcome.FOUND:
        if answer.deed is None:
            raise NoAnswer("deed-missing")
        _check_deed(answer.deed)


def _is_promise(answer: Answer) -> bool:
    dated = answer.by is not None and answer.by.tzinfo is not None
    return dated and answer.reference is not None and _is_word(answer.reference)


def _check_deed(deed: Told) -> None:
    words = (deed.reference, deed.original, deed.number, *filter(None, (deed.corrected_by,)))
    if not all(map(_is_word, words)) or deed.kind not in KINDS or deed.form not in FORMS:
        raise NoAnswer("deed-malformed")
    if deed.place not in municipalities() or deed.corrected_by == deed.reference:
        raise NoAnswer("deed-malformed")
    try:
        known_parts(deed.happened_on)
        _ = deed.day
    except (TypeError, ValueError):
        raise NoAnswer("deed-malformed") from None


def _is_word(text: str) -> bool:
    return 0 < len(text) <= LONGEST and is_printable(text)


def contradiction(
    deed: Told,
    *,
    kind: str,
    form: str,
    wanted: Named,
    numbers: Collection[str] | None,
    dossier: Dossier | None,
    today: date,
) -> Contradiction | None:
    """Why this deed is not the one that was asked for, or not true beside the population's dossier.

    `numbers` are all of whom it was asked about; None where it was asked by its name alone.
    """
    if (deed.kind, deed.form) != (kind, form):
        return Contradiction.DEED_OF_ANOTHER_KIND
    if deed.day > today:
        return Contradiction.DATE_IN_THE_FUTURE
    if deed.day.year != deed.year:
        return Contradiction.DEED_AGAINST_ITSELF
    roles = {each.role for each in deed.involved if numbers is None or each.national_number in numbers}
    if not _is_named(deed, wanted) or not roles & RULES[kind].roles:
        return Contradiction.DEED_OF_ANOTHER
    return _against(deed, dossier) if dossier is not None else None


def _is_named(deed: Told, wanted: Named) -> bool:
    told = {"place": deed.place, "year": deed.year, "number": deed.number, "date": deed.happened_on}
    return all(told[name] == value for name, value in wanted.wanted().items() if name in told)


def _against(deed: Told, dossier: Dossier) -> Contradiction | None:
    """What a deed says that the dossier refutes; parts of a day that one of the two does not know refute nothing."""
    if deed.kind == "birth" and not _agree(deed.happened_on, dossier.born_on):
        return Contradiction.DEED_AGAINST_DOSSIER
    if deed.kind == "death" and dossier.registration.standing is Standing.RESIDENT:
        return Contradiction.DEED_AGAINST_DOSSIER
    return None


def _agree(one: str, other: str) -> bool:
    return all(0 in pair or pair[0] == pair[1] for pair in zip(known_parts(one), known_parts(other), strict=True))
