"""Who is signed in, as the pages and programs of a reader call them."""

from dataclasses import dataclass

from gateway.auth.callers import current_caller, require_caller
from gateway.auth.identity import Caller, Officer
from services.contracts.national_number import display


@dataclass(frozen=True, kw_only=True)
class Me:
    """Of a citizen the national number and what the sign-in knows of an e-mail address; of an officer the name."""

    role: str
    national_number: str | None = None
    email: str | None = None
    name: str | None = None

    @property
    def shown(self) -> str:
        """`85.07.30-033.28`, or the officer's name."""
        return display(self.national_number) if self.national_number else self.name or ""


def me() -> Me:
    """Raises what `require_caller` raises."""
    return _me(require_caller())


def me_if_known() -> Me | None:
    """None where nobody is signed in. Raises what `current_caller` raises."""
    caller = current_caller()
    return _me(caller) if caller else None


def _me(caller: Caller) -> Me:
    if isinstance(caller, Officer):
        return Me(role=caller.role, name=caller.name)
    return Me(role=caller.role, national_number=caller.national_number, email=caller.email)
