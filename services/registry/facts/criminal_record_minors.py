"""The criminal record, model 596.2."""

from services.contracts.facts.criminal_record_minors import MinorsCriminalRecord
from services.registry.sources.criminal_record.fact import RecordFact

FACT = RecordFact(
    part=MinorsCriminalRecord,
    model="596.2",
    question="work-with-minors",
    gates=("confirmation",),  # by the police: Code of Criminal Procedure, article 596, second paragraph
)
