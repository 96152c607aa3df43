"""What waits for people: extracts that the register contradicts, or that cannot be asked for again."""

from pymongo.errors import PyMongoError

from deploy.local.stack import Stack
from services.chassis.database import connect
from services.registry.store import held


def held_extracts(stack: Stack) -> dict[str, dict[str, int]] | None:
    """How many, by town (REFNIS code) and what is to be mended. None where the store does not answer."""
    try:
        with connect(stack.mongo_uri, appname="loket") as client:
            database = client[f"{stack.database}_registry"]
            by_town = {town: held(database, town=town) for town in stack.towns()}
    except PyMongoError:
        return None
    return {town: kinds for town, kinds in by_town.items() if kinds}
