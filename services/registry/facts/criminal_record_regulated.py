"""The criminal record, model 596.1."""

from services.contracts.facts.criminal_record_regulated import RegulatedCriminalRecord
from services.registry.sources.criminal_record.fact import RecordFact

FACT = RecordFact(part=RegulatedCriminalRecord, model="596.1", question="regulated-activity")
