"""National numbers: valid ones, and those that only look so."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.be import ssn

from services.contracts.national_number import compact, compose, display, is_bis, is_valid


def test_a_known_number_and_how_it_is_shown():
    assert is_valid("85073003328")
    assert display("85073003328") == "85.07.30-033.28"


@pytest.mark.parametrize("serial", [0, 999])
def test_a_serial_that_is_never_given_out(serial: int):
    number = compose(1985, 7, 30, serial)

    assert ssn.is_valid(number)
    assert not is_valid(number)


@pytest.mark.parametrize(
    "number",
    [
        compose(2017, 5, 4, 901),
        compose(1966, 0, 0, 927),
        compose(1972, 4, 0, 925),
        compose(1994, 3, 3, 923, bis=40),
        compose(1998, 8, 8, 926, bis=20),
        compose(2003, 1, 31, 2, bis=40),
    ],
    ids=["born from 2000 on", "month and day unknown", "day unknown", "BIS", "BIS, sex unknown", "BIS from 2000 on"],
)
def test_every_kind_of_number_is_valid(number: str):
    assert is_valid(number)


@pytest.mark.parametrize(
    "text", ["", "8507300332", "85073003329", "850730033280", "٨٥٠٧٣٠٠٣٣٢٨", "85.07.30-033.29", "x" * 11]
)
def test_what_is_no_number(text: str):
    assert not is_valid(text)
    assert compact(text) is None


@pytest.mark.parametrize("text", ["85073003328", "85.07.30-033.28", "85.07.30-033-28", " 85.07.30-033.28 "])
def test_ways_to_write_one_number(text: str):
    assert compact(text) == "85073003328"


@given(
    born=st.dates(min_value=date(1930, 1, 1), max_value=date(2025, 12, 31)),
    serial=st.integers(1, 998),
    bis=st.sampled_from([0, 20, 40]),
)
def test_every_composed_number_is_valid(born, serial: int, bis: int):
    number = compose(born.year, born.month, born.day, serial, bis=bis)

    assert is_valid(number)
    assert is_bis(number) == bool(bis)
    assert compact(display(number)) == number
