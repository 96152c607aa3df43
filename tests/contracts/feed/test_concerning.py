"""What is locked for a department opens for it alone, and for the confirmation that it belongs to."""

import pytest

from services.chassis.locking import KeyRing, LockerForOthers
from services.contracts import confirmations
from services.contracts.departments import confirmation_reference_of
from services.contracts.feed.concerning import Concerned, NotOpened, Opener, reference_of
from tests.keys import RING

REFERENCE = "application-1-1"
CONFIRMATION = confirmation_reference_of(REFERENCE)
KEYS = KeyRing.parse(RING)
CONCERNED = confirmations.Concerned(national_number="85073003328", fields={"purpose": "work \\ “å”"})


def locked(reader: str = "police", purpose: str = "confirmations", bound_to: str = REFERENCE) -> str:
    return LockerForOthers(purpose, KEYS).lock(CONCERNED, reader=reader, bound_to=bound_to)


def opener(reader: str = "police") -> Opener:
    """With what `loket confirmations key` prints."""
    return Opener(KEYS.derived(reader).written())


def test_it_opens_for_the_department_it_is_locked_for() -> None:
    found = opener().open(locked(), confirmation=CONFIRMATION)

    assert found == Concerned(national_number=CONCERNED.national_number, fields=CONCERNED.fields)
    assert reference_of(REFERENCE) == CONFIRMATION


@pytest.mark.parametrize(
    ("token", "confirmation"),
    [
        (locked("school"), CONFIRMATION),
        (locked(purpose="contacts"), CONFIRMATION),
        (locked(bound_to="application-2-1"), CONFIRMATION),
        (locked(), "0" * 32),
        (locked()[:-2], CONFIRMATION),
        ("", CONFIRMATION),
        ("....", CONFIRMATION),
        ("\ud800", CONFIRMATION),
        ("W10.x.x.x.x", CONFIRMATION),
        ("\\" * 65536, CONFIRMATION),
    ],
    ids=["another's", "purpose", "bound", "asked", "cut", "empty", "dots", "half", "no header", "64 KB"],
)
def test_nothing_else_opens(token: str, confirmation: str) -> None:
    with pytest.raises(NotOpened):
        opener().open(token, confirmation=confirmation)


@pytest.mark.parametrize("keys", ["", "kid", "kid:AAAA", ":", f"{RING[:-3]}"], ids=str)
def test_what_is_no_key_is_told_and_not_repeated(keys: str) -> None:
    with pytest.raises(ValueError, match="as the operator gave it") as told:
        Opener(keys)

    assert RING[5:20] not in str(told.value)
