"""What is kept is emptied when its time is over, and what is left of it acknowledges whatever still comes."""

import base64
import os
import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import bson
import pytest
from gridfs import GridFS
from pymongo import MongoClient

from services.chassis import retention
from services.contracts.catalogue import products
from services.contracts.days import end_of
from services.contracts.delivery import TryLater
from services.contracts.documents import FetchCertificate, VerifyCode, VerifyFile
from services.contracts.intake import FindCertificate, ListApplications, ReadApplication, WithdrawApplication
from services.contracts.notify import AnswerGiven
from services.contracts.product import Product
from services.contracts.retention import ON_ITS_ROAD, on_its_road
from services.contracts.topology import SUBSCRIPTIONS
from services.contracts.town_setups import ChangeTown
from services.documents.domain import Finding
from services.notify.domain import Undeliverable
from services.registry.domain import SourceUnavailable
from tests.intake.confirmed import CONFIRMED, POLICE
from tests.registry.fakes import PARENT, PARTNER, STRANGER, TOWN
from tests.road import AGGREGATES, NOON, Road, refused

TOMBSTONE = {"_id", "town", "version", "emitted", "state", "emptied_at"}
YEAR = timedelta(days=366)
"""The 365 days of the catalogue, and that of which they count."""


@pytest.fixture
def road(mongo_client: MongoClient[dict[str, Any]], database_prefix: str) -> Road:
    return Road(mongo_client, database_prefix, now=NOON)


def emptied(road: Road, service: str) -> dict[str, bool]:
    return {each["_id"]: "emptied_at" in each for each in road.collection(service).find()}


def is_emptied(road: Road, application_id: str) -> set[bool]:
    """What the services that know it say."""
    return {each[application_id] for each in (emptied(road, name) for name in AGGREGATES) if application_id in each}


def every_end(road: Road) -> list[str]:
    """Applications that went every way there is, and a town that was changed, so that every event was said."""
    served = road.services["intake"].towns.setup(TOWN)
    road.ask(ChangeTown(town=TOWN, setup=replace(served, mails_name_products=True), by="an officer", after=0))
    delivered = road.submit(key="delivered")
    road.carry()
    road.ask(VerifyCode(town=TOWN, code=road.collection("documents").find_one({"_id": delivered})["code"]))
    road.services["documents"].ask_rechecks()
    road.carry()
    untold = road.submit(key="untold")
    road.channel._refusals = [Undeliverable("address-refused")]
    road.carry()
    turned_down = road.submit(key="refused", citizen=STRANGER)
    road.carry()
    road.press.draws = lambda _: False
    unprintable = road.submit(key="unprintable")
    road.carry()
    road.press.draws = lambda _: True
    withdrawn = road.submit(key="withdrawn")
    road.ask(WithdrawApplication(town=TOWN, citizen=PARENT, application_id=withdrawn))
    road.carry()
    household, road.register.household_ = road.register.household_, None
    contradicted = road.submit(key="contradicted", product="household-composition", fields={"purpose": "other"})
    road.carry()
    road.register.household_ = household
    late = road.submit(key="late")
    road.carry(unless=lambda type_: "application-cleared" in type_)
    road.later(days=2)
    road.carry()
    road.register.away = SourceUnavailable("away")
    deferred = road.submit(key="deferred")
    road.carry()
    road.register.away = None
    road.later(hours=25)
    road.services["registry"].ask_again()
    road.carry()
    road.register.away = SourceUnavailable("away")
    expired = road.submit(key="expires", citizen=PARTNER)
    road.carry()
    road.later(days=31)
    road.services["intake"].sweep_deadlines()
    road.carry()
    road.register.away = None
    refusals = [turned_down, unprintable]
    return [delivered, untold, *refusals, withdrawn, contradicted, late, deferred, expired, *confirmed(road)]


