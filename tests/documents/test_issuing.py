"""Issuing once, handing out, and what a code or a file is worth: on fakes."""

import base64
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from services.chassis.pseudonyms import KeyedPseudonyms
from services.contracts.catalogue import products
from services.contracts.delivery import AlreadyHandled, TryLater, Unacceptable
from services.contracts.documents import (
    CertificateIssued,
    CertificateUnprintable,
    FactsExpired,
    FetchCertificate,
    Verification,
    VerifyCode,
    VerifyFile,
)
from services.contracts.envelope import Cause
from services.contracts.errors import InvalidField, NotFound
from services.contracts.extracts import FACTS_VERSION
from services.contracts.field_errors import field_error
from services.contracts.intake import ApplicationCleared
from services.contracts.restoring import LostTime
from services.documents import handlers
from services.documents.domain import Finding
from services.documents.stating import stated
from tests.documents.examples import NOW, a_town, an_identity, facts_for
from tests.documents.fakes import FakeCertificates, FakeExaminer, FakePress, OpenFacts

TOWNS = {refnis: a_town(refnis=refnis) for refnis in ("21005", "24001")}
SOON = NOW + timedelta(hours=1)


def a_cleared(application_id: str = "application-1", **changes: Any) -> ApplicationCleared:
    values: dict[str, Any] = {
        "application_id": application_id,
        "product": "residence",
        "language": "nl",
        "facts": "token",
        "contact": "sealed",
        "facts_expire_at": SOON,
        "cleared_at": NOW,
    }
    return ApplicationCleared(**{**values, **changes})


def a_cause(sequence: int = 1, town: str = "21005", application_id: str = "application-1") -> Cause:
    return Cause(
        event_id=f"{application_id}:application-cleared:{sequence}",
        type=ApplicationCleared.TYPE,
        source=f"/towns/{town}/intake",
        subject=application_id,
        sequence=sequence,
        digest="digest",
    )


def issue(certificates: FakeCertificates, press: FakePress | None = None, **changes: Any) -> None:
    facts = changes.pop("facts", facts_for("residence"))
    cause = changes.pop("cause", a_cause())
    now = changes.pop("now", NOW)
    catalogue = changes.pop("catalogue", products())
    cleared = a_cleared(**changes)
    handlers.issue_certificate(
        cleared,
        cause,
        certificates=certificates,
        press=press or FakePress(),
        facts=OpenFacts(token=facts),
        pseudonyms=KeyedPseudonyms(b"p" * 32),
        towns=TOWNS,
        products=catalogue,
        now=now,
    )


def issue_later(certificates: FakeCertificates, days: int = 1, **identity: Any) -> None:
    facts = facts_for("residence", identity=an_identity(**identity), application_id="application-2")
    later = NOW + timedelta(days=days)
    cause = a_cause(application_id="application-2")
    issue(
        certificates,
        application_id="application-2",
        facts=facts,
        cause=cause,
        now=later,
        facts_expire_at=later + timedelta(hours=1),
    )


def test_a_cleared_application_gets_its_certificate() -> None:
    certificates = FakeCertificates()

    issue(certificates)

    (event,) = certificates.events
    assert isinstance(event, CertificateIssued)
    certificate = certificates.kept["application-1"]
    assert (event.certificate_id, event.sha256) == (certificate.certificate_id, certificate.sha256)
    assert event.contact == "sealed"
    assert certificate.current_through == NOW.date() + timedelta(days=products()["residence"].current_for_days)


def test_a_redelivered_event_prints_once() -> None:
    certificates, press = FakeCertificates(), FakePress()

    issue(certificates, press)
    with pytest.raises(AlreadyHandled):
        issue(certificates, press)

    assert len(press.orders) == len(certificates.events) == 1


def test_after_a_failure_it_is_printed_once_and_kept_as_it_was_printed() -> None:
    certificates, press = FakeCertificates(), FakePress(fails=TryLater("time-stamps-unavailable"))

    with pytest.raises(TryLater):
        issue(certificates, press)
    assert certificates.kept == {}
    issue(certificates, press)

    (order,) = press.orders
    kept = certificates.kept["application-1"]
    assert (order.number, order.code) == (kept.number, kept.code)


