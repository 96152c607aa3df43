"""Federal attests, from the question to the facts, over a real connection: as they should be, and with all faults."""

import base64
import io
import signal
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.timestamps import HTTPTimeStamper
from structlog.testing import capture_logs

from deploy.demo.deeds.paper import seal
from deploy.demo.far.authorities import ATTESTS, ORGANISATION, demo_attest_seals
from deploy.demo.far.page import bare
from deploy.demo.magda.attesting import _home, _homes, _with_history, names
from deploy.demo.magda.faults import ATTEST_FAULTS, Fault
from services.contracts.attests import FEDERAL_ATTEST, FederalAttests
from services.contracts.catalogue import products
from services.contracts.errors import Refusal
from services.contracts.extracts import Request
from services.contracts.facts.federal_attest import FederalAttest
from services.contracts.product import Product
from services.contracts.sealed import LARGEST_SEALED
from services.contracts.towns import Town
from services.registry import seals
from services.registry.access import Access, Look
from services.registry.contradictions import Contradiction, Inconsistent
from services.registry.domain import SourceRefused, SourceUnavailable
from services.registry.inquiry import Answer, inquire
from services.registry.sources import Surroundings, make_sources, source_kinds
from services.registry.sources.https import NoAnswer
from services.registry.sources.magda.answers import read
from services.registry.sources.magda.attests import document
from services.registry.sources.magda.faults import WrongAnswer
from services.registry.sources.magda.questions import Identification, Question, Service, body
from services.registry.sources.magda.transport import Budget
from services.registry.sources.sealing import SealChecker
from tests.documents.time_stamps import authority
from tests.registry.fakes import CHILD, NOBODY, PARENT, TOWN, FakeRegister, a_dossier, a_register
from tests.registry.magda.standin import StandIn
from tests.registry.magda.writing import a_message, an_answer, an_exception

RESIDENCE, HOUSEHOLD, LIFE = "residence", "household-composition", "life"
ALL = (
    "household-composition",
    "legal-cohabitation",
    "life",
    "residence",
    "residence-for-marriage",
    "residence-history",
)
CHOSEN = FederalAttests(products=ALL, seal_authorities="attests-root.pem", sealed_by=ORGANISATION)


class Counter:
    """A town that gives federal attests, asked by its citizens. `read` are the numbers that the log keeps."""

    def __init__(self, standin: StandIn, chosen: FederalAttests = CHOSEN) -> None:
        self.standin = standin
        self.town: Town = replace(standin.town(), federal_attests=chosen)
        surroundings = Surroundings(
            folder=standin.folder,
            secrets={},
            database=None,  # type: ignore[arg-type]
            clock=lambda: datetime.now(UTC),
        )
        self.sources = make_sources({TOWN: self.town}, surroundings)
        self.logged: list[Access] = []

    def record(self, access: Access) -> None:
        self.logged.append(access)

    def page(self, *_: Any, **__: Any) -> list[Access]:
        return []

    def ask(self, product: str = RESIDENCE, subject: str = PARENT, *, register: FakeRegister | None = None) -> Answer:
        view = self.standin.view(register or a_register())
        given: Product = products()[product].given_by(self.town)
        capacity = "self" if subject == PARENT else "parent"
        opened = Access(
            id="1",
            town=TOWN,
            at=datetime.now(UTC),
            by=PARENT,
            capacity=capacity,
            product=product,
            purpose="extract",
        )
        with Look(view, opened, accesses=self) as look:
            return inquire(
                Request(applicant=PARENT, subject=subject, capacity=capacity),
                application_id="a1",
                town=TOWN,
                product=given,
                view=look,
                sources=self.sources,
                now=datetime.now(UTC),
            )


@pytest.fixture
def counter(standin: StandIn) -> Counter:
    return Counter(standin)


def attest_in(answer: Answer) -> FederalAttest:
    assert answer.facts is not None
    found = answer.facts.parts[FEDERAL_ATTEST]
    assert isinstance(found, FederalAttest)
    return found


@pytest.mark.parametrize("product", sorted(set(ALL) - {"legal-cohabitation"}))
def test_it_comes_byte_for_byte_beside_the_facts_by_which_the_right_was_settled(counter: Counter, product: str):
    answer = counter.ask(product)

    attest = attest_in(answer)
    assert (
        seals.examined(
            attest.document.content(),
            seals.roots_in(counter.standin.folder / "attests-root.pem"),
            sealed_by=ORGANISATION,
            now=datetime.now(UTC),
        )
        == seals.SOUND
    )
    assert (attest.name, attest.language) == (products()[product].attest.name, "nl")  # type: ignore[union-attr]
    assert answer.facts is not None
    assert set(products()[product].facts) < set(answer.facts.parts)


