"""A protected address is told to nobody, however the register lists or loses the person it protects."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.national_number import compose
from services.contracts.registry import Prefill, ReadPrefill
from services.registry.consequences import ELSEWHERE
from services.registry.contradictions import Inconsistent
from services.registry.domain import Household, Parent, RegisterKind, Registration, Standing, Stay
from services.registry.handlers import read_prefill
from services.registry.inquiry import inquire
from tests.registry.fakes import (
    CHILD,
    GROWN,
    HOME,
    NOON,
    PARENT,
    PARTNER,
    STRANGER,
    TOWN,
    TOWNS,
    FakeAccesses,
    FakeRegister,
    a_dossier,
    a_household,
    a_product,
    a_register,
    gone,
)

SHELTER = replace(HOME, street={"nl": "Schuilstraat"}, house_number="3", box=None)
OLD = compose(1987, 3, 12, 4)
OLD_CHILD = compose(2015, 5, 4, 3)
GRANDMOTHER = compose(1950, 1, 1, 2)
AWAY = Stay(address=replace(HOME, house_number="77"), since="2024-01-01")
BOTH = (Parent(number=PARENT, authority=True), Parent(number=PARTNER, authority=True))


def at_the_shelter(number: str, **more: object) -> object:
    usual = {"household": "h2", "stays": (Stay(address=SHELTER, since="2024-01-01"),)}
    return a_dossier(number, **{**usual, **more})  # type: ignore[arg-type]


def fled(*members: tuple[str, str], collective: bool = False, **changes: object) -> FakeRegister:
    """PARTNER fled from PARENT with their CHILD, and is protected; PARENT stayed, alone."""
    listed = members or ((PARTNER, "reference-person"), (CHILD, "child"))
    household = replace(a_household(*listed), id="h2", address=SHELTER, collective=collective)
    mother = at_the_shelter(PARTNER, born_on="1987-03-12", children=(CHILD,), protected_address=True)
    child = at_the_shelter(CHILD, born_on="2015-05-04", parents=BOTH)
    return a_register(a_dossier(PARENT, children=(CHILD,)), mother, child, household=household, family=False)  # type: ignore[arg-type]


def changed(register: FakeRegister, number: str, **changes: object) -> FakeRegister:
    register.dossiers_[number] = replace(register.dossiers_[number], **changes)  # type: ignore[arg-type]
    return register


def without(register: FakeRegister, number: str) -> FakeRegister:
    del register.dossiers_[number]
    return register


def merged(register: FakeRegister, old: str, number: str, **changes: object) -> FakeRegister:
    """`old` is the number that everything still names; the current dossier has another."""
    before = register.dossiers_.pop(number)
    register.dossiers_[old] = replace(before, number=old, replaced_by=None)
    register.dossiers_[number] = replace(before, replaced_by=old, **changes)  # type: ignore[arg-type]
    return register


def empty() -> FakeRegister:
    register = fled()
    register.household_ = None
    return register


WAYS: dict[str, Callable[[], FakeRegister]] = {
    "as it should be": fled,
    "the household is missing": empty,
    "the child names no household": lambda: changed(fled(), CHILD, household=None),
    "the child names a household that is not there": lambda: changed(fled(), CHILD, household="h9"),
    "the parent's dossier is missing": lambda: without(fled(), PARTNER),
    "the parent's dossier is missing, and the child names no household": lambda: changed(
        without(fled(), PARTNER), CHILD, household=None
    ),
    "the parent is listed under an old number": lambda: merged(fled(), OLD, PARTNER),
    "the parent is listed under an old number whose dossier was not protected": lambda: merged(
        fled(), OLD, PARTNER, protected_address=False
    ),
    "the protection stayed behind on the old dossier": lambda: changed(
        merged(fled(), OLD, PARTNER), OLD, protected_address=False
    ),
    "the parent is listed under the current number, and protected under the old one": lambda: changed(
        merged(fled((OLD, "reference-person"), (CHILD, "child")), OLD, PARTNER), OLD, protected_address=False
    ),
    "the parent's dossier was merged into one that is not there": lambda: changed(
        fled(), PARTNER, replaced_by=STRANGER
    ),
    "the parent's dossier was merged in a ring": lambda: changed(fled(), PARTNER, replaced_by=PARTNER),
    "the child is merged": lambda: merged(fled(), OLD_CHILD, CHILD),
    "the child is protected": lambda: changed(
        changed(fled(), PARTNER, protected_address=False), CHILD, protected_address=True
    ),
    "the child was protected under an old number": lambda: changed(
        changed(merged(fled(), OLD_CHILD, CHILD, protected_address=True), OLD_CHILD, protected_address=False),
        PARTNER,
        protected_address=False,
    ),
    "the household does not list the parent": lambda: fled((CHILD, "reference-person")),
    "the household does not list the child": lambda: fled((PARTNER, "reference-person")),
    "the parent is of another household at the same address": lambda: changed(
        fled((CHILD, "reference-person")), PARTNER, household="h3"
    ),
    "the parent is of no household, at the same address": lambda: changed(
        fled((CHILD, "reference-person")), PARTNER, household=None
    ),
    "a shelter is a collective household": lambda: fled((PARTNER, "unrelated"), (CHILD, "unrelated"), collective=True),
    "a shelter that does not list the parent": lambda: fled((CHILD, "unrelated"), collective=True),
}


def _larger() -> FakeRegister:
    register = fled((PARTNER, "reference-person"), (CHILD, "child"), (GROWN, "unrelated"))
    register.dossiers_[GROWN] = at_the_shelter(GROWN, born_on="2006-01-01", protected_address=True)  # type: ignore[assignment]
    return changed(register, PARTNER, protected_address=False)


def _elsewhere() -> FakeRegister:
    register = fled()
    assert isinstance(register.household_, Household)
    register.household_ = replace(register.household_, address=HOME)
    return register


ALONE = (CHILD, "reference-person")
JUST_PARENT = (Parent(number=PARENT, authority=True),)


def _unnamed() -> FakeRegister:
    """PARTNER names the child, whose own dossier does not name PARTNER, and has another household there."""
    return changed(changed(fled(ALONE), CHILD, parents=JUST_PARENT), PARTNER, household="h3")


def _named_before() -> FakeRegister:
    """The dossier that was merged into the child's named PARTNER; PARTNER's names nobody."""
    register = changed(merged(fled(ALONE), OLD_CHILD, CHILD), OLD_CHILD, parents=JUST_PARENT)
    return changed(register, PARTNER, household="h3", children=())


def _grandmother(**changes: object) -> FakeRegister:
    register = changed(fled(ALONE), PARTNER, protected_address=False, household="h3", stays=(AWAY,))
    usual = {"born_on": "1950-01-01", "protected_address": True, "household": "h4", **changes}
    register.dossiers_[GRANDMOTHER] = at_the_shelter(GRANDMOTHER, **usual)  # type: ignore[assignment]
    return register


def _grandmother_protected_before() -> FakeRegister:
    register = changed(_grandmother(), GRANDMOTHER, protected_address=False)
    register.dossiers_[OLD] = a_dossier(OLD, replaced_by=GRANDMOTHER, protected_address=True)
    return register


def _whereabouts_unknown(**registration: object) -> FakeRegister:
    entry = Registration(**{"standing": Standing.RESIDENT, "since": "2010-01-01", **registration})  # type: ignore[arg-type]
    return changed(fled(ALONE), PARTNER, registration=entry, household=None, stays=(AWAY,))


WAYS |= {
    "the child's dossier does not name the parent, whose names the child": _unnamed,
    "the parent's names the child under an old number": lambda: changed(
        merged(_unnamed(), OLD_CHILD, CHILD), PARTNER, children=(CHILD,)
    ),
    "only the child's old dossier names the parent": _named_before,
    "somebody else is protected at the address, in another household": _grandmother,
    "somebody else is protected there, as the register writes it otherwise": lambda: _grandmother(
        stays=(Stay(address=replace(SHELTER, street={"und": " SCHUILSTRAAT"}, box=""), since="2024-01-01"),)
    ),
    "somebody else was protected there under an old number": _grandmother_protected_before,
    "the parent is known by a BIS number only": lambda: _whereabouts_unknown(register=RegisterKind.BIS),
    "the parent was struck off": lambda: _whereabouts_unknown(standing=Standing.STRUCK_OFF),
    "the parent lost the right to be entered": lambda: _whereabouts_unknown(standing=Standing.RESIDENCE_LOST),
    "another member of a larger household is protected": _larger,
    "the household is at a former address": _elsewhere,
}


def outcome(register: FakeRegister, *facts: str, applicant: str, subject: str, capacity: str) -> str:
    try:
        answer = inquire(
            Request(applicant=applicant, subject=subject, capacity=capacity),
            application_id="a1",
            town=TOWN,
            product=a_product("identity", *facts),
            view=register,
            now=NOON,
        )
    except Inconsistent:
        return "contradicted"
    return answer.refusal.value if answer.refusal else "given"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("facts", ["residence", "household", "life"])
def test_the_other_parent_learns_no_more_than_a_stranger(way: str, facts: str):
    """Not in which town the child lives either, which any certificate or any other refusal would tell."""
    told = [
        outcome(WAYS[way](), facts, applicant=applicant, subject=CHILD, capacity="parent")
        for applicant in (PARENT, STRANGER)
    ]

    assert told == [Refusal.NOT_ENTITLED, Refusal.NOT_ENTITLED]


@pytest.mark.parametrize("standing", [Standing.MOVED_OUT, Standing.EMIGRATED, Standing.STRUCK_OFF, Standing.DECEASED])
def test_nor_that_the_child_was_here_and_left_with_who_is_protected(standing: Standing):
    for protected in (True, False):
        register = changed(fled(), PARTNER, registration=gone(standing), protected_address=protected)
        register = changed(register, CHILD, registration=gone(standing), household=None)
        told = outcome(register, "life", applicant=PARENT, subject=CHILD, capacity="parent")
        assert told == (Refusal.NOT_ENTITLED if protected else standing.value)


def test_the_protected_parent_who_lives_with_the_child_is_told_of_the_desk():
    for facts, told in (("residence", "protected-address"), ("household", "protected-address"), ("life", "given")):
        assert outcome(fled(), facts, applicant=PARTNER, subject=CHILD, capacity="parent") == told


def test_where_nobody_is_protected_the_other_parent_may_ask():
    register = changed(fled(), PARTNER, protected_address=False)

    assert outcome(register, "residence", applicant=PARENT, subject=CHILD, capacity="parent") == "given"


def test_a_stale_household_in_common_is_not_living_together():
    """The child's dossier still names the household that it left, and another address."""
    register = changed(fled(), CHILD, household="h1")

    for facts in ("residence", "life"):
        told = outcome(register, facts, applicant=PARENT, subject=CHILD, capacity="parent")
        assert told == Refusal.NOT_ENTITLED


