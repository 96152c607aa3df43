"""Every look at anybody's dossier is logged, whatever it ends in and before anything leaves."""

from typing import Any

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.registry import Prefill, ReadPrefill
from services.registry.access import FAILED, GIVEN, UNSETTLED, Access
from services.registry.domain import Dossier, SourceUnavailable, Standing
from services.registry.handlers import ask_again, compile_extract, read_prefill
from tests.registry.fakes import (
    CHILD,
    GROWN,
    NOBODY,
    NOON,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    STRANGER,
    TODDLER,
    TOWN,
    TOWNS,
    Desk,
    FakeAccesses,
    FakeRegister,
    a_cause,
    a_dossier,
    a_product,
    a_register,
    gone,
)

AWAY = SourceUnavailable("away")


class FullLog(FakeAccesses):
    """Takes nothing."""

    def record(self, access: Access) -> None:
        raise OSError("disk full")


def compiled(desk: Desk, product: str = "residence", **asked: Any) -> None:
    compile_extract(desk.submitted(product, **asked), a_cause(), **desk.ports())


def prefill(register: FakeRegister, citizen: str = PARENT, *, accesses: FakeAccesses) -> Prefill:
    return read_prefill(
        ReadPrefill(town=TOWN, citizen=citizen, product="special"),
        register=register,
        accesses=accesses,
        towns=TOWNS,
        products={"special": a_product("life")},
        access_id="look-1",
        now=NOON,
    )


def test_it_is_logged_with_who_whose_and_why():
    desk = Desk(a_register())

    compiled(desk, "household-composition", subject=TODDLER, capacity="parent")

    access = desk.accesses.only()
    assert (access.by, access.capacity, access.purpose, access.outcome) == (PARENT, "parent", "extract", GIVEN)
    assert (access.product, access.application_id, access.at) == ("household-composition", "a1", NOON)
    assert set(access.about) == {PARENT, PARTNER, CHILD, TODDLER, GROWN}


APART = {"household": "h2"}
ELSEWHERE = {"registration": gone(Standing.MOVED_OUT)}


@pytest.mark.parametrize(
    ("register", "known_to"),
    [
        (a_register(), {CHILD, PARENT}),
        (a_register(a_dossier(**APART)), {CHILD}),
        (a_register(a_dossier(protected_address=True, **APART)), {CHILD}),
    ],
    ids=["together", "apart", "protected"],
)
def test_of_who_asks_for_themselves_it_is_known_to_those_who_live_with_them(register: FakeRegister, known_to: set[str]):
    accesses = FakeAccesses()
    read_prefill(
        ReadPrefill(town=TOWN, citizen=CHILD, product="special"),
        register=register,
        accesses=accesses,
        towns=TOWNS,
        products={"special": a_product("life", capacities=("self", "descendant"))},
        access_id="look-1",
        now=NOON,
    )

    assert set(accesses.only().about) >= {CHILD, PARENT}
    assert known_to <= set(accesses.only().known_to)
    assert (PARENT in accesses.only().known_to) is (PARENT in known_to)
    assert bool(accesses.page(PARENT, town=TOWN, limit=1)) is (PARENT in known_to)


@pytest.mark.parametrize(("subject", "known_to"), [(a_dossier(GROWN), (GROWN,)), (a_dossier(GROWN, **ELSEWHERE), ())])
def test_who_is_asked_about_by_another_knows_of_it_while_a_resident(subject: Dossier, known_to: tuple[str, ...]):
    desk = Desk(a_register(a_dossier(**APART), subject))

    compiled(desk, subject=GROWN, capacity="parent")

    assert desk.accesses.only().known_to == known_to
    assert desk.accesses.page(PARENT, town=TOWN, limit=1) == [desk.accesses.only()]


def test_whose_old_dossier_leads_to_the_current_one_knows_of_it_under_both():
    old = a_dossier(STRANGER, replaced_by=PARENT)
    desk = Desk(a_register(old))

    compiled(desk, "life", applicant=STRANGER, subject=STRANGER)

    assert {STRANGER, PARENT} <= set(desk.accesses.only().known_to)


def test_a_refused_one_too_and_the_applicant_was_looked_at_as_well():
    desk = Desk(a_register())

    compiled(desk, subject=GROWN, capacity="parent")

    assert desk.accesses.only().outcome == Refusal.NOT_ENTITLED
    assert (desk.accesses.only().capacity, desk.accesses.only().subject) == (UNSETTLED, GROWN)
    assert desk.accesses.only().about == (PARENT, GROWN)
    assert desk.accesses.about(GROWN, town=TOWN) == [desk.accesses.only()]
    assert desk.accesses.about(GROWN, town=OTHER_TOWN) == []


def test_nobody_is_said_to_be_looked_at_who_was_not_read():
    desk = Desk(a_register())

    compiled(desk, applicant=NOBODY, subject=NOBODY)

    assert (desk.accesses.only().about, desk.accesses.only().outcome) == ((), Refusal.NOT_A_RESIDENT)
    assert desk.accesses.only().by == NOBODY


def test_who_was_merged_was_looked_at_under_each_number():
    desk = Desk(a_register(a_dossier(STRANGER, replaced_by=PARENT)))

    compiled(desk, applicant=STRANGER, subject=STRANGER)

    assert desk.accesses.only().about == (STRANGER, PARENT)


