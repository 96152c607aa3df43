"""notify on the wire."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import structlog

from services.chassis.answering import answers
from services.chassis.handling import handles
from services.chassis.kept_towns import KeptTowns, StoredTowns
from services.chassis.locking import Locker
from services.chassis.resolving import Lookups
from services.chassis.runtime import Provided, Runtime
from services.chassis.sweeping import sweeps
from services.contracts.catalogue import products
from services.contracts.confirmations import (
    Answered,
    AnswerRefused,
    AnswerTaken,
    ConfirmationNeedless,
    ConfirmationReminded,
    ConfirmationRequested,
)
from services.contracts.days import day_of
from services.contracts.department_webhooks import (
    DeliveryPage,
    FreshKey,
    ReadDeliveries,
    ReadWebhooks,
    ReplayDeliveries,
    Replayed,
    RotateWebhookKey,
    SwitchWebhook,
    WebhookList,
    WebhookView,
)
from services.contracts.departments import BUS, SANDBOX
from services.contracts.documents import CertificateIssued
from services.contracts.envelope import Cause
from services.contracts.intake import ApplicationExpired, ApplicationRefused
from services.contracts.living_towns import LivingTowns
from services.contracts.notify import (
    Admission,
    AdmitDepartment,
    DepartmentView,
    EventPage,
    FindConfirmation,
    FoundConfirmation,
    ListRecipients,
    MailPicture,
    PreviewMail,
    ReadDepartment,
    ReadEvents,
    ReadReference,
    ReadRoles,
    Recipients,
    Referred,
    RehearseAnswer,
    Roles,
    SandboxTold,
    TellSandbox,
)
from services.contracts.town_setups import TownChanged
from services.notify import handlers, retention
from services.notify.feed import asked
from services.notify.feed.alive import say_alive
from services.notify.feed.answering import Said, hear_answer
from services.notify.feed.answers import AnswerStore
from services.notify.feed.budgets import BudgetStore
from services.notify.feed.confirmations import Confirmations
from services.notify.feed.credentials import CredentialStore
from services.notify.feed.departments import DepartmentStore
from services.notify.feed.handlers import project
from services.notify.feed.numbering import Numbering
from services.notify.feed.projecting import Asking, Settled
from services.notify.feed.pulling import Pulling
from services.notify.feed.queues import BrokerQueues
from services.notify.feed.references import References
from services.notify.feed.rehearsing import Rehearsing
from services.notify.feed.store import FeedStore
from services.notify.feed.taking import AnswerQueues
from services.notify.feed.webhooks import asked as webhooks_asked
from services.notify.feed.webhooks.bounding import forget_removed, keep_within_bounds
from services.notify.feed.webhooks.delivering import Courier
from services.notify.feed.webhooks.keys import SigningKeys
from services.notify.feed.webhooks.record import DeliveryRecord
from services.notify.feed.webhooks.sending import LOOK_UP_S, Sender
from services.notify.feed.webhooks.spreading import Spreader
from services.notify.feed.webhooks.store import DeliveryStore, NewEvents, WebhookStore
from services.notify.mail import Mailer
from services.notify.previewing import preview_mail
from services.notify.settings import NotifySettings
from services.notify.store import CorrespondenceStore

log = structlog.get_logger()

Made = Runtime[NotifySettings]

GRACE = timedelta(seconds=3)
"""How much longer than the sending a claim lasts (more than FRESH): nobody is sending any more then."""

OWNERS_CHANCE = timedelta(seconds=2)
"""Before a claim is taken over: who waits for the store as well looks for it several times in that time."""


def _correspondences(runtime: Made) -> CorrespondenceStore:
    return CorrespondenceStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _kept(runtime: Made) -> timedelta:
    return timedelta(days=runtime.settings.departments_kept_days)


def _feed(runtime: Made) -> FeedStore:
    return FeedStore(runtime.database, relay=runtime.relay, kept=_kept(runtime), clock=runtime.clock)


def _spreader(runtime: Made) -> Spreader:
    return Spreader(
        events=NewEvents(runtime.database),
        departments=DepartmentStore(runtime.database),
        webhooks=WebhookStore(runtime.database),
        deliveries=DeliveryStore(runtime.database, kept=_kept(runtime), clock=runtime.clock),
        clock=runtime.clock,
    )


def _courier(runtime: Made) -> Courier:
    settings = runtime.settings
    lookups = Lookups(seconds=min(LOOK_UP_S, settings.webhook_timeout_s))
    sender = Sender(
        deadline_s=settings.webhook_timeout_s, resolve=lookups.addresses, allows_loopback=settings.webhook_loopback
    )
    return Courier(
        departments=DepartmentStore(runtime.database),
        webhooks=WebhookStore(runtime.database),
        deliveries=DeliveryStore(runtime.database, kept=_kept(runtime), clock=runtime.clock),
        keys=SigningKeys(settings.webhook_keys),
        send=sender.send,
        longest=timedelta(seconds=settings.webhook_timeout_s),
        clock=runtime.clock,
    )


def _record(runtime: Made) -> DeliveryRecord:
    return DeliveryRecord(runtime.database, kept=_kept(runtime), clock=runtime.clock)


def _own_webhooks(runtime: Made) -> webhooks_asked.OwnWebhooks:
    return webhooks_asked.OwnWebhooks(
        admissions=_admissions(runtime), webhooks=WebhookStore(runtime.database), record=_record(runtime)
    )


def _numbering(runtime: Made) -> Numbering:
    return Numbering(runtime.database)


def _pages(runtime: Made) -> Pulling:
    return Pulling(runtime.database, Numbering(runtime.database), clock=runtime.clock)


def _answers(runtime: Made) -> AnswerStore:
    return AnswerStore(runtime.database, relay=runtime.relay, clock=runtime.clock)


def _answer_queues(runtime: Made) -> AnswerQueues:
    uri, _ = runtime.settings.other_buses[BUS]
    return AnswerQueues(uri)


def _rehearsing(runtime: Made) -> Rehearsing:
    database = runtime.database
    return Rehearsing(rehearsals=Confirmations(database), feed=_feed(runtime), budgets=BudgetStore(database))


def _references(runtime: Made) -> References:
    return References(runtime.database)


def _admissions(runtime: Made) -> asked.Admissions:
    return asked.Admissions(
        departments=DepartmentStore(runtime.database), credentials=CredentialStore(runtime.database)
    )


def _queues(runtime: Made) -> BrokerQueues:
    uri, _ = runtime.settings.other_buses[BUS]
    return BrokerQueues(uri)


def _new_id(runtime: Made) -> Callable[[], str]:
    return runtime.new_id


def _mailer(runtime: Made) -> Mailer:
    return Mailer(runtime.settings.smtp, timeout_s=runtime.settings.smtp_timeout_s)


def _towns(runtime: Made) -> LivingTowns:
    return runtime.settings.towns


def _clock(runtime: Made) -> Callable[[], datetime]:
    return runtime.clock


def _patience(runtime: Made) -> timedelta:
    return timedelta(seconds=runtime.settings.smtp_timeout_s) + GRACE


def _pause(_runtime: Made) -> Callable[[], None]:
    return partial(time.sleep, OWNERS_CHANCE.total_seconds())


class NotifyService:
    """Tells citizens how their application ended and departments what they may know of it, and takes what departments
    answer."""

    name = "notify"
    stands_back = 4

    correspondences = Provided(_correspondences)
    contacts = Provided(lambda runtime: Locker("contacts", runtime.settings.contact_keys))
    towns = Provided(_towns)
    stored_towns = Provided(StoredTowns.of)
    kept_towns = Provided(KeptTowns.of)
    products = Provided(lambda _: products())
    feed = Provided(_feed)
    webhooks = Provided(lambda runtime: WebhookStore(runtime.database))
    spreader = Provided(_spreader)
    courier = Provided(_courier)
    record = Provided(_record)
    own_webhooks = Provided(_own_webhooks)
    signing_keys = Provided(lambda runtime: SigningKeys(runtime.settings.webhook_keys))
    numbering = Provided(_numbering)
    pages = Provided(_pages)
    references = Provided(_references)
    confirmations = Provided(lambda runtime: Confirmations(runtime.database))
    kept_answers = Provided(_answers)
    budgets = Provided(lambda runtime: BudgetStore(runtime.database))
    rehearsing = Provided(_rehearsing)
    answer_queues = Provided(_answer_queues)
    admissions = Provided(_admissions)
    queues = Provided(_queues)
    new_id = Provided(_new_id)
    channel = Provided(_mailer)
    patience = Provided(_patience)
    pause = Provided(_pause)
    clock = Provided(_clock)

    @handles(CertificateIssued, ApplicationRefused, ApplicationExpired, queue="notify.tell-citizen")
    def tell_citizen(self, event: CertificateIssued | ApplicationRefused | ApplicationExpired, cause: Cause) -> None:
        handlers.tell_citizen(
            event,
            cause,
            correspondences=self.correspondences,
            contacts=self.contacts,
            towns=self.towns,
            products=self.products,
            channel=self.channel,
            patience=self.patience,
            pause=self.pause,
            clock=self.clock,
        )

    @handles(CertificateIssued, ApplicationRefused, queue="notify.tell-departments")
    def tell_departments(self, event: CertificateIssued | ApplicationRefused, cause: Cause) -> None:
        project(event, cause, feed=self.feed, products=self.products)

    @handles(
        ConfirmationRequested,
        ConfirmationReminded,
        ConfirmationNeedless,
        AnswerTaken,
        AnswerRefused,
        queue="notify.tell-asked",
    )
    def tell_asked(self, event: Asking | Settled, cause: Cause) -> None:
        project(event, cause, feed=self.feed, products=self.products)

    @answers
    def admit_department(self, question: AdmitDepartment) -> Admission:
        return self.admissions.admit(question)

    @answers
    def read_events(self, question: ReadEvents) -> EventPage:
        return asked.read_events(question, admissions=self.admissions, pages=self.pages)

    @answers
    def read_reference(self, question: ReadReference) -> Referred:
        return asked.read_reference(
            question,
            admissions=self.admissions,
            references=self.references,
            products=self.products,
            today=day_of(self.clock()),
        )

    @answers
    def read_roles(self, question: ReadRoles) -> Roles:
        return asked.read_roles(question, admissions=self.admissions)

    @answers
    def list_recipients(self, question: ListRecipients) -> Recipients:
        return asked.list_recipients(question, departments=self.admissions.departments)

    @answers
    def find_confirmation(self, question: FindConfirmation) -> FoundConfirmation:
        return asked.find_confirmation(question, admissions=self.admissions, confirmations=self.confirmations)

    @answers
    def rehearse_answer(self, question: RehearseAnswer) -> Answered:
        return asked.rehearse_answer(
            question,
            admissions=self.admissions,
            confirmations=self.confirmations,
            rehearsing=self.rehearsing,
            now=self.clock(),
        )

    @answers
    def read_department(self, question: ReadDepartment) -> DepartmentView:
        return asked.read_department(
            question,
            admissions=self.admissions,
            pages=self.pages,
            queues=self.queues,
            budgets=self.budgets,
            now=self.clock(),
        )

    @answers
    def tell_sandbox(self, question: TellSandbox) -> SandboxTold:
        return asked.tell_sandbox(
            question,
            admissions=self.admissions,
            feed=self.feed,
            budgets=self.budgets,
            products=self.products,
            new_id=self.new_id,
            now=self.clock(),
        )

    @answers
    def read_webhooks(self, question: ReadWebhooks) -> WebhookList:
        return webhooks_asked.read_webhooks(question, own=self.own_webhooks, now=self.clock())

    @answers
    def read_deliveries(self, question: ReadDeliveries) -> DeliveryPage:
        return webhooks_asked.read_deliveries(question, own=self.own_webhooks)

    @answers
    def replay_deliveries(self, question: ReplayDeliveries) -> Replayed:
        return webhooks_asked.replay_deliveries(question, own=self.own_webhooks)

    @answers
    def switch_webhook(self, question: SwitchWebhook) -> WebhookView:
        return webhooks_asked.switch_webhook(question, own=self.own_webhooks, now=self.clock())

    @answers
    def rotate_webhook_key(self, question: RotateWebhookKey) -> FreshKey:
        return webhooks_asked.rotate_webhook_key(
            question, own=self.own_webhooks, keys=self.signing_keys, now=self.clock()
        )

    @answers
    def preview_mail(self, question: PreviewMail) -> MailPicture:
        return preview_mail(question, towns=self.towns, products=self.products, now=self.clock())

    @handles(TownChanged, queue="notify.keep-town")
    def keep_town(self, event: TownChanged, cause: Cause) -> None:
        self.kept_towns.keep(event, cause)

    @sweeps(every=timedelta(seconds=3))
    def refresh_towns(self) -> None:
        if count := self.stored_towns.refresh():
            log.info("towns_changed", count=count)

    @sweeps(every=timedelta(seconds=1))
    def number_events(self) -> None:
        self.numbering.number()

    @sweeps(every=timedelta(seconds=1))
    def hear_departments(self) -> None:
        def hear(said: Said) -> bool:
            return hear_answer(
                said,
                confirmations=self.confirmations,
                answers=self.rehearsing if said.town == SANDBOX else self.kept_answers,
                feed=self.feed,
                budgets=self.budgets,
                now=self.clock(),
            )

        self.answer_queues.look(self.admissions.departments.all(), hear)

    @sweeps(every=timedelta(minutes=5))
    def say_alive(self) -> None:
        say_alive(towns=self.towns, feed=self.feed, now=self.clock())

    @sweeps(every=timedelta(minutes=5))
    def forget_what_was_told(self) -> None:
        since = min((each.added_at for each in self.webhooks.all()), default=None)
        if count := self.feed.forget(webhooks_since=since):
            log.info("department_events_forgotten", count=count)

    @sweeps(every=timedelta(seconds=2))
    def bring_to_webhooks(self) -> None:
        known = self.webhooks.all()
        self.spreader.spread(known)
        self.courier.look(known)

    @sweeps(every=timedelta(minutes=5))
    def keep_webhooks_within_bounds(self) -> None:
        keep_within_bounds(self.webhooks.all(), record=self.record, webhooks=self.webhooks, clock=self.clock)
        forget_removed(self.record, webhooks=self.webhooks)

    @sweeps(every=timedelta(minutes=1))
    def empty_correspondences(self) -> None:
        count = retention.empty_correspondences(
            correspondences=self.correspondences, products=self.products.values(), now=self.clock()
        )
        if count:
            log.info("correspondences_emptied", count=count)
