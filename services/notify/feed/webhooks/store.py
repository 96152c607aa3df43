"""Webhooks and their deliveries in MongoDB, a document each.

Every question of deliveries is of exactly the fields of one index: the embedded store would otherwise look at all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from typing import Any

from pymongo import ASCENDING
from pymongo.database import Database
from pymongo.errors import BulkWriteError

from services.chassis.retention import EVER
from services.contracts.department_webhooks import DisabledBy, Progress
from services.notify.feed.webhooks.domain import (
    Attempt,
    Delivery,
    Files,
    NewEvent,
    Secret,
    Webhook,
)
from services.notify.feed.webhooks.signing import Scheme

AT_ONCE = 500
"""Events that one look makes deliveries of."""

LEAST_KEPT = timedelta(days=7)
"""Once it was delivered or parked a delivery can be looked at and sent again for so long; or as long as departments can
catch up, where that is longer. What waits is kept until it does not."""

_DUPLICATE = 11000


class WebhookStore:
    """The collection `webhooks`: a few for each department. Who changes one changes no more than is named."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["webhooks"]

    def all(self) -> tuple[Webhook, ...]:
        """In the order in which they were added."""
        return tuple(map(_webhook, self._collection.find().sort([("added_at", ASCENDING), ("_id", ASCENDING)])))

    def of(self, department: str) -> tuple[Webhook, ...]:
        """Those of one department."""
        return tuple(each for each in self.all() if each.department == department)

    def find(self, id: str) -> Webhook | None:
        """None where there is none."""
        found = self._collection.find_one({"_id": id})
        return _webhook(found) if found else None

    def add(self, webhook: Webhook) -> None:
        """Of a new id."""
        self._collection.insert_one(_webhook_document(webhook))

    def sign_with(self, webhook: Webhook, secrets: Iterable[Secret]) -> bool:
        """From now on with these. False where its newest key is another than when it was read."""
        guard = {"_id": webhook.id, "secrets.0.signing_key": webhook.secrets[0].locked}
        changed = {"$set": {"secrets": list(map(_secret_document, secrets))}}
        return self._collection.update_one(guard, changed).modified_count > 0

    def disable(self, id: str, *, at: datetime, by: DisabledBy) -> None:
        """It wants nothing."""
        self._set(id, {"disabled_at": at, "disabled_by": str(by)})

    def enable(self, id: str) -> None:
        """It wants what comes from now on."""
        self._set(id, {"disabled_at": None, "disabled_by": None, "failing_since": None})

    def note_failing(self, id: str, *, since: datetime | None) -> None:
        """Since when it took nothing; None where it did."""
        self._set(id, {"failing_since": since})

    def note_dropped(self, id: str, *, count: int, until: datetime, at: datetime) -> None:
        """So many more of its deliveries, up to one of an event that was kept then, went undelivered."""
        latest = {"dropped_until": until, "dropped_at": at}
        self._collection.update_one({"_id": id}, {"$inc": {"dropped": count}, "$max": latest})

    def remove(self, id: str) -> None:
        """It hears nothing any more."""
        self._collection.delete_one({"_id": id})

    def _set(self, id: str, values: dict[str, Any]) -> None:
        self._collection.update_one({"_id": id}, {"$set": values})


class NewEvents:
    """Of the public events those that no deliveries were made of: FeedStore marks each as it keeps it, in the same
    write, and the mark goes when its deliveries are kept. Where there are no webhooks nobody looks.
    """

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._collection = database["department_events"]
        self._collection.create_index("webhooks_since", name="new_for_webhooks", sparse=True)

    def since(self, moment: datetime) -> list[NewEvent]:
        """Some of them, in the order in which they were kept."""
        found = self._collection.find({"webhooks_since": {"$gte": moment}}).sort("webhooks_since").limit(AT_ONCE)
        return [
            NewEvent(
                id=each["_id"],
                town=each["town"],
                name=each["name"],
                product=each["product"],
                only_for=each["only_for"],
                asked=each["asked"],
                body=each["body"].encode(),
                stored_at=each["stored_at"],
            )
            for each in found
        ]

    def are_made(self, events: Iterable[NewEvent]) -> None:
        """Their deliveries are kept."""
        self._collection.update_many({"_id": {"$in": [each.id for each in events]}}, {"$unset": {"webhooks_since": ""}})