def confirmed(road: Road) -> list[str]:
    """What a department is asked to confirm: once it is reminded, answers and contradicts itself; once it need not."""
    for service in road.services.values():
        service.products = {**service.products, CONFIRMED.id: CONFIRMED}
    answered, needless = (
        road.submit(key=key, product=CONFIRMED.id, fields={"purpose": "work"}) for key in ("answered", "needless")
    )
    road.carry()
    road.ask(WithdrawApplication(town=TOWN, citizen=PARENT, application_id=needless))
    road.later(days=POLICE.answers_within + 1)
    road.services["intake"].sweep_deadlines()
    road.carry()
    for outcome in ("confirmed", "not-confirmed"):
        road.services["notify"].kept_answers.hand_on(an_answer(answered, outcome, now=road.now), town=TOWN)
        road.carry()
    return [answered, needless]


def an_answer(application_id: str, outcome: str, *, now: datetime) -> AnswerGiven:
    return AnswerGiven(
        answer_id=outcome,
        application_id=application_id,
        reference=f"{application_id}-1",
        asking=1,
        department=POLICE.id,
        product=CONFIRMED.id,
        outcome=outcome,
        given_by="police",
        given_id=outcome,
        given_at=now,
    )


def test_a_year_later_each_service_keeps_a_tombstone_of_everything(road: Road):
    ids = every_end(road)
    states = {each["_id"]: each["state"] for each in road.collection("intake").find()}
    road.later(days=366 + 45)

    road.sweep()

    for service in AGGREGATES:
        for document in road.collection(service).find():
            fillers = {key for key, value in document.items() if value == document["_id"]}
            assert set(document) <= TOMBSTONE | fillers, service
            assert document["town"] == TOWN
    for name in ("registry", "documents"):
        (recheck,) = road.databases[name]["rechecks"].find()
        assert set(recheck) == TOMBSTONE
    assert {each["_id"]: each["state"] for each in road.collection("intake").find()} == states
    assert set(ids) <= set(states)
    assert {"delivered", "refused", "withdrawn", "expired"} <= set(states.values())


def test_whatever_is_replayed_finds_it_done(road: Road):
    every_end(road)
    road.later(days=366 + 45)
    road.sweep()
    before = {name: list(road.collection(name).find()) for name in AGGREGATES}
    printed, sent, asked = len(road.press.orders), len(road.channel.sent), len(road.register.asked)

    outcomes = {outcome for body in road.said for outcome in road.deliver(body)}

    assert outcomes == {"seen-before"}
    assert {name: list(road.collection(name).find()) for name in AGGREGATES} == before
    assert (printed, sent, asked) == (len(road.press.orders), len(road.channel.sent), len(road.register.asked))
    missing = {event.TYPE for each in SUBSCRIPTIONS.values() for event in each.events} - _types(road)
    assert missing == set()


def test_replays_are_acknowledged_also_where_product_town_and_keys_are_gone(road: Road):
    every_end(road)
    road.later(days=366 + 45)
    road.sweep()
    for service in road.services.values():
        service.products = {}
        service.towns = {}
        service.requests = service.facts = service.contacts = None

    outcomes = {outcome for body in road.said for outcome in road.deliver(body)}

    assert outcomes == {"seen-before"}


def test_no_trace_is_left_in_any_database(road: Road):
    every_end(road)
    traces = _traces(road)
    assert len(traces) > 50
    assert {trace for trace in traces if any(trace in content for content in _everything(road))} == traces
    road.later(days=366 + 45)

    road.sweep()

    left = {trace for trace in traces if any(trace in content for content in _everything(road))}
    assert left == set()
    assert road.databases["documents"]["files.files"].find_one() is None
    assert road.databases["documents"]["files.chunks"].find_one() is None


def test_the_time_counts_from_the_days_of_issue_and_end_to_the_millisecond(road: Road):
    id = road.submit()
    road.carry(unless=lambda type_: "certificate-issued" in type_)
    road.later(hours=11)  # told when the next day has begun in Belgium
    road.carry()
    seen = []

    for last_day in (date(2027, 11, 24), date(2027, 11, 25)):
        for early in (timedelta(milliseconds=1), timedelta()):
            road.now = end_of(last_day) - early
            road.sweep()
            seen.append(tuple(emptied(road, name)[id] for name in ("documents", "intake", "notify")))

    assert seen == [(False, False, False), (True, False, False), (True, False, False), (True, True, True)]


