"""What a documented resident is."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from services.contracts.national_number import compose
from services.contracts.partial_days import known_parts

EVERYTHING = "*"


@dataclass(frozen=True, kw_only=True)
class HardCase:
    """One documented resident. `refused` maps product ids, or EVERYTHING, to the Refusal a request for self gets.

    `contradicted` maps product ids to how the register contradicts itself about them: the application waits.
    """

    key: str
    born_on: str
    serial: int
    about: str
    bis: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)
    contradicted: Mapping[str, str] = field(default_factory=dict)
    answers_after_s: float = 0.0
    answers_twice: bool = False

    @property
    def number(self) -> str:
        """The national number, eleven digits."""
        year, month, day = known_parts(self.born_on)
        return compose(year, month, day, self.serial, bis=self.bis)

    @property
    def sex(self) -> str:
        return "M" if self.serial % 2 else "F"


def case(key: str, born_on: str, serial: int, about: str, **more: object) -> HardCase:
    return HardCase(key=key, born_on=born_on, serial=serial, about=about, **more)  # type: ignore[arg-type]
