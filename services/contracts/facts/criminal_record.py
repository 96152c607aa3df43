"""What the central criminal record shows for a purpose that no rule regulates: model 595."""

from dataclasses import dataclass

from services.contracts.criminal_records import Record
from services.contracts.facts import part


@part("criminal-record", source="criminal-record", unprinted=("consulted_on",))
@dataclass(frozen=True, kw_only=True)
class CriminalRecord(Record):
    """See Record."""
