"""Pseudonyms are filed under one key for good: another one is refused before it hides what is kept."""

from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.pseudonyms import AnotherPepper, pseudonyms_of

ONE, OTHER = b"1" * 32, b"2" * 32


def test_the_key_that_things_were_filed_under_is_taken_again(database: Database[dict[str, Any]]) -> None:
    before = pseudonyms_of(ONE, database, variable="LOKET_INTAKE_PEPPER").of("applicant", town="24001", value="x")

    after = pseudonyms_of(ONE, database, variable="LOKET_INTAKE_PEPPER").of("applicant", town="24001", value="x")

    assert after == before
    assert before not in str(list(database["peppers"].find()))


def test_another_key_is_refused_and_changes_nothing(database: Database[dict[str, Any]]) -> None:
    pseudonyms_of(ONE, database, variable="LOKET_INTAKE_PEPPER")

    with pytest.raises(AnotherPepper, match=r"^LOKET_INTAKE_PEPPER is another than .* bring the former one back"):
        pseudonyms_of(OTHER, database, variable="LOKET_INTAKE_PEPPER")

    pseudonyms_of(ONE, database, variable="LOKET_INTAKE_PEPPER")
