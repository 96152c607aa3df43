"""A department with webhooks in a real store, and a feed that tells."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.locking import KeyRing
from services.contracts.feed.events import PublicEvent, source_of, type_of
from services.notify.feed.departments import Department, DepartmentStore
from services.notify.feed.projecting import Told
from services.notify.feed.store import FeedStore
from services.notify.feed.webhooks.delivering import Courier
from services.notify.feed.webhooks.domain import Delivery, Response, Webhook
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.replaying import replay
from services.notify.feed.webhooks.signing import Scheme
from services.notify.feed.webhooks.spreading import Spreader
from services.notify.feed.webhooks.store import DeliveryStore, NewEvents, WebhookStore
from tests.keys import RING
from tests.notify.feed.making import NOON, a_department
from tests.outbox import KeptInOutbox

Send = Callable[..., Response]
KEPT = timedelta(days=7)


@dataclass
class Side:
    """notify's side of webhooks, at the moment `now`. `keys` are those that receivers were given, by webhook."""

    database: Database[dict[str, Any]]
    now: datetime = NOON
    keys: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.departments = DepartmentStore(self.database)
        self.webhooks = WebhookStore(self.database)
        self.events = NewEvents(self.database)
        self.deliveries = DeliveryStore(self.database, kept=KEPT, clock=self.clock)
        self.record = DeliveryRecord(self.database, kept=KEPT, clock=self.clock)
        self.feed = FeedStore(self.database, relay=KeptInOutbox(), kept=KEPT, clock=self.clock)
        self.signing = SigningKeys(KeyRing.parse(RING))
        self.spreader = Spreader(
            events=self.events,
            departments=self.departments,
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            clock=self.clock,
        )

    def clock(self) -> datetime:
        return self.now

    def later(self, **step: float) -> None:
        self.now += timedelta(**step)

    def department(self, **chosen: Any) -> Department:
        made = a_department(**chosen)
        self.departments.add(made)
        return made

    def webhook(
        self, id: str = "hook", *, url: str = "https://x.example/", scheme: Scheme = Scheme.HMAC, **chosen: Any
    ) -> Webhook:
        secret, self.keys[id] = self.signing.new(scheme, webhook=id, at=self.now)
        made = Webhook(
            id=id, **{"department": "police", "url": url, "secrets": (secret,), "added_at": self.now, **chosen}
        )
        self.webhooks.add(made)
        return made

    def tell(self, number: int = 1, *, town: str = "24001", only_for: str | None = None) -> PublicEvent:
        """Keeps an event as notify does."""
        event = PublicEvent(
            id=f"{number:032x}",
            type=type_of("certificate-issued"),
            source=source_of(town),
            subject="1" * 32,
            time=self.now,
            data={"product": "life"},
        )
        self.feed.tell(Told(event=event, application_id="a", product="life", only_for=only_for))
        return event

    def courier(self, send: Send, *, signing: SigningKeys | None = None) -> Courier:
        return Courier(
            departments=self.departments,
            webhooks=self.webhooks,
            deliveries=self.deliveries,
            keys=signing or self.signing,
            send=send,
            longest=timedelta(seconds=15),
            clock=self.clock,
        )

    def bring(self, send: Send, id: str = "hook") -> None:
        """All that is due of one webhook, in this thread."""
        self.spread()
        self.courier(send).work_off(id)

    def spread(self) -> None:
        self.spreader.spread(self.webhooks.all())

    def delivery(self, number: int = 1, *, webhook: str = "hook") -> Delivery:
        found = self.deliveries.find(webhook, f"{number:032x}")
        assert found is not None
        return found

    def replay(self, id: str = "hook", *, since: str | None = None, parked_only: bool = False) -> int:
        """How many leave once more."""
        return replay(id, record=self.record, since=since, parked_only=parked_only).replayed

    def suspend(self, department: Department) -> None:
        self.departments.suspend(department, is_suspended=True)


@pytest.fixture
def side(database: Database[dict[str, Any]]) -> Side:
    return Side(database)
