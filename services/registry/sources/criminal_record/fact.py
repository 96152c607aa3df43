"""A fact that the central criminal record knows."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from services.contracts.criminal_records import Record
from services.registry.facts import Fact


@dataclass(frozen=True, kw_only=True)
class RecordFact(Fact[Record, Any]):
    """One of criminal_records.MODELS; the citizen's answer to its `question` decides what stands on it."""

    model: str
    question: str
    compile: Callable[[Record], Any] = field(init=False)
    of_adults: bool = True

    def __post_init__(self) -> None:
        def compile(record: Record) -> Any:
            return self.part(**{each.name: getattr(record, each.name) for each in fields(Record)})

        object.__setattr__(self, "compile", compile)
