"""One suite for the fake and the real store: reserve, issue, find, supersede, sweep."""

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from services.contracts.days import end_of
from services.contracts.delivery import AlreadyHandled, ConcurrentChange, Unacceptable
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.envelope import Cause
from services.contracts.errors import NotFound
from services.contracts.intake import ApplicationCleared
from services.contracts.retention import Cutoffs
from services.documents.domain import Certificate, NoPaper
from services.documents.files import IN_USE, SealedFiles
from services.documents.ports import Certificates
from services.documents.store import CertificateStore
from tests.documents.fakes import FakeCertificates
from tests.outbox import KeptInOutbox, events_in

NOW = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)
TOWN = "21005"


def counting() -> Callable[[int], int]:
    numbers = itertools.count(1)
    return lambda limit: next(numbers) ** 2 * 7919 // 7 % limit


def a_store(database: Database[dict[str, Any]], randbelow: Callable[[int], int] | None = None) -> CertificateStore:
    ids = itertools.count(1)
    return CertificateStore(
        database,
        relay=KeptInOutbox(),
        clock=lambda: NOW,
        new_id=lambda: f"certificate-{next(ids)}",
        randbelow=randbelow or counting(),
    )


@pytest.fixture(params=["fake", "real"])
def certificates(request: pytest.FixtureRequest) -> Certificates:
    if request.param == "fake":
        return FakeCertificates()
    return a_store(request.getfixturevalue("database"))


def a_cause(application_id: str, sequence: int = 1, town: str = TOWN) -> Cause:
    return Cause(
        event_id=f"{application_id}:application-cleared:{sequence}",
        type=ApplicationCleared.TYPE,
        source=f"/towns/{town}/intake",
        subject=application_id,
        sequence=sequence,
        digest="digest",
    )


def draft(certificates: Certificates, application_id: str = "application-1", **changes: Any) -> Certificate:
    values: dict[str, Any] = {
        "product": "life",
        "language": "nl",
        "now": NOW,
        "cause": a_cause(application_id),
    }
    return certificates.draft(application_id, **{**values, **changes})


def issue(certificates: Certificates, drawn: Certificate, **changes: Any) -> Certificate:
    pdf = changes.pop("pdf", f"%PDF- {drawn.number}".encode())
    values: dict[str, Any] = {
        "sha256": hashlib.sha256(pdf).hexdigest(),
        "seal": "seal-1",
        "issued_at": NOW,
        "current_through": date(2026, 12, 24),
        "subject_key": "subject",
        "facts_key": "facts",
    }
    issued = replace(drawn, **{**values, **changes})
    certificates.issue(issued, pdf=pdf, event=said_of(issued), cause=a_cause(issued.application_id))
    return issued


def said_of(issued: Certificate) -> CertificateIssued:
    return CertificateIssued(
        application_id=issued.application_id,
        certificate_id=issued.certificate_id,
        product=issued.product,
        language=issued.language,
        sha256=str(issued.sha256),
        contact="sealed",
        issued_at=NOW,
    )


def test_nothing_keeps_a_draft(certificates: Certificates) -> None:
    first, again = draft(certificates), draft(certificates)

    assert (first.is_issued, again.is_issued) == (False, False)
    assert first.number != again.number
    assert first.code != again.code


def test_an_issued_certificate_is_found_in_its_own_town_only(certificates: Certificates) -> None:
    issued = issue(certificates, draft(certificates))

    for find, key in (
        (certificates.load, issued.certificate_id),
        (certificates.load_by_code, issued.code),
        (certificates.load_by_number, issued.number),
        (certificates.load_by_sha256, str(issued.sha256)),
    ):
        assert find(key, town=TOWN) == issued
        assert find(key, town="24001") is None
    assert certificates.pdf(issued) == f"%PDF- {issued.number}".encode()
    assert certificates.knows_seal("seal-1", town=TOWN)
    assert not certificates.knows_seal("seal-1", town="24001")


def test_a_draft_is_not_found(certificates: Certificates) -> None:
    drawn = draft(certificates)

    assert certificates.load(drawn.certificate_id, town=TOWN) is None
    assert certificates.load_by_code(drawn.code, town=TOWN) is None


def test_the_same_event_again_has_no_effect(certificates: Certificates) -> None:
    issue(certificates, draft(certificates))

    with pytest.raises(AlreadyHandled):
        draft(certificates)


