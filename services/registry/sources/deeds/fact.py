"""A fact that the database of deeds knows."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any

from services.contracts.deeds import Deed
from services.registry.deeds import EXTRACT
from services.registry.facts import Fact


@dataclass(frozen=True, kw_only=True)
class DeedFact(Fact[Deed, Any]):
    """A deed of one of deeds.KINDS; in which `form`, where the citizen is not asked."""

    kind: str
    form: str = EXTRACT
    compile: Callable[[Deed], Any] = field(init=False)

    def __post_init__(self) -> None:
        def compile(deed: Deed) -> Any:
            return self.part(**{each.name: getattr(deed, each.name) for each in fields(Deed)})

        object.__setattr__(self, "compile", compile)
