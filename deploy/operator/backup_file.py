"""A backup as a file: what a store held, in one stream that tells whether all of it is there.

gzip around frames: a letter, then one BSON document (https://bsonspec.org). `H` says what this is, `C` begins a
collection with its indexes, `D` is one of its documents as the store gave it, `E` ends it all with the number of
documents and the SHA-256 of every byte before. Locked contents are locked here too; no key is in it.
"""

import errno
import gzip
import hashlib
import os
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import bson
from bson.codec_options import CodecOptions
from bson.errors import BSONError
from bson.raw_bson import RawBSONDocument

FORMAT = 1

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK)
"""What a file system says that has no hard links, as those of USB sticks and of many shares."""

LARGEST = 17 * 1024 * 1024
"""Bytes of a document that a store can hold, and some more."""

_AWARE: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)


class Unusable(Exception):
    """The file is no whole backup; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Header:
    """`taken_at` is when its reading began; `loket` the version that wrote it."""

    loket: str
    taken_at: datetime


class Writer:
    """Writes one backup."""

    def __init__(self, stream: BinaryIO, header: Header) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.documents = 0
        self._frame(b"H", {"loket-backup": FORMAT, "loket": header.loket, "taken_at": header.taken_at})

    def collection(self, name: str, indexes: list[dict[str, Any]]) -> None:
        """Begin one, such as `intake.applications`."""
        self._frame(b"C", {"name": name, "indexes": indexes})

    def document(self, document: RawBSONDocument) -> None:
        """One of the collection that was begun last."""
        self._write(b"D" + document.raw)
        self.documents += 1

    def end(self) -> None:
        """Without this the file is no backup."""
        self._frame(b"E", {"documents": self.documents, "sha256": self._digest.hexdigest()})

    def _frame(self, letter: bytes, content: dict[str, Any]) -> None:
        self._write(letter + bson.encode(content))

    def _write(self, frame: bytes) -> None:
        self._digest.update(frame)
        self._stream.write(frame)


@contextmanager
def writing(path: Path, header: Header) -> Iterator[Writer]:
    """A new file for its owner only (0600), there once it is whole. Raises FileExistsError."""
    if path.exists():
        raise FileExistsError(path)
    draft = path.with_name(f"{path.name}.part")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with open(descriptor, "wb") as file:
            with gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=1) as stream:
                writer = Writer(stream, header)  # type: ignore[arg-type]
                yield writer
                writer.end()
            file.flush()
            os.fsync(file.fileno())
        _appear(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def _appear(draft: Path, path: Path) -> None:
    """Whole under its name, and in the place of no file that somebody made meanwhile. Raises FileExistsError."""
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # from here on the name is ours
        try:
            draft.rename(path)
        except OSError:
            path.unlink()
            raise


class Reader:
    """Reads a backup, as often as wanted, from a file that was opened once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def check(self) -> Header:
        """Read it to its end. Raises Unusable unless all of it is there and as it was written."""
        for letter, content in self.frames():
            if letter == b"E":
                return self._header
            _ = content
        raise Unusable("its end is missing")

    def frames(self) -> Iterator[tuple[bytes, bytes]]:
        """Each letter with its document, those of `H` and `E` included. Raises Unusable where it is found to be."""
        self._file.seek(0)
        digest, documents = hashlib.sha256(), 0
        try:
            with gzip.GzipFile(fileobj=self._file, mode="rb") as stream:
                for place, (letter, content) in enumerate(_split(stream)):  # type: ignore[arg-type]
                    if (place == 0) != (letter == b"H"):
                        raise Unusable("it is no backup of Loket")
                    if letter == b"H":
                        self._header = _header(content)
                    documents += letter == b"D"
                    if letter == b"E":
                        _compare(bson.decode(content), sha256=digest.hexdigest(), documents=documents)
                        if stream.read(1):
                            raise Unusable("something follows its end")
                    digest.update(letter + content)
                    yield letter, content
        except (gzip.BadGzipFile, zlib.error, EOFError):
            raise Unusable("it is damaged, or no backup of Loket") from None
        except (BSONError, KeyError, TypeError):
            raise Unusable("it is damaged") from None


def decode(content: bytes) -> dict[str, Any]:
    """What a frame of `H`, `C` or `E` says."""
    return bson.decode(content, _AWARE)


def _split(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while letter := stream.read(1):
        size = stream.read(4)
        length = int.from_bytes(size, "little")
        if letter not in b"HCDE" or len(size) < 4 or not 5 <= length <= LARGEST:
            raise Unusable("it is damaged, or no backup of Loket")
        content = size + stream.read(length - 4)
        if len(content) < length:
            raise Unusable("its end is missing")
        yield letter, content


def _header(content: bytes) -> Header:
    told = decode(content)
    if told.get("loket-backup") != FORMAT:
        raise Unusable(f"it is written in form {told.get('loket-backup')}, and this version reads form {FORMAT}")
    return Header(loket=str(told["loket"]), taken_at=told["taken_at"])


def _compare(told: dict[str, Any], **found: Any) -> None:
    if {name: told[name] for name in found} != found:
        raise Unusable("its checksum is wrong: it is damaged, or was changed")
