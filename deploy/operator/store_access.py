"""The databases of a deployment as a backup reads them and a restoring writes them, while nothing else does."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.codec_options import CodecOptions
from bson.raw_bson import RawBSONDocument
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.database import Database

from deploy.broker.queues import Queues
from deploy.local.control import Control
from deploy.local.leftovers import end_orphans
from deploy.local.stack import Stack
from services.contracts.topology import SERVICES

LAST = ("files.files", "files.chunks")
"""Collections that are read after the others of their database, in this order."""

_RAW: CodecOptions[RawBSONDocument] = CodecOptions(document_class=RawBSONDocument)


class Refused(Exception):
    """It cannot be done as things are, and nothing was changed; the text says the mend."""


def raw(database: Database[dict[str, Any]], name: str) -> Collection[RawBSONDocument]:
    """A collection whose documents are not looked into."""
    return Collection(database, name, codec_options=_RAW)  # type: ignore[arg-type]


def databases_of(stack: Stack, client: MongoClient[dict[str, Any]]) -> dict[str, Database[dict[str, Any]]]:
    """In the order in which they are kept: what causes before what it causes (backing_up.py)."""
    return {service: client[f"{stack.database}_{service}"] for service in SERVICES}


def collections_of(database: Database[dict[str, Any]]) -> list[str]:
    """In the order in which they are read."""
    names = sorted(name for name in database.list_collection_names() if not name.startswith("system."))
    return [*(name for name in names if name not in LAST), *(name for name in LAST if name in names)]


def indexes_of(database: Database[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    """Those that are not made by themselves."""
    return [dict(index) for index in database[name].list_indexes() if index["name"] != "_id_"]


@contextmanager
def nothing_runs(stack: Stack, *, sure: bool) -> Iterator[None]:
    """No service works on the store, and none is started here meanwhile. Raises Refused."""
    if Control(stack).is_running():
        raise Refused("this deployment runs; `loket down` first")
    if not stack.is_embedded("broker") and not sure:
        queues = Queues(stack.amqp_uri)
        if queues.broker_version is None:
            raise Refused(
                "the broker does not answer, so nobody can tell whether a service runs; make sure that none does, then "
                "say --services-are-down"
            )
        heard = [each["name"] for name in SERVICES for each in queues.of_service(name) if each["consumers"]]
        if heard:
            raise Refused(f"services run: somebody listens at {', '.join(heard)}; end all services first")
    stack.run.mkdir(parents=True, exist_ok=True)
    stack.run.chmod(0o700)
    with (stack.run / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused("this deployment is being started; `loket down` first") from None
        end_orphans(stack, lambda _: None)  # of a restoring that was killed: its store still holds the data
        yield
