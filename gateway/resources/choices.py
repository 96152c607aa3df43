"""What the shapes of answers have in common: choices as the document tells them, and what fields are said to be."""

from collections.abc import Iterable
from typing import Any

from marshmallow import validate

OPEN = "x-open-list"
"""The document makes a choice of it: one of those that are known, or any text (gateway/api/description.py)."""

IN_WORDS = {"description": "In the reader's language"}
NATIONAL_NUMBER = {"description": "Eleven digits"}


def is_one(values: Iterable[str]) -> validate.OneOf:
    """One of these; for the document, since what we say ourselves is not checked again."""
    return validate.OneOf([str(each) for each in values])


def one_of(values: Iterable[str]) -> dict[str, Any]:
    """One of these today; within v1 there may come more, and a client must be able to read them."""
    return {OPEN: [str(each) for each in values]}
