"""The gateway's own database: which sessions stand, and what is counted. No personal fact is in it.

A page that anybody may open must do without it: it may be away.
"""

from typing import Any

from pymongo import MongoClient
from pymongo.database import Database

from gateway.settings import GatewaySettings
from services.chassis.database import connect

_clients: dict[str, MongoClient[dict[str, Any]]] = {}


def gateway_database(settings: GatewaySettings) -> Database[dict[str, Any]]:
    """`<prefix>_gateway`, by the one client of this process. No operation has been sent yet: each may fail with
    pymongo's PyMongoError while the store is away. Raises ConfigurationError for an unusable LOKET_MONGO_URI.
    """
    uri = settings.mongo_uri
    if uri not in _clients:
        _clients[uri] = connect(uri, appname="loket-gateway")
    return _clients[uri][f"{settings.database}_gateway"]
