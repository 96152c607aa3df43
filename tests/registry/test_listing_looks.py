"""What a citizen reads about who looked at their data, and what is told to nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.contracts.errors import InvalidField, Refusal
from services.contracts.registry import LOOKERS, ListLooks, LookList, LookPlace, LookView
from services.registry.access import Access
from services.registry.handlers import list_looks
from tests.registry.fakes import CHILD, NOON, PARENT, PARTNER, STRANGER, TOWN, FakeAccesses


def looked(*accesses: Access, citizen: str = PARENT, **asked: Any) -> LookList:
    log = FakeAccesses()
    for each in accesses:
        log.record(each)
    return list_looks(ListLooks(town=TOWN, citizen=citizen, **asked), accesses=log)


def a_look(id: str = "l1", *, by: str = PARENT, about: tuple[str, ...] = (PARENT, CHILD), **chosen: Any) -> Access:
    usual: dict[str, Any] = {
        "town": TOWN,
        "at": NOON,
        "capacity": "self",
        "product": "residence",
        "purpose": "extract",
        "outcome": "given",
        "application_id": "a1",
        "facts": ("identity", "residence"),
        "sources": ("population",),
        "subject": by if chosen.get("capacity", "self") == "self" else CHILD,
        "known_to": about,
    }
    return Access(id=id, by=by, about=about, **{**usual, **chosen})


def test_ones_own_look_is_told_with_its_application():
    assert looked(a_look()).looks == (
        LookView(
            at=NOON,
            by="you",
            product="residence",
            facts=("identity", "residence"),
            purpose="extract",
            sources=("population",),
            outcome="given",
            application_id="a1",
        ),
    )


@pytest.mark.parametrize(
    ("look", "by"),
    [
        (a_look(by=PARENT, capacity="parent"), "parent"),
        (a_look(by=STRANGER), "another"),
        (a_look(by="operator:root", capacity="operator", purpose="repair", reason="mending"), "operator"),
        (a_look(by="verification", purpose="verification"), "town"),
        (a_look(by="verification", capacity="parent", purpose="verification"), "town"),
    ],
)
def test_of_others_the_role_is_told_and_neither_who_nor_for_which_application(look: Access, by: str):
    (told,) = looked(look, citizen=CHILD).looks

    assert (told.by, told.application_id) == (by, None)
    assert by in LOOKERS
    assert not any(text in repr(told) for text in (PARENT, STRANGER, "root", "mending", "a1"))


@pytest.mark.parametrize("outcome", [Refusal.NOT_ENTITLED, Refusal.REGISTER_UNAVAILABLE, "failed"])
@pytest.mark.parametrize(("capacity", "subject"), [("unsettled", CHILD), ("parent", None)], ids=["now", "up to 0.10"])
def test_nobody_is_called_a_parent_who_was_told_nothing(capacity: str, subject: str | None, outcome: str):
    (told,) = looked(a_look(by=STRANGER, capacity=capacity, subject=subject, outcome=str(outcome)), citizen=CHILD).looks

    assert (told.by, told.outcome) == ("unsettled", outcome)


def test_to_whom_it_was_not_about_nobody_asked_about_them():
    (told,) = looked(a_look(by=PARENT, about=(CHILD, PARTNER), capacity="parent"), citizen=PARTNER).looks

    assert told.by == "another"


DEED = {"product": "adoption-deed", "facts": ("adoption-deed",), "sources": ("deeds",)}


@pytest.mark.parametrize(
    "look",
    [
        a_look(by=PARTNER, purpose="prefill", product="divorce-deed", facts=(), sources=(), subject=None),
        a_look(by=PARTNER, capacity="parent", **DEED),
        a_look(by=PARTNER, capacity="ascendant", **DEED, subject=None),
        a_look(by=PARTNER, **DEED),
        a_look(by="operator:root", capacity="operator", purpose="repair", **DEED),
        a_look(by=PARTNER, product="death-deed", facts=(), sources=()),
        a_look(by=PARTNER, product="civil-status", facts=("identity", "civil-status")),
        a_look(by=PARTNER, product="gone", facts=("no-longer-known",)),
    ],
    ids=["form", "deed", "deed up to 0.10", "own deed", "mended", "long ago", "about another", "unknown"],
)
def test_what_somebody_else_asked_for_is_not_told(look: Access):
    for outcome, shown in (("given", "given"), (Refusal.DEED_MIGRATING.value, "refused")):
        (told,) = looked(replace(look, outcome=outcome), citizen=CHILD).looks

        assert (told.product, told.facts, told.sources, told.outcome) == (None, (), (), shown)


@pytest.mark.parametrize(
    "look",
    [
        a_look(by=PARTNER, capacity="parent"),
        a_look(by=PARTNER, product="household-composition", facts=("identity", "household")),
    ],
    ids=["about the reader", "about who lives there"],
)
def test_what_is_on_a_certificate_about_the_reader_is_told(look: Access):
    (told,) = looked(look, citizen=CHILD).looks

    assert (told.product, told.facts, told.sources) == (look.product, look.facts, look.sources)


def test_who_asks_for_a_deed_reads_it_in_the_own_list():
    (told,) = looked(a_look(by=PARENT, capacity="parent", **DEED)).looks

    assert (told.product, told.sources) == ("adoption-deed", ("deeds",))


def test_looks_under_an_earlier_number_are_ones_own():
    (told,) = looked(a_look(by=PARTNER, about=(PARTNER,)), other_numbers=(PARTNER,)).looks

    assert (told.by, told.application_id) == ("you", "a1")


def test_nobody_reads_what_is_not_about_them():
    assert looked(a_look(about=(CHILD,)), citizen=PARENT).looks == ()


def test_a_look_that_is_not_known_to_the_reader_is_told_to_whoever_looked_alone():
    look = a_look(by=PARENT, about=(PARENT, CHILD, PARTNER), known_to=(CHILD,))

    assert [len(looked(look, citizen=each).looks) for each in (PARENT, CHILD, PARTNER)] == [1, 1, 0]


def test_a_look_of_an_earlier_version_is_told_to_whoever_looked_alone():
    look = a_look(by=PARENT, about=(PARENT, CHILD), known_to=())

    assert [len(looked(look, citizen=each).looks) for each in (PARENT, CHILD)] == [1, 0]


def test_a_page_ends_where_the_next_begins():
    looks = [a_look(f"l{number}", at=NOON + timedelta(minutes=number)) for number in range(3)]

    first = looked(*looks, limit=2)
    second = looked(*looks, limit=2, after=first.last)

    assert [each.at.minute for each in (*first.looks, *second.looks)] == [2, 1, 0]
    assert (first.last, second.last) == (LookPlace(at=looks[1].at, id="l1"), None)


@pytest.mark.parametrize("limit", [0, 101])
def test_a_page_has_bounds(limit: int):
    with pytest.raises(InvalidField):
        looked(limit=limit)
