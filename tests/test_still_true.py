"""All services and their stores, in one process: somebody checks a certificate, and the register is asked anew."""

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.operator.backing_up import AGGREGATES, BESIDE
from deploy.production.in_use import LOCKED_BESIDE, locked
from services.chassis.restorations import JUMP, pass_over
from services.contracts.documents import Rechecked, RecheckRequested, Verification, VerifyCode, VerifyFile
from services.contracts.envelope import Envelope
from services.contracts.errors import Refusal
from services.contracts.intake import ApplicationCleared
from services.contracts.registry import ExtractCompiled, FactsRechecked, ListLooks
from services.registry import rechecking
from services.registry.contradictions import Inconsistent
from services.registry.domain import SourceRefused, SourceUnavailable, Standing, Stay
from tests.registry.fakes import (
    CHILD,
    GROWN,
    HOME,
    OTHER_TOWN,
    PARENT,
    PARTNER,
    TOWN,
    a_dossier,
    a_household,
    gone,
)
from tests.road import NOON, Road

HOUSEHOLD = {"product": "household-composition", "fields": {"purpose": "other"}}


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    return Road(mongo_client, database_prefix, now=NOON)


class Certified:
    """A certificate, issued on its road; `check` is what somebody does who has its code."""

    def __init__(self, road: Road, **asked: Any) -> None:
        self.road = road
        self.id = road.submit(**asked)
        assert set(road.carry()) == {"handled"}

    @property
    def kept(self) -> dict[str, Any]:
        found: dict[str, Any] = self.road.collection("documents").find_one({"_id": self.id})
        return found

    @property
    def truth(self) -> dict[str, Any]:
        found: dict[str, Any] = self.road.databases["documents"]["rechecks"].find_one({"_id": self.id})
        return found

    def check(self) -> Verification:
        found: Verification = self.road.ask(VerifyCode(town=TOWN, code=self.kept["code"]))
        return found

    def is_told(self) -> Rechecked | None:
        """After the next turn, in which everything is carried."""
        turn(self.road)
        return self.check().still_true


def turn(road: Road) -> list[str]:
    """What waits has its turn, and everything is carried to those who listen."""
    road.services["documents"].ask_rechecks()
    return road.carry()


def asked(road: Road) -> list[dict[str, Any]]:
    return [event for event in map(json.loads, road.said) if event["type"] == RecheckRequested.TYPE]


def answers(road: Road) -> list[dict[str, Any]]:
    return [event for event in map(json.loads, road.said) if event["type"] == FactsRechecked.TYPE]


def looks(road: Road, citizen: str = PARENT) -> list[Any]:
    listed = road.ask(ListLooks(town=TOWN, citizen=citizen)).looks
    return [look for look in listed if look.purpose == "verification"]


def moved(road: Road, **changes: Any) -> None:
    """The register says otherwise of the applicant from now on."""
    road.register.dossiers_[PARENT] = replace(road.register.dossiers_[PARENT], **changes)


def elsewhere_in_town(road: Road) -> None:
    """The whole household has moved."""
    home = replace(HOME, house_number="77")
    for number, each in road.register.dossiers_.items():
        *before, last = each.stays
        stays = (*before, replace(last, until="2026-11-25"), Stay(address=home, since="2026-11-25"))
        road.register.dossiers_[number] = replace(each, stays=stays)
    household = road.register.household_
    assert household is not None
    road.register.household_ = replace(household, address=home)


def test_the_first_check_answers_at_once_and_the_next_one_knows(road: Road):
    certificate = Certified(road)

    first = certificate.check()
    second = certificate.is_told()

    assert (first.verdict, first.is_current) == ("authentic", True)
    assert first.still_true == Rechecked(state="not-known", asked_at=None, is_being_asked=True)
    assert second == Rechecked(state="current", asked_at=road.now, is_being_asked=False)


