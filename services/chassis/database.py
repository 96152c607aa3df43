"""One way to the store: what is acknowledged is journalled by a majority, and what is read was, whatever the URI says.

An operator's URI names servers, names and secrets. Guarantees do not hang on its options: those here go before them.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.errors import PyMongoError

SELECT_MS = 5_000
"""How long a server is looked for before an operation fails as «the store is away»."""

CONNECT_MS = 5_000
SOCKET_MS = 20_000
WRITE_MS = 10_000
"""How long a majority may take to acknowledge; a write in doubt is tried again, and is idempotent."""


def connect(uri: str, *, appname: str) -> MongoClient[dict[str, Any]]:
    """A client that connects when it is first used. Raises pymongo's ConfigurationError for an unusable URI."""
    return MongoClient(
        uri,
        appname=appname,
        tz_aware=True,
        w="majority",
        journal=True,
        wTimeoutMS=WRITE_MS,
        readConcernLevel="majority",
        readPreference="primary",
        maxStalenessSeconds=-1,
        retryWrites=True,
        retryReads=True,
        serverSelectionTimeoutMS=SELECT_MS,
        connectTimeoutMS=CONNECT_MS,
        socketTimeoutMS=SOCKET_MS,
        connect=False,
    )


def address(uri: str) -> str:
    """An address that can be used, as it is. Raises ValueError, which repeats nothing of it."""
    try:
        connect(uri, appname="loket").close()
    except (PyMongoError, ValueError) as error:
        raise ValueError(f"{type(error).__name__}: not mongodb://host[,host…][:port]/[?options]") from None
    return uri
