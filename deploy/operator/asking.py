"""What an operator asks of intake, as the gateway asks its questions."""

from typing import TypeVar

from deploy.local.stack import Stack
from deploy.operator.rings import key_ring
from deploy.operator.terminal import Mistake
from services.chassis import logs
from services.chassis.asking import Asker, ServiceFailed, ServiceUnavailable
from services.contracts.questions import Question

VARIABLE = "LOKET_KEYS_QUESTIONS_INTAKE"

A = TypeVar("A")


def ask_intake(stack: Stack, question: Question[A]) -> A:
    """Raises the DomainError that intake answers, or Mistake where it does not answer: then the same may be asked
    again."""
    keys = key_ring(stack, VARIABLE, "intake's, by which what is asked of it travels locked")
    logs.set_up_command()
    asker = Asker(stack.amqp_uri, {"intake": keys})
    try:
        return asker.ask(question)
    except (ServiceUnavailable, ServiceFailed):
        raise Mistake("intake does not answer now; see `loket status`, and give the same command again") from None
    finally:
        asker.close()