@pytest.mark.parametrize("filed", [{}, HOUSEHOLD], ids=["residence", "household"])
def test_who_has_moved_since_has_a_certificate_that_is_superseded_and_asked_about_no_more(
    road: Road, filed: dict[str, Any]
):
    certificate = Certified(road, **filed)
    certificate.check()
    assert certificate.is_told() == Rechecked(state="current", asked_at=road.now)
    elsewhere_in_town(road)
    road.later(days=1)

    certificate.check()
    turn(road)
    told = certificate.check()
    for _ in range(3):
        road.later(days=1)
        certificate.check()
        turn(road)

    assert told.still_true == Rechecked(state="superseded", asked_at=NOON + timedelta(days=1))
    assert (told.verdict, told.is_current) == ("authentic", False)
    assert len(asked(road)) == len(looks(road)) == 2
    assert certificate.kept["recheck"] == ""


def _protect(road: Road) -> None:
    moved(road, protected_address=True)


def _protect_a_housemate(road: Road) -> None:
    road.register.dossiers_[PARTNER] = replace(road.register.dossiers_[PARTNER], protected_address=True)


def _away(road: Road) -> None:
    road.register.away = SourceUnavailable("paused")


def _refusing(road: Road) -> None:
    road.register.away = SourceRefused("certificate")


def _contradict(road: Road) -> None:
    road.register.breaks["household"] = Inconsistent("household-without-reference-person")


def _vanish(road: Road) -> None:
    del road.register.dossiers_[PARENT]


def standing(where: Standing) -> Callable[[Road], None]:
    return lambda road: moved(road, registration=gone(where))


@pytest.mark.parametrize(
    "happens",
    [
        *(standing(each) for each in Standing if each is not Standing.RESIDENT),
        _protect,
        _protect_a_housemate,
        _away,
        _refusing,
        _contradict,
        _vanish,
    ],
)
def test_whatever_else_happened_is_one_and_the_same_to_who_checks(road: Road, happens: Callable[[Road], None]):
    certificate = Certified(road, **HOUSEHOLD)
    happens(road)

    certificate.check()
    turn(road)
    told = certificate.check()

    assert told.still_true == Rechecked(state="not-known", asked_at=road.now)
    assert (told.verdict, told.is_current) == ("authentic", True)
    (answer,) = answers(road)
    assert set(answer["data"]) == {"application_id", "outcome", "asking", "asked_at"}


def test_however_often_and_by_how_many_it_is_checked_it_is_asked_once_a_day(road: Road):
    certificate = Certified(road)
    pdf = base64.b64encode(road.press_file()).decode()

    for _ in range(3):
        for _ in range(4):
            certificate.check()
            road.ask(VerifyFile(town=TOWN, pdf=pdf))
        turn(road)
        road.later(hours=2)

    assert len(asked(road)) == len(answers(road)) == len(looks(road)) == 1


def test_a_day_is_a_belgian_one(road: Road):
    road.now = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # half past eleven in the evening
    certificate = Certified(road)
    certificate.check()
    turn(road)

    road.later(minutes=29)
    certificate.check()
    turn(road)
    assert len(asked(road)) == 1
    road.later(minutes=2)
    certificate.check()
    turn(road)

    assert len(asked(road)) == len(looks(road)) == 2


def test_an_untouched_file_is_told_the_same(road: Road):
    certificate = Certified(road)
    certificate.check()
    turn(road)
    pdf = base64.b64encode(road.press_file()).decode()

    found = road.ask(VerifyFile(town=TOWN, pdf=pdf))

    assert (found.verdict, found.still_true) == ("untouched", Rechecked(state="current", asked_at=road.now))


def test_the_person_reads_who_looked_and_why_and_nobody_else_is_named(road: Road):
    certificate = Certified(road, **HOUSEHOLD)
    certificate.check()
    turn(road)

    for citizen in (PARENT, PARTNER, CHILD, GROWN):
        (look,) = looks(road, citizen)
        assert (look.by, look.product, look.outcome) == ("town", "household-composition", "given")
        assert look.application_id is None
    entry = road.databases["registry"]["accesses"].find_one({"purpose": "verification"})
    assert entry["by"] == "verification"


def test_a_refusal_is_in_the_persons_list_and_only_there(road: Road):
    certificate = Certified(road)
    moved(road, registration=gone(Standing.EMIGRATED))

    certificate.check()
    turn(road)

    assert [look.outcome for look in looks(road)] == [Refusal.EMIGRATED.value]
    assert "emigrated" not in json.dumps(answers(road))