def test_its_question_stands_in_the_access_log(counter: Counter):
    with capture_logs() as logs:
        counter.ask()

    asked = [each for each in logs if each["event"] == "magda_asked"]
    assert asked[-1]["service"] == "GeefAttest"
    assert asked[-1]["outcome"] == "found"
    (look,) = counter.logged
    assert look.references[-1] == asked[-1]["reference"]
    assert PARENT in look.about
    assert PARENT not in str(logs)


ASKED_AGAIN = {
    "attest-source-away": "magda-99995",
    "attest-another-person": "answer-about-another",
    "attest-no-pdf": "document-not-whole",
    "attest-huge": "answer-too-large",
}
HELD = {"attest-refusing": "magda-40006"}
CONTRADICTED = {
    "attest-half-document": Contradiction.ATTEST_SEAL_BROKEN,
    "attest-altered": Contradiction.ATTEST_SEAL_BROKEN,
    "attest-unsealed": Contradiction.ATTEST_SEAL_UNTRUSTED,
    "attest-stranger-seal": Contradiction.ATTEST_SEAL_UNTRUSTED,
    "attest-expired-seal": Contradiction.ATTEST_SEAL_UNTRUSTED,
    "attest-other-seal": Contradiction.ATTEST_SEAL_UNTRUSTED,
}


@pytest.mark.parametrize(("fault", "reason"), (ASKED_AGAIN | HELD).items())
def test_what_is_no_attest_is_asked_again_or_held(counter: Counter, fault: str, reason: str):
    counter.standin.fault = Fault(name=fault)

    with capture_logs() as logs, pytest.raises(SourceUnavailable) as failure:
        counter.ask()

    assert failure.value.reason == reason
    assert isinstance(failure.value, SourceRefused) is (fault in HELD)
    assert counter.logged[0].about
    assert PARENT not in str(logs)
    assert "Naam" not in str(logs)


@pytest.mark.parametrize(("fault", "kind"), CONTRADICTED.items())
def test_a_document_that_is_not_as_it_was_sealed_is_never_given(counter: Counter, fault: str, kind: Contradiction):
    counter.standin.fault = Fault(name=fault)

    with pytest.raises(Inconsistent) as found:
        counter.ask()

    assert found.value.what == kind


def test_of_whom_there_is_none_is_refused_by_name_and_given_nothing_else(counter: Counter):
    counter.standin.fault = Fault(name="attest-none")

    answer = counter.ask()

    assert (answer.refusal, answer.facts) == (Refusal.ATTEST_ABSENT, None)


def test_a_late_one_ends_with_the_time_of_the_inquiry(counter: Counter, monkeypatch: pytest.MonkeyPatch):
    counter.standin.fault = Fault(name="attest-slow", delay_s=30)
    monkeypatch.setattr("services.registry.sources.magda.population.Budget", _short)

    with pytest.raises(SourceUnavailable) as failure:
        counter.ask()

    assert failure.value.reason == "magda-too-slow"


def _short(_: float) -> Budget:
    return Budget(1.5)


def test_every_fault_of_attests_is_tried_here():
    assert {*ASKED_AGAIN, *HELD, *CONTRADICTED, "attest-none", "attest-slow"} == set(ATTEST_FAULTS)


def services_asked(counter: Counter, product: str, subject: str = PARENT, **more: Any) -> tuple[Answer, list[str]]:
    with capture_logs() as logs:
        answer = counter.ask(product, subject, **more)
    return answer, [each["service"] for each in logs if each["event"] == "magda_asked"]


@pytest.mark.parametrize("product", [RESIDENCE, HOUSEHOLD, LIFE])
def test_a_protected_address_is_refused_before_any_attest_is_asked_for(counter: Counter, product: str):
    """That of life shows it, though the town's own does not."""
    child = a_dossier(CHILD, born_on="2015-05-04", protected_address=True)
    parents = a_register().dossiers_[CHILD].parents
    register = a_register()
    register.dossiers_[CHILD] = replace(child, parents=parents)

    answer, asked = services_asked(counter, product, CHILD, register=register)

    assert answer.facts is None
    assert "GeefAttest" not in asked


def test_who_may_not_ask_causes_no_attest(counter: Counter):
    answer, asked = services_asked(counter, RESIDENCE, NOBODY)

    assert answer.refusal is Refusal.NOT_ENTITLED
    assert "GeefAttest" not in asked


def test_what_contradicts_itself_causes_no_attest(counter: Counter):
    register = a_register()
    register.dossiers_[PARENT] = replace(register.dossiers_[PARENT], born_on="2999-01-01")

    with capture_logs() as logs, pytest.raises(Inconsistent):
        counter.ask(RESIDENCE, register=register)

    assert "GeefAttest" not in [each.get("service") for each in logs]


