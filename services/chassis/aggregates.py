"""Aggregates: one document each, holding state, version, outbox and inbox, changed by one guarded update at a time."""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

import bson
from bson.codec_options import CodecOptions
from pymongo import ASCENDING
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.errors import DocumentTooLarge, DuplicateKeyError, WriteError

from services.chassis import request_ids
from services.chassis.admission import Hearing, admit
from services.chassis.outbox import Relay, entry_of
from services.chassis.stored import Recalled, Stored, Watch, heard_after, outbox_of, remembered
from services.chassis.tracing import current_traceparent
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, Emptied, TryLater, Unacceptable
from services.contracts.envelope import Cause, Envelope, source_of
from services.contracts.events import Event
from services.contracts.schema import dump

_AS_READ = CodecOptions[dict[str, Any]](tz_aware=True, tzinfo=UTC)

TOO_LARGE = (10334, 17419)
"""What a store answers where a document would be larger than it takes (BSONObjectTooLarge; after an update)."""

WATCHED = timedelta(minutes=10)
"""How long hints leave for who watches; once half of it is over, whoever still does says so again."""


class Aggregates:
    """The aggregates of one collection. `service` names the `source` of the events they emit.

    Every guard is on exactly `_id`, town and version, which one index serves: the embedded store would otherwise look
    at every document (a MongoDB takes the one of `_id` and needs no more).
    """

    def __init__(
        self, collection: Collection[dict[str, Any]], *, relay: Relay, service: str, clock: Callable[[], datetime]
    ) -> None:
        self.collection = collection
        self._relay = relay
        self._service = service
        self._clock = clock
        self._recalled = Recalled()
        collection.create_index([("_id", ASCENDING), ("town", ASCENDING), ("version", ASCENDING)], name="guard")
        relay.watch(collection)

    def create(
        self, id: str, body: dict[str, Any], *, town: str, events: Sequence[Event] = (), cause: Cause | None = None
    ) -> Stored | None:
        """Insert a new aggregate with the events it causes. None where the id exists: read it, and `admit` the cause.

        Gives it back as it would be read (times to the millisecond), so that the first answer equals every later one.
        Raises pymongo's DuplicateKeyError for a unique index other than `_id`.
        """
        entries, hints, emitted = self._entries(id, town, events, version=1, emitted=0, watched=False)
        document = {
            "_id": id,
            "town": town,
            "version": 1,
            **body,
            "emitted": emitted,
            "outbox": entries,
            "inbox": [remembered(cause)] if cause else [],
            "heard": heard_after({}, cause),
        }
        if entries:
            document["outbox_since"] = self._clock()
        try:
            self.collection.insert_one(document)
        except DuplicateKeyError:
            if self.collection.find_one({"_id": id}, {"_id": 1}):  # perhaps our own insert, retried by the driver
                self._recalled.meet(id)
                return None
            raise
        self._relay.relay(self.collection, document)
        if any(event.EPHEMERAL for event in events):
            self._relay.hint(hints)
        return self._recalled.keep(self.stored(bson.decode(bson.encode(document), _AS_READ)))

    def load(self, id: str, *, town: str) -> Stored | None:
        """The aggregate of that id, if it is that town's."""
        document = self.collection.find_one({"_id": id, "town": town})
        return self.stored(document) if document else None

    @staticmethod
    def stored(document: dict[str, Any]) -> Stored:
        """An aggregate from a document that the service found by a query of its own."""
        return Stored.read(document)

    def hear(self, id: str, cause: Cause, hearing: Hearing, *, mostly_new: bool = False) -> Stored | None:
        """The aggregate of that id in the town of an event that may still act on it; None where there is none.

        Perhaps as this process saved it last: the guard of `change` finds out what another has changed since, and only
        what the store holds can turn an event away. Raises what `admit` raises.

        Where they are `mostly_new`, and nothing may come of an event before its aggregate is created, None is a guess:
        `create` finds out, and then this looks.
        """
        kept = self._recalled.get(id)
        if kept is not None and kept.town == cause.town:
            try:
                self.admit(kept, cause, hearing)
            except (AlreadyHandled, TryLater, Unacceptable):
                self._recalled.forget(id)
            else:
                return kept
        elif mostly_new and not self._recalled.was_met(id):
            return None
        stored = self.load(id, town=cause.town)
        if stored is not None:
            self.admit(stored, cause, hearing)
        return stored

    def admit(self, stored: Stored, cause: Cause, hearing: Hearing) -> None:
        """Whether an event may still act on the aggregate.

        Raises AlreadyHandled for one that has acted (and publishes what a crash left behind) or was overtaken, Emptied
        for one that finds an emptied aggregate; Unacceptable for a known id with another body; TryLater for a gap.
        """
        acted = {seen["id"]: seen["digest"] for seen in stored.inbox}
        if stored.emptied and cause.event_id not in acted:
            raise Emptied(cause.event_id)
        try:
            admit(cause, hearing, acted=acted, heard=stored.heard)
        except AlreadyHandled:
            self._relay.relay(self.collection, outbox_of(stored))
            raise

    def change(
        self, stored: Stored, body: dict[str, Any], *, events: Sequence[Event] = (), cause: Cause | None = None
    ) -> Stored:
        """Set the keys of `body`, append the events, remember the cause: one update, then publish at once.

        Raises ConcurrentChange where somebody else changed it since it was read, and Unacceptable (`not-writable`)
        where the store does not take it: a document has an end.
        """
        return self._change(stored, body, events=events, cause=cause, watch=stored.watch)

    def watch(self, stored: Stored) -> Stored:
        """Have hints leave at each change from now on, whichever process makes it: elsewhere nobody is hinted to.

        The version moves, so that nobody who read it before can change it without knowing. Raises ConcurrentChange.
        """
        now = self._clock()
        if stored.watch.lasts(now + WATCHED / 2):
            return stored
        watch = Watch(until=(now + WATCHED).replace(microsecond=0), noted=stored.watch.noted + 1)
        return self._change(stored, {}, watch=watch)

    def _change(
        self,
        stored: Stored,
        body: dict[str, Any],
        *,
        events: Sequence[Event] = (),
        cause: Cause | None = None,
        watch: Watch,
    ) -> Stored:
        version = stored.version + 1
        entries, hints, emitted = self._entries(
            stored.id,
            stored.town,
            events,
            version=version,
            emitted=stored.emitted,
            watched=watch.lasts(self._clock()),
        )
        guard: dict[str, Any] = {"_id": stored.id, "town": stored.town, "version": stored.version}
        outbox = [*self._relay.waiting(stored.outbox), *entries]
        changed: dict[str, Any] = {**body, "version": version, "emitted": emitted, "outbox": outbox}
        update: dict[str, Any] = {"$set": changed}
        if outbox:
            changed["outbox_since"] = self._clock()
        else:
            update["$unset"] = {"outbox_since": ""}
        heard = heard_after(stored.heard, cause)
        if watch != stored.watch:
            changed["watch"] = asdict(watch)
        if cause:
            changed["heard"] = heard
            update["$push"] = {"inbox": remembered(cause)}
        self._recalled.forget(stored.id)
        if not self._is_written(guard, update):
            raise ConcurrentChange(stored.id)
        after = Stored(
            id=stored.id,
            town=stored.town,
            version=version,
            body={**stored.body, **bson.decode(bson.encode(body), _AS_READ)},
            emitted=emitted,
            outbox=outbox,
            inbox=[*stored.inbox, *([remembered(cause)] if cause else [])],
            heard=heard,
            watch=watch,
            emptied=stored.emptied,
        )
        self._relay.relay(self.collection, outbox_of(after))
        if any(event.EPHEMERAL for event in events):
            self._relay.hint(hints)
        return self._recalled.keep(after)

    def empty(self, stored: Stored, *, state: str, unique: Sequence[str] = ()) -> bool:
        """Retention: leave a tombstone in the document's place, which acknowledges whatever still comes (`admit`).

        It holds id, town, version, how many events it has said, `state` and when it was emptied; and in each field of
        `unique` its own id, so that tombstones are no duplicates of each other in a unique index. False where the
        aggregate has events to publish, was emptied before or changed since it was read: the next look finds it as it
        is then.

        Removed and put anew in one transaction: of what is merely overwritten the embedded store keeps the unique keys.
        """
        if stored.emptied or stored.outbox:
            return False
        self._recalled.forget(stored.id)
        guard = {"_id": stored.id, "town": stored.town, "version": stored.version}
        tombstone = {**guard, "version": stored.version + 1, "emitted": stored.emitted, "state": state}
        tombstone |= {"emptied_at": self._clock(), **dict.fromkeys(unique, stored.id)}

        def exchange(session: ClientSession) -> bool:
            if not self.collection.delete_one(guard, session=session).deleted_count:
                return False
            self.collection.insert_one(tombstone, session=session)
            return True

        with self.collection.database.client.start_session() as session:
            return session.with_transaction(exchange)

    def _is_written(self, guard: dict[str, Any], update: dict[str, Any]) -> bool:
        try:
            return bool(self.collection.update_one(guard, update).modified_count)
        except (DocumentTooLarge, WriteError) as error:
            if isinstance(error, WriteError) and error.code not in TOO_LARGE:
                raise
            raise Unacceptable("not-writable", f"{guard['_id']}: {type(error).__name__}") from error

    def _entries(
        self, id: str, town: str, events: Sequence[Event], *, version: int, emitted: int, watched: bool
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]], int]:
        """Outbox entries; hints for live pages, which are neither kept nor counted, where there are such pages; and the
        count of events so far.
        """
        entries: list[dict[str, Any]] = []
        hints: list[dict[str, Any]] = []
        for event in events:
            if event.EPHEMERAL and not watched:
                continue
            sequence = emitted if event.EPHEMERAL else emitted + 1
            emitted = sequence
            fact = event.TYPE.split(".")[-2]
            envelope = Envelope(
                id=f"{id}:{fact}:{f'v{version}' if event.EPHEMERAL else sequence}",
                type=event.TYPE,
                source=source_of(town, self._service),
                subject=event.subject,
                time=self._clock(),
                data=dump(event),
                sequence=sequence,
                traceparent=current_traceparent(),
                requestid=request_ids.current(),
            )
            (hints if event.EPHEMERAL else entries).append(entry_of(envelope, ephemeral=event.EPHEMERAL))
        return entries, hints, emitted