@pytest.mark.parametrize("product", ["life", "nationality"])
def test_where_it_is_off_nothing_is_kept_and_nothing_told(road: Road, product: str):
    certificate = Certified(road, product=product)

    assert certificate.check().still_true is None
    assert "recheck" not in certificate.kept
    assert turn(road) == []


def test_what_was_filed_before_it_was_switched_on_is_never_asked_about(road: Road):
    on = dict(road.services["intake"].towns)
    road.services["intake"].towns = {TOWN: replace(on[TOWN], still_true=())}
    certificate = Certified(road)
    road.services["intake"].towns = on

    assert certificate.check().still_true is None
    assert "recheck" not in certificate.kept


@pytest.mark.parametrize("who", ["documents", "registry"])
def test_switched_off_it_ends_at_once_for_all(road: Road, who: str):
    certificate = Certified(road)
    certificate.check()
    service = road.services[who]
    service.towns = {TOWN: replace(service.towns[TOWN], still_true=())}

    turn(road)

    assert looks(road) == []
    if who == "documents":
        assert certificate.check().still_true is None
        road.services["documents"].end_rechecks()
        assert certificate.kept["recheck"] == ""
    else:
        assert certificate.check().still_true == Rechecked(state="not-known", asked_at=None)


def test_a_product_may_have_it_on_for_every_town_that_says_nothing(road: Road):
    for service in road.services.values():
        if hasattr(service, "towns"):
            service.towns = {TOWN: replace(service.towns[TOWN], still_true=None)}
        service.products = {id: replace(each, still_true=id == "life") for id, each in service.products.items()}
    certificate, other = Certified(road, product="life"), Certified(road, key="key-2")

    certificate.check()

    assert certificate.is_told() == Rechecked(state="current", asked_at=road.now)
    assert other.check().still_true is None


def test_after_its_last_day_it_says_so_and_is_asked_no_more(road: Road):
    certificate = Certified(road)
    assert ("requests", "1") in set(locked(certificate.kept))
    road.now = datetime(2027, 2, 22, 22, 59, tzinfo=UTC)  # its last minute
    assert certificate.check().still_true is not None

    road.later(minutes=2)
    turn(road)
    told = certificate.check()
    road.services["documents"].end_rechecks()

    assert (told.is_current, told.still_true, asked(road)) == (False, None, [])
    assert set(locked(certificate.kept)) == set()
    assert certificate.kept["asked_until"] is None


def test_a_newer_certificate_that_states_something_else_ends_it(road: Road):
    certificate = Certified(road)
    elsewhere_in_town(road)
    road.later(days=1)
    Certified(road, key="key-2")

    told = certificate.check()
    road.services["documents"].end_rechecks()
    turn(road)

    assert (told.verdict, told.still_true, asked(road)) == ("superseded", None, [])
    assert certificate.kept["recheck"] == ""


def test_retention_takes_it_with_the_certificate(road: Road):
    certificate = Certified(road)
    certificate.check()
    turn(road)

    road.later(days=400)
    road.sweep()

    assert "recheck" not in certificate.kept
    record = road.databases["registry"]["rechecks"].find_one({"_id": certificate.id})
    assert set(record) == set(certificate.truth) == {"_id", "town", "version", "emitted", "state", "emptied_at"}
    assert [road.deliver(body) for body in list(road.said) if b"recheck" in body[:200]] == [["seen-before"]] * 2


def test_each_event_counts_once(road: Road):
    certificate = Certified(road)
    certificate.check()
    turn(road)

    again = [road.deliver(body) for body in list(road.said)]

    assert all(set(outcomes) <= {"seen-before"} for outcomes in again)
    assert len(looks(road)) == 1


def test_answers_count_in_whatever_order_they_come(road: Road):
    certificate = Certified(road)
    certificate.check()
    road.services["documents"].ask_rechecks()
    road.carry(unless=lambda type: type == FactsRechecked.TYPE)
    elsewhere_in_town(road)
    road.later(days=1)
    certificate.check()
    road.services["documents"].ask_rechecks()
    road.carry(unless=lambda type: type == FactsRechecked.TYPE)
    waiting = [
        entry["body"].encode()
        for entry in road.databases["registry"]["rechecks"].find_one({"_id": certificate.id})["outbox"]
    ]

    outcomes = [road.deliver(body) for body in reversed(waiting)]

    assert len(waiting) == 2
    assert outcomes == [["handled"], ["handled"]]
    assert certificate.check().still_true == Rechecked(state="superseded", asked_at=road.now)


