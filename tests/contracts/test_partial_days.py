"""Days of which a part is not known."""

from datetime import date

import pytest

from services.contracts.partial_days import earliest, known_parts, latest, whole


@pytest.mark.parametrize(
    ("text", "first", "last", "parts"),
    [
        ("1985-07-30", date(1985, 7, 30), date(1985, 7, 30), (1985, 7, 30)),
        ("1984-02-00", date(1984, 2, 1), date(1984, 2, 29), (1984, 2, 0)),
        ("1985-00-00", date(1985, 1, 1), date(1985, 12, 31), (1985, 0, 0)),
    ],
)
def test_what_is_unknown_of_a_day_leaves_a_first_and_a_last_one(
    text: str, first: date, last: date, parts: tuple[int, int, int]
) -> None:
    assert (earliest(text), latest(text), known_parts(text)) == (first, last, parts)
    assert whole(text) == (first if first == last else None)


@pytest.mark.parametrize("text", ["1985-13-00", "1985-02-30", "1985-00-12", "0000-00-00", "1985-7-30", "1985", "", "x"])
def test_what_no_calendar_has_is_no_day(text: str) -> None:
    assert earliest(text) is latest(text) is whole(text) is None
    with pytest.raises(ValueError, match=rf"^{text}$"):
        known_parts(text)