def test_another_event_after_issue_finds_it_issued_and_is_answered_once(certificates: Certificates) -> None:
    issued = issue(certificates, draft(certificates))
    again = a_cause("application-1", 2)

    kept = draft(certificates, cause=again)
    assert kept == issued
    certificates.repeat(kept, event=said_of(issued), cause=again)
    with pytest.raises(AlreadyHandled):
        draft(certificates, cause=again)
    with pytest.raises(ConcurrentChange):
        certificates.repeat(kept, event=said_of(issued), cause=again)


def test_an_issued_one_is_found_by_an_event_that_can_make_none(
    database: Database[dict[str, Any]], certificates: Certificates
) -> None:
    made, again = issue(certificates, draft(certificates)), a_cause("application-1", 2)
    started_anew = certificates if isinstance(certificates, FakeCertificates) else a_store(database)

    found = started_anew.settled("application-1", cause=again)

    assert found == made
    assert started_anew.settled("application-2", cause=a_cause("application-2")) is None
    assert started_anew.settled("application-1", cause=a_cause("application-1", 2, town="24001")) is None
    started_anew.repeat(found, event=said_of(made), cause=again)
    with pytest.raises(AlreadyHandled):
        started_anew.settled("application-1", cause=again)


def test_who_comes_second_does_not_issue(certificates: Certificates) -> None:
    first, second = draft(certificates), draft(certificates)
    winner = issue(certificates, first, pdf=b"%PDF- first")

    with pytest.raises(ConcurrentChange):
        issue(certificates, second, pdf=b"%PDF- second")

    assert certificates.load(first.certificate_id, town=TOWN) == winner


def test_the_file_of_who_came_second_is_swept_later(certificates: Certificates) -> None:
    first, second = draft(certificates), draft(certificates)
    winner = issue(certificates, first, pdf=b"%PDF- first")
    with pytest.raises(ConcurrentChange):
        issue(certificates, second, pdf=b"%PDF- second")
    soon, later = NOW - timedelta(days=999), max(NOW, datetime.now(UTC)) + timedelta(days=1)

    assert certificates.sweep_orphans(before=soon) == 0
    assert certificates.sweep_orphans(before=later) == 1
    assert certificates.sweep_orphans(before=later) == 0
    assert certificates.pdf(winner) == b"%PDF- first"


@pytest.mark.parametrize("taken", ["number", "code"])
def test_a_number_or_a_code_that_is_taken_is_drawn_again_also_after_facts_that_expired(
    database: Database[dict[str, Any]], taken: str
) -> None:
    store = a_store(database)
    others = issue(store, draft(store))
    drawn = draft(store, "application-2")
    expired = FactsExpired(application_id="application-2", found_at=NOW)
    store.report_expired(drawn, event=expired, cause=a_cause("application-2"))
    again = draft(store, "application-2", cause=a_cause("application-2", 2))

    with pytest.raises(ConcurrentChange):
        issue(store, replace(again, **{taken: getattr(others, taken)}))


PASSED_THROUGH = b"%PDF- the same bytes, sealed by their own authority"


@pytest.mark.parametrize("other_town", [TOWN, "24001"])
def test_a_file_that_two_certificates_share_goes_with_the_last_of_them(
    database: Database[dict[str, Any]], other_town: str
) -> None:
    store = a_store(database)
    first = issue(store, draft(store), pdf=PASSED_THROUGH, seal=None)
    cause = a_cause("application-2", town=other_town)
    second = replace(draft(store, "application-2", cause=cause), sha256=first.sha256, issued_at=NOW)
    store.issue(second, pdf=PASSED_THROUGH, event=said_of(second), cause=cause)
    all_told(database)

    assert store.empty(first)
    assert store.pdf(second) == PASSED_THROUGH

    put_long_ago(database)
    assert store.empty(second)
    with pytest.raises(NotFound):
        store.pdf(second)


def test_a_file_stays_for_a_certificate_that_is_being_issued_and_is_swept_where_it_never_is(
    database: Database[dict[str, Any]],
) -> None:
    store = a_store(database)
    first = issue(store, draft(store), pdf=PASSED_THROUGH, seal=None)
    all_told(database)
    files = SealedFiles(database)

    files.put(PASSED_THROUGH, str(first.sha256))

    assert store.empty(first)
    assert files.get(str(first.sha256)) == PASSED_THROUGH
    put_long_ago(database)
    assert store.sweep_orphans(before=datetime.now(UTC) + timedelta(days=1)) == 1
    assert files.get(str(first.sha256)) is None


def all_told(database: Database[dict[str, Any]]) -> None:
    database["certificates"].update_many({}, {"$set": {"outbox": []}})


def put_long_ago(database: Database[dict[str, Any]]) -> None:
    """What was put again was that before IN_USE."""
    database["files.files"].update_many({}, {"$set": {"again": datetime.now(UTC) - 2 * IN_USE}})


