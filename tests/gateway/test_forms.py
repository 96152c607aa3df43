"""Forms, read in linear time."""

import random
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.exceptions import RequestEntityTooLarge

from gateway.forms import LONGEST_PART_HEAD, MOST_PARTS, read_parts
from gateway.sizes import FORM_BYTES, MULTIPART_BYTES
from tests.gateway.fakes import FakeServices

FILE = b'Content-Disposition: form-data; name="file"; filename="x.pdf"'


def part(head: bytes, content: bytes, *, boundary: bytes = b"end") -> bytes:
    return b"--" + boundary + b"\r\n" + head + b"\r\n\r\n" + content + b"\r\n"


def read(body: bytes, boundary: str = "end") -> list[tuple[str, Any]]:
    return [(name, each if isinstance(each, str) else each.read()) for name, each in read_parts(body, boundary)]


@given(st.lists(st.binary(max_size=60).filter(lambda content: b"\r\n--end" not in b"\r\n" + content), max_size=8))
def test_what_was_sent_is_read_byte_for_byte(contents: list[bytes]) -> None:
    body = b"".join(part(FILE, content) for content in contents) + b"--end--\r\n"

    assert read(body) == [("file", content) for content in contents]


def test_a_large_file_is_read_wherever_its_line_breaks_are() -> None:
    chance = random.Random(1)
    pdfs = [b"%PDF-" + chance.randbytes(1_000_000), b"%PDF-" + b"\r\n" * 500_000, b"%PDF-" + b"\r\n--en" * 200_000]

    assert [read(part(FILE, pdf) + b"--end--") for pdf in pdfs] == [[("file", pdf)] for pdf in pdfs]


def test_texts_files_preamble_and_padding() -> None:
    body = (
        b"to be ignored\r\n--end \t\r\nX: y\r\ncontent-disposition:form-data;name=code\r\n\r\nK7QM \xc3\xa9\r\n"
        + part(b'Content-Disposition: form-data; name="file"; filename=""\r\nContent-Type: application/pdf', b"")
        + b"--end--and this too"
    )

    assert read(body) == [("code", "K7QM é"), ("file", b"")]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"--end",
        b"--end\r\n",
        part(FILE, b"x"),
        part(FILE, b"x")[:-9] + b"--end--",
        part(b"Content-Disposition: form-data", b"x") + b"--end--",
        part(b'Content-Disposition: attachment; name="file"', b"x") + b"--end--",
        part(b"", b"x") + b"--end--",
        part(FILE, b"x").replace(b"\r\n", b"\n") + b"--end--",
        part(FILE, b"x") + b"--endless\r\n" + b"--end--",
        part(b'Content-Disposition: form-data; name="code"', b"\xff") + b"--end--",
    ],
)
def test_what_is_not_well_formed_is_no_form(body: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read(body)


@pytest.mark.parametrize("boundary", ["", "x" * 101, "é", "a\nb"])
def test_a_boundary_is_short_and_plain(boundary: str) -> None:
    with pytest.raises(ValueError, match="boundary"):
        read(part(FILE, b"x", boundary=boundary.encode()), boundary)


@pytest.mark.parametrize(
    "body",
    [
        part(FILE, b"x") * (MOST_PARTS + 1) + b"--end--",
        part(FILE, b"x") * 10_000,
        part(FILE + b" " * LONGEST_PART_HEAD, b"x") + b"--end--",
        b"--end\r\n" + b"X: y\r\n" * 10_000 + b"--end--",
        b"--end" + b" " * 10_000 + b"\r\n--end--",
        part(b'Content-Disposition: form-data; name="code"', b"x" * (FORM_BYTES + 1)) + b"--end--",
        b"x" * (MULTIPART_BYTES + 1),
    ],
)
def test_what_is_too_much_is_refused(body: bytes) -> None:
    with pytest.raises(RequestEntityTooLarge):
        read(body)


def test_a_stranger_chooses_boundary_and_heads(client: FlaskClient, services: FakeServices) -> None:
    """Each took seconds, or tens of them, with a reader that searches for patterns."""
    bodies = {
        "-" * 69 + "x": b"\r\n" + b"-" * 5_000_000,
        "b": b"--b\r\n" + b'Content-Disposition: form-data;a="' * 100_000,
        "c": b"--c\r\nContent-Disposition: form-data; a" + b" " * 5_000_000,
        "d": b"\r\n--d" * 800_000,
    }

    for boundary, body in bodies.items():
        answer = client.post("/v", data=body, content_type=f"multipart/form-data; boundary={boundary}")
        assert answer.status_code in (413, 422), boundary
    assert not services.asked
