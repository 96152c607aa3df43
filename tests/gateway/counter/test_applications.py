"""A citizen's own applications, as they read them."""

from datetime import UTC, datetime

import pytest

from gateway.counter.applications import own_application, own_applications, withdraw
from services.contracts.errors import NotFound, NotWithdrawable
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import OTHER, FakeServices

END_OF_DAY = datetime(2026, 12, 22, 23, tzinfo=UTC)
"""In Belgium."""


def test_every_line_says_what_happened_and_the_last_what_is_promised(reading: Reading, services: FakeServices) -> None:
    services.put("mine")
    services.move("mine", "awaiting-confirmation", code="confirmation-awaited", expected_by=END_OF_DAY)

    with reading("fr"):
        application = own_application("mine")

    assert [line.state for line in application.timeline] == ["submitted", "awaiting-confirmation"]
    assert all(line.sentence for line in application.timeline)
    assert [line.promise for line in application.timeline] == [None, "22 décembre 2026"]
    assert application.promise == "22 décembre 2026"


def test_what_was_promised_before_is_no_promise_any_more(reading: Reading, services: FakeServices) -> None:
    services.put("mine")
    services.move("mine", "deferred", code="register-unavailable", expected_by=END_OF_DAY)
    services.move("mine", "cleared")

    with reading():
        assert own_application("mine").promise is None


@pytest.mark.parametrize(
    ("capacity", "said"), [("self", "You have moved"), ("parent", "This person has moved"), (None, "This person has")]
)
def test_a_refusal_speaks_to_whom_it_is_about(
    reading: Reading, services: FakeServices, capacity: str | None, said: str
) -> None:
    services.put("mine", capacity=capacity)
    services.move("mine", "refused", code="moved-out")

    with reading():
        assert own_application("mine").sentence.startswith(said)


def test_a_list_has_no_timelines_and_says_where_it_goes_on(reading: Reading, services: FakeServices) -> None:
    for name in ("one", "two", "three"):
        services.put(name)
    services.put("anothers", citizen=OTHER)

    with reading():
        first = own_applications(limit=2)
        rest = own_applications(limit=2, after=first.last)

    assert {each.application_id for each in (*first.applications, *rest.applications)} == {"one", "two", "three"}
    assert rest.last is None
    assert all(not each.timeline and each.promise is None for each in first.applications)


def test_what_is_a_product_no_more_is_told_by_its_id(reading: Reading, services: FakeServices) -> None:
    services.put("mine", product="given-up")

    with reading():
        application = own_application("mine")

    assert application.title == "given-up"
    assert not application.passed_through


def test_an_application_is_taken_back_until_it_has_gone_too_far(reading: Reading, services: FakeServices) -> None:
    services.put("mine")
    services.put("done", state="issued")

    with reading():
        assert withdraw("mine").state == "withdrawn"
        with pytest.raises(NotWithdrawable):
            withdraw("done")


def test_somebody_elses_is_not_there(reading: Reading, services: FakeServices) -> None:
    services.put("mine", citizen=OTHER)

    with reading(), pytest.raises(NotFound):
        own_application("mine")