def test_who_asks_again_after_facts_that_expired_has_a_number_and_a_code_of_its_own(certificates: Certificates) -> None:
    """What is kept before issuing is in a backup: whoever restores it must not print it again."""
    drawn = draft(certificates)
    expired = FactsExpired(application_id="application-1", found_at=NOW)

    certificates.report_expired(drawn, event=expired, cause=a_cause("application-1"))

    with pytest.raises(AlreadyHandled):
        draft(certificates)
    again = draft(certificates, cause=a_cause("application-1", 2))
    assert again.number != drawn.number
    assert again.code != drawn.code
    assert again.certificate_id != drawn.certificate_id
    issued = replace(again, sha256="s", issued_at=NOW, current_through=date(2026, 12, 24))
    certificates.issue(issued, pdf=b"%PDF-", event=said_of(issued), cause=a_cause("application-1", 2))
    assert certificates.load_by_code(again.code, town=TOWN) == issued
    assert certificates.load_by_code(drawn.code, town=TOWN) is None


NO_PAPER = NoPaper(code="character-unprintable", reason="no-font", detail="U+1FAxx", found_at=NOW)


def refuse(certificates: Certificates, drawn: Certificate, *, sequence: int = 1) -> Certificate:
    refused = replace(drawn, no_paper=NO_PAPER)
    id = drawn.application_id
    said = CertificateUnprintable(application_id=id, code=NO_PAPER.code, found_at=NOW)
    certificates.refuse(refused, event=said, cause=a_cause(id, sequence))
    return refused


def test_one_that_was_refused_is_what_everybody_finds_and_nobody_reads(certificates: Certificates) -> None:
    refused = refuse(certificates, draft(certificates))

    with pytest.raises(AlreadyHandled):
        draft(certificates)
    again = draft(certificates, cause=a_cause("application-1", 2))

    assert (again.is_issued, again.is_settled, again.no_paper) == (False, True, NO_PAPER)
    assert again.number == refused.number
    assert certificates.settled("application-1", cause=a_cause("application-1", 2)) == again
    assert certificates.of("application-1", town=TOWN) is None
    assert certificates.load_by_code(refused.code, town=TOWN) is None
    assert certificates.load_by_number(refused.number, town=TOWN) is None


def test_of_two_who_print_the_first_decides_also_where_one_cannot(certificates: Certificates) -> None:
    first, second = draft(certificates), draft(certificates)
    refuse(certificates, first)

    with pytest.raises(ConcurrentChange):
        issue(certificates, second)


def test_one_that_is_refused_after_facts_that_expired_is_kept(certificates: Certificates) -> None:
    expired = FactsExpired(application_id="application-1", found_at=NOW)
    certificates.report_expired(draft(certificates), event=expired, cause=a_cause("application-1"))
    drawn = draft(certificates, cause=a_cause("application-1", 2))

    refuse(certificates, drawn, sequence=2)

    found = certificates.settled("application-1", cause=a_cause("application-1", 3))
    assert found is not None
    assert found.no_paper == NO_PAPER


def test_what_was_refused_leaves_a_tombstone_that_acknowledges_what_comes(database: Database[dict[str, Any]]) -> None:
    store = a_store(database)
    refuse(store, draft(store))
    all_told(database)
    cutoffs = Cutoffs(by_product={"life": NOW - timedelta(seconds=1)}, others=NOW - timedelta(seconds=1))
    assert list(store.past(cutoffs)) == []

    (over,) = store.past(Cutoffs(by_product={"life": NOW}, others=NOW - timedelta(days=9)))
    assert store.empty(over)

    kept = database["certificates"].find_one({"_id": "application-1"}) or {}
    assert "no_paper" not in kept
    assert (kept["state"], kept["number"]) == ("unprintable", "application-1")
    with pytest.raises(AlreadyHandled):
        draft(store, cause=a_cause("application-1", 2))


@pytest.mark.parametrize(
    ("changes", "superseded"),
    [
        ({"facts_key": "other"}, True),
        ({"facts_key": "facts"}, False),
        ({"facts_key": "other", "subject_key": "somebody else"}, False),
        ({"facts_key": "other", "subject_key": "now", "former_subject_keys": ("then", "subject")}, True),
        ({"facts_key": "facts", "subject_key": "now", "former_subject_keys": ("then", "subject")}, False),
        ({"facts_key": "other", "subject_key": "now", "former_subject_keys": ("then",)}, False),
        ({"facts_key": "other", "issued_at": NOW - timedelta(days=1)}, False),
        ({"facts_key": "other", "product": "residence"}, False),
    ],
)
def test_a_later_certificate_with_other_facts_supersedes(
    certificates: Certificates, changes: dict[str, Any], superseded: bool
) -> None:
    earlier = issue(certificates, draft(certificates))
    tomorrow = NOW + timedelta(days=1)

    issue(certificates, draft(certificates, "application-2"), **{"issued_at": tomorrow, **changes})

    assert certificates.superseded_at(earlier) == (tomorrow if superseded else None)


