"""documents on the wire."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from services.chassis.answering import answers
from services.chassis.handling import handles
from services.chassis.kept_towns import KeptTowns, StoredTowns
from services.chassis.locking import Locker
from services.chassis.pseudonyms import KeyedPseudonyms, pseudonyms_of
from services.chassis.restorations import lost_times
from services.chassis.runtime import Provided, Runtime
from services.chassis.sweeping import sweeps
from services.contracts.catalogue import products
from services.contracts.documents import (
    CertificateFile,
    CertificatePicture,
    FetchCertificate,
    PreviewCertificate,
    Verification,
    VerifyCode,
    VerifyFile,
)
from services.contracts.envelope import Cause
from services.contracts.intake import ApplicationCleared
from services.contracts.living_towns import LivingTowns
from services.contracts.registry import FactsRechecked
from services.contracts.restoring import LostTime
from services.contracts.town_setups import TownChanged
from services.documents import handlers, retention
from services.documents.children.examining import ExaminingChild
from services.documents.children.printing import PrintingChildren
from services.documents.rechecking import Rechecking
from services.documents.settings import DocumentsSettings
from services.documents.store import CertificateStore
from services.documents.truth_store import TruthStore

log = structlog.get_logger()

Made = Runtime[DocumentsSettings]


def _certificates(runtime: Made) -> CertificateStore:
    return CertificateStore(
        runtime.database,
        relay=runtime.relay,
        clock=runtime.clock,
        new_id=runtime.new_id,
        randbelow=secrets.randbelow,
        lost=lost_times(runtime.database),
    )


def _truths(runtime: Made) -> TruthStore:
    return TruthStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _press(runtime: Made) -> PrintingChildren:
    settings = runtime.settings
    return PrintingChildren(settings.towns, size=settings.children, limit_s=settings.print_limit_s, environ=os.environ)


def _pseudonyms(runtime: Made) -> KeyedPseudonyms:
    return pseudonyms_of(runtime.settings.pepper, runtime.database, variable="LOKET_DOCUMENTS_PEPPER")


def _towns(runtime: Made) -> LivingTowns:
    return runtime.settings.towns


def _clock(runtime: Made) -> Callable[[], datetime]:
    return runtime.clock


class DocumentsService:
    """Certificates: issued once, handed out, verified."""

    name = "documents"
    stands_back = 2
    needed = (_pseudonyms,)

    certificates = Provided(_certificates)
    truths = Provided(_truths)
    press = Provided(_press)
    examiner = Provided(lambda runtime: ExaminingChild(limit_s=runtime.settings.examine_limit_s))
    facts = Provided(lambda runtime: Locker("facts", runtime.settings.facts_keys))
    pseudonyms = Provided(_pseudonyms)
    towns = Provided(_towns)
    stored_towns = Provided(StoredTowns.of)
    kept_towns = Provided(KeptTowns.of)
    products = Provided(lambda _: products())
    lost = Provided(lambda runtime: lost_times(runtime.database))
    now = Provided(_clock)

    @handles(ApplicationCleared, queue="documents.issue-certificate")
    def issue_certificate(self, event: ApplicationCleared, cause: Cause) -> None:
        handlers.issue_certificate(
            event,
            cause,
            certificates=self.certificates,
            press=self.press,
            facts=self.facts,
            pseudonyms=self.pseudonyms,
            towns=self.towns,
            products=self.products,
            now=self.now(),
        )

    @handles(FactsRechecked, queue="documents.record-recheck")
    def record_recheck(self, event: FactsRechecked, cause: Cause) -> None:
        handlers.record_recheck(event, cause, truths=self.truths, certificates=self.certificates)

    @answers
    def fetch_certificate(self, asked: FetchCertificate) -> CertificateFile:
        return handlers.fetch_certificate(asked, certificates=self.certificates)

    @answers
    def verify_code(self, asked: VerifyCode) -> Verification:
        return handlers.verify_code(
            asked,
            certificates=self.certificates,
            rechecking=self._rechecking(),
            lost=self._missed(),
            now=self.now(),
        )

    @answers
    def verify_file(self, asked: VerifyFile) -> Verification:
        return handlers.verify_file(
            asked,
            certificates=self.certificates,
            examiner=self.examiner,
            towns=self.towns,
            rechecking=self._rechecking(),
            lost=self._missed(),
            now=self.now(),
        )

    @answers
    def preview_certificate(self, asked: PreviewCertificate) -> CertificatePicture:
        return handlers.preview_certificate(
            asked, press=self.press, towns=self.towns, products=self.products, now=self.now()
        )

    @handles(TownChanged, queue="documents.keep-town")
    def keep_town(self, event: TownChanged, cause: Cause) -> None:
        self.kept_towns.keep(event, cause)

    @sweeps(every=timedelta(seconds=3))
    def refresh_towns(self) -> None:
        if count := self.stored_towns.refresh():
            log.info("towns_changed", count=count)

    @sweeps(every=timedelta(seconds=1))
    def ask_rechecks(self) -> None:
        if count := handlers.ask_rechecks(self._rechecking(), certificates=self.certificates, now=self.now()):
            log.info("rechecks_asked", count=count)

    @sweeps(every=timedelta(minutes=1))
    def end_rechecks(self) -> None:
        if count := handlers.end_rechecks(self._rechecking(), certificates=self.certificates, now=self.now()):
            log.info("rechecks_ended", count=count)

    def _rechecking(self) -> Rechecking:
        return Rechecking(truths=self.truths, towns=self.towns, products=self.products)

    def _missed(self) -> tuple[LostTime, ...]:
        return retention.still_missed(self.lost, products=self.products.values(), now=self.now())

    @sweeps(every=timedelta(minutes=20))
    def sweep_orphans(self) -> None:
        if swept := handlers.sweep_orphans(certificates=self.certificates, now=self.now()):
            log.info("orphans_swept", files=swept)

    @sweeps(every=timedelta(minutes=1))
    def empty_certificates(self) -> None:
        kept, products, now = self.certificates, self.products.values(), self.now()
        if count := retention.empty_certificates(certificates=kept, products=products, now=now):
            log.info("certificates_emptied", count=count)
        if count := retention.empty_truths(truths=self.truths, products=products, now=now):
            log.info("rechecks_emptied", count=count)
        if count := retention.sweep_leftovers(certificates=kept, products=products, now=now):
            log.info("leftovers_swept", files=count)
