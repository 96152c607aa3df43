"""What a documented resident is."""

from dataclasses import dataclass

from services.contracts.national_number import compose
from services.contracts.partial_days import known_parts


@dataclass(frozen=True, kw_only=True)
class HardCase:
    """One documented resident. What is given of them, by fact: outcomes.py."""

    key: str
    born_on: str
    serial: int
    about: str
    bis: int = 0
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
