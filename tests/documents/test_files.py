"""Sealed files, in the real store."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from gridfs import GridFS
from pymongo import MongoClient
from pymongo.database import Database

from services.contracts.delivery import Unacceptable
from services.documents.files import LARGEST_FILE, SealedFiles
from tests.listening import Listening

PDF = b"%PDF- sealed"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
SHA256 = hashlib.sha256(PDF).hexdigest()


@pytest.fixture
def files(database: Database[dict[str, Any]]) -> SealedFiles:
    return SealedFiles(database)


def test_a_file_is_kept_with_two_commands(mongo_uri: str, database: Database[dict[str, Any]]) -> None:
    """And no look at those that are kept already."""
    listening = Listening()
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        files = SealedFiles(client[database.name])
        listening.sent.clear()

        files.put(PDF, SHA256)

        assert listening.sent == ["insert", "insert"]


def test_gridfs_itself_reads_it(files: SealedFiles, database: Database[dict[str, Any]]) -> None:
    """So did the last version, which may run beside this one."""
    large = b"%PDF-" + bytes(3_000_000)
    files.put(large, "large")

    found = GridFS(database, collection="files").get("large")

    assert (found.length, found.read()) == (len(large), large)


def test_a_file_that_gridfs_wrote_in_pieces_is_read_and_deleted(
    files: SealedFiles, database: Database[dict[str, Any]]
) -> None:
    large = b"%PDF-" + bytes(900_000)
    sha256 = hashlib.sha256(large).hexdigest()
    GridFS(database, collection="files").put(large, _id=sha256)

    assert files.get(sha256) == large
    files.delete(sha256, is_named=lambda _sha256: False, before=LONG_AGO)
    assert files.get(sha256) is None
    assert database["files.chunks"].count_documents({}) == 0


@pytest.mark.parametrize("before", [b"cut sho", PDF, b"x" * 900_000])
def test_the_same_file_put_twice_is_whole(
    files: SealedFiles, database: Database[dict[str, Any]], before: bytes
) -> None:
    GridFS(database, collection="files").put(before, _id=SHA256)

    files.put(PDF, SHA256)

    assert files.get(SHA256) == PDF
    assert database["files.chunks"].count_documents({}) == 1


def test_a_piece_that_a_kill_left_is_none_yet_and_in_nobodys_way(
    files: SealedFiles, database: Database[dict[str, Any]]
) -> None:
    database["files.chunks"].insert_one({"files_id": SHA256, "n": 0, "data": PDF})
    assert files.get(SHA256) is None

    files.put(PDF, SHA256)

    assert files.get(SHA256) == PDF


def test_a_file_that_is_put_twice_is_never_away(mongo_uri: str, database: Database[dict[str, Any]]) -> None:
    """So that whoever is killed meanwhile loses no other certificate's file."""
    listening = Listening()
    with MongoClient[dict[str, Any]](mongo_uri, tz_aware=True, event_listeners=[listening]) as client:
        files = SealedFiles(client[database.name])
        files.put(PDF, SHA256)
        listening.sent.clear()

        files.put(PDF, SHA256)

        assert "delete" not in listening.sent
        assert files.get(SHA256) == PDF


def test_what_is_put_again_while_it_is_deleted_is_whole(files: SealedFiles) -> None:
    def put_again(sha256: str) -> bool:
        files.put(PDF, sha256)
        return False

    files.put(PDF, SHA256)

    assert not files.delete(SHA256, is_named=put_again, before=LONG_AGO)
    assert files.get(SHA256) == PDF


def test_a_piece_whose_file_is_about_to_come_is_not_deleted(
    files: SealedFiles, database: Database[dict[str, Any]]
) -> None:
    database["files.chunks"].insert_one({"files_id": SHA256, "n": 0, "data": PDF})

    files.delete(SHA256, is_named=lambda _sha256: False, before=LONG_AGO)

    assert database["files.chunks"].count_documents({}) == 1
    files.delete(SHA256, is_named=lambda _sha256: False, before=datetime.now(UTC) + timedelta(days=1))
    assert database["files.chunks"].count_documents({}) == 0


def test_a_damaged_file_is_not_handed_out(files: SealedFiles, database: Database[dict[str, Any]]) -> None:
    files.put(PDF, SHA256)
    database["files.chunks"].update_one({"files_id": SHA256}, {"$set": {"data": b"%" * len(PDF)}})

    with pytest.raises(Unacceptable, match="file-damaged"):
        files.get(SHA256)


def test_a_file_that_no_document_holds_is_refused(files: SealedFiles, database: Database[dict[str, Any]]) -> None:
    with pytest.raises(Unacceptable, match="file-too-large"):
        files.put(bytes(LARGEST_FILE + 1), "large")

    assert database["files.chunks"].count_documents({}) == 0