def test_a_town_that_chose_none_any_more_holds_what_was_filed_before(standin: StandIn):
    before, now = Counter(standin), Counter(standin, FederalAttests())
    assert source_kinds()["federal-attests"].name not in now.sources
    before.sources = {"federal-attests": source_kinds()["federal-attests"].make({}, None)}  # type: ignore[arg-type]

    with pytest.raises(SourceRefused) as refused:
        before.ask()

    assert refused.value.reason == "attests-not-chosen"


def test_authorities_that_cannot_be_read_hold_it_for_an_operator(standin: StandIn):
    counter = Counter(standin, replace(CHOSEN, seal_authorities="platform.key"))

    with pytest.raises(SourceRefused) as refused:
        counter.ask()

    assert refused.value.reason == "attest-seal-authorities"
    assert "platform.key" in str(counter.sources["federal-attests"].check())


def test_the_attest_with_history_says_where_somebody_lived_before_and_no_other_does():
    now, before = a_dossier().stays[-1], replace(a_dossier().stays[-1], since="2001-02-03", until="2009-05-06")
    moved = replace(a_dossier(), stays=(before, replace(now, since="2009-05-06", until=None)))
    told = {name: (_homes if name in _with_history() else _home)(moved) for name in names()}

    assert [label for label, _ in told["Hoofdverblijfplaats met historiek"]] == [
        "Sedert 06.05.2009",
        "03.02.2001 tot 06.05.2009",
    ]
    assert {label for name, rows in told.items() if "historiek" not in name for label, _ in rows} == {"Adres", "Sedert"}


def test_a_register_of_our_own_has_none():
    with pytest.raises(SourceRefused):
        a_register().attest(a_dossier(), name="Leven", language="nl")


ASKED = Question(service=Service.ATTEST, number=PARENT, reference="r", name="Leven", language="nl", by=TOWN)


def test_the_question_is_as_the_platforms_manual_has_it():
    written = body(ASKED, Identification(identification="town.example", quality="1300"), now=datetime.now(UTC))

    root = etree.fromstring(written)
    assert root.tag == "{http://webservice.geefattestdienst-02_00.persoon-02_00.vip.vlaanderen.be}GeefAttest"
    assert root.findtext("Verzoek/Context/Versie") == "02.00.0000"
    inside = root.find("Verzoek/Vragen/Vraag/Inhoud")
    assert inside is not None
    assert [each.tag for each in inside] == ["Criteria", "GemeenteVanAfgifte", "Taal"]
    told = [(each.tag, each.text) for each in inside.iter() if not len(each)]
    assert told == [
        ("INSZ", PARENT),
        ("Naam", "Leven"),
        ("Taal", "nl"),
        ("GemeenteVanAfgifte", TOWN),
        ("Taal", "nl"),
    ]


def told(document_: str, *, about: str = PARENT) -> Any:
    content = f"<Attest><INSZ>{about}</INSZ><Document>{document_}</Document></Attest>"
    return document(read(a_message(Service.ATTEST, an_answer(content)), ASKED))


def test_the_documents_base64_may_be_broken_into_lines():
    pdf = b"%PDF-1.4 of some length, so that it is broken into lines"
    lines = base64.encodebytes(pdf * 4).decode().replace("\n", "\r\n      ")

    assert told(lines) == pdf * 4


@pytest.mark.parametrize(
    ("document_", "reason"),
    [
        ("", "document-not-whole"),
        ("aW0gY29ycnVwdCBqbwo=", "document-not-whole"),
        ("JVBERi0", "document-not-whole"),
        ("no base64!", "document-not-whole"),
        (base64.b64encode(b"%PDF-" + b"x" * LARGEST_SEALED).decode(), "answer-too-large"),
    ],
    ids=["empty", "corrupt", "half", "other signs", "large"],
)
def test_what_is_no_document_is_refused(document_: str, reason: str):
    with pytest.raises(WrongAnswer, match=reason):
        told(document_)


def test_a_document_about_somebody_else_is_refused_also_where_they_have_a_new_number():
    content = f"<Attest><INSZ>{CHILD}</INSZ><Document>JVBERi0=</Document></Attest>"
    renumbered = an_answer(content, an_exception("30004", "WAARSCHUWING"))

    for answer in (an_answer(content), renumbered):
        with pytest.raises(WrongAnswer, match="answer-about-another"):
            read(a_message(Service.ATTEST, answer), ASKED)


def test_two_documents_or_something_else_are_no_answer():
    one = f"<Attest><INSZ>{PARENT}</INSZ><Document>JVBERi0=</Document></Attest>"

    for content in (one * 2, one.replace("Attest", "Pasfoto")):
        with pytest.raises(WrongAnswer):
            document(read(a_message(Service.ATTEST, an_answer(content)), ASKED))