@pytest.mark.parametrize("way", WAYS)
def test_no_household_that_shows_a_protected_address_is_put_on_paper(way: str):
    for applicant in (PARTNER, CHILD, GROWN, OLD, OLD_CHILD):
        told = outcome(WAYS[way](), "household", applicant=applicant, subject=applicant, capacity="self")
        assert told != "given", applicant


@pytest.mark.parametrize("way", WAYS)
def test_nor_is_the_own_residence_of_who_is_protected_or_a_minor(way: str):
    register = WAYS[way]()
    for number, dossier in register.dossiers_.items():
        if dossier.protected_address or number in (CHILD, OLD_CHILD):
            told = outcome(register, "residence", applicant=number, subject=number, capacity="self")
            assert told != "given"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("facts", ["residence", "life"])
def test_the_form_does_not_offer_the_child_to_the_other_parent(way: str, facts: str):
    register = WAYS[way]()
    childless = replace(register, dossiers_={PARENT: replace(register.dossiers_[PARENT], children=())})
    answers = [
        read_prefill(
            ReadPrefill(town=TOWN, citizen=PARENT, product="special"),
            register=each,
            accesses=FakeAccesses(),
            towns=TOWNS,
            products={"special": a_product("identity", facts, capacities=("parent",))},
            access_id="look",
            now=NOON,
        )
        for each in (register, childless)
    ]

    assert answers[0] == answers[1] == Prefill(code="not-entitled")


