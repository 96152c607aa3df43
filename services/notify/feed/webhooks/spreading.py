"""From an event that was kept to a delivery for each webhook that is to hear it.

Deliveries are kept first, and only then the event is no longer new. Who dies in between has it done again, and the same
deliveries are there already; so they are where two processes do it at once.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.chassis.crash import crash_point
from services.chassis.retention import EVER
from services.notify.feed.departments import Departments
from services.notify.feed.webhooks.domain import Webhook, deliveries_of
from services.notify.feed.webhooks.store import DeliveryStore, NewEvents, WebhookStore


class Spreader:
    """Looks for new events and makes the deliveries."""

    def __init__(
        self,
        *,
        events: NewEvents,
        departments: Departments,
        webhooks: WebhookStore,
        deliveries: DeliveryStore,
        clock: Callable[[], datetime],
    ) -> None:
        self._events = events
        self._departments = departments
        self._webhooks = webhooks
        self._deliveries = deliveries
        self._clock = clock

    def spread(self, known: Sequence[Webhook]) -> None:
        """Of some of the new events. What was kept before the first of the known webhooks was added concerns none, but
        where our clock has gone back behind that."""
        if not known:
            return
        first = min(each.added_at for each in known)
        found = self._events.since(first if first <= self._clock() else EVER)
        if not found:
            return
        hearers = self._webhooks.all()  # read after the events: who was added before one of them is among these
        departments = {each.id: each for each in self._departments.all()}
        now = self._clock()
        self._deliveries.add(each for event in found for each in deliveries_of(event, hearers, departments, now=now))
        crash_point("notify.webhooks-spread")
        self._events.are_made(found)