def test_facts_too_old_are_told_and_newer_ones_issue() -> None:
    certificates = FakeCertificates()

    issue(certificates, now=SOON)
    issue(certificates, cause=a_cause(2))

    expired, issued = certificates.events
    assert expired == FactsExpired(application_id="application-1", found_at=SOON, facts_expire_at=SOON)
    assert isinstance(issued, CertificateIssued)


def without() -> dict[str, Any]:
    return {each: product for each, product in products().items() if each != "residence"}


@pytest.mark.parametrize("changes", [{"catalogue": without()}, {"language": "es"}])
def test_who_asks_again_for_one_that_is_issued_is_told_though_it_could_not_be_made_any_more(
    changes: dict[str, Any],
) -> None:
    certificates = FakeCertificates()
    issue(certificates)

    issue(certificates, cause=a_cause(2), now=SOON, **changes)

    first, again = certificates.events
    assert isinstance(first, CertificateIssued)
    assert again == first
    assert certificates.kept["application-1"].issued_at == NOW


def test_facts_too_old_are_told_without_the_products_file() -> None:
    certificates = FakeCertificates()

    with pytest.raises(Unacceptable, match="unknown-product: residence"):
        issue(certificates, catalogue=without())
    issue(certificates, cause=a_cause(2), catalogue=without(), now=SOON)

    (expired,) = certificates.events
    assert expired == FactsExpired(application_id="application-1", found_at=SOON, facts_expire_at=SOON)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"cause": a_cause(town="99999")}, "unknown-town: 99999"),
        ({"product": "passport"}, "unknown-product: passport"),
        ({"language": "es"}, "language-not-allowed: residence in es"),
        ({"facts": facts_for("residence", application_id="other")}, "facts-of-another-application"),
        ({"facts": facts_for("residence", town="24001")}, "facts-of-another-application"),
        ({"facts": facts_for("life")}, "facts-of-another-application"),
        (
            {"facts": replace(facts_for("residence"), parts={"identity": an_identity()})},
            "facts-missing: residence: residence",
        ),
    ],
)
def test_what_can_never_be_issued_is_parked(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unacceptable, match=reason):
        issue(FakeCertificates(), **changes)


def undrawable() -> FakePress:
    return FakePress(draws=lambda _: False)


NO_CHARACTER = CertificateUnprintable(application_id="application-1", code="character-unprintable", found_at=NOW)


def test_what_no_font_draws_is_told_and_is_the_end_of_it() -> None:
    certificates, press = FakeCertificates(), FakePress()

    with capture_logs() as logs:
        issue(certificates, undrawable())

    assert certificates.events == [NO_CHARACTER]
    (line,) = logs
    assert (line["event"], line["application_id"]) == ("certificate_unprintable", "application-1")
    assert (line["reason"], line["detail"]) == ("no-font", "no installed font draws U+1FAxx")
    with pytest.raises(AlreadyHandled):
        issue(certificates, press)
    assert (press.orders, certificates.files) == ([], {})


@pytest.mark.parametrize("changes", [{}, {"now": SOON}, {"catalogue": without(), "now": SOON}, {"language": "es"}])
def test_who_asks_again_after_it_was_told_is_told_the_same_though_it_could_be_made_by_now(
    changes: dict[str, Any],
) -> None:
    certificates, press = FakeCertificates(), FakePress()
    issue(certificates, undrawable())

    issue(certificates, press, cause=a_cause(2), **changes)

    assert certificates.events == [NO_CHARACTER, NO_CHARACTER]
    assert press.orders == []


def test_an_order_for_one_that_is_issued_is_told_so_though_no_font_draws_it_here() -> None:
    certificates = FakeCertificates()
    issue(certificates)

    issue(certificates, undrawable(), cause=a_cause(2))

    first, again = certificates.events
    assert isinstance(first, CertificateIssued)
    assert again == first


def test_an_order_that_was_overtaken_says_nothing_of_what_cannot_be_printed() -> None:
    certificates = FakeCertificates()
    issue(certificates, undrawable(), cause=a_cause(2))

    with pytest.raises(AlreadyHandled):
        issue(certificates, undrawable(), cause=a_cause(1))

    assert certificates.events == [NO_CHARACTER]


