"""What a department may know: asked anew, never more than its record and the product, and always logged as its look."""

from dataclasses import replace
from typing import Any

import pytest

from services.contracts.errors import FactsGone, FactsNotAllowed, Refusal
from services.contracts.registry import (
    DepartmentFacts,
    ListLooks,
    LookView,
    NoteConfirming,
    Noted,
    ReadDepartmentFacts,
)
from services.registry.access import Access
from services.registry.domain import SourceUnavailable, Standing
from services.registry.handlers import compile_extract, list_looks, note_confirming, read_department_facts
from tests.registry.fakes import (
    NOON,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    TODDLER,
    TOWN,
    Desk,
    FakeAccesses,
    a_cause,
    a_dossier,
    a_register,
    gone,
)

TITLE, PURPOSE = "Police zone 5387", "to find whoever moved"


def answered(product: str = "residence", desk: Desk | None = None, **asked: Any) -> Desk:
    """An application of PARENT that was compiled; nothing of it is in the log any more."""
    desk = desk or Desk(a_register())
    compile_extract(desk.submitted(product, **asked), a_cause(), **desk.ports())
    desk.accesses.entries.clear()
    return desk


def ask(desk: Desk, *facts: str, department: str = "police", town: str = TOWN) -> DepartmentFacts:
    return read_department_facts(
        ReadDepartmentFacts(
            town=town, application_id="a1", department=department, title=TITLE, purpose=PURPOSE, facts=facts
        ),
        extracts=desk.extracts,
        register=desk.register,
        accesses=desk.accesses,
        products=desk.products,
        requests=desk.requests,
        access_id="look-1",
        now=desk.now,
    )


def seen(desk: Desk, citizen: str) -> tuple[LookView, ...]:
    return list_looks(ListLooks(town=TOWN, citizen=citizen), accesses=desk.accesses).looks


def test_it_gets_of_its_facts_those_that_the_product_has() -> None:
    desk = answered()

    found = ask(desk, "residence", "household", "nationality")

    assert (set(found.facts), found.product, found.looked_at, found.code) == ({"residence"}, "residence", NOON, None)


def test_the_register_is_asked_anew() -> None:
    desk = answered()
    desk.register = a_register(a_dossier(registration=gone(Standing.EMIGRATED)))

    found = ask(desk, "residence")

    assert (found.facts, found.code) == ({}, "emigrated")
    assert desk.accesses.only().outcome == "emigrated"


def test_whoever_it_is_about_reads_which_department_looked_and_why() -> None:
    desk = answered("household-composition")

    ask(desk, "household")

    (own,) = seen(desk, PARENT)
    assert (own.by, own.department, own.reason, own.purpose) == ("department", TITLE, PURPOSE, "department")
    assert (own.facts, own.product, own.outcome, own.application_id) == (
        ("household",),
        "household-composition",
        "given",
        None,
    )
    (of_a_member,) = seen(desk, PARTNER)
    assert (of_a_member.by, of_a_member.facts) == ("department", ("household",))


def test_a_department_with_eleven_digits_for_a_name_is_nobody_of_that_number() -> None:
    desk = answered()

    ask(desk, "residence", department=PARENT)

    (own,) = seen(desk, PARENT)
    assert (own.by, own.application_id) == ("department", None)


def test_what_cannot_be_logged_is_not_given() -> None:
    class FullLog(FakeAccesses):
        def record(self, access: Access) -> None:
            raise OSError("disk full")

    desk = answered()
    desk.accesses = FullLog()

    with pytest.raises(OSError, match="disk full"):
        ask(desk, "residence")


@pytest.mark.parametrize("facts", [(), ("household",), ("birth-deed",), ("no-such-fact",), ("x" * 65536,), ("\ud800",)])
def test_none_of_the_products_facts_is_no_look(facts: tuple[str, ...]) -> None:
    desk = answered()

    with pytest.raises(FactsNotAllowed):
        ask(desk, *facts)

    assert desk.accesses.entries == {}


def test_a_protection_is_told_to_no_department() -> None:
    desk = answered()
    desk.register = a_register(a_dossier(protected_address=True))

    found = ask(desk, "residence")

    assert (found.facts, found.code) == ({}, "only-at-the-counter")
    assert desk.accesses.only().outcome == "protected-address"


def test_who_asked_for_a_child_may_have_lost_the_right_since() -> None:
    desk = answered(subject=TODDLER, capacity="parent")
    toddler = desk.register.dossiers_[TODDLER]
    desk.register.dossiers_[TODDLER] = replace(
        toddler, parents=tuple(replace(each, authority=False) for each in toddler.parents)
    )

    found = ask(desk, "residence")

    assert (found.facts, found.code) == ({}, "only-at-the-counter")


def test_a_register_that_is_away_is_named() -> None:
    desk = answered()
    desk.register.breaks = {"dossier": SourceUnavailable("away")}

    assert ask(desk, "residence").code == Refusal.REGISTER_UNAVAILABLE


def test_another_town_is_told_nothing() -> None:
    with pytest.raises(FactsGone):
        ask(answered(), "residence", town=OTHER_TOWN)


def test_what_was_asked_is_kept_for_a_month() -> None:
    desk = answered()

    desk.later(days=30, seconds=-1)
    assert ask(desk, "residence").facts

    desk.later(seconds=1)
    with pytest.raises(FactsGone):
        ask(desk, "residence")


def test_of_a_refusal_nothing_is_kept() -> None:
    desk = answered(desk=Desk(a_register(a_dossier(registration=gone(Standing.EMIGRATED)))))

    with pytest.raises(FactsGone):
        ask(desk, "residence")


def test_what_still_waits_is_not_looked_up_for_a_department() -> None:
    desk = Desk(a_register())
    desk.register.breaks = {"dossier": SourceUnavailable("away")}
    answered(desk=desk)

    with pytest.raises(FactsGone):
        ask(desk, "residence")


def note(desk: Desk, *, town: str = TOWN, application_id: str = "a1") -> Noted:
    return note_confirming(
        NoteConfirming(
            town=town, application_id=application_id, department="police", title=TITLE, purpose="to confirm"
        ),
        extracts=desk.extracts,
        accesses=desk.accesses,
        requests=desk.requests,
        access_id="look-1",
        now=desk.now,
    )


def test_whoever_is_to_be_confirmed_reads_that_a_department_was_told() -> None:
    desk = answered("residence")

    assert note(desk).at == NOON

    (own,) = seen(desk, PARENT)
    assert (own.by, own.department, own.reason, own.purpose) == ("department", TITLE, "to confirm", "confirming")
    assert (own.product, own.facts, own.outcome) == ("residence", (), "given")
    assert seen(desk, PARTNER) == ()


def test_nothing_is_noted_of_what_is_not_kept_or_of_another_town() -> None:
    desk = answered()

    for asked in ({"town": OTHER_TOWN}, {"application_id": "a9"}):
        with pytest.raises(FactsGone):
            note(desk, **asked)
    assert not desk.accesses.entries
