"""Who looked at whose data, and why (Act of 8 August 1983 on the National Register, article 17; GDPR, article 15)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Access:
    """One look into the register. The numbers stand readable: a citizen may ask who looked at theirs.

    `id` is the same when the same question is handled again: one look, one entry. `purpose` is `extract` or `prefill`;
    `outcome` is `given` or a Refusal.
    """

    id: str
    town: str
    at: datetime
    by: str
    about: tuple[str, ...]
    capacity: str
    product: str
    purpose: str
    outcome: str
    application_id: str | None = None