def test_another_towns_order_changes_nothing_of_what_was_told() -> None:
    certificates = FakeCertificates()
    issue(certificates, undrawable())

    with pytest.raises(Unacceptable, match="application-of-another-town"):
        issue(
            certificates,
            undrawable(),
            facts=facts_for("residence", town="24001"),
            cause=a_cause(2, town="24001"),
        )

    assert certificates.events == [NO_CHARACTER]


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"last_name": "x" * 301}, "too-long-to-print"),
        ({"first_names": ("Jan",) * 21}, "too-long-to-print"),
        ({"last_name": "\ue000"}, "character-unprintable"),
    ],
)
def test_facts_without_bounds_are_told_as_well(identity: dict[str, Any], code: str) -> None:
    certificates, press = FakeCertificates(), FakePress()

    issue(certificates, press, facts=facts_for("residence", identity=an_identity(**identity)))

    (told,) = certificates.events
    assert (type(told), told.code, press.orders) == (CertificateUnprintable, code, [])


def test_what_an_operator_has_to_mend_first_is_parked_and_leaves_nothing_behind() -> None:
    certificates = FakeCertificates()

    with pytest.raises(Unacceptable, match="fonts-missing"):
        issue(certificates, FakePress(fails=Unacceptable("fonts-missing")))
    issue(certificates)

    (event,) = certificates.events
    assert isinstance(event, CertificateIssued)


def test_no_key_holds_the_national_number() -> None:
    certificates = FakeCertificates()

    issue(certificates)

    assert "85073003328" not in repr(certificates.kept)


def test_the_file_is_handed_out_to_its_own_town_only() -> None:
    certificates = FakeCertificates()
    issue(certificates)

    asked = FetchCertificate(town="21005", application_id="application-1", certificate_id="certificate-1")
    file = handlers.fetch_certificate(asked, certificates=certificates)

    assert base64.b64decode(file.pdf).startswith(b"%PDF-")
    assert file.filename == "residence-21005-2026-000008784.pdf"
    for another in (replace(asked, town="24001"), replace(asked, application_id="application-2")):
        with pytest.raises(NotFound):
            handlers.fetch_certificate(another, certificates=certificates)


def code_of(certificates: FakeCertificates) -> str:
    return certificates.kept["application-1"].code


def judged(certificates: FakeCertificates, code: str = "", *, now: datetime = NOW) -> Verification:
    asked = VerifyCode(town="21005", code=code or code_of(certificates))
    return handlers.verify_code(asked, certificates=certificates, now=now)


def test_a_code_is_authentic_in_its_town_and_unknown_elsewhere() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    code = code_of(certificates)

    here = judged(certificates, code.lower())
    elsewhere = handlers.verify_code(VerifyCode(town="24001", code=code), certificates=certificates, now=NOW)

    assert (here.verdict, here.product, here.issued_at) == ("authentic", "residence", NOW)
    assert (elsewhere.verdict, elsewhere.number) == ("unknown", None)
    assert judged(certificates, "?").verdict == "unknown"


@pytest.mark.parametrize(
    ("issued_at", "last_day", "over_at"),
    [
        # shortly after a midnight that is none in UTC, and 90 days on across the end of summer time
        (datetime(2026, 8, 31, 22, 30, tzinfo=UTC), date(2026, 11, 30), datetime(2026, 11, 30, 23, tzinfo=UTC)),
        # shortly before midnight, and across its beginning
        (datetime(2026, 12, 29, 22, 59, tzinfo=UTC), date(2027, 3, 29), datetime(2027, 3, 29, 22, tzinfo=UTC)),
        # the last day has 23 hours
        (datetime(2026, 12, 28, 12, tzinfo=UTC), date(2027, 3, 28), datetime(2027, 3, 28, 22, tzinfo=UTC)),
        # in Belgium the year has begun
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 4, 1), datetime(2027, 4, 1, 22, tzinfo=UTC)),
    ],
)
def test_a_certificate_is_current_for_the_whole_of_its_last_day(
    issued_at: datetime, last_day: date, over_at: datetime
) -> None:
    certificates = FakeCertificates()
    facts = facts_for("residence", compiled_at=issued_at)
    issue(certificates, facts=facts, now=issued_at, facts_expire_at=issued_at + timedelta(hours=1))

    evening, next_day = (judged(certificates, now=at) for at in (over_at - timedelta(milliseconds=1), over_at))

    assert (evening.verdict, evening.current_through, evening.is_current) == ("authentic", last_day, True)
    assert (next_day.verdict, next_day.current_through, next_day.is_current) == ("authentic", last_day, False)
    pdf = certificates.pdf(certificates.kept["application-1"])
    file = VerifyFile(town="21005", pdf=base64.b64encode(pdf).decode())
    untouched = handlers.verify_file(file, certificates=certificates, examiner=FakeExaminer(), towns=TOWNS, now=over_at)
    assert (untouched.verdict, untouched.is_current) == ("untouched", False)