@pytest.mark.parametrize("method", ["household", "dossiers", "confirm"])
@pytest.mark.parametrize("error", [AWAY, ZeroDivisionError(), KeyboardInterrupt()], ids=repr)
def test_one_that_breaks_off_midway_was_a_look_at_who_was_read_by_then(method: str, error: BaseException):
    desk = Desk(a_register())
    desk.register.breaks[method] = error

    try:
        compiled(desk, "household-composition")
    except (ZeroDivisionError, KeyboardInterrupt):
        assert desk.emitted() == []

    whole = {PARENT, PARTNER, CHILD, TODDLER, GROWN}
    access = desk.accesses.only()
    assert set(access.about) == (whole if method == "confirm" else {PARENT})
    assert access.outcome == (Refusal.REGISTER_UNAVAILABLE if error is AWAY else FAILED)


def test_what_contradicts_itself_because_it_was_exchanged_in_between_is_asked_again():
    desk = Desk(a_register(a_dossier(PARTNER, household="h2")))
    compiled(desk, "household-composition")
    assert [each.outcome for each in desk.accesses.entries.values()] == [Refusal.REGISTER_CONTRADICTED]

    desk = Desk(a_register(a_dossier(PARTNER, household="h2")))
    desk.register.breaks["confirm"] = AWAY
    compiled(desk, "household-composition")
    assert [each.outcome for each in desk.accesses.entries.values()] == [Refusal.REGISTER_UNAVAILABLE]


def test_as_whose_parent_somebody_asks_is_not_said_before_it_is_found():
    desk = Desk(a_register())
    desk.register.breaks["parents_of"] = desk.register.breaks["merged_into"] = AWAY

    compiled(desk, subject=TODDLER, capacity="parent")

    assert (desk.accesses.only().capacity, desk.accesses.only().outcome) == (UNSETTLED, Refusal.REGISTER_UNAVAILABLE)


def test_where_nobody_was_read_there_was_no_look():
    for method in ("dossier", "view"):
        desk = Desk(a_register())
        desk.register.breaks["dossier"] = AWAY
        desk.register.away = AWAY if method == "view" else None

        compiled(desk)

        assert desk.accesses.entries == {}


def test_asking_again_is_looking_again_whatever_it_ends_in():
    desk = Desk(a_register())
    desk.register.away = AWAY
    compiled(desk, "household-composition")
    desk.register.away = None
    desk.register.breaks["dossiers"] = AWAY
    desk.later(minutes=1)
    ask_again(towns=[TOWN], **desk.ports())
    desk.register.breaks = {}
    desk.later(minutes=1)

    ask_again(towns=[TOWN], **desk.ports())

    assert [entry.outcome for entry in desk.accesses.entries.values()] == [Refusal.REGISTER_UNAVAILABLE, GIVEN]


def test_what_is_redelivered_after_a_crash_is_a_look_more_though_the_event_is_the_same():
    desk = Desk(a_register())
    event = desk.submitted("household-composition")
    desk.register.breaks["dossiers"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        compile_extract(event, a_cause(), **desk.ports())
    desk.register.breaks = {}
    desk.later(seconds=30)

    compile_extract(event, a_cause(), **desk.ports())

    assert [(entry.outcome, len(entry.about)) for entry in desk.accesses.entries.values()] == [(FAILED, 1), (GIVEN, 5)]


@pytest.mark.parametrize("register", [a_register(), a_register(a_dossier(stays=()))], ids=["facts", "contradiction"])
def test_what_cannot_be_logged_is_given_to_nobody(register: FakeRegister):
    desk = Desk(register, accesses=FullLog())

    with pytest.raises(OSError, match="disk full"):
        compiled(desk)
    with pytest.raises(OSError, match="disk full"):
        prefill(register, accesses=desk.accesses)

    assert (desk.emitted(), desk.extracts.kept) == ([], {})


def test_a_prefill_is_a_look_at_all_the_children_and_not_at_those_shown_only():
    accesses = FakeAccesses()

    shown = prefill(a_register(), accesses=accesses)

    access = accesses.only()
    assert (access.by, access.purpose, access.outcome, access.application_id) == (PARENT, "prefill", GIVEN, None)
    assert access.about == (PARENT, CHILD, TODDLER, GROWN)
    assert GROWN not in {person.national_number for person in shown.subjects}


@pytest.mark.parametrize(
    ("register", "breaks", "outcome"),
    [
        (a_register(a_dossier(replaced_by=PARENT)), None, Refusal.REGISTER_CONTRADICTED),
        (a_register(), "merged_into", Refusal.REGISTER_UNAVAILABLE),
        (a_register(), "confirm", Refusal.REGISTER_UNAVAILABLE),
    ],
    ids=["contradiction", "children-away", "exchanged"],
)
def test_a_prefill_that_comes_to_nothing_is_a_look_too(register: FakeRegister, breaks: str | None, outcome: Refusal):
    accesses = FakeAccesses()
    if breaks:
        register.breaks[breaks] = AWAY

    assert prefill(register, accesses=accesses) == Prefill(code=outcome)

    assert accesses.only().outcome == outcome
    assert PARENT in accesses.only().about


def test_a_prefill_about_nobody_known_is_logged_without_anybody():
    accesses = FakeAccesses()

    prefill(a_register(), NOBODY, accesses=accesses)

    assert (accesses.only().about, accesses.only().by) == ((), NOBODY)
    assert accesses.only().outcome == Refusal.NOT_A_RESIDENT


def test_the_request_says_who_looks():
    desk = Desk(a_register())
    request = Request(applicant=PARTNER, subject=TODDLER, capacity="parent")

    compiled(desk, applicant=request.applicant, subject=request.subject, capacity=request.capacity)

    assert desk.accesses.only().by == PARTNER