@pytest.mark.parametrize("code", ["45810", "445810", "45811", "20002", "40006"])
def test_a_question_that_is_not_taken_is_for_an_operator(code: str):
    """45810 and 45811 by the manual, 445810 as the public simulator has it: the name of the attest, or its language."""
    with pytest.raises(SourceRefused, match=code):
        read(a_message(Service.ATTEST, an_answer("", an_exception(code, "FOUT"))), ASKED)


@pytest.mark.parametrize("code", ["60007", "99996"])
def test_a_source_that_cannot_be_understood_or_is_away_is_asked_again(code: str):
    failed = f"<Uitzonderingen>{an_exception(code, 'FOUT')}</Uitzonderingen>"
    with pytest.raises(SourceUnavailable) as failure:
        read(a_message(Service.ATTEST, failed), ASKED)

    assert not isinstance(failure.value, SourceRefused)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("seals")
    demo_attest_seals(found)
    return found


@pytest.fixture(scope="module")
def sealed(folder: Path) -> bytes:
    return seal(bare("DEMONSTRATION"), folder=folder, by=ATTESTS)


def examined(pdf: bytes, root: Path, **more: Any) -> bytes:
    return seals.examined(pdf, seals.roots_in(root), **({"now": datetime.now(UTC)} | more))


def test_one_that_was_sealed_days_ago_says_nothing_of_today(sealed: bytes, folder: Path):
    root, later = folder / "attests-root.pem", datetime.now(UTC) + timedelta(days=2)

    assert examined(sealed, root, sealed_by=ORGANISATION, now=later) == seals.OUTDATED
    assert examined(sealed, root, sealed_by=ORGANISATION) == seals.SOUND
    assert examined(sealed, root, now=later) == seals.SOUND  # of a deed it is of no matter when it was sealed


def test_a_seal_of_the_same_authority_for_somebody_else_is_not_trusted(folder: Path):
    other = seal(bare("DEMONSTRATION"), folder=folder, by=f"{ATTESTS}-other")

    assert examined(other, folder / "attests-root.pem", sealed_by=ORGANISATION) == seals.UNTRUSTED


def test_a_certificate_that_stands_among_the_authorities_itself_ends_all_the_same(folder: Path):
    expired = seal(bare("DEMONSTRATION"), folder=folder, by=f"{ATTESTS}-expired")

    assert examined(expired, folder / f"{ATTESTS}-expired.pem") == seals.UNTRUSTED


def test_a_document_with_something_behind_its_seal_is_broken(sealed: bytes, folder: Path):
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter  # noqa: PLC0415

    writer, more = IncrementalPdfFileWriter(io.BytesIO(sealed)), io.BytesIO()
    writer.root["/Changed"] = writer.root["/Pages"]
    writer.update_root()
    writer.write(more)

    assert examined(more.getvalue(), folder / "attests-root.pem", sealed_by=ORGANISATION) == seals.BROKEN


def stamped(pdf: bytes) -> bytes:
    """With a time stamp for the archive on all of it (PAdES B-LTA, ETSI EN 319 142-1, section 5.5)."""
    output = io.BytesIO()
    with authority() as address:
        PdfTimeStamper(HTTPTimeStamper(address)).timestamp_pdf(
            IncrementalPdfFileWriter(io.BytesIO(pdf)), "sha256", output=output
        )
    return output.getvalue()


def test_a_time_stamp_for_the_archive_breaks_no_seal(sealed: bytes, folder: Path):
    root, archived = folder / "attests-root.pem", stamped(sealed)

    assert examined(archived, root) == seals.SOUND
    assert examined(archived + b"\n% more\n", root) == seals.BROKEN
    assert examined(stamped(bare("DEMONSTRATION")), root) == seals.UNTRUSTED
    changed = archived[:-6000] + archived[-6000:].replace(b"30", b"31", 1)
    assert examined(changed, root) == seals.BROKEN


@pytest.mark.parametrize(
    ("killed", "wrong"),
    [(signal.SIGXCPU, True), (signal.SIGSEGV, True), (signal.SIGKILL, False), (signal.SIGTERM, False)],
)
def test_only_what_a_document_itself_brings_about_speaks_against_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch, killed: signal.Signals, wrong: bool
):
    """A look that the machine ended, where it lacked the memory, is taken again."""
    monkeypatch.setattr(
        "services.registry.sources.sealing.subprocess.run",
        lambda *_, **__: subprocess.CompletedProcess([], -killed, b"", b""),
    )
    checker = SealChecker(folder / "attests-root.pem")

    if wrong:
        assert checker.wrong(b"%PDF-1.7", left_s=30) == seals.BROKEN
    else:
        with pytest.raises(NoAnswer, match="seal-not-checked"):
            checker.wrong(b"%PDF-1.7", left_s=30)
