"""Documents that their own authority sealed: given byte for byte, under a number and a code of ours."""

import base64
import hashlib
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.contracts.attests import FEDERAL_ATTEST, FederalAttests
from services.contracts.catalogue import products
from services.contracts.deeds import Deed
from services.contracts.delivery import Unacceptable
from services.contracts.documents import FetchCertificate, VerifyCode, VerifyFile
from services.contracts.extracts import FACTS_VERSION, Facts
from services.contracts.facts.birth_deed import BirthDeed
from services.contracts.facts.federal_attest import FederalAttest
from services.contracts.plans import pinned, plan_of
from services.contracts.product import PASSED_THROUGH, Gives
from services.contracts.sealed import LARGEST_SEALED, SealedDocument
from services.documents import handlers
from services.documents.domain import Finding
from services.documents.stating import check
from tests.documents.examples import NOW, facts_for
from tests.documents.fakes import FakeCertificates, FakeExaminer, FakePress
from tests.documents.test_issuing import TOWNS, a_cause, issue

PDF = b"%PDF-1.7 sealed by its own authority"


def a_document(pdf: bytes = PDF, **changed: str) -> SealedDocument:
    values = {"pdf": base64.b64encode(pdf).decode(), "sha256": hashlib.sha256(pdf).hexdigest(), "about": "d1 extract"}
    return SealedDocument(**values | changed)


def a_deed(document: SealedDocument | None = None, **changed: Any) -> Deed:
    values: dict[str, Any] = {
        "reference": "d1",
        "original": "d1",
        "form": "extract",
        "place": "24062",
        "year": 1985,
        "number": "3",
        "drawn_up_on": "1985-08-01",
        "document": document or a_document(),
    }
    return BirthDeed(**values | changed)


def facts_of(
    deed: Deed | None = None, application_id: str = "application-1", product: str = "birth-deed-extract"
) -> Facts:
    return Facts(
        application_id=application_id,
        town="21005",
        product=product,
        compiled_at=NOW,
        version=FACTS_VERSION,
        parts={"birth-deed": deed or a_deed()},
    )


def given(certificates: FakeCertificates, deed: Deed | None = None, application_id: str = "application-1", **more: Any):
    press = FakePress()
    issue(
        certificates,
        press,
        facts=facts_of(deed, application_id),
        product="birth-deed-extract",
        application_id=application_id,
        cause=a_cause(application_id=application_id),
        **more,
    )
    assert press.orders == []
    return certificates.kept[application_id]


def test_a_sealed_document_is_given_byte_for_byte_and_printed_by_nobody():
    certificates = FakeCertificates()

    certificate = given(certificates)

    asked = FetchCertificate(town="21005", application_id="application-1", certificate_id=certificate.certificate_id)
    file = handlers.fetch_certificate(asked, certificates=certificates)
    assert base64.b64decode(file.pdf) == PDF
    assert file.sha256 == hashlib.sha256(PDF).hexdigest()
    assert file.filename.startswith("birth-deed-extract-21005-")
    assert certificate.seal is None


def test_what_was_filed_for_before_the_product_came_to_be_passed_through_waits_for_a_statement():
    """Its file says nothing any more, and nothing is printed in its place."""
    product = products()["residence"]
    now_passed_through = replace(product, gives=Gives(kind=PASSED_THROUGH))

    with pytest.raises(Unacceptable, match="statement-missing: residence: usual"):
        check(
            facts_for("residence"),
            application_id="application-1",
            town="21005",
            product=pinned(now_passed_through, plan_of(product)),
            language="nl",
            official=("nl", "fr"),
        )


def test_it_is_known_by_its_code_and_as_a_file():
    certificates = FakeCertificates()
    certificate = given(certificates)

    by_code = handlers.verify_code(VerifyCode(town="21005", code=certificate.code), certificates=certificates, now=NOW)
    by_file = handlers.verify_file(
        VerifyFile(town="21005", pdf=base64.b64encode(PDF).decode()),
        certificates=certificates,
        examiner=FakeExaminer(Finding()),
        towns=TOWNS,
        now=NOW,
    )

    assert (by_code.verdict, by_file.verdict) == ("authentic", "untouched")
    assert by_code.passed_through
    assert by_file.passed_through


def of_file(pdf: bytes, finding: Finding | None = None, town: str = "21005") -> tuple[str, str | None]:
    certificates = FakeCertificates()
    given(certificates, a_deed(a_document(WHOLE)))
    found = handlers.verify_file(
        VerifyFile(town=town, pdf=base64.b64encode(pdf).decode()),
        certificates=certificates,
        examiner=FakeExaminer(finding or Finding()),
        towns=TOWNS,
        now=NOW,
    )
    assert found.number is None
    return found.verdict, found.seal


WHOLE = PDF + b"\nstartxref\n12\n%%EOF\n"


@pytest.mark.parametrize("more", [b"\n", b" ", b"\n%%EOF\n", b"5 0 obj endobj\nstartxref\n99\n%%EOF\n"])
def test_a_file_to_which_something_was_added_is_altered_though_it_bears_no_code(more: bytes):
    assert of_file(WHOLE + more) == ("altered", None)
    assert of_file(b"%PDF-1.7 another's\n%%EOF\n" + more) == ("not-ours", None)


@pytest.mark.parametrize(
    ("finding", "seal"),
    [
        (Finding(), None),
        (Finding(bears_seal=True), "broken"),
        (Finding(seals=("authority",), bears_seal=True), "broken"),
        (Finding(seals=("authority",), whole=("authority",), bears_seal=True), "unbroken"),
    ],
)
def test_of_a_file_that_was_written_again_only_its_seal_can_be_told(finding: Finding, seal: str | None):
    assert of_file(PDF.replace(b"1.7", b"1.4"), finding) == ("not-ours", seal)