@pytest.mark.parametrize(
    "waits_for", ["application-submitted", "extract-compiled", "application-cleared", "certificate-issued"]
)
def test_who_waits_for_anything_is_never_emptied(road: Road, waits_for: str):
    id = road.submit()
    road.carry(unless=lambda type_: waits_for in type_)
    road.later(days=3650)

    road.sweep()

    assert emptied(road, "intake")[id] is False
    assert not any(each.get("emptied_at") for each in road.collection("intake").find())


def test_what_has_events_to_publish_yet_is_never_emptied(road: Road):
    id = road.submit()
    road.carry(unless=lambda type_: "citizen-told" in type_)
    road.later(days=3650)

    road.sweep()

    assert emptied(road, "notify")[id] is False
    road.services["intake"].sweep_deadlines()
    assert road.carry() == ["handled"]
    road.later(days=366)
    road.sweep()
    assert is_emptied(road, id) == {True}


def test_an_issued_one_is_kept_until_it_is_known_whether_its_citizen_was_told(road: Road):
    id = road.submit()
    road.channel._refusals = [TryLater("relay-away")]
    road.carry()
    road.later(days=366)
    road.sweep()
    assert emptied(road, "intake")[id] is False

    road.services["intake"].sweep_deadlines()  # nobody could be told
    road.carry()
    road.sweep()
    assert emptied(road, "intake")[id] is False
    road.later(days=366)
    road.sweep()

    assert is_emptied(road, id) == {True}
    assert road.collection("notify").find_one({"_id": id})["state"] == "postponed"


def test_the_citizen_no_longer_finds_it(road: Road):
    id, other = road.submit(), road.submit(key="other")
    road.carry()
    certificate_id = road.collection("intake").find_one({"_id": id})["certificate_id"]
    road.collection("intake").update_one({"_id": other}, {"$set": {"timeline.4.at": NOON + YEAR}})
    road.later(days=366)
    road.sweep()

    listed = road.ask(ListApplications(town=TOWN, citizen=PARENT)).applications
    about = {"town": TOWN, "citizen": PARENT}
    assert [each.application_id for each in listed] == [other]
    for question in (
        ReadApplication(**about, application_id=id),
        WithdrawApplication(**about, application_id=id),
        FindCertificate(**about, certificate_id=certificate_id),
        FindCertificate(**about, certificate_id=id),
        FetchCertificate(town=TOWN, application_id=id, certificate_id=certificate_id),
        FetchCertificate(town=TOWN, application_id=id, certificate_id=id),
    ):
        assert refused(lambda question=question: road.ask(question)) == "not-found"


def test_who_checks_one_learns_that_it_is_not_kept(road: Road):
    id = road.submit()
    road.carry()
    kept = road.collection("documents").find_one({"_id": id})
    pdf = GridFS(road.databases["documents"], collection="files").get(kept["sha256"]).read()
    road.later(days=366)
    road.sweep()
    code = VerifyCode(town=TOWN, code=kept["code"])
    file = VerifyFile(town=TOWN, pdf=base64.b64encode(pdf).decode())
    verdicts = []
    for finding in (
        Finding(number=kept["number"], seals=(kept["seal"],), whole=(kept["seal"],)),
        Finding(number=kept["number"], seals=(kept["seal"],)),
        Finding(number=kept["number"]),
        Finding(number=id, seals=("another",), whole=("another",)),
    ):
        road.examiner.finding = finding
        verdicts.append(road.ask(file).verdict)

    assert road.ask(code).verdict == "unknown"
    assert road.ask(VerifyCode(town=TOWN, code=id)).verdict == "unknown"
    assert verdicts == ["no-longer-kept", "altered", "not-ours", "not-ours"]


