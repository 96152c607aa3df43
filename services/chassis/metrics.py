"""Prometheus metrics of a process; labels are queue names, event types and outcomes, never data of a person."""

from prometheus_client import Counter, Histogram

EVENTS_HANDLED = Counter("loket_events_handled", "Events by queue and outcome", ["queue", "outcome"])
EVENT_SECONDS = Histogram("loket_event_seconds", "Time to handle an event", ["queue"])
EVENTS_PUBLISHED = Counter("loket_events_published", "Events confirmed by the broker", ["type"])
OUTBOX_SWEPT = Counter("loket_outbox_swept", "Documents whose events the sweeper had to publish")
QUESTIONS = Counter("loket_questions", "Questions answered, by queue and outcome", ["queue", "outcome"])
