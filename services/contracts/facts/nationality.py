"""Of which states somebody is a national."""

from dataclasses import dataclass

from services.contracts.facts import part


@dataclass(frozen=True, kw_only=True)
class HeldNationality:
    """One nationality, and since when, where the register knows it; the day may be partly unknown."""

    code: str
    since: str | None = None


@part("nationality", unprinted=("sex",))
@dataclass(frozen=True, kw_only=True)
class Nationality:
    """All that the register records; empty where it records none. `sex` is there for the words."""

    held: tuple[HeldNationality, ...]
    sex: str | None = None
