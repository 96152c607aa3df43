"""intake on the wire."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.chassis.answering import answers
from services.chassis.handling import handles
from services.chassis.kept_towns import StoredTowns
from services.chassis.locking import Locker, LockerForOthers
from services.chassis.pseudonyms import KeyedPseudonyms, pseudonyms_of
from services.chassis.restorations import lost_times
from services.chassis.runtime import Provided, Runtime
from services.chassis.sweeping import sweeps
from services.contracts.catalogue import products
from services.contracts.confirmations import (
    AnswerConfirmation,
    Answered,
    ListConfirmations,
    ReadConfirmation,
    Waiting,
    WaitingList,
)
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired
from services.contracts.envelope import Cause
from services.contracts.feed.concerning import PURPOSE
from services.contracts.intake import (
    Acceptable,
    ApplicationList,
    ApplicationView,
    CheckApplication,
    EndApplication,
    FindCertificate,
    ListApplications,
    ReadApplication,
    SubmitApplication,
    WithdrawApplication,
)
from services.contracts.living_towns import LivingTowns
from services.contracts.notify import AnswerGiven, CitizenTold, MessageUndeliverable
from services.contracts.product import Product
from services.contracts.registry import ExtractCompiled, ExtractContradicted, ExtractDeferred, ExtractRefused
from services.contracts.town_setups import (
    ChangedTown,
    ChangedTowns,
    ChangeTown,
    ReadTownHistory,
    ReadTowns,
    TakeTownBack,
    TownHistory,
)
from services.intake import handlers, retention
from services.intake.awaited import waiting_for
from services.intake.domain.filed_ids import filed_id
from services.intake.domain.gates import check_plans
from services.intake.settings import IntakeSettings
from services.intake.store import ApplicationStore
from services.intake.town_store import TownStore

log = structlog.get_logger()

Made = Runtime[IntakeSettings]


def _applications(runtime: Made) -> ApplicationStore:
    return ApplicationStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _pseudonyms(runtime: Made) -> KeyedPseudonyms:
    return pseudonyms_of(runtime.settings.pepper, runtime.database, variable="LOKET_INTAKE_PEPPER")


def _products(_: Made) -> dict[str, Product]:
    """Raises Unreadable for a plan with a gate of which there is no module."""
    found = products()
    check_plans(found.values())
    return found


def _towns(runtime: Made) -> LivingTowns:
    return runtime.settings.towns


def _town_records(runtime: Made) -> TownStore:
    return TownStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _clock(runtime: Made) -> Callable[[], datetime]:
    return runtime.clock


def _new_id(runtime: Made) -> Callable[[], str]:
    return runtime.new_id


class IntakeService:
    """Applications: filed, moved by events and deadlines, read by their applicants."""

    name = "intake"
    needed = (_pseudonyms, _products)

    applications = Provided(_applications)
    towns = Provided(_towns)
    stored_towns = Provided(StoredTowns.of)
    town_records = Provided(_town_records)
    products = Provided(_products)
    pseudonyms = Provided(_pseudonyms)
    requests = Provided(lambda runtime: Locker("requests", runtime.settings.request_keys))
    contacts = Provided(lambda runtime: Locker("contacts", runtime.settings.contact_keys))
    confirmations = Provided(lambda runtime: LockerForOthers(PURPOSE, runtime.settings.confirmation_keys))
    waiting = Provided(lambda runtime: partial(waiting_for, runtime.database))
    lost = Provided(lambda runtime: lost_times(runtime.database))
    now = Provided(_clock)
    new_id = Provided(_new_id)

    @answers
    def submit_application(self, asked: SubmitApplication) -> ApplicationView:
        return handlers.submit_application(
            asked,
            applications=self.applications,
            towns=self.towns,
            products=self.products,
            pseudonyms=self.pseudonyms,
            requests=self.requests,
            contacts=self.contacts,
            confirmations=self.confirmations,
            new_id=partial(filed_id, self.new_id(), pseudonyms=self.pseudonyms),
            now=self.now(),
        )

    @answers
    def check_application(self, asked: CheckApplication) -> Acceptable:
        return handlers.check_application(asked, towns=self.towns, products=self.products, now=self.now())

    @answers
    def list_applications(self, asked: ListApplications) -> ApplicationList:
        return handlers.list_applications(asked, applications=self.applications, pseudonyms=self.pseudonyms)

    @answers
    def read_application(self, asked: ReadApplication) -> ApplicationView:
        return handlers.read_application(
            asked, applications=self.applications, pseudonyms=self.pseudonyms, lost=self.lost
        )

    @answers
    def withdraw_application(self, asked: WithdrawApplication) -> ApplicationView:
        return handlers.withdraw_application(
            asked, applications=self.applications, pseudonyms=self.pseudonyms, lost=self.lost, now=self.now()
        )

    @answers
    def find_certificate(self, asked: FindCertificate) -> ApplicationView:
        return handlers.find_certificate(asked, applications=self.applications, pseudonyms=self.pseudonyms)

    @answers
    def list_confirmations(self, asked: ListConfirmations) -> WaitingList:
        return handlers.list_confirmations(asked, waiting=self.waiting)

    @answers
    def read_confirmation(self, asked: ReadConfirmation) -> Waiting:
        return handlers.read_confirmation(asked, applications=self.applications)

    @answers
    def answer_confirmation(self, asked: AnswerConfirmation) -> Answered:
        return handlers.answer_confirmation(asked, applications=self.applications, now=self.now())

    @answers
    def end_application(self, asked: EndApplication) -> ApplicationView:
        return handlers.end_application(asked, applications=self.applications, products=self.products, now=self.now())

    @answers
    def read_towns(self, asked: ReadTowns) -> ChangedTowns:
        return handlers.read_towns(asked, towns=self.towns)

    @answers
    def read_town_history(self, asked: ReadTownHistory) -> TownHistory:
        return handlers.read_town_history(asked, towns=self.towns, records=self.town_records)

    @answers
    def change_town(self, asked: ChangeTown) -> ChangedTown:
        return handlers.change_town(asked, towns=self.towns, records=self.town_records, now=self.now())

    @answers
    def take_town_back(self, asked: TakeTownBack) -> ChangedTown:
        return handlers.take_town_back(asked, towns=self.towns, records=self.town_records, now=self.now())

    @handles(ExtractCompiled, ExtractRefused, ExtractDeferred, ExtractContradicted, queue="intake.record-extract")
    def record_extract(
        self, event: ExtractCompiled | ExtractRefused | ExtractDeferred | ExtractContradicted, cause: Cause
    ) -> None:
        handlers.record_extract(event, cause, applications=self.applications, now=self.now())

    @handles(CertificateIssued, FactsExpired, queue="intake.record-certificate")
    def record_certificate(self, event: CertificateIssued | FactsExpired, cause: Cause) -> None:
        handlers.record_certificate(
            event, cause, applications=self.applications, products=self.products, now=self.now()
        )

    @handles(CertificateUnprintable, queue="intake.record-unprintable")
    def record_unprintable(self, event: CertificateUnprintable, cause: Cause) -> None:
        handlers.record_unprintable(event, cause, applications=self.applications, now=self.now())

    @handles(AnswerGiven, queue="intake.take-answer")
    def take_answer(self, event: AnswerGiven, cause: Cause) -> None:
        handlers.take_answer(event, cause, applications=self.applications, now=self.now())

    @handles(CitizenTold, MessageUndeliverable, queue="intake.record-telling")
    def record_telling(self, event: CitizenTold | MessageUndeliverable, cause: Cause) -> None:
        handlers.record_telling(event, cause, applications=self.applications)

    @sweeps(every=timedelta(seconds=3))
    def refresh_towns(self) -> None:
        if count := self.stored_towns.refresh():
            log.info("towns_changed", count=count)

    @sweeps(every=timedelta(seconds=15))
    def sweep_deadlines(self) -> None:
        handlers.sweep_deadlines(applications=self.applications, towns=self.towns, now=self.now())

    @sweeps(every=timedelta(seconds=5))
    def resume_restored(self) -> None:
        if not self.lost:
            return
        if count := handlers.resume_restored(applications=self.applications, towns=self.towns, now=self.now()):
            log.info("restored_applications_resumed", count=count)

    @sweeps(every=timedelta(minutes=1))
    def empty_applications(self) -> None:
        products = self.products.values()
        if count := retention.empty_applications(applications=self.applications, products=products, now=self.now()):
            log.info("applications_emptied", count=count)