def test_a_late_answer_is_told_with_the_moment_that_it_is_of(road: Road):
    certificate = Certified(road)
    certificate.check()
    road.services["documents"].ask_rechecks()
    road.carry(unless=lambda type: type == FactsRechecked.TYPE)

    road.later(hours=20)
    road.carry()

    told = certificate.check().still_true
    assert told == Rechecked(state="current", asked_at=NOON, is_being_asked=True)


def test_an_answer_that_nobody_asked_for_changes_nothing(road: Road):
    certificate = Certified(road)
    certificate.check()
    turn(road)
    (answer,) = (Envelope.from_json(body) for body in road.said if json.loads(body)["type"] == FactsRechecked.TYPE)
    data = {**answer.data, "outcome": "superseded"}

    later = replace(answer, id=f"{certificate.id}:facts-rechecked:9", sequence=9, data={**data, "asking": 9})
    foreign = replace(answer, id="other:1", source=f"/towns/{OTHER_TOWN}/registry", data=data)
    unknown = replace(answer, id="x:1", subject="nobody", data={**data, "application_id": "nobody"})

    assert [road.deliver(each.to_json()) for each in (later, foreign, unknown)] == [["seen-before"]] * 3
    assert certificate.check().still_true == Rechecked(state="current", asked_at=road.now)


def test_what_is_kept_asks_for_its_own_application_and_no_other(road: Road):
    one, other = Certified(road), Certified(road, key="key-2")
    road.collection("documents").update_one({"_id": one.id}, {"$set": {"recheck": other.kept["recheck"]}})
    one.check()

    assert "parked: cannot-unlock" in turn(road)
    assert looks(road) == []


def test_documents_reads_nothing_of_it(road: Road):
    certificate = Certified(road)

    kept = json.dumps(certificate.kept, default=str)

    assert PARENT not in kept
    assert not hasattr(road.services["documents"], "requests")


def test_asked_twice_in_a_day_the_registry_looks_once(road: Road):
    """Also where documents lost its memory of it, as after a restoring."""
    certificate = Certified(road)
    certificate.check()
    turn(road)
    asking = Envelope.from_json(next(body for body in road.said if json.loads(body)["type"] == RecheckRequested.TYPE))
    elsewhere_in_town(road)

    road.later(hours=3)
    again = replace(asking, id=f"{certificate.id}:recheck-requested:1003", sequence=1003)
    outcome = road.deliver(again.to_json())
    road.carry()

    assert outcome == ["handled"]
    assert [(each["data"]["outcome"], each["data"]["asked_at"]) for each in answers(road)] == [
        ("current", NOON.isoformat())
    ] * 2
    assert len(looks(road)) == 1


def test_facts_that_mean_something_else_by_now_are_not_compared(road: Road, monkeypatch: pytest.MonkeyPatch):
    certificate = Certified(road)
    monkeypatch.setattr(rechecking, "FACTS_VERSION", rechecking.FACTS_VERSION + 1)

    certificate.check()

    assert certificate.is_told() == Rechecked(state="not-known", asked_at=None)
    assert looks(road) == []


def test_a_fact_that_is_gone_since_is_asked_for_no_more(road: Road, monkeypatch: pytest.MonkeyPatch):
    """An extension's, say: what was pinned with it cannot be compared."""
    certificate = Certified(road)
    pinned = rechecking.pinned
    monkeypatch.setattr(rechecking, "pinned", lambda *given: replace(pinned(*given), facts=("identity", "gone-since")))

    certificate.check()

    assert certificate.is_told() == Rechecked(state="not-known", asked_at=None)
    assert looks(road) == []


def test_what_no_paper_shows_supersedes_nothing(road: Road):
    certificate = Certified(road, **HOUSEHOLD)
    moved(road, sex="X")

    certificate.check()

    assert certificate.is_told() == Rechecked(state="current", asked_at=road.now)


