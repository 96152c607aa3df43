"""Fills a measured stack's store: what some real applications left there, many times over.

Every document that an application leaves is copied in every collection, GridFS' files and chunks with them, as large as
it is. What tells one application from another (ids, digests, pseudonyms: hexadecimal; numbers and codes: whatever a
unique index holds) becomes another in each copy, the same everywhere, so that references lead to the copies.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from bson import ObjectId
from pymongo.collection import Collection
from pymongo.database import Database

from deploy.local.embedded.part import PartError

Document = dict[str, Any]

_ID = re.compile(r"[0-9a-f]{16,}")
LONGEST = 300
"""Characters: longer texts are locked contents, in which nothing is to be found."""

BATCH = 50
TRIES = 100


def counts(databases: Sequence[Database[Document]]) -> dict[str, int]:
    """Full name of each collection to how many documents it has."""
    found = [database[name] for database in databases for name in database.list_collection_names()]
    return {each.full_name: each.count_documents({}) for each in found}


def multiply(
    databases: Sequence[Database[Document]], known: dict[str, int], *, times: int, told: Callable[[], None]
) -> None:
    """Writes each document of the collections that have grown since `known` once more, `times` times.

    Raises PartError for a collection whose documents cannot be told apart.
    """
    grown = [
        _Copies(database[name])
        for database in databases
        for name in database.list_collection_names()
        if database[name].count_documents({}) > known.get(database[name].full_name, 0)
    ]
    for copy in range(1, times + 1):
        for each in grown:
            each.write(copy)
        told()


class _Copies:
    """The documents that a collection holds now, and their copies."""

    def __init__(self, collection: Collection[Document]) -> None:
        self._collection = collection
        self._ids = [document["_id"] for document in collection.find({}, {"_id": 1})]
        keys = [index["key"] for index in collection.index_information().values() if index.get("unique")]
        self._unique = [tuple(name for name, _ in key) for key in keys]
        self._taken: dict[str, set[Any]] = {}

    def write(self, copy: int) -> None:
        """Once more, in batches: a file's chunk is large."""
        ids = iter(self._ids)
        while batch := list(islice(ids, BATCH)):
            found = self._collection.find({"_id": {"$in": batch}})
            self._collection.insert_many([self._copied(document, copy) for document in found], ordered=False)

    def _copied(self, document: Document, copy: int) -> Document:
        made: Document = another(document, copy)
        for names in (("_id",), *self._unique):
            if all(made.get(name) == document.get(name) for name in names) and any(name in document for name in names):
                self._tell_apart(made, names, copy)
        return made

    def _tell_apart(self, made: Document, names: tuple[str, ...], copy: int) -> None:
        """By the last of a unique index' fields that is a text: the town, which is most often its first, stays."""
        name = next((each for each in reversed(names) if isinstance(made.get(each), str)), None)
        if name is None:
            raise PartError(f"{self._collection.full_name} cannot be filled: its {', '.join(names)} is no text")
        taken = self._taken.setdefault(name, set())
        tries = (like(made[name], f"{copy}.{each}") for each in range(TRIES))
        made[name] = next(each for each in tries if each not in taken)
        taken.add(made[name])


def another(value: Any, copy: int) -> Any:
    """The same with every id in it another; equal ids become equal ones."""
    if isinstance(value, dict):
        return {key: another(each, copy) for key, each in value.items()}
    if isinstance(value, list):
        return [another(each, copy) for each in value]
    if isinstance(value, ObjectId):
        return ObjectId(sha256(f"{copy}{value}".encode()).digest()[:12])
    if isinstance(value, str) and len(value) <= LONGEST:
        return _ID.sub(lambda found: _hex(found[0], copy), value)
    return value


def like(text: str, seed: str) -> str:
    """Another text of the same shape: digits for digits and letters for letters."""
    return "".join(_letters(text, sha256(f"{seed}{text}".encode()).digest()))


def _letters(text: str, random: bytes) -> Iterator[str]:
    for place, letter in enumerate(text):
        number = random[place % len(random)]
        if letter.isdigit():
            yield str(number % 10)
        elif letter.isalpha():
            yield chr(ord("A" if letter.isupper() else "a") + number % 26)
        else:
            yield letter


def _hex(text: str, copy: int) -> str:
    digest = sha256(f"{copy}{text}".encode()).hexdigest()
    return (digest * (len(text) // len(digest) + 1))[: len(text)]
