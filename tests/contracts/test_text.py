"""Text as one line that people can read."""

import pytest

from services.contracts.text import is_meaningful, is_printable, is_reordered, printable


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Voor\u0000naam\n", "Voor naam"),
        ("\u202egnoJ\u202c", "gnoJ"),
        ("a\u200fb\u061cc\u2066d", "abcd"),
        ("e\u0301", "é"),
        ("<b>&amp;", "<b>&amp;"),
        ("a\u2028b", "a b"),
    ],
)
def test_text_from_the_register_is_one_line_of_text(text: str, clean: str):
    assert printable(text) == clean
    assert is_printable(clean)


@pytest.mark.parametrize("text", ["a\nb", "a\x7f", "a\u2028", "a\u202eb", "a\u200eb", "a\ufffe", "a\ue000", "\ud800"])
def test_what_cannot_be_shown_as_it_stands(text: str):
    assert not is_printable(text)


def test_what_stands_for_nothing():
    assert not any(is_meaningful(text) for text in ("\ud800", "\ue000", "\ufffe"))
    assert is_meaningful("été ك\n\u202e")


def test_what_reads_in_another_order_than_it_is_written():
    assert all(is_reordered(text) for text in ("\u202egnoJ", "a\u202a", "\u2066a\u2069"))
    assert not any(is_reordered(text) for text in ("Jong", "a\u200e", "été ك"))
