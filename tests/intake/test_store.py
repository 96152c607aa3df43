"""One suite for every store of applications: the tests' stand-in and the real one keep the same promises."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.confirmations import AnswerRefused
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, Emptied, TryLater, Unacceptable
from services.contracts.events import Event
from services.contracts.intake import ApplicationMoved, ApplicationWithdrawn, Position, State, Step
from services.contracts.plans import Plan
from services.intake import handlers
from services.intake.domain.application import Application
from services.intake.domain.gate import Answer, Gate, GateState
from services.intake.domain.gates.facts import filed
from services.intake.domain.ports import Applications
from services.intake.handlers import deadlines
from services.intake.store import ApplicationStore
from tests.intake.fakes import NOON, FakeApplications, a_cause
from tests.outbox import KeptInOutbox, events_in


@pytest.fixture(params=["stand-in", "real"])
def applications(request: pytest.FixtureRequest) -> Applications:
    if request.param == "stand-in":
        return FakeApplications()
    database: Database[dict[str, Any]] = request.getfixturevalue("database")
    return ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)


def an_application(id: str = "a1", **chosen: Any) -> Application:
    usual: dict[str, Any] = {
        "id": id,
        "town": "24001",
        "applicant": "someone",
        "idempotency_key": f"key of {id}",
        "body_digest": "digest",
        "product": "residence",
        "language": "nl",
        "fresh_for_minutes": 60,
        "request": "sealed request",
        "contact": "sealed contact",
        "submitted_at": NOON,
        "expires_at": NOON + timedelta(days=30),
        "state": State.SUBMITTED,
        "deadline": NOON + timedelta(minutes=10),
        "timeline": (Step(at=NOON, state="submitted", code="c", expected_by=NOON),),
        "gates": (filed(expires_at=NOON + timedelta(days=30), now=NOON),),
    }
    return Application(**{**usual, **chosen})


def moved(id: str = "a1") -> ApplicationMoved:
    return ApplicationMoved(application_id=id, state="submitted")


def test_what_was_added_is_read_back_whole(applications: Applications):
    application = an_application(early=(Step(at=NOON, state="delivered"),), facts_expire_at=NOON, certificate_id="c1")

    applications.add(application, [moved()])

    assert applications.read("a1", town="24001", applicant="someone") == application


def test_the_first_answer_equals_every_later_one(applications: Applications):
    precise = an_application(submitted_at=NOON.replace(microsecond=123456))

    first = applications.add(precise, [])

    assert applications.read("a1", town="24001", applicant="someone") == first


def test_one_application_for_each_key_of_an_applicant(applications: Applications):
    applications.add(an_application("a1", idempotency_key="k"), [])

    second = applications.add(an_application("a2", idempotency_key="k"), [])
    others = [
        applications.add(an_application("a3", idempotency_key="k", applicant="another"), []),
        applications.add(an_application("a4", idempotency_key="k", town="21005"), []),
    ]

    assert (second.id, [each.id for each in others]) == ("a1", ["a3", "a4"])
    found = applications.with_key(town="24001", applicant="someone", idempotency_key="k")
    assert found is not None
    assert found.id == "a1"
    known = [applications.knows_key(town=town, idempotency_key=key) for town, key in (("24001", "k"), ("63023", "k"))]
    assert [*known, applications.knows_key(town="24001", idempotency_key="l")] == [True, False, False]


def test_our_own_retried_insert_finds_what_it_kept(applications: Applications):
    application = an_application()

    ids = [applications.add(application, [moved()]).id for _ in range(2)]

    assert ids == ["a1", "a1"]
    assert len(applications.of(town="24001", applicant="someone", limit=9)) == 1


def test_a_change_is_kept_with_its_cause(applications: Applications):
    applications.add(an_application(), [])
    application = applications.hear("a1", a_cause("registry", 1))

    after = applications.save(replace(application, state=State.CLEARED), [moved()], cause=a_cause("registry", 1))

    assert (after.state, after.version) == (State.CLEARED, 2)
    assert applications.read("a1", town="24001", applicant="someone") == after
    with pytest.raises(AlreadyHandled):
        applications.hear("a1", a_cause("registry", 1))
    with pytest.raises(Unacceptable):
        applications.hear("a1", a_cause("registry", 1, digest="another"))
    with pytest.raises(TryLater):
        applications.hear("a1", a_cause("registry", 3))
    assert applications.hear("a1", a_cause("registry", 2)) == after
    assert applications.hear("a1", a_cause("notify", 1)) == after


def test_what_somebody_else_changed_cannot_be_saved(applications: Applications):
    applications.add(an_application(), [])
    stale = applications.hear("a1", a_cause("registry", 1))
    applications.save(stale, [], cause=a_cause("registry", 1))

    with pytest.raises(ConcurrentChange):
        applications.save(replace(stale, state=State.WITHDRAWN), [])


def test_a_saved_application_can_be_saved_again(applications: Applications):
    applications.add(an_application(), [])
    application = applications.hear("a1", a_cause("registry", 1))

    once = applications.save(replace(application, state=State.DEFERRED), [moved()])
    twice = applications.save(replace(once, state=State.WITHDRAWN), [moved()])

    assert (twice.state, twice.version) == (State.WITHDRAWN, 3)


def test_an_event_about_nothing_of_that_town_is_unacceptable(applications: Applications):
    applications.add(an_application(), [])

    for id, town in (("a1", "21005"), ("a2", "24001")):
        with pytest.raises(Unacceptable):
            applications.hear(id, a_cause("registry", 1, town=town))


def test_own_applications_newest_first(applications: Applications):
    for count in range(3):
        applications.add(an_application(f"a{count}", submitted_at=NOON + timedelta(minutes=count)), [])
    applications.add(an_application("b1", applicant="another"), [])
    applications.add(an_application("b2", town="21005"), [])

    own = applications.of(town="24001", applicant="someone", limit=9)

    assert [each.id for each in own] == ["a2", "a1", "a0"]


def test_a_page_goes_on_behind_the_last_one_also_among_those_of_one_moment(applications: Applications):
    for id, minute in (("a1", 1), ("a2", 1), ("a3", 1), ("a4", 2), ("a0", 3)):
        applications.add(an_application(id, submitted_at=NOON + timedelta(minutes=minute)), [])
    pages, after = [], None

    for _ in range(3):
        page = applications.of(town="24001", applicant="someone", limit=2, after=after)
        pages.append([each.id for each in page])
        after = Position(submitted_at=page[-1].submitted_at, application_id=page[-1].id)
        applications.add(an_application(f"b{len(pages)}", submitted_at=NOON + timedelta(hours=1)), [])

    assert pages == [["a0", "a4"], ["a3", "a2"], ["a1"]]


@pytest.mark.parametrize(("town", "applicant"), [("21005", "someone"), ("24001", "another")])
def test_nothing_of_another_town_or_applicant_is_found(applications: Applications, town: str, applicant: str):
    applications.add(an_application(certificate_id="c1"), [])

    own = applications.with_certificate("c1", town="24001", applicant="someone")
    found = [
        applications.read("a1", town=town, applicant=applicant),
        applications.with_certificate("c1", town=town, applicant=applicant),
        applications.with_key(town=town, applicant=applicant, idempotency_key="key of a1"),
    ]

    assert own is not None
    assert found == [None, None, None]


def test_the_longest_overdue_comes_first(applications: Applications):
    deadlines: dict[str, datetime | None] = {
        "a1": NOON + timedelta(minutes=2),
        "a2": NOON + timedelta(minutes=1),
        "a3": NOON + timedelta(minutes=9),
        "a4": None,
    }
    for id, deadline in deadlines.items():
        applications.add(an_application(id, deadline=deadline), [])
    applications.add(an_application("b1", town="21005", deadline=NOON), [])

    due = applications.overdue(towns=["24001"], now=NOON + timedelta(minutes=2))

    assert [each.id for each in due] == ["a2", "a1"]


def test_what_cannot_be_moved_keeps_nothing_overdue_waiting(
    applications: Applications, monkeypatch: pytest.MonkeyPatch
):
    """However many there are of it, and however long overdue."""
    save = applications.save

    def save_unless_stuck(application: Application, events: Sequence[Event]) -> Application:
        if application.id.startswith("stuck"):
            raise Unacceptable("not-writable")
        return save(application, events)

    monkeypatch.setattr(deadlines, "MOVED_AT_ONCE", 2)
    monkeypatch.setattr(applications, "save", save_unless_stuck)
    for n in range(3):
        applications.add(an_application(f"stuck{n}", deadline=NOON + timedelta(minutes=n)), [])
        applications.add(an_application(f"a{n}", deadline=NOON + timedelta(minutes=10 + n)), [])
    late = NOON + timedelta(days=31)

    assert handlers.sweep_deadlines(applications=applications, towns=["24001"], now=late) == 2
    assert handlers.sweep_deadlines(applications=applications, towns=["24001"], now=late) == 1


def test_the_events_are_saved_with_the_change_and_hints_only_sent(database: Database[dict[str, Any]]):
    relay = KeptInOutbox()
    applications = ApplicationStore(database, relay=relay, clock=lambda: NOON)
    withdrawn = ApplicationWithdrawn(application_id="a1", product="residence", withdrawn_at=NOON)
    applications.watch(applications.add(an_application(), [withdrawn]))

    applications.save(
        applications.hear("a1", a_cause("registry", 1)), [withdrawn, moved()], cause=a_cause("registry", 1)
    )

    (document,) = database["applications"].find()
    fact = "be.loket.intake.application-withdrawn.v1"
    assert [(event["type"], event["sequence"]) for event in events_in(document)] == [(fact, 1), (fact, 2)]
    assert [(hint["data"]["state"], hint["sequence"]) for hint in relay.hinted] == [("submitted", 2)]
    assert document["heard"] == {"registry/a subject": 1}


def test_gates_are_read_back_whole(applications: Applications):
    met = replace(filed(expires_at=NOON, now=NOON), state=GateState.MET)
    asked = Gate(
        kind="confirmation",
        terms="police",
        state=GateState.ASKED,
        reference="a1-1",
        answers_within=28,
        reminded_every=7,
        open_for=60,
        counts_for=30,
        concerning="sealed",
        asking=2,
        asked_at=NOON,
        due_at=NOON + timedelta(days=28),
        expires_at=NOON + timedelta(days=60),
        digests=("one", "two"),
        answers=(Answer(asking=1, outcome="confirmed", by="officer 7", at=NOON, counts_until=NOON),),
    )
    application = an_application(
        state=State.AWAITING_CONFIRMATION,
        gates=(met, asked),
        plan=Plan(
            digest="d", facts=("life",), capacities=("self",), current_for_days=30, gates=("confirmation/police",)
        ),
        ends_at=NOON + timedelta(days=120),
        facts_digest="two",
    )

    kept = applications.add(application, [])

    assert kept == application
    assert applications.find("a1", town="24001") == application
    assert applications.find("a1", town="21005") is None
    assert applications.find("another", town="24001") is None


def test_of_an_emptied_application_an_event_leaves_once(database: Database[dict[str, Any]]) -> None:
    store = ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    assert store.empty(store.add(an_application(deadline=None), []))
    cause = a_cause("notify", 1)

    for hear in (lambda: store.hear("a1", cause), lambda: store.find("a1", town="24001")):
        with pytest.raises(Emptied):
            hear()
    store.say_of_emptied("a1", [refused()], cause=cause)

    assert [event["type"] for event in events_in(database["applications"].find_one())] == [AnswerRefused.TYPE]
    for hear in (lambda: store.hear("a1", cause), lambda: store.say_of_emptied("a1", [refused()], cause=cause)):
        with pytest.raises(AlreadyHandled):
            hear()
    with pytest.raises(Unacceptable):
        store.say_of_emptied("a1", [refused()], cause=a_cause("notify", 1, town="21005"))
    assert len(events_in(database["applications"].find_one())) == 1


def refused() -> AnswerRefused:
    return AnswerRefused(
        application_id="a1",
        reference="a1-1",
        asking=1,
        product="life",
        outcome="confirmed",
        answer_id="answer-1",
        given_by="zone",
        given_id="2026/1",
        code="confirmation-over",
        refused_at=NOON,
    )
