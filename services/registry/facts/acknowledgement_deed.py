"""A deed of acknowledgement."""

from services.contracts.facts.acknowledgement_deed import AcknowledgementDeed
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=AcknowledgementDeed, kind="acknowledgement")
