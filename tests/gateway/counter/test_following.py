"""An application, live."""

from gateway.counter.applications import own_application
from gateway.counter.following import follow
from tests.gateway.counter.conftest import Reading
from tests.gateway.fakes import FakeServices


def test_who_follows_is_told_each_state_until_nothing_more_comes(reading: Reading, services: FakeServices) -> None:
    services.put("mine")

    with reading():
        told = []
        for application in follow(own_application("mine", watching=True), seen=None):
            if application is None:
                services.move("mine", "refused", code="moved-out")
            else:
                told.append(application.state)

    assert told == ["submitted", "refused"]


def test_what_was_seen_is_not_told_again(reading: Reading, services: FakeServices) -> None:
    services.put("mine", state="withdrawn")

    with reading():
        assert list(follow(own_application("mine"), seen=1)) == []


def test_whose_sign_in_has_ended_is_told_nothing_more(reading: Reading, services: FakeServices) -> None:
    services.put("mine")

    with reading():
        following = follow(own_application("mine"), seen=None)
        assert next(following) is not None
        services.applications.clear()
        assert [each for each in following if each is not None] == []
