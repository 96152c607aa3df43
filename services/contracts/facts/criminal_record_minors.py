"""What the central criminal record shows for work with minors: model 596.2. What the police say of it, a gate asks."""

from dataclasses import dataclass

from services.contracts.criminal_records import Record
from services.contracts.facts import part


@part("criminal-record-minors", source="criminal-record", unprinted=("consulted_on",))
@dataclass(frozen=True, kw_only=True)
class MinorsCriminalRecord(Record):
    """See Record."""
