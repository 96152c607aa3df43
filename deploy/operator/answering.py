"""A department's answer on its way to intake."""

from deploy.local.stack import Stack
from deploy.operator.asking import ask_intake
from deploy.operator.terminal import Mistake
from services.contracts.confirmations import AnswerConfirmation, Answered
from services.contracts.errors import (
    ConfirmationAnswered,
    ConfirmationOver,
    ConfirmationOvertaken,
    DomainError,
    InvalidField,
    NotFound,
)


def give_answer(
    stack: Stack, *, town: str, department: str, reference: str, asking: int, outcome: str, by: str
) -> Answered:
    """Raises Mistake where it is not taken, or intake does not answer: then the same may be given again."""
    answer = AnswerConfirmation(
        town=town, department=department, reference=reference, asking=asking, outcome=outcome, by=by
    )
    try:
        return ask_intake(stack, answer)
    except DomainError as refused:
        raise Mistake(_said(refused, reference, asking)) from None


def _said(refused: DomainError, reference: str, asking: int) -> str:
    match refused:
        case ConfirmationAnswered():
            return f"{reference} was answered before ({refused.detail}), and that answer stands"
        case ConfirmationOvertaken():
            return (
                f"what waits is asking {refused.detail}, of other facts than asking {asking}: ask them about that one"
            )
        case ConfirmationOver():
            return f"the application of {reference} has ended: the answer is needed no more"
        case NotFound():
            return f"no confirmation {reference} was asked for; see `loket confirmations list`"
        case InvalidField():
            return f"this cannot be kept: {', '.join(f'{path} ({each[0]})' for path, each in refused.fields.items())}"
    return f"it was not taken ({refused.slug})"