def test_its_idempotency_key_files_anew(road: Road):
    first = road.submit(key="again")
    road.carry()
    road.later(days=366)
    assert road.submit(key="again") == first  # its time is over, and it is still there
    road.sweep()

    second = road.submit(key="again")
    road.carry()

    assert second != first
    assert road.submit(key="again") == second
    assert [each.application_id for each in road.ask(ListApplications(town=TOWN, citizen=PARENT)).applications] == [
        second
    ]
    assert len(road.press.orders) == 2


def test_each_product_has_its_own_time_and_one_that_is_gone_the_longest(road: Road):
    life, residence = (road.submit(key=each, product=each) for each in ("life", "residence"))
    gone = road.submit(product="household-composition", fields={"purpose": "other"})
    road.carry()
    _offer(road, _kept(products()["life"], 100), _kept(products()["residence"], 200))
    seen = []

    for days in (100, 1, 99, 1):
        road.later(days=days)
        road.sweep()
        seen.append([is_emptied(road, id) == {True} for id in (life, residence, gone)])

    assert seen == [[False] * 3, [True, False, False], [True, False, False], [True, True, True]]


def test_an_extract_stays_as_long_as_its_application_may_ask_again(road: Road):
    id = road.submit()
    road.carry()
    _offer(road, _kept(products()["residence"], 1))
    road.later(days=2)
    road.sweep()
    assert (emptied(road, "intake")[id], emptied(road, "registry")[id]) == (True, False)

    road.now = NOON + ON_ITS_ROAD
    road.sweep()

    assert emptied(road, "registry")[id] is True


def test_an_extract_of_a_town_that_is_not_served_here_any_more_loses_its_request(road: Road):
    road.register.away = SourceUnavailable("away")
    id = road.submit()
    road.carry()
    before = road.collection("registry").find_one({"_id": id})
    road.services["registry"].towns = {}
    road.now = NOON + on_its_road(products().values()) - timedelta(milliseconds=1)
    road.sweep()
    assert road.collection("registry").find_one({"_id": id}) == before
    assert before["request"]

    road.later(milliseconds=1)
    road.sweep()

    assert set(road.collection("registry").find_one({"_id": id})) == TOMBSTONE


def test_what_was_never_issued_can_still_be_asked_for(road: Road):
    id = road.submit()
    road.carry(unless=lambda type_: "application-cleared" in type_)
    road.press.fails = TryLater("no-seal")
    road.carry()
    road.later(days=3650)
    road.sweep()
    assert id not in emptied(road, "documents")

    outcomes = [outcome for body in road.said if b"application-cleared" in body for outcome in road.deliver(body)]

    assert outcomes == ["handled"]  # its facts are too old: intake hears it, and ends what it still keeps waiting
    assert road.press.orders == []


