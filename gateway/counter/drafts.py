"""What the reader has begun to fill in, and filing it."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from flask import current_app
from pymongo.errors import PyMongoError

from gateway.auth.callers import require_citizen
from gateway.auth.sessions import SessionsAway
from gateway.counter.applications import Application
from gateway.counter.filing import Filled, file
from gateway.counter.products import title_of
from gateway.drafts import KEPT, Draft, Drafts, new_key
from gateway.tenancy import current_town
from services.contracts.envelope import digest_of


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A form that somebody left; it is kept until the day of `kept_until`."""

    product: str
    title: str
    saved_at: datetime
    kept_until: datetime


def begun() -> tuple[Begun, ...]:
    """All of the reader's, the latest first; none while the store is away. Raises what `require_citizen` raises."""
    town, numbers = _whose()
    try:
        found = _drafts().of(town=town, numbers=numbers)
    except PyMongoError:
        return ()
    return tuple(
        Begun(
            product=each.product,
            title=title_of(each.product) or each.product,
            saved_at=each.saved_at,
            kept_until=each.saved_at + KEPT,
        )
        for each in found
    )


def draft_of(product: str) -> Draft | None:
    """What the reader has begun of a product, or has just filed. Raises SessionsAway where the store is away, and what
    `require_citizen` raises."""
    town, numbers = _whose()
    try:
        return _drafts().find(product, town=town, numbers=numbers)
    except PyMongoError as error:
        raise SessionsAway from error


def save(filled: Filled) -> Draft:
    """As it was filled in, right or wrong. Raises as `draft_of`."""
    town, numbers = _whose()
    before = draft_of(filled.product)
    draft = Draft(
        product=filled.product,
        key=before.key if before and before.filed_as is None else new_key(),
        saved_at=datetime.now(UTC),
        fields=dict(filled.fields),
        subject=filled.subject,
        language=filled.language,
        email=filled.email,
        earlier=(before.filed_as or before.earlier) if before else None,
    )
    _kept(draft, town, numbers)
    return draft


def owners() -> list[str]:
    """What the reader is called among the drafts, the present name first. Raises what `require_citizen` raises."""
    town, numbers = _whose()
    return _drafts().owners(town=town, numbers=numbers)


def forget(product: str) -> None:
    """Raises as `draft_of`."""
    town, numbers = _whose()
    try:
        _drafts().drop(product, town=town, numbers=numbers)
    except PyMongoError as error:
        raise SessionsAway from error


def file_draft(draft: Draft) -> Application:
    """Once, however often it is pressed. Raises as `filing.file` and `draft_of`."""
    town, numbers = _whose()
    filled = filled_of(draft)
    application = file(filled, key=draft.key, digest=digest_of(asdict(filled)))
    filed = Draft(product=draft.product, key=draft.key, saved_at=datetime.now(UTC), filed_as=application.application_id)
    _kept(filed, town, numbers)
    return application


def filled_of(draft: Draft) -> Filled:
    """As it is filed."""
    return Filled(
        product=draft.product, fields=draft.fields, subject=draft.subject, language=draft.language, email=draft.email
    )


def version_of(draft: Draft) -> str:
    """Says whether what somebody has before them is what is kept: another window may have changed it."""
    return digest_of(asdict(filled_of(draft)))[:16]


def _kept(draft: Draft, town: str, numbers: tuple[str, ...]) -> None:
    try:
        _drafts().save(draft, town=town, numbers=numbers)
    except PyMongoError as error:
        raise SessionsAway from error


def _drafts() -> Drafts:
    drafts: Drafts = current_app.config["LOKET_DRAFTS"]
    return drafts


def _whose() -> tuple[str, tuple[str, ...]]:
    """Under the numbers that the sign-in was told of: the register is not asked, nor does its log grow, each time
    that somebody types a word."""
    citizen = require_citizen()
    return current_town().refnis, (citizen.national_number, *citizen.other_numbers)