def test_a_certificate_that_is_not_issued_cannot_be_verified() -> None:
    certificates = FakeCertificates()
    issue(certificates, facts_expire_at=NOW)

    assert not certificates.kept["application-1"].is_issued
    assert judged(certificates).verdict == "unknown"


def test_other_facts_supersede_and_the_same_facts_do_not() -> None:
    same, other = FakeCertificates(), FakeCertificates()
    for certificates in (same, other):
        issue(certificates)

    issue_later(same)
    issue_later(other, last_name="Andere")

    assert judged(same).verdict == "authentic"
    verdict = judged(other)
    assert (verdict.verdict, verdict.superseded_at) == ("superseded", NOW + timedelta(days=1))
    assert verdict.is_current is None
    file = VerifyFile(town="21005", pdf=base64.b64encode(other.pdf(other.kept["application-1"])).decode())
    untouched = handlers.verify_file(file, certificates=other, examiner=FakeExaminer(), towns=TOWNS, now=NOW)
    assert (untouched.verdict, untouched.superseded_at, untouched.is_current) == (
        "untouched", NOW + timedelta(days=1), None,
    )  # fmt: skip


def test_a_certificate_under_a_number_that_was_merged_is_superseded_by_one_under_the_current_number() -> None:
    certificates, another = FakeCertificates(), FakeCertificates()
    for kept, former in ((certificates, ("85073003328",)), (another, ("93051822361",))):
        issue(kept)
        issue_later(kept, national_number="90021490495", former_numbers=former)

    verdicts = [
        handlers.verify_code(VerifyCode(town="21005", code=code_of(kept)), certificates=kept, now=NOW).verdict
        for kept in (certificates, another)
    ]

    assert verdicts == ["superseded", "authentic"]


def test_numbers_that_were_merged_in_later_change_nothing_that_is_stated() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    issue_later(certificates, former_numbers=("90021490495",))

    asked = VerifyCode(town="21005", code=code_of(certificates))

    assert handlers.verify_code(asked, certificates=certificates, now=NOW).verdict == "authentic"


def ask_of(pdf: bytes, certificates: FakeCertificates, finding: Finding | None = None) -> str:
    asked = VerifyFile(town="21005", pdf=base64.b64encode(pdf).decode())
    examiner = FakeExaminer(finding or Finding())
    return handlers.verify_file(asked, certificates=certificates, examiner=examiner, towns=TOWNS, now=NOW).verdict


def test_a_file_is_untouched_altered_or_not_ours() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    certificate = certificates.kept["application-1"]
    pdf = certificates.pdf(certificate)

    assert ask_of(pdf, certificates) == "untouched"
    assert ask_of(pdf + b" ", certificates, Finding(number=certificate.number)) == "altered"
    assert ask_of(b"%PDF- ", certificates, Finding(seals=("seal-1",))) == "altered"
    assert ask_of(b"%PDF- ", certificates, Finding(number="21005-2026-9", seals=("seal-2",))) == "not-ours"


def verified(certificates: FakeCertificates, finding: Finding, town: str = "21005") -> Verification:
    asked = VerifyFile(town=town, pdf=base64.b64encode(b"%PDF- ").decode())
    return handlers.verify_file(asked, certificates=certificates, examiner=FakeExaminer(finding), towns=TOWNS, now=NOW)


