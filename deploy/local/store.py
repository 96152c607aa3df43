"""The store of a deployment, whether it runs or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient

from deploy.local.embedded.part import Running
from deploy.local.embedded.ports import Claims
from deploy.local.embedded.store import unpack
from deploy.local.stack import Stack
from services.chassis.database import connect


@contextmanager
def store_of(stack: Stack, *, down: bool, mark: str | None = None) -> Iterator[MongoClient[dict[str, Any]]]:
    """A client of the store; an embedded one that is down runs as long as this takes."""
    if stack.is_embedded("store") and down:
        if stack.profile == "demo":
            unpack(stack.opt)  # in a new folder, as `loket up` does
        with Claims() as claims:
            stack.choose_ports(claims)  # another deployment may be on the usual ones
            with Running(stack.store(), mark=mark), connect(stack.mongo_uri, appname="loket") as client:
                yield client
    else:
        with connect(stack.mongo_uri, appname="loket") as client:
            yield client
