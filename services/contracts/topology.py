"""Who listens to which event: the one place that names Loket's queues."""

from services.contracts.events import (
    ApplicationCleared,
    ApplicationExpired,
    ApplicationRefused,
    ApplicationSubmitted,
    CertificateIssued,
    CitizenTold,
    ExtractCompiled,
    ExtractDeferred,
    ExtractRefused,
    ExtractRequested,
    FactsExpired,
    MessageUndeliverable,
)

SUBSCRIPTIONS: dict[str, tuple[type, ...]] = {
    "registry.compile-extract": (ApplicationSubmitted, ExtractRequested),
    "intake.record-extract": (ExtractCompiled, ExtractRefused, ExtractDeferred),
    "documents.issue-certificate": (ApplicationCleared,),
    "intake.record-certificate": (CertificateIssued, FactsExpired),
    "notify.tell-citizen": (CertificateIssued, ApplicationRefused, ApplicationExpired),
    "intake.record-telling": (CitizenTold, MessageUndeliverable),
}
"""Queue name (`<service>.<use case>`) to the events it receives. ApplicationMoved goes to the gateway's own queues."""
