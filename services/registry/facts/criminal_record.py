"""The criminal record, model 595."""

from services.contracts.facts.criminal_record import CriminalRecord
from services.registry.sources.criminal_record.fact import RecordFact

FACT = RecordFact(part=CriminalRecord, model="595", question="record-purpose")
