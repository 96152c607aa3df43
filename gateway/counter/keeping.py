"""How long this deployment keeps what it knows of somebody."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import current_app

from gateway.drafts import KEPT as DRAFTS_KEPT
from gateway.language import KEPT_S, translate
from gateway.settings import GatewaySettings
from services.contracts.product import Product

YEAR_DAYS = 365.25


@dataclass(frozen=True, kw_only=True)
class KeptFor:
    """What the settings and this version say of it."""

    session_minutes: int
    idle_minutes: int
    draft_days: int
    language_days: int
    looks_days: int
    departments_days: int

    @classmethod
    def by(cls, settings: GatewaySettings) -> "KeptFor":
        """As a deployment is set up."""
        return cls(
            session_minutes=settings.session_minutes,
            idle_minutes=min(settings.session_idle_minutes, settings.session_minutes),
            draft_days=DRAFTS_KEPT.days,
            language_days=KEPT_S // (24 * 3600),
            looks_days=settings.access_log_days,
            departments_days=settings.departments_kept_days,
        )


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """The same in words, with what the catalogue says of the products that the town offers."""

    session_minutes: int
    idle_minutes: int
    drafts: str
    language: str
    looks: str
    departments: str
    requests: str
    documents: str


def keeping(products: Iterable[Product]) -> Keeping:
    """For the reader."""
    kept: KeptFor = current_app.config["LOKET_KEPT"]
    rules = [each.retention for each in products]
    return Keeping(
        session_minutes=kept.session_minutes,
        idle_minutes=kept.idle_minutes,
        drafts=in_words(kept.draft_days),
        language=in_words(kept.language_days),
        looks=in_words(kept.looks_days),
        departments=in_words(kept.departments_days),
        requests=_span(each.request_days for each in rules),
        documents=_span(each.document_days for each in rules),
    )


def in_words(days: int) -> str:
    """Years where it is that many to the day, as calendars count them."""
    years = round(days / YEAR_DAYS)
    if years > 1 and abs(days - years * YEAR_DAYS) <= 1:
        return translate("%(years)s years", years=years)
    return translate("1 year") if days in (365, 366) else translate("%(days)s days", days=days)


def _span(days: Iterable[int]) -> str:
    """Of products that differ, the shortest and the longest."""
    found = sorted(set(days))
    if len(found) == 1:
        return in_words(found[0])
    return translate(
        "from %(least)s to %(most)s, depending on the product", least=in_words(found[0]), most=in_words(found[-1])
    )
