"""Logs: one JSON object a line, snake_case facts with ids, no personal data."""

import logging
import sys
from typing import Any

import structlog
from opentelemetry import trace


def set_up(service: str, level: str) -> None:
    """Everything of the process, libraries included, goes to standard output as JSON."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _with_trace,
        _without_exception_text,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                lambda _logger, _method, event: {"service": service, **event},
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    for noisy in ("nameko", "kombu", "amqp", "pymongo", "urllib3"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    logging.getLogger("nameko.containers").setLevel(
        logging.CRITICAL
    )  # it logs exception texts; the entrypoints log facts


def set_up_command() -> None:
    """Standard output is a command's answer, which others read: what went wrong meanwhile goes to standard error."""
    structlog.configure(
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
    )


def _with_trace(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = f"{context.trace_id:032x}"
    return event


def _without_exception_text(_logger: Any, _method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Where an exception was raised, not what it says: a library's text may repeat the data it choked on."""
    info = event.pop("exc_info", None)
    if info:
        error = info if isinstance(info, BaseException) else (info[1] if isinstance(info, tuple) else sys.exc_info()[1])
        if error is not None:
            event["error"] = type(error).__name__
            event["raised_at"] = raised_at(error)
    return event


def raised_at(error: BaseException) -> list[str]:
    """`module:line function`, innermost last: the places in our own code, and where in others' it ended."""
    places = []
    tb = error.__traceback__
    while tb:
        module = tb.tb_frame.f_globals.get("__name__", "?")
        if module.startswith(("services.", "gateway.", "tests.")) or tb.tb_next is None:
            places.append(f"{module}:{tb.tb_lineno} {tb.tb_frame.f_code.co_name}")
        tb = tb.tb_next
    return places
