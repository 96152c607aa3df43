"""Filing what a citizen filled in."""

import pytest

from gateway.counter.filing import Filled, check, file
from services.chassis.asking import ServiceUnavailable
from services.contracts.errors import IdempotencyKeyReused, InvalidField, NotFound
from services.contracts.field_errors import field_error
from services.contracts.intake import CheckApplication, SubmitApplication
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import CITIZEN, OTHER, FakeServices

FILLED = Filled(product="household-composition", fields={"purpose": "housing"}, language="nl")


def test_what_would_be_taken_has_nothing_wrong_and_is_not_filed(reading: Reading, services: FakeServices) -> None:
    with reading():
        assert check(FILLED) == {}

    assert [type(each) for each in services.asked] == [CheckApplication]
    assert not services.applications


def test_what_is_wrong_is_told_by_path(reading: Reading, services: FakeServices) -> None:
    wrong = {"email": field_error("not-an-e-mail-address"), "fields.purpose": field_error("required")}
    services.fails = InvalidField(fields=wrong)

    with reading():
        assert check(FILLED) == wrong


@pytest.mark.parametrize("refusal", [NotFound(), ServiceUnavailable("intake")])
def test_what_is_about_no_field_is_not_taken_for_a_form_in_order(
    reading: Reading, services: FakeServices, refusal: Exception
) -> None:
    services.fails = refusal

    with reading(), pytest.raises(type(refusal)):
        check(FILLED)


def test_one_key_files_once(reading: Reading, services: FakeServices) -> None:
    filed = []
    for _ in range(2):
        with reading():
            filed.append(file(FILLED, key="a-key", digest="of-the-form"))

    assert filed[0] == filed[1]
    assert (filed[0].product, filed[0].state) == ("household-composition", "submitted")
    assert len(services.applications) == 1


def test_one_key_is_not_for_two_forms(reading: Reading) -> None:
    with reading():
        file(FILLED, key="a-key", digest="of-the-form")

    with reading(), pytest.raises(IdempotencyKeyReused):
        file(FILLED, key="a-key", digest="of-another")


@pytest.mark.parametrize(
    ("typed", "asked"),
    [(None, None), ("93.05.18-223.61", OTHER), ("nobody", "nobody")],
)
def test_who_asks_about_nobody_does_not_ask_about_themselves(
    reading: Reading, services: FakeServices, typed: str | None, asked: str | None
) -> None:
    with reading():
        file(Filled(product="life", subject=typed), key="a-key", digest="of-the-form")

    (question,) = services.asked
    assert isinstance(question, SubmitApplication)
    assert (question.citizen, question.subject) == (CITIZEN, asked)


@pytest.mark.parametrize(("typed", "told"), [(None, "burger@example.be"), ("", ""), ("x@example.be", "x@example.be")])
def test_the_sign_ins_address_stands_in_where_none_was_asked_for(
    reading: Reading, services: FakeServices, typed: str | None, told: str
) -> None:
    with reading():
        file(Filled(product="life", email=typed), key="a-key", digest="of-the-form")

    assert services.asked[0].email == told
