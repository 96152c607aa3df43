"""What somebody declared about their own burial (Act of 20 July 1971 on burials, article 15bis, and the regions')."""

from dataclasses import dataclass

from services.contracts.facts import part


@part("last-wishes")
@dataclass(frozen=True, kw_only=True)
class LastWishes:
    """`mode` is a code of register_codes.LAST_WISHES, None where nothing was declared; `declared_on` may be partly
    unknown."""

    mode: str | None
    declared_on: str | None = None