@pytest.mark.parametrize(
    "document",
    [
        a_document(sha256="0" * 64),
        a_document(pdf=PDF[:20], sha256=hashlib.sha256(PDF).hexdigest()),
        a_document(b"<html>"),
        a_document(b"%PDF-" + b"x" * LARGEST_SEALED),
        replace(a_document(), pdf="not base64!"),
    ],
    ids=["other digest", "half", "no PDF", "too large", "no base64"],
)
def test_what_is_not_whole_is_never_given(document: SealedDocument):
    certificates = FakeCertificates()

    with pytest.raises(Unacceptable, match="document-not-whole"):
        given(certificates, a_deed(document))
    assert certificates.files == {}


def test_facts_without_a_document_are_never_given():
    with pytest.raises(Unacceptable, match="facts-missing"):
        issue(
            FakeCertificates(),
            facts=replace(facts_of(), parts={}),
            product="birth-deed-extract",
        )


def later(certificates: FakeCertificates, deed: Deed) -> Any:
    now = NOW + timedelta(days=1)
    return given(certificates, deed, "application-2", now=now, facts_expire_at=now + timedelta(hours=1))


@pytest.mark.parametrize(
    ("deed", "superseded"),
    [
        (a_deed(a_document(PDF + b" again")), False),
        (a_deed(a_document(PDF + b" later"), reference="d1-corrected"), True),
        (a_deed(a_document(PDF + b" other", about="d2 extract"), reference="d2", original="d2"), False),
        (a_deed(a_document(PDF + b" copy", about="d1 copy"), form="copy"), False),
    ],
    ids=["the same deed again", "its correction", "another deed", "another form of it"],
)
def test_only_what_corrects_a_deed_supersedes_it(deed: Deed, superseded: bool):
    certificates = FakeCertificates()
    first = given(certificates)

    later(certificates, deed)

    assert (certificates.superseded_at(first) is not None) is superseded


def test_a_document_of_which_nobody_can_tell_whose_it_is_is_never_given():
    """Of two people without a number in the facts, the later one's would supersede the earlier one's."""
    with pytest.raises(Unacceptable, match="subject-not-told"):
        given(FakeCertificates(), a_deed(a_document(about="")))


def federal_facts(pdf: bytes, application_id: str = "application-1", **parts: Any) -> Facts:
    own = facts_for("residence")
    attest = FederalAttest(name="Hoofdverblijfplaats", language="nl", document=a_document(pdf, about=""))
    return replace(own, application_id=application_id, parts={**own.parts, FEDERAL_ATTEST: attest, **parts})


def federal(certificates: FakeCertificates, facts: Facts, **more: Any) -> Any:
    chosen = FederalAttests(products=("residence",))
    given = products()["residence"].given_by(replace(TOWNS[facts.town], federal_attests=chosen))
    press = FakePress()
    issue(
        certificates,
        press,
        facts=facts,
        product="residence",
        application_id=facts.application_id,
        cause=a_cause(application_id=facts.application_id),
        plan=plan_of(given),
        **more,
    )
    assert press.orders == []
    return certificates.kept[facts.application_id]


def own(certificates: FakeCertificates, facts: Facts, **more: Any) -> Any:
    issue(
        certificates,
        facts=facts,
        product="residence",
        application_id=facts.application_id,
        cause=a_cause(application_id=facts.application_id),
        **more,
    )
    return certificates.kept[facts.application_id]


def test_a_federal_attest_is_given_byte_for_byte_where_the_application_was_filed_for_it():
    certificates = FakeCertificates()

    certificate = federal(certificates, federal_facts(PDF))

    assert certificates.pdf(certificate) == PDF
    assert certificate.seal is None


def test_a_federal_attest_and_the_towns_own_of_the_same_facts_supersede_nothing_and_of_others_do():
    certificates = FakeCertificates()
    first = own(certificates, facts_for("residence"))
    tomorrow = {"now": NOW + timedelta(days=1), "facts_expire_at": NOW + timedelta(days=2)}

    second = federal(certificates, federal_facts(PDF, "application-2"), **tomorrow)

    assert certificates.superseded_at(first) is None
    assert second.subject_key == first.subject_key
    elsewhere = replace(facts_for("residence").parts["residence"], since=date(2026, 11, 1))
    in_two_days = {"now": NOW + timedelta(days=2), "facts_expire_at": NOW + timedelta(days=3)}
    federal(certificates, federal_facts(PDF + b" later", "application-3", residence=elsewhere), **in_two_days)
    assert certificates.superseded_at(first) is not None
    assert certificates.superseded_at(second) is not None


@pytest.mark.parametrize("lacking", [FEDERAL_ATTEST, "residence", "identity"])
def test_a_federal_attest_without_its_document_or_its_facts_is_never_given(lacking: str):
    facts = federal_facts(PDF)
    fewer = replace(facts, parts={name: part for name, part in facts.parts.items() if name != lacking})

    with pytest.raises(Unacceptable, match="facts-missing"):
        federal(FakeCertificates(), fewer)


def test_a_document_that_came_for_an_application_filed_for_the_towns_own_is_not_given():
    """What was promised binds: the facts alone are printed."""
    certificates, press = FakeCertificates(), FakePress()

    issue(certificates, press, facts=federal_facts(PDF), product="residence")

    assert len(press.orders) == 1
    assert certificates.pdf(certificates.kept["application-1"]) != PDF
