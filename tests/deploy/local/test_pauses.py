"""What ends again and again is started with pauses that grow; an accident is made good at once."""

from deploy.local.pauses import LONGEST_S, RAN_WELL_S, Pauses


def ends(pauses: Pauses, *, after: float, now: float) -> float:
    """The pause that follows a process which was started `now` and ran so long."""
    pauses.started(1, now)
    return pauses.ended(1, now + after)


def test_the_first_end_is_an_accident_and_the_pauses_double_to_their_bound() -> None:
    pauses = Pauses()

    assert [ends(pauses, after=1, now=0) for _ in range(9)] == [0, 1, 2, 4, 8, 16, 30, 30, 30]
    assert [ends(pauses, after=1, now=0) for _ in range(5000)][-1] == LONGEST_S


def test_none_is_started_before_the_pause_is_over() -> None:
    pauses = Pauses()
    ends(pauses, after=1, now=100)
    ends(pauses, after=1, now=101)

    assert [pauses.is_over(moment) for moment in (102.0, 102.9, 103.0)] == [False, False, True]


def test_what_ran_well_begins_anew() -> None:
    pauses = Pauses()
    for _ in range(5):
        ends(pauses, after=1, now=0)

    assert ends(pauses, after=RAN_WELL_S, now=0) == 0
    assert ends(pauses, after=1, now=0) == 1


def test_an_order_to_start_waits_for_nothing() -> None:
    pauses = Pauses()
    for _ in range(5):
        ends(pauses, after=1, now=0)

    pauses.forget()

    assert pauses.is_over(0)
    assert ends(pauses, after=1, now=0) == 0


def test_a_process_that_nobody_saw_start_did_not_run_well() -> None:
    pauses = Pauses()

    assert [pauses.ended(7, 0), pauses.ended(8, 0)] == [0, 1]