def test_a_file_written_again_tells_what_its_code_would_and_never_that_it_were_current() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    certificate = certificates.kept["application-1"]

    verdict = verified(certificates, Finding(codes=("F" * 16, certificate.code), mentioned="21005-2026-000 000 009"))

    assert verdict == Verification(
        verdict="altered", product="residence", number=certificate.number, issued_at=certificate.issued_at
    )
    assert verified(certificates, Finding(codes=(certificate.code,)), town="24001").verdict == "not-ours"


def test_a_file_whose_qr_code_leads_elsewhere_tells_nothing_but_that() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    kept = certificates.kept["application-1"]
    there, elsewhere = (f"{site}/v/{kept.code}" for site in (TOWNS["21005"].address, "https://evil.example"))

    assert verified(certificates, Finding(pointers=(there,))).number == kept.number
    assert verified(certificates, Finding(pointers=(elsewhere,))).verdict == "not-ours"
    for also in (Finding(codes=(kept.code,)), Finding(number=kept.number), Finding(pointers=(there,))):
        forged = replace(also, pointers=(*also.pointers, elsewhere))
        assert verified(certificates, forged) == Verification(verdict="altered", leads_elsewhere=True)


def test_a_whole_certificate_of_another_town_served_here_is_sent_there_and_nothing_more_is_told() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    kept = certificates.kept["application-1"]
    there = f"{TOWNS['21005'].address}/v/{kept.code}"
    whole = Finding(
        number=kept.number, seals=("seal-1",), whole=("seal-1",), codes=(kept.code,), pointers=(there,), bears_seal=True
    )

    assert verified(certificates, whole, town="24001") == Verification(
        verdict="not-ours", seal="unbroken", another_town="21005"
    )


@pytest.mark.parametrize(
    "forged",
    [
        Finding(number="21005-2026-000 000 009", pointers=("https://21005.example/v/0",), bears_seal=True),
        Finding(number="21005-2026-000 000 009", seals=("seal-2",), whole=("seal-2",), bears_seal=True),
        Finding(mentioned="21005-2026-000 000 009", seals=("seal-1",), whole=("seal-1",), bears_seal=True),
        Finding(number="24001-2026-000 000 009", seals=("seal-1",), whole=("seal-1",), bears_seal=True),
        Finding(number="99999-2026-000 000 009", seals=("seal-1",), whole=("seal-1",), bears_seal=True),
    ],
)
def test_of_another_town_nothing_is_said_that_its_own_seal_does_not_cover(forged: Finding) -> None:
    certificates = FakeCertificates()
    issue(certificates)

    assert verified(certificates, forged, town="24001").another_town is None


def test_an_altered_certificate_of_another_town_served_here_is_that_towns() -> None:
    """Its QR code leads to that town, which is no other site; one that leads to a stranger is told as such."""
    certificates = FakeCertificates()
    issue(certificates)
    kept = certificates.kept["application-1"]
    there = f"{TOWNS['21005'].address}/v/{kept.code}"
    changed = Finding(number=kept.number, seals=("seal-1",), codes=(kept.code,), pointers=(there,), bears_seal=True)
    elsewhere = replace(changed, pointers=("https://evil.example/v/0",))

    assert verified(certificates, changed, town="24001") == Verification(verdict="altered", another_town="21005")
    assert verified(certificates, elsewhere, town="24001") == Verification(verdict="altered", leads_elsewhere=True)


@pytest.mark.parametrize("shows", ["number", "mentioned", "seal", "two codes"])
def test_a_file_without_a_code_of_its_own_tells_nothing_of_a_certificate(shows: str) -> None:
    certificates = FakeCertificates()
    issue(certificates)
    issue_later(certificates)
    first, second = certificates.kept.values()
    finding = {
        "number": Finding(number=first.number),
        "mentioned": Finding(mentioned=first.number),
        "seal": Finding(seals=("seal-1",)),
        "two codes": Finding(codes=(first.code, second.code), number=first.number),
    }[shows]

    assert verified(certificates, finding) == Verification(verdict="altered")


def test_a_file_that_opens_with_a_password_only_is_told_as_such() -> None:
    with pytest.raises(InvalidField) as caught:
        verified(FakeCertificates(), Finding(locked=True))

    assert caught.value.fields == {"pdf": field_error("password-protected")}


