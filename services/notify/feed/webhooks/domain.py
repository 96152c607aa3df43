"""Webhooks, what is on its way to them, and when it is tried again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from services.contracts.department_webhooks import DisabledBy, Progress, WebhookState
from services.notify.feed.departments import Department
from services.notify.feed.webhooks.signing import Scheme

PATIENCE = timedelta(hours=72)
"""For so long an event is tried; then it is parked."""

PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
)
"""Between two attempts; the last is repeated. Each is drawn a fifth longer or shorter."""

LEAST_SPREAD, MOST_SPREAD = 0.8, 1.2

QUIET = timedelta(minutes=5)
"""A webhook that took nothing for so long was away: once it takes something again, all that waits is due."""

MOST_ATTEMPTS = 100
"""That are kept of one delivery, the last ones."""

MOST_WEBHOOKS = 5
"""Of one department."""

MOST_KEYS = 3
"""That sign at once: a receiver reads no endless header."""

MOST_WAITING, MOST_KEPT = 10_000, 50_000
"""Deliveries of one webhook. Where more wait, the oldest of these are parked; where more are kept, the oldest that were
delivered or parked go."""

CLOCKS_DIFFER = timedelta(seconds=5)
"""By so much at most. Whatever was made later than that after now, was made before our own clock went back."""

DELIVERED = "delivered"
"""The word for success among the reasons."""

GONE = 410
"""By which a receiver says that it wants nothing more (RFC 9110, section 15.5.11)."""


@dataclass(frozen=True, kw_only=True)
class Secret:
    """A key that messages are signed with; `locked` opens for notify alone. It ends where another has followed it."""

    scheme: Scheme
    locked: str = field(repr=False)
    made_at: datetime
    ends_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Files:
    """PEM files by their whole paths, where notify can read them: our certificate and its key, where the receiver asks
    for one, and the authorities that its own comes from, where these are not the public ones.
    """

    certificate: str | None = None
    key: str | None = None
    authorities: str | None = None


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """Where a department hears what its topics tell. `disabled_at` is since when it wants nothing, `failing_since`
    since when it took nothing that it was sent. `dropped` of its deliveries went undelivered, since too many were kept
    or they were parked for too long: the last of them at `dropped_at`, none of an event that was kept after
    `dropped_until`.
    """

    id: str
    department: str
    url: str
    secrets: tuple[Secret, ...]
    files: Files = field(default_factory=Files)
    added_at: datetime
    disabled_at: datetime | None = None
    disabled_by: DisabledBy | None = None
    failing_since: datetime | None = None
    dropped: int = 0
    dropped_until: datetime | None = None
    dropped_at: datetime | None = None

    def signing(self, *, now: datetime) -> tuple[Secret, ...]:
        """The keys that sign now, the newest first."""
        return tuple(each for each in self.secrets if each.ends_at is None or each.ends_at > now)

    def rotated(self, fresh: Secret, *, overlap: timedelta) -> "Webhook":
        """The fresh key signs from now on, and the last ones before it as well until the overlap is over."""
        ends = fresh.made_at + overlap
        before = (replace(each, ends_at=min(ends, each.ends_at or ends)) for each in self.signing(now=fresh.made_at))
        signing = (fresh, *(each for each in before if each.ends_at != fresh.made_at))
        return replace(self, secrets=signing[:MOST_KEYS])

    @property
    def state(self) -> WebhookState:
        """How it is."""
        if self.disabled_at:
            return WebhookState.DISABLED
        return WebhookState.FAILING if self.failing_since else WebhookState.WELL

    def was_away(self, *, now: datetime) -> bool:
        """Whether it took nothing for long."""
        return self.failing_since is not None and now - self.failing_since >= QUIET


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came of one attempt: a word (sending.py lists them), and the status where there was one. Nothing else of
    what a receiver answers is kept."""

    status: int | None = None
    reason: str
    wait: timedelta = timedelta()
    """For so long the receiver asks not to be sent it again (`Retry-After`)."""

    @classmethod
    def of(cls, status: int, *, wait: timedelta = timedelta()) -> "Response":
        """One with a status."""
        if status == GONE:
            return cls(status=status, reason="gone")
        reason = {2: DELIVERED, 3: "redirect"}.get(status // 100, "refused")
        return cls(status=status, reason=reason, wait=wait)

    @property
    def is_delivered(self) -> bool:
        """The receiver has it."""
        return self.reason == DELIVERED

    @property
    def is_gone(self) -> bool:
        """The receiver wants nothing more."""
        return self.status == GONE


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """One that was made: when, for how long, and what came of it."""

    at: datetime
    took: timedelta
    status: int | None
    reason: str


@dataclass(frozen=True, kw_only=True)
class NewEvent:
    """A public event for which no deliveries were made yet, as it was kept at `stored_at`; `only_for` and `asked` are
    as projecting.Told has them."""

    id: str
    town: str
    name: str
    product: str
    only_for: str | None = None
    asked: str | None = None
    body: bytes = field(repr=False)
    stored_at: datetime


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One event on its way to one webhook. It is tried from `since` on; while it waits, next at `due_at`. Whoever sends
    it has moved that to when others may think it dead.
    """

    webhook: str
    event: str
    name: str
    town: str
    body: bytes = field(repr=False)
    stored_at: datetime
    since: datetime
    due_at: datetime | None
    progress: Progress = Progress.WAITING
    tries: int = 0
    """Since `since`; before that it may have been sent, too."""

    attempts: tuple[Attempt, ...] = ()

    @property
    def id(self) -> str:
        """There is one for an event and a webhook, however often it is made."""
        return f"{self.webhook}:{self.event}"

    def after(self, attempt: Attempt, response: Response, *, now: datetime, drawn: float) -> "Delivery":
        """What becomes of it; `drawn` is between LEAST_SPREAD and MOST_SPREAD."""
        tried = replace(self, attempts=(*self.attempts, attempt)[-MOST_ATTEMPTS:], tries=self.tries + 1)
        if response.is_delivered:
            return replace(tried, progress=Progress.DELIVERED, due_at=None)
        ends = self.since + PATIENCE
        if response.is_gone or now >= ends:
            return replace(tried, progress=Progress.PARKED, due_at=None)
        pause = PAUSES[min(self.tries, len(PAUSES) - 1)] * drawn
        return replace(tried, due_at=min(now + max(pause, response.wait), ends))


def deliveries_of(
    event: NewEvent, webhooks: Iterable[Webhook], departments: Mapping[str, Department], *, now: datetime
) -> list[Delivery]:
    """For each webhook that was there when it happened and whose department hears it. Of what is disabled it is parked
    at once; of who is suspended it waits. Where our clock has gone back behind the adding of a webhook, nobody knows
    what happened before that: it is told all, and perhaps something of before, which it may hear anyway.
    """
    return [
        Delivery(
            webhook=webhook.id,
            event=event.id,
            name=event.name,
            town=event.town,
            body=event.body,
            stored_at=event.stored_at,
            since=now,
            due_at=None if webhook.disabled_at else now,
            progress=Progress.PARKED if webhook.disabled_at else Progress.WAITING,
        )
        for webhook in webhooks
        if (webhook.added_at <= event.stored_at or webhook.added_at > now + CLOCKS_DIFFER)
        and (department := departments.get(webhook.department)) is not None
        and department.is_told(
            town=event.town, event=event.name, product=event.product, only_for=event.only_for, asked=event.asked
        )
    ]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a webhook gets on: deliveries by progress, and since when the oldest that waits does."""

    counts: Mapping[Progress, int] = field(default_factory=lambda: MappingProxyType({}))
    oldest: datetime | None = None
