"""The whole deed of birth."""

from services.contracts.facts.birth_deed_copy import BirthDeedCopy
from services.registry.deeds import COPY
from services.registry.sources.deeds.fact import DeedFact

FACT = DeedFact(part=BirthDeedCopy, kind="birth", form=COPY)
