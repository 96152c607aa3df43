"""One suite of promises about which events may act, for every service's store and the stand-in for it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.chassis.admission import Hearing
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, TryLater, Unacceptable
from services.contracts.documents import FactsExpired
from services.contracts.envelope import Cause
from services.intake.store import ApplicationStore
from services.notify.domain import Kind
from services.notify.store import CorrespondenceStore
from services.registry.extract import Extract
from services.registry.store import ExtractStore
from tests.documents.fakes import FakeCertificates
from tests.documents.test_store import a_store
from tests.intake.fakes import NOON, FakeApplications
from tests.intake.test_store import an_application
from tests.notify.fakes import FakeCorrespondences
from tests.outbox import KeptInOutbox
from tests.registry.fakes import FakeExtracts

ID, TOWN, OTHER_TOWN = "a1", "24001", "21005"


def a_cause(
    sequence: int = 1, *, id: str = "", service: str = "intake", subject: str = ID, town: str = TOWN, digest: str = "d"
) -> Cause:
    return Cause(
        event_id=id or f"{service}:{subject}:{sequence}",
        type="a type",
        source=f"/towns/{town}/{service}",
        subject=subject,
        sequence=sequence,
        digest=digest,
    )


@dataclass(frozen=True, kw_only=True)
class Door:
    """How an event comes to one document of a store: heard, which gives what is there, and kept with its effect."""

    hearing: Hearing
    hear: Callable[[Cause], Any]
    keep: Callable[[Any, Cause], Any]
    touch: Callable[[Any], Any]
    """A change without a cause."""

    def act(self, cause: Cause) -> None:
        self.keep(self.hear(cause), cause)


def of_intake(database: Database[dict[str, Any]] | None) -> Door:
    store: Any = FakeApplications()
    if database is not None:
        store = ApplicationStore(database, relay=KeptInOutbox(), clock=lambda: NOON)
    store.add(an_application(ID, town=TOWN), [])
    return Door(
        hearing=Hearing.CONTIGUOUS,
        hear=lambda cause: store.hear(ID, cause),
        keep=lambda found, cause: store.save(found, [], cause=cause),
        touch=lambda found: store.save(found, []),
    )


def of_registry(database: Database[dict[str, Any]] | None) -> Door:
    store: Any = FakeExtracts()
    if database is not None:
        store = ExtractStore(database, relay=KeptInOutbox(), clock=lambda: NOON)

    def new() -> Extract:
        return Extract(application_id=ID, town=TOWN, product="life")

    return Door(
        hearing=Hearing.LATEST,
        hear=lambda cause: store.hear(ID, cause),
        keep=lambda found, cause: store.save(found or replace(new(), town=cause.town), (), cause=cause),
        touch=lambda found: store.save(found or new(), ()),
    )


def of_documents(database: Database[dict[str, Any]] | None) -> Door:
    store: Any = FakeCertificates() if database is None else a_store(database)
    expired = FactsExpired(application_id=ID, found_at=NOON)
    return Door(
        hearing=Hearing.LATEST,
        hear=lambda cause: store.draft(ID, product="life", language="nl", now=NOON, cause=cause),
        keep=lambda found, cause: store.report_expired(found, event=expired, cause=cause),
        touch=lambda found: found,  # documents changes nothing without one
    )


def of_notify(database: Database[dict[str, Any]] | None) -> Door:
    store: Any = FakeCorrespondences()
    if database is not None:
        store = CorrespondenceStore(database, relay=KeptInOutbox(), clock=lambda: NOON)

    def claimed(found: Any) -> Any:
        return found.claimed(Kind.ISSUED, message_id="<m>", now=NOON, patience=timedelta())

    return Door(
        hearing=Hearing.EVERY,
        hear=lambda cause: store.hear(ID, cause),
        keep=lambda found, cause: store.save(claimed(found), cause=cause),
        touch=lambda found: store.claim(claimed(found)),
    )


DOORS = {"intake": of_intake, "registry": of_registry, "documents": of_documents, "notify": of_notify}


@pytest.fixture(params=[(service, kind) for service in DOORS for kind in ("stand-in", "real")], ids="-".join)
def door(request: pytest.FixtureRequest) -> Door:
    service, kind = request.param
    return DOORS[service](request.getfixturevalue("database") if kind == "real" else None)


def test_an_event_acts_once(door: Door):
    door.act(a_cause(1))

    with pytest.raises(AlreadyHandled):
        door.act(a_cause(1))


def test_an_event_is_known_however_many_came_after_it(door: Door):
    for sequence in (1, 2, 3):
        door.act(a_cause(sequence))

    with pytest.raises(AlreadyHandled):
        door.act(a_cause(2))


def test_one_id_with_another_body_is_told_to_operators(door: Door):
    door.act(a_cause(1))
    door.act(a_cause(2))

    for sequence in (1, 2):
        with pytest.raises(Unacceptable, match="same-id-other-body"):
            door.act(a_cause(sequence, digest="another"))


def test_a_late_one_still_counts_unless_only_the_latest_does(door: Door):
    door.act(a_cause(1))
    door.act(a_cause(2))
    late = a_cause(1, id="late")

    if door.hearing is Hearing.LATEST:
        with pytest.raises(AlreadyHandled):
            door.act(late)
    else:
        door.act(late)
        with pytest.raises(AlreadyHandled):
            door.act(late)


def test_a_late_one_does_not_set_the_count_back(door: Door):
    for cause in (a_cause(1), a_cause(2)):
        door.act(cause)
    if door.hearing is not Hearing.LATEST:
        door.act(a_cause(1, id="late"))

    if door.hearing is Hearing.CONTIGUOUS:
        with pytest.raises(TryLater):
            door.hear(a_cause(4))
    if door.hearing is Hearing.LATEST:
        with pytest.raises(AlreadyHandled):
            door.hear(a_cause(2, id="another"))
    door.act(a_cause(3))


@pytest.mark.parametrize("before", [0, 1])
def test_a_gap_waits_where_every_event_is_heard(door: Door, before: int):
    for sequence in range(1, before + 1):
        door.act(a_cause(sequence))
    early = a_cause(before + 2)

    if door.hearing is Hearing.CONTIGUOUS:
        with pytest.raises(TryLater, match="sequence-gap"):
            door.act(early)
        door.act(a_cause(before + 1))
    door.act(early)


@pytest.mark.parametrize("apart", [{"service": "documents"}, {"subject": "a2"}])
def test_each_source_and_each_subject_is_counted_apart(door: Door, apart: dict[str, str]):
    for sequence in (1, 2):
        door.act(a_cause(sequence))

    door.act(a_cause(1, **apart))
    door.act(a_cause(2, **apart))

    with pytest.raises(AlreadyHandled):
        door.act(a_cause(2, **apart))
    door.act(a_cause(3))


def test_an_event_of_another_town_does_not_reach_it(door: Door):
    door.act(a_cause(1))

    with pytest.raises((Unacceptable, ConcurrentChange)):
        door.act(a_cause(2, town=OTHER_TOWN))
    door.act(a_cause(2))


def test_of_two_at_once_one_acts(door: Door):
    door.act(a_cause(1))
    first, second = door.hear(a_cause(2)), door.hear(a_cause(2))
    door.keep(first, a_cause(2))

    with pytest.raises((ConcurrentChange, AlreadyHandled)):
        door.keep(second, a_cause(2))


def test_of_two_that_take_it_for_new_one_acts(door: Door):
    first, second = door.hear(a_cause(1)), door.hear(a_cause(1))
    door.keep(first, a_cause(1))

    with pytest.raises((ConcurrentChange, AlreadyHandled)):
        door.keep(second, a_cause(1))


def test_a_change_without_a_cause_is_no_event(door: Door):
    door.touch(door.hear(a_cause(1)))

    door.act(a_cause(1))

    with pytest.raises(AlreadyHandled):
        door.act(a_cause(1))
