"""Legal cohabitation (old Civil Code, articles 1475 to 1479)."""

from dataclasses import dataclass

from services.contracts.facts import part


@part("legal-cohabitation")
@dataclass(frozen=True, kw_only=True)
class LegalCohabitation:
    """With whom, since when, and when it ended if it did; `state` is `none` where the register records none ever,
    `current` or `ended`. Days may be partly unknown."""

    state: str
    partner_first_names: tuple[str, ...] = ()
    partner_last_name: str | None = None
    since: str | None = None
    until: str | None = None
