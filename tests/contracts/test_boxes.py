"""What a register writes in the place of a house number or a box, and what of it a paper says."""

import pytest

from services.contracts.boxes import box_of, is_house_number


@pytest.mark.parametrize(
    ("written", "box"),
    [
        ("3", "3"),
        ("bus 3", "3"),
        ("BUS 0003", "0003"),
        ("bus3", "3"),
        ("bus: 3", "3"),
        ("bus-3", "3"),
        ("bus -1", "-1"),
        ("bte 2", "2"),
        ("Bte. 2 bis", "2 bis"),
        ("boîte n° 3", "3"),
        ("boi\u0302te 3", "3"),
        ("Bfk. 3", "3"),
        ("Briefkasten 3", "3"),
        ("Box 1", "1"),
        ("bus bus 3", "3"),
        ("b.3", "3"),
        ("B 3", "B 3"),
        ("B3", "B3"),
        ("B", "B"),
        ("businesspark 3", "businesspark 3"),
        ("postbus 3", "postbus 3"),
        ("0101", "0101"),
        (" 3 ", "3"),
        ("3\nB", "3 B"),
        ("1 ", "1"),
        ("-1", "-1"),
        ("GLV", "GLV"),
        ("Ⅲ", "Ⅲ"),
        (None, None),
        ("", None),
        ("-", None),
        ("/", None),
        ("0", None),
        ("0000", None),
        ("bus 0", None),
        ("bus", None),
        ("geen", None),
        ("NULL", None),
        ("Néant", None),
        ("n.v.t.", None),
        ("0A", "0A"),
        ("0.1", "0.1"),
    ],
)
def test_a_box_without_the_word_for_one(written: str | None, box: str | None):
    assert box_of(written) == box


@pytest.mark.parametrize(
    ("written", "says"), [("12", True), ("0012", True), ("12A", True), ("z/n", True), ("0", False), ("00", False)]
)
def test_a_house_number_says_which_house(written: str, says: bool):
    assert is_house_number(written) is says