@pytest.mark.parametrize(
    ("born_on", "told"),
    [
        ("2008-06-00", "protected-address"),
        ("2008-00-00", "protected-address"),
        ("2008-06-01", "given"),
        ("2008-05-00", "given"),
        ("2007-00-00", "given"),
    ],
)
def test_who_may_be_a_minor_is_protected_as_one_and_no_parent_speaks_for_who_may_be_of_age(born_on: str, told: str):
    register = changed(fled(), CHILD, born_on=born_on)

    assert outcome(register, "residence", applicant=CHILD, subject=CHILD, capacity="self") == told
    assert outcome(register, "life", applicant=PARTNER, subject=CHILD, capacity="parent") == Refusal.NOT_ENTITLED


@pytest.mark.parametrize("standing", sorted(ELSEWHERE))
def test_a_protected_parent_who_certainly_left_stops_nobody(standing: Standing):
    register = changed(fled(ALONE), PARTNER, registration=gone(standing), household=None, stays=(AWAY,))

    assert outcome(register, "residence", applicant=PARENT, subject=CHILD, capacity="parent") == "given"


def test_nor_does_somebody_protected_at_another_address_of_the_street():
    register = _grandmother(stays=(Stay(address=replace(SHELTER, house_number="5"), since="2024-01-01"),))

    assert outcome(register, "residence", applicant=PARENT, subject=CHILD, capacity="parent") == "given"


def test_a_protected_parent_who_lives_elsewhere_stops_nobody():
    """The child stayed: its address is the applicant's own."""
    here = a_dossier(CHILD, born_on="2015-05-04", parents=BOTH)
    away = at_the_shelter(PARTNER, born_on="1987-03-12", protected_address=True)
    household = a_household((PARENT, "reference-person"), (CHILD, "child"))
    register = a_register(a_dossier(PARENT), here, away, household=household, family=False)  # type: ignore[arg-type]

    assert outcome(register, "residence", applicant=PARENT, subject=CHILD, capacity="parent") == "given"


def test_who_is_protected_is_told_so_before_filing():
    register = fled()
    for facts, code in (("residence", "protected-address"), ("life", None)):
        prefill = read_prefill(
            ReadPrefill(town=TOWN, citizen=PARTNER, product="special"),
            register=register,
            accesses=FakeAccesses(),
            towns=TOWNS,
            products={"special": a_product("identity", facts, capacities=("self",))},
            access_id="look",
            now=NOON,
        )
        assert (prefill.code, len(prefill.subjects)) == (code, 0 if code else 1)
