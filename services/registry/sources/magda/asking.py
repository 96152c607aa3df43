"""One question to MAGDA from end to end: written, signed, sent, read, and logged without a word about anybody."""

from datetime import datetime
from time import monotonic

import structlog

from services.registry.contradictions import Inconsistent
from services.registry.domain import SourceRefused, SourceUnavailable
from services.registry.sources.magda.answers import Answered, read
from services.registry.sources.magda.questions import Identification, Question, body
from services.registry.sources.magda.signing import Signer
from services.registry.sources.magda.transport import Budget, Transport

log = structlog.get_logger()


class Ask:
    """Asks for one town. `is_test` where it is asked in MAGDA's test environment, whose numbers are test numbers."""

    def __init__(
        self, transport: Transport, *, signer: Signer, asker: Identification, is_test: bool, town: str
    ) -> None:
        self.transport = transport
        self.is_test = is_test
        self._signer = signer
        self._asker = asker
        self._town = town

    def __call__(self, question: Question, *, budget: Budget, now: datetime) -> Answered:
        """Raises SourceUnavailable, WrongAnswer, SourceRefused and Inconsistent."""
        message = self._signer.envelope(body(question, self._asker, now=now), now=now)
        began, outcome, size = monotonic(), "failed", 0
        try:
            service = question.service
            content = self.transport.post(message, action=service.namespace, most=service.most_bytes, budget=budget)
            size = len(content)
            answered = read(content, question)
            outcome = "found" if answered.content is not None else "nothing-found"
            return answered
        except Inconsistent as doubt:
            outcome = doubt.what
            raise
        except SourceUnavailable as away:
            outcome = away.reason
            if isinstance(away, SourceRefused):
                log.error("magda_refuses", town=self._town, service=question.service.value, reason=away.reason)
            raise
        finally:
            log.info(
                "magda_asked",
                town=self._town,
                service=question.service.value,
                reference=question.reference,
                outcome=outcome,
                bytes=size,
                ms=round((monotonic() - began) * 1000),
            )
