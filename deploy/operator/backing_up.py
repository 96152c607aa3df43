"""Backup and restoring of one deployment's store, over the driver: the embedded one and a MongoDB alike.

A backup is taken while everything runs. Each aggregate is one document, and so whole. Between them what causes is read
before what it causes: intake first, the files of certificates last. So what is read later knows at least what the
earlier one knew, and after a restoring intake asks all it waits for anew (services/intake: resume_restored). Within a
service collections are read by name: events for departments before the deliveries that were made of them, so that what
a webhook took is known to be taken.

The gateway's database is no part of it: a session that was ended may not come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from deploy.local.control import Control
from deploy.local.leftovers import mark_of
from deploy.local.stack import Stack
from deploy.local.store import store_of
from deploy.operator import backup_file
from deploy.operator.backup_file import Header, Reader, Unusable
from deploy.operator.peppers import OtherPeppers, checks_in, compare
from deploy.operator.store_access import Refused, collections_of, databases_of, indexes_of, nothing_runs, raw
from services.chassis.restorations import is_under_way, lost_times, mark_restored, mark_under_way, pass_over
from services.contracts.restoring import LostTime
from services.contracts.version import VERSION
from services.notify.feed import numbering

AGGREGATES = {
    "intake": "applications",
    "registry": "extracts",
    "documents": "certificates",
    "notify": "correspondences",
}
"""In which collection each service keeps those about its applications."""

BESIDE = (("intake", "towns"), ("registry", "rechecks"), ("documents", "rechecks"))
"""Services and collections with others, of which nobody hears every event."""


CLOCKS_DIFFER = timedelta(seconds=5)
"""By so much at most: of what was said shortly before a backup nobody can tell whether it is in it."""

_ROUNDED = timedelta(milliseconds=2)
"""The store keeps times to the millisecond."""

_BATCH_DOCUMENTS, _BATCH_BYTES = 1000, 8 * 1024 * 1024
_INDEX_OPTIONS = ("unique", "sparse", "expireAfterSeconds", "partialFilterExpression")

Progress = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Done:
    """How many documents were kept or put back; `lost` of what time no record is left."""

    documents: int
    lost: LostTime | None = None


def back_up(stack: Stack, path: Path, *, now: Callable[[], datetime], progress: Progress = lambda _: None) -> Done:
    """Keep all that the services' databases hold in a new file.

    Raises Refused, PartError, pymongo's PyMongoError and OSError.
    """
    try:
        with store_of(stack, down=not Control(stack).is_running()) as client:
            databases = databases_of(stack, client)
            _refuse_half(databases)
            header = Header(loket=VERSION, taken_at=now())
            with backup_file.writing(path, header) as writer:
                for service, database in databases.items():
                    for name in collections_of(database):
                        progress(f"{service}.{name}")
                        writer.collection(f"{service}.{name}", indexes_of(database, name))
                        for document in raw(database, name).find().sort("_id", 1):
                            writer.document(document)
    except FileExistsError as error:
        raise Refused(f"{error.filename or error.args[0]} exists; give another name, or take it away") from None
    return Done(documents=writer.documents)


def restore(
    stack: Stack, path: Path, *, now: Callable[[], datetime], sure: bool = False, progress: Progress = lambda _: None
) -> Done:
    """Put a backup into this deployment, which must be down and empty; or go on where that was interrupted.

    `sure`: somebody else knows that no service runs, though the broker cannot be asked. The file is checked to its end
    before anything is changed. Raises Refused, Unusable, PartError, pymongo's PyMongoError and OSError.
    """
    with (
        path.open("rb") as file,
        nothing_runs(stack, sure=sure),
        store_of(stack, down=True, mark=mark_of(stack)) as client,
    ):
        reader = Reader(file)
        header = reader.check()
        if header.loket != VERSION:
            raise Refused(
                f"{path} was written by Loket {header.loket}, and this is {VERSION}: restore it with that "
                "version, then upgrade"
            )
        databases = databases_of(stack, client)
        _refuse_done(path, header, databases)
        _refuse_full(stack, client, databases)
        _compare_peppers(stack, checks_in(reader.frames()))
        until = now()
        for database in databases.values():
            client.drop_database(database.name)
            mark_under_way(database)
        documents = _put(reader, databases, progress)
        return Done(documents=documents, lost=_settle(stack, client, databases, since=header.taken_at, until=until))


def settle_restored(stack: Stack, *, taken_at: datetime, now: Callable[[], datetime], sure: bool = False) -> Done:
    """After somebody else's means (mongorestore, a snapshot) put the store back as it was at `taken_at`: all that
    `restore` does besides. Raises as restore does.
    """
    until = now()
    if taken_at >= until:
        raise Refused(f"{taken_at.isoformat()} is not past; say when the backup was taken")
    with nothing_runs(stack, sure=sure), store_of(stack, down=True, mark=mark_of(stack)) as client:
        databases = databases_of(stack, client)
        if missing := _without_certificate(databases):
            raise Refused(
                f"{missing} applications name certificates that are not there: documents was kept at an earlier moment "
                "than intake; take a dump of one moment (mongodump --oplog)"
            )
        kept = {service: database["peppers"].find_one({"_id": "pepper"}) for service, database in databases.items()}
        _compare_peppers(stack, {service: str(each["check"]) for service, each in kept.items() if each})
        for database in databases.values():
            mark_under_way(database)
        return Done(documents=0, lost=_settle(stack, client, databases, since=taken_at, until=until))


def _settle(
    stack: Stack,
    client: MongoClient[dict[str, Any]],
    databases: dict[str, Database[dict[str, Any]]],
    *,
    since: datetime,
    until: datetime,
) -> LostTime:
    client.drop_database(f"{stack.database}_gateway")  # who signed out stays signed out
    pass_over(
        {service: databases[service][name] for service, name in AGGREGATES.items()},
        beside=[databases[service][name] for service, name in BESIDE],
    )
    numbering.pass_over(databases["notify"])
    lost = LostTime(since=since - CLOCKS_DIFFER, until=until)
    for database in reversed(databases.values()):  # intake last: before all is whole, nothing is filed
        mark_restored(database, lost)
    return lost


def _put(reader: Reader, databases: dict[str, Database[dict[str, Any]]], progress: Progress) -> int:
    count, size = 0, 0
    batch: list[RawBSONDocument] = []
    target: Collection[RawBSONDocument] | None = None
    for letter, content in reader.frames():
        full = len(batch) >= _BATCH_DOCUMENTS or size >= _BATCH_BYTES
        if target is not None and batch and (letter != b"D" or full):
            target.insert_many(batch, ordered=False)
            count, batch, size = count + len(batch), [], 0
        if letter == b"C":
            told = backup_file.decode(content)
            progress(told["name"])
            target = _made(databases, told)
        elif letter == b"D":
            batch.append(RawBSONDocument(content))
            size += len(content)
    return count


def _made(databases: dict[str, Database[dict[str, Any]]], told: dict[str, Any]) -> Collection[RawBSONDocument]:
    service, _, name = told["name"].partition(".")
    if service not in databases:
        raise Unusable(f"it holds a part that this version does not know, {service[:40]}")
    for index in told["indexes"]:
        options = {option: index[option] for option in _INDEX_OPTIONS if option in index}
        databases[service][name].create_index(list(index["key"].items()), name=index["name"], **options)
    return raw(databases[service], name)


def _refuse_half(databases: dict[str, Database[dict[str, Any]]]) -> None:
    if any(map(is_under_way, databases.values())):
        raise Refused("a restore was interrupted here; run `loket restore` again first")


def _refuse_done(path: Path, header: Header, databases: dict[str, Database[dict[str, Any]]]) -> None:
    """Who was killed after the last write could not say that all is done; a restoring is written of at its end."""
    if any(map(is_under_way, databases.values())):
        return
    for lost in lost_times(databases["intake"]):  # the last that is marked
        if abs(lost.since + CLOCKS_DIFFER - header.taken_at) < _ROUNDED:
            raise Refused(
                f"{path} was put back here to its end ({lost.until:%Y-%m-%d %H:%M:%S} UTC), and nothing is left to do: "
                "start the services; to put it back once more, name an empty store or another LOKET_DATABASE"
            )


def _refuse_full(
    stack: Stack, client: MongoClient[dict[str, Any]], databases: dict[str, Database[dict[str, Any]]]
) -> None:
    if any(map(is_under_way, databases.values())):
        return  # what is there is ours, from a time that was interrupted
    for database in databases.values():
        for name in collections_of(database):
            if database[name].find_one({}, {"_id": 1}):
                raise Refused(
                    f"the store is not empty: {database.name}.{name} holds something; restore into an empty store, or "
                    "under another LOKET_DATABASE"
                )
    if client[f"{stack.database}_gateway"]["sessions"].find_one({}, {"_id": 1}):
        raise Refused(f"the store is not empty: {stack.database}_gateway.sessions holds something; drop that database")


def _compare_peppers(stack: Stack, kept: dict[str, str]) -> None:
    try:
        compare(stack, kept)
    except OtherPeppers as error:
        raise Refused(str(error)) from None


def _without_certificate(databases: dict[str, Database[dict[str, Any]]]) -> int:
    named = databases["intake"]["applications"].find({"certificate_id": {"$ne": None}}, {"certificate_id": 1})
    known = databases["documents"]["certificates"]
    ids = (each["certificate_id"] for each in named if "certificate_id" in each)
    return sum(1 for id in ids if not known.find_one({"certificate_id": id, "issued_at": {"$ne": None}}, {"_id": 1}))


def utc_now() -> datetime:
    """The time."""
    return datetime.now(UTC)