class DeliveryStore:
    """The collection `webhook_deliveries`; each may go (record.py) some days after it was delivered or parked."""

    def __init__(self, database: Database[dict[str, Any]], *, kept: timedelta, clock: Callable[[], datetime]) -> None:
        self._collection = database["webhook_deliveries"]
        self._kept = max(kept, LEAST_KEPT)
        self._clock = clock
        for name, fields in (
            ("guard", ("_id", "due_at")),
            ("due", ("webhook", "due_at")),
            ("made", ("webhook", "progress", "since")),
            ("retention", ("webhook", "progress", "kept_until")),
            ("by_town", ("webhook", "town", "progress", "stored_at")),
            ("by_progress_and_time", ("webhook", "progress", "stored_at", "_id")),
            ("by_time", ("webhook", "stored_at", "_id")),
        ):
            self._collection.create_index([(each, ASCENDING) for each in fields], name=name)

    def add(self, deliveries: Iterable[Delivery]) -> None:
        """Those that are not there yet."""
        documents = list(map(self._document, deliveries))
        if not documents:
            return
        try:
            self._collection.insert_many(documents, ordered=False)
        except BulkWriteError as error:
            if any(each["code"] != _DUPLICATE for each in (error.details or {}).get("writeErrors", ())):
                raise

    def find(self, webhook: str, event: str) -> Delivery | None:
        """None where there is none (any more)."""
        found = self._collection.find_one({"_id": f"{webhook}:{event}"})
        return delivery_of(found) if found else None

    def any_due(self, webhook: str) -> bool:
        """Whether one of it is."""
        return self._collection.find_one(_due(webhook, self._clock()), {"_id": 1}) is not None

    def claim(self, webhook: str, *, lease: timedelta) -> Delivery | None:
        """One that is due, for this process alone until the lease is over; the one that was due first.

        None where none is, or others were quicker each time.
        """
        now = self._clock()
        for found in self._collection.find(_due(webhook, now)).sort("due_at").limit(10):
            held = now + lease
            guard = {"_id": found["_id"], "due_at": found["due_at"]}
            if self._collection.update_one(guard, {"$set": {"due_at": held}}).modified_count:
                return replace(delivery_of(found), due_at=held)
        return None

    def settle(self, claimed: Delivery, after: Delivery) -> None:
        """What became of it. Where somebody has changed it since it was claimed, only that it was tried, and that it
        has come where it was parked meanwhile."""
        kept = self._document(after)
        changed = {name: kept[name] for name in ("due_at", "progress", "kept_until", "tries", "attempts")}
        guard = {"_id": claimed.id, "due_at": claimed.due_at}
        if self._collection.update_one(guard, {"$set": changed}).modified_count:
            return
        self._collection.update_one({"_id": claimed.id}, {"$push": {"attempts": kept["attempts"][-1]}})
        if after.progress is Progress.DELIVERED:
            come = {name: kept[name] for name in ("progress", "kept_until")}
            self._collection.update_one({"_id": claimed.id, "due_at": None}, {"$set": come})

    def hasten(self, webhook: str, *, beyond: timedelta) -> None:
        """All that waits is due now, but what is claimed or comes in a moment: within a lease."""
        now = self._clock()
        later = {"webhook": webhook, "due_at": {"$gt": now + beyond}}
        self._collection.update_many(later, {"$set": {"due_at": now}})

    def date_back(self, webhook: str, *, beyond: timedelta, lease: timedelta) -> None:
        """What waits and is of later than now and so much beyond: our clock has gone back, and it would wait until that
        is made up for. It is due anew, and no sooner than whoever has it in hand now is done with it."""
        now = self._clock()
        ahead = {"webhook": webhook, "progress": str(Progress.WAITING), "since": {"$gt": now + beyond}}
        self._collection.update_many(ahead, {"$set": {"since": now, "due_at": now + lease}})

    def park(self, webhook: str, *, until: datetime) -> None:
        """All that waits and was made or asked for again until then."""
        waiting = {"webhook": webhook, "progress": str(Progress.WAITING), "since": {"$lte": until}}
        self._collection.update_many(waiting, {"$set": parked(self._clock() + self._kept)})

    def _document(self, delivery: Delivery) -> dict[str, Any]:
        is_done = delivery.progress is not Progress.WAITING
        return _delivery_document(delivery) | {"kept_until": self._clock() + self._kept if is_done else None}


