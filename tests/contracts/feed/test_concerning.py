"""What is locked for a department opens for it alone, and for the confirmation that it belongs to."""

import pytest

from services.chassis.locking import KeyRing, LockerForOthers
from services.contracts import confirmations
from services.contracts.feed.concerning import Concerned, NotOpened, Opener, confirmation_of
from tests.keys import RING

REFERENCE = "application-1-1"
CONFIRMATION = confirmation_of(REFERENCE)
KEYS = KeyRing.parse(RING)
CONCERNED = confirmations.Concerned(national_number="85073003328", fields={"purpose": "work \\ “å”"})


POLICE = "24001.police"


def locked(reader: str = POLICE, purpose: str = "confirmations", bound_to: str = REFERENCE) -> str:
    return LockerForOthers(purpose, KEYS).lock(CONCERNED, reader=reader, bound_to=bound_to)


def opener(*readers: str) -> Opener:
    """With what `loket confirmations key` prints for each."""
    return Opener(",".join(KEYS.derived(reader).written() for reader in readers or (POLICE,)))


def test_it_opens_for_the_department_it_is_locked_for() -> None:
    found = opener().open(locked(), confirmation=CONFIRMATION)

    assert found == Concerned(national_number=CONCERNED.national_number, fields=CONCERNED.fields)


def test_who_answers_in_several_towns_opens_with_the_keys_of_all() -> None:
    of_all = opener("24107.police", POLICE)

    for reader in ("24107.police", POLICE):
        assert of_all.open(locked(reader), confirmation=CONFIRMATION).national_number == CONCERNED.national_number
    with pytest.raises(NotOpened):
        of_all.open(locked("21005.police"), confirmation=CONFIRMATION)


@pytest.mark.parametrize(
    ("token", "confirmation"),
    [
        (locked("24001.school"), CONFIRMATION),
        (locked("24107.police"), CONFIRMATION),
        (locked("police"), CONFIRMATION),
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
    ids=[
        "another's",
        "another town's",
        "of no town",
        "purpose",
        "bound",
        "asked",
        "cut",
        "empty",
        "dots",
        "half",
        "no header",
        "64 KB",
    ],
)
def test_nothing_else_opens(token: str, confirmation: str) -> None:
    with pytest.raises(NotOpened):
        opener().open(token, confirmation=confirmation)


@pytest.mark.parametrize("keys", ["", "kid", "kid:AAAA", ":", f"{RING[:-3]}"], ids=str)
def test_what_is_no_key_is_told_and_not_repeated(keys: str) -> None:
    with pytest.raises(ValueError, match="as the operator gave it") as told:
        Opener(keys)

    assert RING[5:20] not in str(told.value)
