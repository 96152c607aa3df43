"""Whether somebody is married, and was."""

from dataclasses import dataclass

from services.contracts.facts import part


@part("civil-status", unprinted=("sex",))
@dataclass(frozen=True, kw_only=True)
class CivilStatus:
    """`state` is a code of register_codes.CIVIL_STATES; `since` may be partly unknown, None where nobody recorded it.
    `sex` is there for the words."""

    state: str
    since: str | None = None
    sex: str | None = None
