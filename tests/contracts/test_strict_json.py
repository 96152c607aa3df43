"""The one reader of JSON from strangers."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.strict_json import DEEPEST, LARGEST_INTEGER, NotJson, clamped, is_storable, read_json

STORABLE = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-LARGEST_INTEGER, LARGEST_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | STORABLE
    | st.text(r"\"[]{}", max_size=12),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(STORABLE, below, max_size=4),
    max_leaves=40,
)
PIECES = st.lists(
    st.sampled_from(
        [
            *(b"[", b"]", b"{", b"}", b":", b",", b'"', b"\\", b'\\"', b"\\\\", b"\\u0000", b"\\ud800", b"\\u00e9"),
            *(b"1", b"-", b"1e999", b"9" * 20, b"true", b"null", b"NaN", b'"a":', b" ", b"\n", b"\x00", b"\xff"),
            *("é".encode(), b"[" * 17, b"]" * 17, b'{"a":' * 17, b"\\udc00"),
        ]
    ),
    max_size=40,
).map(b"".join)


def refusal(body: bytes) -> str:
    with pytest.raises(NotJson) as refused:
        read_json(body)
    return refused.value.reason


def levels(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(levels, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(levels, value), default=0)
    return 0


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_what_was_written_is_read(value: Any, is_ascii: bool, indent: int | None) -> None:
    body = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode()

    if levels(value) > DEEPEST:
        assert refusal(body) == "too-deep"
    else:
        assert read_json(body) == value


@given(PIECES | st.binary(max_size=60))
def test_it_takes_what_python_takes_and_is_safe_or_refuses(body: bytes) -> None:
    try:
        read = read_json(body)
    except NotJson:
        return

    assert read == json.loads(body)
    assert levels(read) <= DEEPEST
    json.dumps(read, ensure_ascii=False, allow_nan=False).encode()
    assert "\\u0000" not in json.dumps(read)


@given(PIECES)
def test_depth_is_what_the_parser_would_meet(body: bytes) -> None:
    """Nothing that is refused as too deep would have been a value of few levels."""
    try:
        value = json.loads(body)
    except ValueError:
        return

    if levels(value) > DEEPEST:
        assert refusal(body) == "too-deep"
    else:
        assert _reason(body) != "too-deep"


def _reason(body: bytes) -> str | None:
    try:
        read_json(body)
    except NotJson as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("opening", [b"[", b'{"a":', b'[{"a":', b'["\\"",[', b'[ "\\\\" ,['])
@pytest.mark.parametrize("many", [2_000, 100_000])
def test_nesting_without_end_is_refused_before_it_is_parsed(opening: bytes, many: int) -> None:
    assert refusal(opening * many) == "too-deep"


def test_sixteen_levels_are_taken_and_seventeen_are_not() -> None:
    assert levels(read_json(b"[" * 16 + b"]" * 16)) == 16
    assert refusal(b"[" * 17 + b"]" * 17) == "too-deep"


def test_brackets_in_texts_are_no_levels() -> None:
    text = '[{"' * 40 + "\\" * 3

    assert read_json(json.dumps([text, {text: text}]).encode()) == [text, {text: text}]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" ",
        b"{}{}",
        b"[1,]",
        b'{"a":1,}',
        b"{'a':1}",
        b"NaN",
        b"[-Infinity]",
        b"[01]",
        b"[+1]",
        b"[.5]",
        b"[0x1]",
        b"nul",
        b"\xef\xbb\xbf{}",
        b'["\xff"]',
        b'["\xed\xa0\x80"]',
        '["a"]'.encode("utf-16"),
        b'["a\nb"]',
        b'["a\x00b"]',
        b'["\\x41"]',
        b'["\\u12"]',
        b'["\\"]',
        b"\\",
        b'{"a":1,"a":1}',
        b'{"a":1,"\\u0061":1}',
        b'{"b":{"a":1,"a":2}}',
        b"[1e999]",
        b"[-1e999]",
        b"[9007199254740992]",
        b"[-9007199254740992]",
        b"[" + b"9" * 4_000 + b"]",
        b"[" + b"9" * 60_000 + b"]",
        b"// a comment\n1",
    ],
)
def test_what_is_no_json_for_us(body: bytes) -> None:
    assert refusal(body) == "not-json"


@pytest.mark.parametrize(
    "body",
    [
        b'"\\u0000"',
        b'["\\ud800"]',
        b'["\\udc00\\ud800"]',
        b'[["\\ud83d"]]',
        b'{"\\ud800":1}',
        b'{"a":{"\\u0000":1}}',
        b'["fine","\\uDFFF"]',
    ],
)
def test_text_that_no_store_or_terminal_can_hold(body: bytes) -> None:
    assert refusal(body) == "unprintable-text"


def test_what_looks_bad_and_is_not() -> None:
    assert read_json(b'["\\ud83d\\ude00"]') == ["😀"]
    assert read_json(b'["\\\\ud800"]') == ["\\ud800"]
    assert read_json(b"[9007199254740991, -0, 1e-999]") == [LARGEST_INTEGER, 0, 0.0]
    assert math.isclose(read_json(b"0." + b"1" * 60_000), 1 / 9)


def test_storable() -> None:
    assert is_storable("Aarschot 😀 \x1b")
    assert not is_storable("a\x00")
    assert not is_storable("a\udc80")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("9007199254740991", LARGEST_INTEGER),
        ("9007199254740992", LARGEST_INTEGER + 1),
        ("-9007199254740993", -LARGEST_INTEGER - 1),
        ("1" + "0" * 30, LARGEST_INTEGER + 1),
        ("-" + "9" * 5000, -LARGEST_INTEGER - 1),
    ],
)
def test_who_bounds_its_numbers_itself_is_told_that_one_is_beyond(written: str, read: int) -> None:
    assert read_json(f"[{written}]".encode(), whole=clamped) == [read]