def test_a_number_that_was_merged_is_followed_and_stands_on_no_old_paper(road: Road):
    certificate = Certified(road)
    new = a_dossier(GROWN, household="h1")
    road.register.dossiers_[GROWN] = new
    moved(road, replaced_by=GROWN)
    household = a_household((GROWN, "reference-person"), (PARTNER, "spouse"))
    road.register.household_ = household
    road.register.dossiers_ = {
        number: each if number in (GROWN, PARENT, PARTNER) else replace(each, household="h2", children=(), parents=())
        for number, each in road.register.dossiers_.items()
    }

    certificate.check()
    told = certificate.is_told()

    assert told is not None
    assert told.state == "superseded"  # as a certificate that is issued under the new number would make it


def test_ten_thousand_checks_hold_up_nobody(road: Road):
    """Few at a time, the longest waiting first; what is not answered gives its place back."""
    certificates = [Certified(road, key=f"key-{count}") for count in range(5)]
    for certificate in certificates:
        road.later(seconds=1)
        certificate.check()
    documents = road.services["documents"]

    for _ in range(3):
        documents.ask_rechecks()
    first = {each.id for each in certificates if each.truth["asked_at"]}
    road.carry(unless=lambda type: type == RecheckRequested.TYPE)
    road.later(minutes=11)
    documents.ask_rechecks()
    second = {each.id for each in certificates if each.truth["asked_at"]}

    assert first == {each.id for each in certificates[:2]}
    assert second == {each.id for each in certificates[:4]}
    assert certificates[0].check().still_true == Rechecked(state="not-known", asked_at=None, is_being_asked=False)
    while any(each.truth["wanted_at"] for each in certificates):
        turn(road)
    assert [each.check().still_true.state for each in certificates] == ["current"] * 5


def test_a_certificate_of_the_last_version_is_read_and_never_asked_about(road: Road):
    certificate = Certified(road)
    road.collection("documents").update_one({"_id": certificate.id}, {"$unset": {"recheck": "", "asked_until": ""}})

    assert certificate.check().still_true is None
    assert road.services["documents"].end_rechecks() is None


def test_facts_that_were_asked_again_bring_what_they_are_compared_by(road: Road):
    """What is kept with the certificate belongs to the facts that are on it."""
    certificate = Certified(road)
    (compiled,) = (event for event in map(json.loads, road.said) if event["type"] == ExtractCompiled.TYPE)

    assert compiled["data"]["recheck"] == certificate.kept["recheck"]
    application = road.collection("intake").find_one({"_id": certificate.id})
    assert application["recheck"] == ""


def test_the_last_day_is_the_one_on_the_paper(road: Road):
    certificate = Certified(road)

    assert certificate.kept["asked_until"] == certificate.kept["current_until"]
    assert certificate.check().current_through == date(2027, 2, 22)


def test_a_certificate_that_is_asked_for_anew_is_said_again_without_a_gap(road: Road):
    """intake hears every event that a certificate's own document says: those that ask are said by another."""
    certificate = Certified(road)
    certificate.check()
    turn(road)
    cleared = next(
        Envelope.from_json(body) for body in road.said if json.loads(body)["type"] == ApplicationCleared.TYPE
    )

    asked_again = replace(cleared, id=f"{certificate.id}:application-cleared:9", sequence=cleared.sequence + 9)
    outcome = road.deliver(asked_again.to_json())

    assert outcome == ["handled"]
    assert set(road.carry()) <= {"handled", "seen-before"}


def test_after_a_restoring_no_event_has_a_number_that_was_given_before(road: Road):
    certificate = Certified(road)
    certificate.check()
    turn(road)

    pass_over(
        {service: road.databases[service][name] for service, name in AGGREGATES.items()},
        beside=[road.databases[service][name] for service, name in BESIDE],
    )
    road.later(days=1)
    certificate.check()

    assert certificate.is_told() == Rechecked(state="current", asked_at=road.now)
    for events in (asked(road), answers(road)):
        first, second = events
        assert second["sequence"] > JUMP > first["sequence"]


def test_a_key_is_in_use_while_an_asking_is_still_to_leave(road: Road):
    certificate = Certified(road)
    certificate.check()

    road.services["documents"].ask_rechecks()

    assert ("requests", "1") in set(locked(certificate.truth))
    assert LOCKED_BESIDE == {"documents": "rechecks"}
