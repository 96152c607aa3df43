"""Who is signed in."""

import pytest

from gateway.counter.me import Me, me, me_if_known
from gateway.problems import Problem
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import CITIZEN


def test_a_citizen_is_shown_by_their_number(reading: Reading) -> None:
    with reading():
        assert me() == Me(role="citizen", national_number=CITIZEN, email="burger@example.be")
        assert me().shown == "85.07.30-033.28"


def test_an_officer_is_shown_by_their_name() -> None:
    assert Me(role="officer", name="an-officer").shown == "an-officer"


def test_nobody_is_nobody(reading: Reading) -> None:
    with reading(signed_in=False):
        assert me_if_known() is None
        with pytest.raises(Problem, match="not-signed-in"):
            me()