def test_a_look_is_bounded_and_what_has_to_stay_holds_nothing_up(road: Road, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(retention, "AT_ONCE", 3)
    waiting = [road.submit(key=f"waiting-{number}") for number in range(7)]
    for collection in (road.collection("intake"),):
        collection.update_many({}, {"$set": {"outbox": []}, "$unset": {"outbox_since": ""}})
    over = []
    for number in range(7):
        road.later(seconds=1)
        over.append(road.submit(key=f"over-{number}"))
    road.carry()
    road.later(days=366, hours=1)
    counts = []

    for _ in range(12):
        before = sum(emptied(road, "intake").values())
        road.sweep()
        counts.append(sum(emptied(road, "intake").values()) - before)

    assert max(counts) <= 3 * 2  # a piece of the product's, and one of whatever is older than any may be
    assert {id for id, is_over in emptied(road, "intake").items() if is_over} == set(over)
    assert not set(waiting) & set(over)


def test_a_town_that_is_no_more_is_emptied_too(road: Road):
    id = road.submit()
    road.carry()
    road.later(days=366)
    for service in road.services.values():
        service.towns = {}

    road.sweep()

    assert is_emptied(road, id) == {True}


def test_killed_between_file_and_certificate_the_next_look_ends_it(
    road: Road, mongo_uri: str, database_prefix: str, tmp_path: Path
):
    id = road.submit()
    road.carry()
    kept = road.collection("documents").find_one({"_id": id})
    (tmp_path / "documents.file-deleted").write_text("self")
    process = _sweep_elsewhere(mongo_uri, database_prefix, at=NOON + YEAR, LOKET_CRASH_DIR=str(tmp_path))

    assert process == -signal.SIGKILL
    assert road.databases["documents"]["files.files"].find_one() is None
    assert road.collection("documents").find_one({"_id": id}) == kept
    question = FetchCertificate(town=TOWN, application_id=id, certificate_id=kept["certificate_id"])
    assert refused(lambda: road.ask(question)) == "not-found"

    assert _sweep_elsewhere(mongo_uri, database_prefix, at=NOON + YEAR) == 0
    assert is_emptied(road, id) == {True}


def test_a_file_cut_in_two_by_a_kill_goes_whole(road: Road):
    id = road.submit()
    road.carry()
    road.databases["documents"]["files.files"].delete_many({})  # as GridFS deletes: this first, then the chunks
    road.later(days=366)

    road.sweep()

    assert road.databases["documents"]["files.chunks"].find_one() is None
    assert is_emptied(road, id) == {True}


def test_files_that_no_certificate_names_go_however_old_they_are(road: Road):
    road.now = datetime.now(NOON.tzinfo)  # files are dated by the clock of who writes them
    files = GridFS(road.databases["documents"], collection="files")
    files.put(b"%PDF- of a lost race", _id="orphan")
    files.put(b"%PDF- cut short", _id="piece")
    road.databases["documents"]["files.files"].delete_one({"_id": "piece"})
    id = road.submit()
    road.carry()
    road.later(days=364)
    road.sweep()
    assert road.databases["documents"]["files.files"].count_documents({}) == 2

    road.later(days=2)
    road.sweep()

    assert road.databases["documents"]["files.files"].count_documents({}) == 0
    assert road.databases["documents"]["files.chunks"].count_documents({}) == 0
    assert emptied(road, "documents")[id] is True


def _types(road: Road) -> set[str]:
    return {bson.json_util.loads(body)["type"] for body in road.said}


def _everything(road: Road) -> list[bytes]:
    """Every document of every collection; but the access log, which has a time of its own."""
    return [
        bson.encode(document)
        for database in road.databases.values()
        for name in database.list_collection_names()
        if name != "accesses"
        for document in database[name].find()
    ]


def _traces(road: Road) -> set[bytes]:
    """Pseudonyms, locked parts, numbers, codes, digests, pieces of files: whatever may lead back to somebody."""
    found: set[Any] = set()
    for document in road.collection("intake").find():
        found |= {document[key] for key in ("applicant", "idempotency_key", "body_digest", "certificate_id")}
    for document in road.collection("registry").find():
        found |= {document["request"], *(each["digest"] for each in document["inbox"])}
    for document in road.collection("documents").find():
        keys = ("certificate_id", "number", "code", "sha256", "subject_key", "facts_key")
        found |= {document[key] for key in keys} if document["issued_at"] else set()
    for document in road.collection("notify").find():
        found |= {each["message_id"] for each in document["messages"]}
    chunks = {bytes(each["data"]) for each in road.databases["documents"]["files.chunks"].find()}
    return {str(each).encode() for each in found if each} | chunks


def _offer(road: Road, *offered: Product) -> None:
    for service in road.services.values():
        service.products = {product.id: product for product in offered}


def _kept(product: Product, days: int) -> Product:
    return replace(product, retention=replace(product.retention, request_days=days, document_days=days))


def _sweep_elsewhere(mongo_uri: str, prefix: str, *, at: datetime, **environ: str) -> int:
    """Another process takes a look; its exit status."""
    script = (
        "import sys; from datetime import datetime; from pymongo import MongoClient; from tests.road import Road\n"
        "client = MongoClient(sys.argv[1], tz_aware=True)\n"
        "Road(client, sys.argv[2], now=datetime.fromisoformat(sys.argv[3])).sweep()"
    )
    argv = [sys.executable, "-W", "ignore", "-c", script, mongo_uri, prefix, at.isoformat()]
    return subprocess.run(argv, env={**os.environ, **environ}, check=False, timeout=60).returncode
