"""In which elections somebody may vote today."""

from dataclasses import dataclass

from services.contracts.facts import part


@part("voter")
@dataclass(frozen=True, kw_only=True)
class Voter:
    """`elections` are codes of register_codes.ELECTIONS, in that order; never empty."""

    elections: tuple[str, ...]
