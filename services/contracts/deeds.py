"""Deeds of the civil registry, as facts carry them (old Civil Code, articles 29 and following)."""

from dataclasses import dataclass

from services.contracts.sealed import SealedDocument

KINDS = (
    "birth",
    "marriage",
    "death",
    "divorce",
    "acknowledgement",
    "nationality",
    "adoption",
    "lifeless-child",
)

FORMS = ("extract", "extract-with-filiation", "copy")
"""What can be had of a deed: what it states today, with or without the parents; or all of it."""


@dataclass(frozen=True, kw_only=True)
class Deed:
    """One deed, as the database of deeds has it.

    `reference` is the database's own name for it, `original` that of the deed which it corrects, or its own. It was
    drawn up in the municipality `place` (REFNIS) as `number` of `year`, on `drawn_up_on`. `form` is one of FORMS.
    """

    reference: str
    original: str
    form: str
    place: str
    year: int
    number: str
    drawn_up_on: str
    document: SealedDocument
