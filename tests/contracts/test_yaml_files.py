"""YAML as people write it: each key once, nothing unbounded, every mistake by its line."""

import gc
import warnings
from pathlib import Path

import pytest
import yaml

from deploy.local.outside import ROOT
from services.contracts import yaml_files
from services.contracts.schema import Unreadable
from services.contracts.yaml_files import MOST_BYTES, read_yaml

BOMB = b"""
a: &a [x, x, x, x, x, x, x, x, x, x]
b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
"""


@pytest.fixture(autouse=True)
def without_leftovers() -> None:
    """What tests before left to the garbage collector: reading deep nesting would be blamed for it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.mark.parametrize(
    ("content", "mend"),
    [
        (b"a: 1\nb: 2\na: 3", "line 3, column 1: a stands here for the second time, first in line 1"),
        (b"a: {b: 1, b: 2}", "b stands here for the second time"),
        (BOMB, "line 5, column 4: aliases that stand for more than 10000 values"),
        (b"a: &a [*a]", "an alias that holds itself"),
        (b"[" * 60_000, "too deep within each other"),
        (b"a: &a {" * 20_000, "too deep within each other"),
        (b"a:\n\tb: 1", "line 2, column 1: a tab; indent with spaces"),
        (b"a: b: c", "line 1, column 5: a colon in a plain text"),
        (b"a: 1\n---\nb: 2", "a second document (---)"),
        (b"a: !!python/object/apply:os.system [ls]", "a tag"),
        (b"a: !!timestamp soon", "a tag"),
        (b"a: !!bool perhaps", "a tag"),
        ("a: 1\nb: é".encode("latin-1"), "line 2 is not UTF-8"),
        ("a: é".encode("utf-16"), "line 1 is not UTF-8"),
        (b"a: 1\nb: \x00", "line 2 holds the control character U+0000"),
        (b"? [a]\n: 1", "a key that is no plain word"),
        (b"a: *b", "line 1, column 4: a text cannot begin with * here; put it in quotes"),
        (b"phone: @016", "line 1, column 8: a text cannot begin with @ here; put it in quotes"),
        (b"phone: `016", "a text cannot begin with ` here"),
        (b"phone: %016", "a text cannot begin with % here"),
        (b"a: 1\nb: [en/\nc: 2", "line 2, column 4: what begins here with [ is not closed"),
        (b"a: {x: 1\n\n\nb: 2", "line 1, column 4: what begins here with { is not closed"),
        (b"a: 1\nb: 'x\nc: 2\n", "line 2, column 4: a quotation mark that is not closed"),
        (
            b"c: {primary: #e30613, accent: #123456}\nd: 1",
            "line 1, column 14: # begins a comment; put the colour in quo",
        ),
        (b'c: {primary: "#e30613", accent: #123456}\nd: 1', 'put the colour in quotes: "#123456"'),
        (b"c: {primary: '#e30613', # ours\n  accent: #123}\n", "line 2, column 11: # begins a comment"),
        (b"a:\n  b: 1\n c: 2\n", "indented otherwise than the lines before it"),
        (b"a: " + b"9" * 5000, "a number of thousands of digits"),
        (b"a: 'x", "line 1"),
    ],
)
def test_what_is_wrong_is_named_by_its_line(content: bytes, mend: str):
    with pytest.raises(Unreadable, match=r"town\.yaml: yaml: ") as caught:
        read_yaml("town.yaml", content)

    assert mend in caught.value.problems["yaml"]


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"", None),
        ("\ufeffa: é".encode(), {"a": "é"}),
        (b"a: 2024-13-45", {"a": "2024-13-45"}),
        (b"a: 1.10", {"a": "1.10"}),
        (b"a: !!str 24001", {"a": "24001"}),
        (b"a: &x {b: 1}\nc: {<<: *x, d: *x}", {"a": {"b": 1}, "c": {"b": 1, "d": {"b": 1}}}),
        (b"a: >\n  one\n  two\n", {"a": "one two\n"}),
    ],
)
def test_every_style_is_read(content: bytes, data: object):
    assert read_yaml("town.yaml", content).data == data


FILES = sorted(
    path.relative_to(ROOT)
    for folder in ("services", "deploy", "gateway", "tests")
    for path in (ROOT / folder).rglob("*.yaml")
    if path.stat().st_size <= MOST_BYTES
)


@pytest.mark.parametrize("file", FILES, ids=str)
def test_the_fast_reader_says_what_the_one_with_the_words_says(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = (ROOT / file).read_bytes()
    fast = read_yaml(file.name, content)
    monkeypatch.setattr(yaml_files, "_FAST", yaml_files._Loader)
    assert fast == read_yaml(file.name, content)


def test_the_fast_reader_is_there() -> None:
    assert yaml_files._FAST is yaml.CSafeLoader
