"""Which known words somebody may have meant by one that they typed."""

import pytest

from gateway.counter.vocabulary import Vocabulary, typing_errors

KNOWN = Vocabulary(
    [
        "verhuizen",
        "gezinssamenstelling",
        "huwelijk",
        "akte",
        "conduire",
        "strafblad",
        "kaart",
        "595",
        "596",
        "identiteitskaart",
    ]
)


def meant(word: str) -> list[str]:
    near = KNOWN.near(word)
    return sorted(near, key=lambda each: (-near[each], each))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("verhuizen", ["verhuizen"]),
        ("verhuisd", ["verhuizen"]),
        ("verh", ["verhuizen"]),
        ("gezinsamenstteling", ["gezinssamenstelling"]),
        ("strafbald", ["strafblad"]),
        ("huwelijksakte", ["huwelijk", "akte"]),
        ("kaarten", ["kaart"]),
        ("kaaart", ["kaart"]),
    ],
    ids=["itself", "inflected", "unfinished", "three-errors", "swapped", "compounded", "plural", "mistyped"],
)
def test_what_is_meant(typed: str, words: list[str]) -> None:
    assert meant(typed) == words


@pytest.mark.parametrize("typed", ["construire", "ve", "597", "59", "akt3", "kort", "k" * 65_536, "\ud800", ""])
def test_what_is_not(typed: str) -> None:
    assert meant(typed) == []


def test_the_word_itself_is_meant_the_most_and_an_error_makes_it_less_likely() -> None:
    assert KNOWN.near("strafblad")["strafblad"] == 1
    assert 0 < KNOWN.near("strxfblxd").get("strafblad", 0.5) < KNOWN.near("strafbxad")["strafblad"] < 1


@pytest.mark.parametrize(
    ("one", "other", "errors"),
    [
        ("akte", "akte", 0),
        ("akte", "atke", 1),
        ("akte", "akt", 1),
        ("akt", "akte", 1),
        ("akte", "ekte", 1),
        ("akte", "kaet", 2),
        ("akte", "", None),
        ("", "", 0),
        ("conduire", "construire", None),
    ],
)
def test_typing_errors_are_counted_up_to_a_limit(one: str, other: str, errors: int | None) -> None:
    assert typing_errors(one, other, most=2) == typing_errors(other, one, most=2) == errors