@pytest.mark.parametrize("pdf", ["no base64!", "é", "A" * (7 * 1024 * 1024)])
def test_what_is_no_file_is_refused(pdf: str) -> None:
    with pytest.raises(InvalidField):
        handlers.verify_file(
            VerifyFile(town="21005", pdf=pdf),
            certificates=FakeCertificates(),
            examiner=FakeExaminer(),
            towns=TOWNS,
            now=NOW,
        )


def of_version(version: int, **changes: Any) -> Any:
    return facts_for("residence", version=version, **changes)


@pytest.mark.parametrize("version", [FACTS_VERSION - 1, FACTS_VERSION + 1])
def test_facts_of_another_version_count_as_expired(version: int) -> None:
    """A later one's too: they were left when an upgrade was taken back."""
    certificates, press = FakeCertificates(), FakePress()

    issue(certificates, press, facts=of_version(version), now=NOW + timedelta(minutes=1))

    (expired,) = certificates.events
    assert expired == FactsExpired(
        application_id="application-1", found_at=NOW + timedelta(minutes=1), facts_expire_at=SOON
    )
    assert press.orders == []


@pytest.mark.parametrize("version", [FACTS_VERSION - 1, FACTS_VERSION + 1])
def test_while_processes_of_two_versions_are_at_work_it_waits(version: int) -> None:
    certificates = FakeCertificates()

    with pytest.raises(TryLater, match="facts-of-another-version"):
        issue(certificates, facts=of_version(version), now=NOW + timedelta(seconds=59))

    assert certificates.events == []


def test_who_asked_when_and_in_which_version_is_no_part_of_what_a_certificate_states() -> None:
    earlier = of_version(1)

    later = of_version(2, compiled_at=NOW + timedelta(days=1))
    its: Any = {"product": products()[earlier.product], "official": ("nl", "fr")}
    assert stated(earlier, **its) == stated(later, **its)


def test_a_whole_file_that_retention_took_is_no_longer_kept_and_any_other_altered() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    number = "21005-2020-000 000 001"

    whole = Finding(number=number, seals=("seal-1",), whole=("seal-1",))
    assert ask_of(b"%PDF- ", certificates, whole) == "no-longer-kept"
    assert ask_of(b"%PDF- ", certificates, replace(whole, whole=())) == "altered"
    assert ask_of(b"%PDF- ", certificates, replace(whole, number=None)) == "altered"
    assert ask_of(b"%PDF- ", certificates, replace(whole, seals=("x",), whole=("x",))) == "not-ours"


def test_who_asks_anew_for_what_is_issued_is_told_again_without_a_look_at_facts_or_a_new_file() -> None:
    certificates, press = FakeCertificates(), FakePress()
    issue(certificates, press)

    issue(certificates, press, cause=a_cause(2), facts="gone", contact="sealed anew")

    first, again = certificates.events
    assert again == replace(first, contact="sealed anew")
    assert len(press.orders) == 1
    with pytest.raises(AlreadyHandled):
        issue(certificates, press, cause=a_cause(2))


LOST = (LostTime(since=NOW - timedelta(hours=1), until=NOW),)


def test_what_is_not_known_may_have_been_issued_in_the_time_that_is_lost() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    kept = certificates.kept["application-1"]
    unknown = "0" * 16

    def verdict(code: str) -> Verification:
        asked = VerifyCode(town="21005", code=code)
        return handlers.verify_code(asked, certificates=certificates, lost=LOST, now=NOW)

    assert (verdict(kept.code).verdict, verdict(kept.code).lost) == ("authentic", ())
    assert verdict("no code").lost == ()
    assert (verdict(unknown).verdict, verdict(unknown).lost) == ("unknown", LOST)


def test_a_file_sealed_in_the_time_that_is_lost_is_not_called_altered_under_whatever_number() -> None:
    certificates = FakeCertificates()
    issue(certificates)
    kept = certificates.kept["application-1"]
    sealed_before = Finding(number=kept.number, seals=("seal-1",), whole=("seal-1",), codes=(kept.code,))

    assert ask_of(b"%PDF- ", certificates, sealed_before) == "no-longer-kept"
    assert ask_of(b"%PDF- ", certificates, replace(sealed_before, whole=())) == "altered"
