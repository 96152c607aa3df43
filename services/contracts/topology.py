"""Who listens to which event: the one place that names Loket's queues."""

from dataclasses import dataclass
from datetime import timedelta

import services.contracts.department_webhooks  # noqa: F401 - its questions have queues, too
from services.contracts.confirmations import (
    AnswerRefused,
    AnswerTaken,
    ConfirmationNeedless,
    ConfirmationReminded,
    ConfirmationRequested,
)
from services.contracts.documents import CertificateIssued, CertificateUnprintable, FactsExpired, RecheckRequested
from services.contracts.events import Event
from services.contracts.intake import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationMoved,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    EndApplication,
    ExtractRequested,
)
from services.contracts.notify import AnswerGiven, CitizenTold, MessageUndeliverable
from services.contracts.questions import QUESTIONS
from services.contracts.registry import (
    ExtractCompiled,
    ExtractContradicted,
    ExtractDeferred,
    ExtractRefused,
    FactsRechecked,
)
from services.contracts.town_setups import TownChanged

EXCHANGE = "loket.events"
"""Where every event is published, with its type as routing key: a topic exchange."""

PATIENCE = timedelta(hours=72)
"""A long weekend: how long an event is tried again before an operator is told."""


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """The events that a queue receives, and how long after its first failure one is tried again."""

    events: tuple[type[Event], ...]
    patience: timedelta = PATIENCE

    @property
    def types(self) -> tuple[str, ...]:
        """Their routing keys."""
        return tuple(event.TYPE for event in self.events)


SUBSCRIPTIONS: dict[str, Subscription] = {
    "registry.compile-extract": Subscription(events=(ApplicationSubmitted, ExtractRequested)),
    "registry.end-extract": Subscription(events=(ApplicationWithdrawn, ApplicationExpired)),
    "intake.record-extract": Subscription(
        events=(ExtractCompiled, ExtractRefused, ExtractDeferred, ExtractContradicted)
    ),
    "documents.issue-certificate": Subscription(events=(ApplicationCleared,)),
    "intake.record-certificate": Subscription(events=(CertificateIssued, FactsExpired)),
    "intake.record-unprintable": Subscription(events=(CertificateUnprintable,)),
    "notify.tell-citizen": Subscription(events=(CertificateIssued, ApplicationRefused, ApplicationExpired)),
    "notify.tell-departments": Subscription(events=(CertificateIssued, ApplicationRefused)),
    "notify.tell-asked": Subscription(
        events=(ConfirmationRequested, ConfirmationReminded, ConfirmationNeedless, AnswerTaken, AnswerRefused)
    ),
    "intake.take-answer": Subscription(events=(AnswerGiven,)),
    "intake.record-telling": Subscription(events=(CitizenTold, MessageUndeliverable)),
    "registry.recheck-facts": Subscription(events=(RecheckRequested,)),
    "documents.record-recheck": Subscription(events=(FactsRechecked,)),
    "registry.keep-town": Subscription(events=(TownChanged,)),
    "documents.keep-town": Subscription(events=(TownChanged,)),
    "notify.keep-town": Subscription(events=(TownChanged,)),
}
"""Queue name (`<service>.<use case>`) to what it receives."""

HINTS: tuple[type[Event], ...] = (ApplicationMoved,)
"""What goes to the gateway's private queues instead: who misses one reads the timeline."""

SERVICES = ("intake", "registry", "documents", "notify")
"""Those that emit events; each has a user of its own at the broker, and the gateway one more."""

OPERATORS_QUESTIONS = (EndApplication.QUEUE,)
"""What operators alone ask, about a product that is gone: the gateway has no right."""

QUESTION_QUEUES = tuple(sorted(queue for queue, asked in QUESTIONS.items() if asked.SERVICE in SERVICES))
"""Where questions wait."""
