"""That somebody is alive."""

from dataclasses import dataclass, field
from datetime import date

from services.contracts.facts import part


@part("life")
@dataclass(frozen=True, kw_only=True)
class Life:
    """That the subject is not recorded as deceased on this day."""

    alive_on: date = field(metadata={"metadata": {"moment": True}})  # says when was asked: no other fact if it changes
