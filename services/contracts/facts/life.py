"""That somebody is alive."""

from dataclasses import dataclass
from datetime import date

from services.contracts.facts import part


@part("life")
@dataclass(frozen=True, kw_only=True)
class Life:
    """That the subject is not recorded as deceased on this day."""

    alive_on: date
