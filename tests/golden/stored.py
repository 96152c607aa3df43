"""The last version's documents and indexes, put into a store."""

import json
from pathlib import Path
from typing import Any

from bson import json_util
from pymongo import MongoClient

FOLDER = Path(__file__).with_name("0_1")
NEWER = Path(__file__).with_name("0_9")
READ = json_util.JSONOptions(tz_aware=True)


def documents(name: str) -> list[dict[str, Any]]:
    """Those of one collection, `intake.applications`."""
    found: list[dict[str, Any]] = json_util.loads(
        (FOLDER / f"{name}.json").read_text(encoding="utf-8"), json_options=READ
    )
    return found


def put_newer(client: MongoClient[dict[str, Any]], prefix: str) -> list[dict[str, Any]]:
    """Applications and extracts as version 0.9 left them on their road; the applications."""
    for path in NEWER.glob("*.*.json"):
        service, _, collection = path.stem.partition(".")
        kept = json_util.loads(path.read_text(encoding="utf-8"), json_options=READ)
        client[f"{prefix}_{service}"][collection].insert_many(kept)
    return list(client[f"{prefix}_intake"]["applications"].find())


def put(client: MongoClient[dict[str, Any]], prefix: str) -> None:
    """As the last version left its databases."""
    for name, indexes in json.loads((FOLDER / "indexes.json").read_text(encoding="utf-8")).items():
        service, _, collection = name.partition(".")
        for index, options in indexes.items():
            keys = [tuple(key) for key in options.pop("key")]
            client[f"{prefix}_{service}"][collection].create_index(keys, name=index, **options)
    for path in FOLDER.glob("*.*.json"):
        service, _, collection = path.stem.partition(".")
        client[f"{prefix}_{service}"][collection].insert_many(documents(path.stem))