def parked(kept_until: datetime) -> dict[str, Any]:
    """What is changed of a delivery that is parked."""
    return {"progress": str(Progress.PARKED), "due_at": None, "kept_until": kept_until}


def _due(webhook: str, now: datetime) -> dict[str, Any]:
    return {"webhook": webhook, "due_at": {"$gt": EVER, "$lte": now}}


def _webhook_document(webhook: Webhook) -> dict[str, Any]:
    return {
        "_id": webhook.id,
        "department": webhook.department,
        "url": webhook.url,
        "secrets": list(map(_secret_document, webhook.secrets)),
        "files": asdict(webhook.files),
        "added_at": webhook.added_at,
        "disabled_at": webhook.disabled_at,
        "disabled_by": webhook.disabled_by and str(webhook.disabled_by),
        "failing_since": webhook.failing_since,
        "dropped": webhook.dropped,
        "dropped_until": webhook.dropped_until,
        "dropped_at": webhook.dropped_at,
    }


def _webhook(document: dict[str, Any]) -> Webhook:
    return Webhook(
        id=document["_id"],
        department=document["department"],
        url=document["url"],
        secrets=tuple(map(_secret, document["secrets"])),
        files=Files(**document["files"]),
        added_at=document["added_at"],
        disabled_at=document["disabled_at"],
        disabled_by=DisabledBy(document["disabled_by"]) if document["disabled_by"] else None,
        failing_since=document["failing_since"],
        dropped=document["dropped"],
        dropped_until=document["dropped_until"],
        dropped_at=document["dropped_at"],
    )


def _secret_document(secret: Secret) -> dict[str, Any]:
    return {
        "scheme": str(secret.scheme),
        "signing_key": secret.locked,
        "made_at": secret.made_at,
        "ends_at": secret.ends_at,
    }


def _secret(document: dict[str, Any]) -> Secret:
    return Secret(
        scheme=Scheme(document["scheme"]),
        locked=document["signing_key"],
        made_at=document["made_at"],
        ends_at=document["ends_at"],
    )


def _delivery_document(delivery: Delivery) -> dict[str, Any]:
    return {
        "_id": delivery.id,
        "webhook": delivery.webhook,
        "event": delivery.event,
        "name": delivery.name,
        "town": delivery.town,
        "body": delivery.body.decode(),
        "stored_at": delivery.stored_at,
        "since": delivery.since,
        "due_at": delivery.due_at,
        "progress": str(delivery.progress),
        "tries": delivery.tries,
        "attempts": [
            {
                "at": each.at,
                "took_ms": each.took // timedelta(milliseconds=1),
                "status": each.status,
                "reason": each.reason,
            }
            for each in delivery.attempts
        ],
    }


def delivery_of(document: Mapping[str, Any]) -> Delivery:
    """As it is kept."""
    return Delivery(
        webhook=document["webhook"],
        event=document["event"],
        name=document["name"],
        town=document["town"],
        body=document["body"].encode(),
        stored_at=document["stored_at"],
        since=document["since"],
        due_at=document["due_at"],
        progress=Progress(document["progress"]),
        tries=document["tries"],
        attempts=tuple(
            Attempt(
                at=each["at"],
                took=timedelta(milliseconds=each["took_ms"]),
                status=each["status"],
                reason=each["reason"],
            )
            for each in document["attempts"]
        ),
    )
