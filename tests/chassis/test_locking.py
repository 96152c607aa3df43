"""Sealed payloads open only with their key, for their purpose and for what they are bound to."""

import base64

import pytest

from services.chassis.locking import KeyRing, Locker
from services.contracts.delivery import Unacceptable
from services.contracts.facts import Contact

CONTACT = Contact(email="somebody@example.org", language="nl")


def ring(*letters: str) -> KeyRing:
    return KeyRing({letter: letter.encode() * 32 for letter in letters})


def test_what_is_sealed_opens_again_and_shows_nothing() -> None:
    locker = Locker("contacts", ring("a"))

    token = locker.lock(CONTACT, bound_to="application-1")

    assert locker.unlock(Contact, token, bound_to="application-1") == CONTACT
    assert "example" not in token
    assert b"example" not in base64.urlsafe_b64decode(token.split(".")[0] + "==")


@pytest.mark.parametrize(
    ("purpose", "keys", "bound_to"),
    [
        ("facts", ring("a"), "application-1"),
        ("contacts", ring("b"), "application-1"),
        ("contacts", ring("a"), "application-2"),
        ("contacts", KeyRing({"a": b"x" * 32}), "application-1"),
    ],
    ids=["another purpose", "an unknown key", "another application", "another key of that name"],
)
def test_it_does_not_open_for_anything_else(purpose: str, keys: KeyRing, bound_to: str) -> None:
    token = Locker("contacts", ring("a")).lock(CONTACT, bound_to="application-1")

    with pytest.raises(Unacceptable) as refusal:
        Locker(purpose, keys).unlock(Contact, token, bound_to=bound_to)

    assert refusal.value.reason == "cannot-unlock"


def test_no_flipped_character_goes_unnoticed() -> None:
    locker = Locker("contacts", ring("a"))
    token = locker.lock(CONTACT, bound_to="application-1")

    for at in range(0, len(token) - 1, 7):
        broken = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(Unacceptable):
            locker.unlock(Contact, broken, bound_to="application-1")


def test_old_keys_still_open_and_the_first_key_seals() -> None:
    old = Locker("contacts", ring("a")).lock(CONTACT, bound_to="1")
    rotated = Locker("contacts", ring("b", "a"))

    assert rotated.unlock(Contact, old, bound_to="1") == CONTACT
    with pytest.raises(Unacceptable):
        Locker("contacts", ring("a")).unlock(Contact, rotated.lock(CONTACT, bound_to="1"), bound_to="1")


@pytest.mark.parametrize("text", ["", "1", "1:", "1:c2hvcnQ", ":" + "A" * 43, "1:" + "ä" * 43])
def test_a_bad_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as error:
        KeyRing.parse(text)

    assert "c2hvcnQ" not in str(error.value)
