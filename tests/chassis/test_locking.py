"""Sealed payloads open only with their key, for their purpose and for what they are bound to."""

import base64

import pytest

from services.chassis.locking import KeyNotHere, KeyRing, Locker, LockerForOthers
from services.contracts.contact import Contact
from services.contracts.delivery import Unacceptable

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
        ("contacts", ring("a"), "application-2"),
        ("contacts", KeyRing({"a": b"x" * 32}), "application-1"),
    ],
    ids=["another purpose", "another application", "another key of that name"],
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
        with pytest.raises((Unacceptable, KeyNotHere)):
            locker.unlock(Contact, broken, bound_to="application-1")


def test_old_keys_still_open_and_the_first_key_seals() -> None:
    old = Locker("contacts", ring("a")).lock(CONTACT, bound_to="1")
    rotated = Locker("contacts", ring("b", "a"))

    assert rotated.unlock(Contact, old, bound_to="1") == CONTACT
    with pytest.raises(KeyNotHere, match=r"^key-not-here: contacts b$"):
        Locker("contacts", ring("a")).unlock(Contact, rotated.lock(CONTACT, bound_to="1"), bound_to="1")


A, B = ("a:" + "A" * 43, "b:" + "B" * 43)


@pytest.mark.parametrize(
    ("text", "mend"),
    [
        ("", "<id>:<base64url of 32 bytes>"),
        ("A" * 43, "<id>:<base64url of 32 bytes>"),
        ("1:", "'1' has 0 bytes, not 32"),
        ("1:c2hvcnQ", "'1' has 5 bytes, not 32; copy it whole"),
        ("1:" + "A" * 86, "'1' has 64 bytes, not 32"),
        (":" + "A" * 43, "<id>:<base64url of 32 bytes>"),
        ("of may:" + "A" * 43, "the id of letters"),
        ("1:" + "ä" * 43, "'1' is not base64url"),
        (f"{A},{A}", "two keys are called 'a'"),
        (f"{A},a:{B[2:]}", "two keys are called 'a'"),
        (f"{A},b:{A[2:]}", "'b' is there twice under two ids"),
        (f"{A},", "<id>:<base64url of 32 bytes>"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_in_one_line_with_its_mend(text: str, mend: str) -> None:
    with pytest.raises(ValueError, match=r".") as error:
        KeyRing.parse(text)

    assert mend in str(error.value)
    assert str(error.value).count("\n") == 0
    assert "A" * 9 not in str(error.value)


@pytest.mark.parametrize("text", ["", "1", "1:", "1:c2hvcnQ", ":" + "A" * 43, "1:" + "ä" * 43])
def test_a_bad_key_is_refused_without_being_repeated(text: str) -> None:
    with pytest.raises(ValueError, match="key") as error:
        KeyRing.parse(text)

    assert "c2hvcnQ" not in str(error.value)


def test_what_is_locked_for_one_department_no_other_opens() -> None:
    keys = ring("a", "b")
    token = LockerForOthers("confirmations", keys).lock(CONTACT, reader="police", bound_to="application-1-1")

    own = KeyRing.parse(keys.derived("police").written())

    assert Locker("confirmations", own).unlock(Contact, token, bound_to="application-1-1") == CONTACT
    for others in (keys, keys.derived("school"), ring("b").derived("police")):
        with pytest.raises((Unacceptable, KeyNotHere)):
            Locker("confirmations", others).unlock(Contact, token, bound_to="application-1-1")


def test_a_departments_keys_stay_its_own_whatever_is_added() -> None:
    before, after = ring("a").derived("police"), ring("b", "a").derived("police")

    token = Locker("confirmations", before).lock(CONTACT, bound_to="r")

    assert Locker("confirmations", after).unlock(Contact, token, bound_to="r") == CONTACT
    assert "YWFh" not in before.written()  # the key from which they come
