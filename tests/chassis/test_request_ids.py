"""Ids of requests: which are taken, and how far they reach."""

import pytest
import structlog

from services.chassis import request_ids
from services.chassis.request_ids import is_request_id, on_behalf_of

ONE, OTHER = "0b6c1a52-6a7c-4b0e-9d0b-3f6c2d8e7a11", "0b6c1a526a7c4b0e9d0b3f6c2d8e7a12"


@pytest.mark.parametrize("text", [ONE, ONE.upper(), OTHER])
def test_a_uuid_is_taken(text: str) -> None:
    assert is_request_id(text)
    assert is_request_id(request_ids.make())


@pytest.mark.parametrize(
    "text",
    ["", "85.07.30-033.28", "85073003328", ONE[:-1], ONE + "\n", f"{{{ONE}}}", f"urn:uuid:{ONE}", "x" * 36, None, 7,
     "0b6c1a526-a7c-4b0e-9d0b-3f6c2d8e7a11", "٠" * 32],
)  # fmt: skip
def test_nothing_else_is(text: object) -> None:
    assert not is_request_id(text)


def test_what_happens_meanwhile_is_the_requests_and_nothing_after_it() -> None:
    with on_behalf_of(ONE):
        with on_behalf_of(OTHER):
            assert request_ids.current() == OTHER
        with on_behalf_of("85073003328"):
            assert request_ids.current() == ONE
        assert structlog.contextvars.get_contextvars() == {"request_id": ONE}

    assert request_ids.current() is None
    assert structlog.contextvars.get_contextvars() == {}
