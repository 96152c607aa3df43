"""Traces: one application can be followed through all services (W3C Trace Context, https://www.w3.org/TR/trace-context/).

The `traceparent` is saved with an event, so the trace continues even where a sweeper publishes it days later.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.chassis import request_ids

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("loket")  # turns to whatever provider is set up


def set_up(service: str, endpoint: str) -> None:
    """Name the process in traces and send them to an OTLP collector, if there is one."""
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    if endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - 7 MB
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=endpoint), schedule_delay_millis=1000))
    trace.set_tracer_provider(provider)


@contextmanager
def span(name: str, *, parent: str | None = None, **attributes: str) -> Iterator[None]:
    """A span that continues the trace of `parent` (a traceparent), or the current one; it names the request that it is
    part of.
    """
    if request_id := request_ids.current():
        attributes["request_id"] = request_id
    context = _propagator.extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context=context, attributes=attributes, record_exception=False, set_status_on_exception=False
    ):
        yield


def current_traceparent() -> str | None:
    """The traceparent of the current span, to be saved with what it causes."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")
