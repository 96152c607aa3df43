"""What the central criminal record shows for an activity that a rule regulates: model 596.1."""

from dataclasses import dataclass

from services.contracts.criminal_records import Record
from services.contracts.facts import part


@part("criminal-record-regulated", source="criminal-record", unprinted=("consulted_on",))
@dataclass(frozen=True, kw_only=True)
class RegulatedCriminalRecord(Record):
    """See Record."""
