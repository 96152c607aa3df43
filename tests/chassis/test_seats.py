"""Who waits until nobody has a seat, and how long."""

import eventlet

from services.chassis.seats import Seats


def test_nobody_is_waited_for_where_nobody_sits() -> None:
    assert Seats(2).await_empty(0)


def test_whoever_sits_is_waited_for_until_the_last_has_left() -> None:
    seats, order = Seats(3), []
    seats.take()
    seats.take()

    def wait() -> None:
        seats.await_empty(60)
        order.append("waited")

    def leave() -> None:
        for _ in range(2):
            eventlet.sleep(0)
            order.append("left")
            seats.leave()

    waiting, leaving = eventlet.spawn(wait), eventlet.spawn(leave)
    leaving.wait()
    waiting.wait()

    assert order == ["left", "left", "waited"]


def test_patience_has_an_end() -> None:
    seats = Seats(1)
    seats.take()

    assert not seats.await_empty(0.01)

    seats.leave()
    assert seats.await_empty(0)


def test_all_seats_at_once_are_left_at_once() -> None:
    seats = Seats(3)
    seats.take(alone=True)
    assert not seats.await_empty(0)

    seats.leave(alone=True)
    seats.take()

    assert not seats.await_empty(0)
    seats.leave()
    assert seats.await_empty(0)