def test_a_document_that_was_passed_on_twice_is_judged_by_the_last_time(certificates: Certificates) -> None:
    first, *_, last = (
        issue(
            certificates,
            draft(certificates, f"application-{day}"),
            issued_at=NOW + timedelta(days=day),
            sha256=sha256,
            facts_key=sha256,
            seal=None,
        )
        for day, sha256 in enumerate(("before", "corrected", "before"))
    )

    found = certificates.load_by_sha256("before", town=TOWN)

    assert found is not None
    assert found.number == last.number
    assert [certificates.superseded_at(each) for each in (first, last)] == [None, None]


@pytest.mark.parametrize("clash", ["number", "code"])
def test_who_drew_what_exists_draws_again(database: Database[dict[str, Any]], clash: str) -> None:
    store = a_store(database)
    first = issue(store, draft(store))
    second = draft(store, "application-2", cause=a_cause("application-2"))

    with pytest.raises(ConcurrentChange):
        issue(store, replace(second, **{clash: getattr(first, clash)}))

    assert issue(store, second).is_issued


def test_an_application_of_another_town_is_parked(certificates: Certificates) -> None:
    issue(certificates, draft(certificates))

    with pytest.raises(Unacceptable, match="application-of-another-town"):
        issue(certificates, draft(certificates, cause=a_cause("application-1", town="24001")))


def test_what_leaves_is_in_the_certificates_own_document(database: Database[dict[str, Any]]) -> None:
    store = a_store(database)

    issued = issue(store, draft(store))

    kept = database["certificates"].find_one({"_id": "application-1"})
    assert kept is not None
    (left,) = events_in(kept)
    assert left["data"]["sha256"] == issued.sha256
    assert left["source"] == f"/towns/{TOWN}/documents"


@pytest.mark.parametrize(
    ("now", "year"),
    [(datetime(2026, 12, 31, 22, 59, tzinfo=UTC), 2026), (datetime(2026, 12, 31, 23, tzinfo=UTC), 2027)],
)
def test_the_year_in_a_number_begins_in_belgium(certificates: Certificates, now: datetime, year: int) -> None:
    assert draft(certificates, now=now).number.startswith(f"{TOWN}-{year}-")


def test_the_last_day_is_kept_as_its_last_moment_and_read_from_any_moment_of_it(
    database: Database[dict[str, Any]],
) -> None:
    certificates = a_store(database)
    issued = issue(certificates, draft(certificates), current_through=date(2027, 3, 28))
    kept = database["certificates"].find_one({"_id": issued.application_id}) or {}
    read = []

    for until in (kept["current_until"], datetime(2027, 3, 27, 23, tzinfo=UTC), datetime(2027, 3, 28, 12, tzinfo=UTC)):
        database["certificates"].update_one({"_id": issued.application_id}, {"$set": {"current_until": until}})
        loaded = certificates.load(issued.certificate_id, town=TOWN)
        read.append(loaded and loaded.current_through)

    assert kept["current_until"] == end_of(date(2027, 3, 28)) - timedelta(milliseconds=1)
    assert read == [date(2027, 3, 28)] * 3


def test_what_can_be_asked_about_is_found_until_it_ends(certificates: Certificates) -> None:
    issue(certificates, draft(certificates, "application-1"), recheck="locked")
    issue(certificates, draft(certificates, "application-2"))
    after = NOW + timedelta(days=60)
    assert {each.application_id for each in certificates.askable(now=NOW)} == {"application-1"}
    assert {each.application_id for each in certificates.askable(now=after)} == {"application-1"}
    askable = certificates.of("application-1", town=TOWN)
    assert askable is not None
    assert askable.recheck == "locked"

    certificates.end_recheck(askable)

    with pytest.raises(ConcurrentChange):
        certificates.end_recheck(askable)
    assert list(certificates.askable(now=NOW)) == list(certificates.askable(now=after)) == []
    ended, never = (certificates.of(each, town=TOWN) for each in ("application-1", "application-2"))
    assert ended is not None
    assert never is not None
    assert (ended.recheck, never.recheck) == ("", None)
    assert certificates.of("application-1", town="24001") is None
