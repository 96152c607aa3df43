"""Forms, read by plain code in linear time: multipart/form-data (RFC 7578), application/x-www-form-urlencoded.

werkzeug's reader of multipart makes regular expressions of a stranger's boundary, which took seconds for one small
form; and with a limit on memory it refused files by chance, where a line break met the edge of what it had read.
"""

from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Request
from werkzeug.datastructures import FileStorage, Headers
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from gateway.sizes import FORM_BYTES, MULTIPART_BYTES

MOST_PARTS = 8
MOST_FIELDS = 64
LONGEST_PART_HEAD = 1024
LONGEST_BOUNDARY = 100
"""RFC 2046, section 5.1.1 has 70, which the random ones of some clients exceed now and then: werkzeug's own is of 32
characters, the time and a fraction."""


class Forms(FormDataParser):
    """What `request.form` and `request.files` are read with. A form that is none is empty, as with werkzeug's own.

    A page that asks for more than FORM_BYTES or MOST_FIELDS sets `request.max_form_memory_size` and `max_form_parts`.
    """

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> Any:
        """The rest of the stream, the texts and the files. Raises RequestEntityTooLarge."""
        texts: list[tuple[str, str]] = []
        files: list[tuple[str, FileStorage]] = []
        try:
            if mimetype == "multipart/form-data":
                for name, part in read_parts(_all_of(stream), (options or {}).get("boundary", "")):
                    if isinstance(part, str):
                        texts.append((name, part))
                    else:
                        files.append((name, part))
            elif mimetype == "application/x-www-form-urlencoded":
                most_bytes = self.max_form_memory_size or FORM_BYTES
                if (content_length or 0) > most_bytes:
                    raise RequestEntityTooLarge
                texts = _fields(_all_of(stream), most_bytes, most=self.max_form_parts or MOST_FIELDS)
        except ValueError:
            return stream, self.cls(), self.cls()
        return stream, self.cls(texts), self.cls(files)


def _all_of(stream: IO[bytes]) -> bytes:
    """werkzeug cuts a body without a length off at the most it may be; only the next read says that it did so."""
    body = stream.read()
    stream.read(1)
    return body


class BoundedRequest(Request):
    """Flask's request, its forms read as above."""

    form_data_parser_class = Forms


def read_parts(body: bytes, boundary: str) -> list[tuple[str, str | FileStorage]]:
    """Names and what they stand for: texts, or files where a file name is given. Raises ValueError for what is not
    well-formed to the end, RequestEntityTooLarge for too many parts, or too much text or head.
    """
    if not 1 <= len(boundary) <= LONGEST_BOUNDARY or not boundary.isascii() or not boundary.isprintable():
        raise ValueError("not a boundary")
    if len(body) > MULTIPART_BYTES:
        raise RequestEntityTooLarge
    delimiter = b"\r\n--" + boundary.encode()
    pieces = (b"\r\n" + body).split(delimiter, MOST_PARTS + 2)
    ends = (number for number, piece in enumerate(pieces) if number and piece.startswith(b"--"))
    end = next(ends, len(pieces))
    if end > MOST_PARTS + 1:
        raise RequestEntityTooLarge
    if end == len(pieces):
        raise ValueError("cut off")
    found = [_read_part(piece) for piece in pieces[1:end]]
    if sum(len(part) for _name, part in found if isinstance(part, str)) > FORM_BYTES:
        raise RequestEntityTooLarge
    return found


def _read_part(piece: bytes) -> tuple[str, str | FileStorage]:
    """A part, from the end of its boundary to the line break before the next."""
    begin = piece.find(b"\r\n", 0, LONGEST_PART_HEAD)
    end = piece.find(b"\r\n\r\n", begin, begin + LONGEST_PART_HEAD) if begin >= 0 else -1
    if end < 0 and len(piece) > LONGEST_PART_HEAD:
        raise RequestEntityTooLarge
    if end < 0 or piece[:begin].strip(b" \t"):
        raise ValueError("a part without a head")
    headers = Headers()
    for line in piece[begin:end].decode("utf-8", "replace").split("\r\n")[1:]:
        name, _, value = line.partition(":")
        headers.add(name.strip(), value.strip())
    content = piece[end + 4 :]
    kind, options = parse_options_header(headers.get("Content-Disposition", ""))
    if kind.lower() != "form-data" or "name" not in options:
        raise ValueError("a part without a name")
    if "filename" in options:
        return options["name"], FileStorage(BytesIO(content), options["filename"], options["name"], headers=headers)
    return options["name"], content.decode("utf-8")


def _fields(body: bytes, most_bytes: int, *, most: int) -> list[tuple[str, str]]:
    if len(body) > most_bytes:
        raise RequestEntityTooLarge
    return parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=most)
