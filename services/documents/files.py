"""Sealed files in GridFS, each under its SHA-256.

A sealed file is one piece, written with two commands as GridFS lays it out
(https://github.com/mongodb/specifications/blob/master/source/gridfs/gridfs-spec.md). pymongo's own writing makes sure
of the indexes and looks for earlier pieces first, at every file; the embedded store looks at all pieces to find none.

Certificates share a file where an authority gives the same bytes twice, in whichever towns. It is deleted when none
names it any more, nor is about to: who puts it again dates it anew, and only what is as it was read is deleted.
"""

import hashlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from bson import ObjectId
from gridfs import GridFS
from gridfs.errors import GridFSError, NoFile
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.chassis.crash import crash_point
from services.chassis.retention import AT_ONCE, EVER
from services.contracts.delivery import Unacceptable

LARGEST_FILE = 12 * 1024 * 1024
"""Bytes; a document of MongoDB holds 16 MB."""

LOOK_BACK = timedelta(days=14)
"""How far back orphans are looked for, so that a look does not grow with the archive."""

IN_USE = timedelta(hours=1)
"""How long a file that was put again is not deleted: a certificate is about to name it."""


class SealedFiles:
    """The files of one database, by their SHA-256 in hexadecimal digits."""

    def __init__(self, database: Database[dict[str, Any]]) -> None:
        self._files = GridFS(database, collection="files")
        self._documents = database["files.files"]
        self._pieces = database["files.chunks"]
        self._documents.create_index([("uploadDate", 1)])
        self._pieces.create_index([("files_id", 1), ("n", 1)], unique=True)

    def put(self, content: bytes, sha256: str) -> None:
        """Keep a file. Raises Unacceptable for one that is larger than LARGEST_FILE."""
        if len(content) > LARGEST_FILE:
            raise Unacceptable("file-too-large", str(len(content)))
        try:
            self._insert(content, sha256)
        except DuplicateKeyError:
            self._put_again(content, sha256)

    def get(self, sha256: str) -> bytes | None:
        """The file, None where there is none. Raises Unacceptable where the store holds other bytes than were put."""
        try:
            content: bytes = self._files.get(sha256).read()
        except NoFile:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Unacceptable("file-damaged", sha256)
        return content

    def delete(self, sha256: str, *, is_named: Callable[[str], bool], before: datetime) -> bool:
        """False where something names it, or where it was put again: within IN_USE, or just now. Pieces without a file
        are deleted where they are older than `before`: the others may be about to have one.
        """
        pieces = self._pieces_of(sha256)
        kept = self._documents.find_one({"_id": sha256})
        if is_named(sha256):
            return False
        if kept is None:
            pieces = [each for each in pieces if each.generation_time < before]
        elif not self._delete_as_read(kept):
            return False
        self._pieces.delete_many({"_id": {"$in": pieces}})
        return True

    def orphans(self, *, before: datetime, is_named: Callable[[str], bool]) -> list[str]:
        """Files put in the last LOOK_BACK that nothing names, and those of which a crash left only a piece."""
        within = {"$lt": before, "$gte": before - LOOK_BACK}
        ids = {"$lt": ObjectId.from_datetime(before), "$gte": ObjectId.from_datetime(before - LOOK_BACK)}
        return [
            *_unnamed(self._documents.find({"uploadDate": within}, {"_id": 1}), is_named),
            *self._cut_short(self._pieces.find({"_id": ids, "n": 0}, {"files_id": 1})),
        ]

    def leftovers(self, *, before: datetime, is_named: Callable[[str], bool]) -> list[str]:
        """The same of some of all that are older than that, the oldest first."""
        old = self._documents.find({"uploadDate": {"$lt": before}}, {"_id": 1}).sort("uploadDate", 1)
        pieces = self._pieces.find({"_id": {"$lt": ObjectId.from_datetime(before)}}, {"files_id": 1}).sort("_id", 1)
        return [*_unnamed(old.limit(AT_ONCE), is_named), *self._cut_short(pieces.limit(AT_ONCE))]

    def _cut_short(self, pieces: Iterable[dict[str, Any]]) -> list[str]:
        ids = {piece["files_id"] for piece in pieces}
        return [each for each in ids if not self._documents.find_one({"_id": each}, {"_id": 1})]

    def _delete_as_read(self, kept: dict[str, Any]) -> bool:
        if kept.get("again", EVER) > datetime.now(UTC) - IN_USE:
            return False
        as_read = {"_id": kept["_id"], "uploadDate": kept["uploadDate"]}
        return self._documents.delete_one(as_read).deleted_count == 1

    def _put_again(self, content: bytes, sha256: str) -> None:
        """The same bytes, of another certificate or from a write that was sent twice or cut short: whole after this,
        and what was whole is never away.
        """
        about = _about(content)
        again = {"uploadDate": about["uploadDate"], "again": about["uploadDate"]}
        if (
            self._is_whole(content, sha256)
            and self._documents.update_one({"_id": sha256}, {"$set": again}).matched_count
        ):
            return
        if not self._is_being_put(content, sha256):
            self._pieces.delete_many({"_id": {"$in": self._pieces_of(sha256)}})
            with suppress(DuplicateKeyError):  # another put them since, and they are the same bytes
                self._pieces.insert_one({"files_id": sha256, "n": 0, "data": content})
        self._documents.update_one({"_id": sha256}, {"$set": {**about, **again}}, upsert=True)

    def _is_whole(self, content: bytes, sha256: str) -> bool:
        try:
            return bool(self._files.get(sha256).read() == content)
        except GridFSError:
            return False

    def _is_being_put(self, content: bytes, sha256: str) -> bool:
        """A piece so young that nobody deletes it, whose file another is about to insert."""
        piece = self._pieces.find_one({"files_id": sha256, "n": 0}) or {"data": None}
        return bool(piece["data"] == content) and piece["_id"].generation_time > datetime.now(UTC) - IN_USE / 2

    def _pieces_of(self, sha256: str) -> list[ObjectId]:
        return [piece["_id"] for piece in self._pieces.find({"files_id": sha256}, {"_id": 1})]

    def _insert(self, content: bytes, sha256: str) -> None:
        """The piece first: a file whose document is there is whole."""
        self._pieces.insert_one({"files_id": sha256, "n": 0, "data": content})
        crash_point("documents.piece-stored")
        self._documents.insert_one({"_id": sha256, **_about(content)})


def _about(content: bytes) -> dict[str, Any]:
    """Dated as an ObjectId is, so that the sweeper counts both from one clock."""
    return {"length": len(content), "chunkSize": LARGEST_FILE, "uploadDate": datetime.now(UTC)}


def _unnamed(documents: Iterable[dict[str, Any]], is_named: Callable[[str], bool]) -> list[str]:
    return [each["_id"] for each in documents if not is_named(each["_id"])]
